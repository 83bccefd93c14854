"""Generation and cipher of a card."""

from __future__ import annotations

import dataclasses

import pytest

from cardio.errors import CardError, CardFault
from cardio.keysource import RK_SSSE, Algorithm
from cardio.profile import PROFILES, SSSE, algorithm_of, profile_of

BEIJING = bytes.fromhex("110000D156000005000000010A0B0C0D")
SHANDONG = bytes.fromhex("370100D156000005000000010A0B0C0D")


def test_the_name_of_the_environment() -> None:
    assert bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF") == SSSE


@pytest.mark.parametrize(
    ("code", "card_id", "algorithm"),
    [
        (b"\x01", BEIJING, Algorithm.TDES),
        (b"\x02", SHANDONG, Algorithm.SSF33),
        (b"\x03", None, Algorithm.SM4),
        (None, BEIJING, Algorithm.SSF33),
        (None, SHANDONG, Algorithm.TDES),
        (None, None, Algorithm.TDES),
    ],
)
def test_algorithm(code: bytes | None, card_id: bytes | None, algorithm: Algorithm) -> None:
    assert algorithm_of(code, card_id) is algorithm


@pytest.mark.parametrize("code", [b"", b"\x00", b"\x04", b"\x00\x03", b"\xff"])
def test_an_algorithm_nobody_defined(code: bytes) -> None:
    with pytest.raises(CardError) as caught:
        algorithm_of(code, SHANDONG)
    assert caught.value.fault is CardFault.UNKNOWN_GENERATION


@pytest.mark.parametrize(
    ("version", "algorithm", "generation"),
    [
        ("1.0", Algorithm.TDES, 1),
        (None, Algorithm.TDES, 1),
        (None, Algorithm.SSF33, 1),
        (None, Algorithm.SM4, 3),
        ("2.0", Algorithm.TDES, 2),
        ("2.1", Algorithm.SSF33, 2),
        ("3.0", Algorithm.SM4, 3),
        ("3.0", Algorithm.TDES, 3),
    ],
)
def test_generation(version: str | None, algorithm: Algorithm, generation: int) -> None:
    assert profile_of(version, algorithm).generation == generation


@pytest.mark.parametrize(("algorithm", "generation"), [(Algorithm.TDES, 2), (Algorithm.SM4, 3)])
def test_generation_where_the_version_cannot_be_read(algorithm: Algorithm, generation: int) -> None:
    assert profile_of(None, algorithm, readable=False).generation == generation


@pytest.mark.parametrize(
    ("version", "algorithm"), [("4.0", Algorithm.SM4), ("0.9", Algorithm.TDES), ("ABC", Algorithm.TDES)]
)
@pytest.mark.parametrize("sm4_on_first", [False, True])
def test_a_version_nobody_knows(version: str, algorithm: Algorithm, sm4_on_first: bool) -> None:
    with pytest.raises(CardError) as caught:
        profile_of("1.0" if sm4_on_first else version, Algorithm.SM4 if sm4_on_first else algorithm)
    assert caught.value.fault is CardFault.UNKNOWN_GENERATION


def test_what_opens_the_holder() -> None:
    assert [PROFILES[generation].holder_key for generation in (1, 2, 3)] == [None, None, RK_SSSE]


def test_a_terminal_may_change_a_profile() -> None:
    changed = {**PROFILES, 2: dataclasses.replace(PROFILES[2], raw_from_card=True)}
    assert profile_of("2.0", Algorithm.TDES, profiles=changed).raw_from_card
    assert not PROFILES[2].raw_from_card
