"""Issuing into the chip: a plan of writes, each read back and compared, resumable at any step (card.md §5)."""

from cardio.personalise.plan import Issue, Plan, Step, make_plan
from cardio.personalise.stored import from_bytes, to_bytes
from cardio.personalise.writer import Made, Outcome, personalise

__all__ = ["Issue", "Made", "Outcome", "Plan", "Step", "from_bytes", "make_plan", "personalise", "to_bytes"]
