"""A card simulator that somebody else wrote from the published facts alone, before looking at this product's code, and
what this product does with it.

``crypto``, ``tree``, ``contents``, ``records``, ``proofs``, ``state`` and ``card`` are that card. Only its layout and
names were made to fit the house; it is kept apart on purpose, so it imports nothing of this product (a test holds it),
and its answers are not to be bent to what the driver expects.
"""
