"""Every declared file by the functions, for every generation: as its rule says, by PIN or by key."""

from __future__ import annotations

import pytest

from cardio.files import FILES, ElementaryFile, Need, Structure
from cardio.interface33 import Code
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import FIRST, PERSONAS, SECOND
from tests.interface33.support import Typist, bench, info


def address_of(ef: ElementaryFile, generation: int) -> str:
    """pFileAddr for all that the file has."""
    items = []
    for record in ef.of(generation) if ef.structure is Structure.RECORDS else ():
        items += [f"{record.tag:02X}"] + [f"{record.tag:02X}:{nth}" for nth in range(2, record.count + 1)]
    return "|".join([ef.path, *items, ""]) + "$"


@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
@pytest.mark.parametrize("auth", [1, 2], ids=["PIN", "key"])
def test_every_declared_file_is_read_as_its_rule_says(contents: CardContents, auth: int) -> None:
    generation, read = contents.generation, 0
    with bench(keypad=Typist(*["123456"] * len(FILES))) as desk:
        desk.insert(contents)
        for ef in FILES:
            rule = ef.read.get(generation)
            # Only files with a place in the interface's grammar; certificates and the like have none.
            if rule is None or ef.application.path[:2] not in ("SS", "DF") or ef.structure is Structure.INTERNAL:
                continue
            if ef.structure is Structure.RECORDS and not ef.of(generation):
                continue
            desk.keypad.asked.clear()
            address = address_of(ef, generation)
            reply = desk.call("iReadCard", 1, auth, info(contents), address)
            by_pin = rule.need in (Need.PIN, Need.PIN_AND_KEY) or (rule.need is Need.PIN_OR_KEY and auth == 1)
            assert len(desk.keypad.asked) == by_pin, ef.path
            by_key = rule.need in (Need.KEY, Need.PIN_AND_KEY) or (rule.need is Need.PIN_OR_KEY and auth == 2)
            if by_key and rule.key is not None and rule.key.p2 is None:
                assert reply.code == -0x6A88, ef.path  # no list names the key, so nothing was tried
                continue
            assert reply.code == 0, f"{ef.path} {rule.need}: {reply.code} {reply.text}"
            values = reply.text.removeprefix(f"{ef.path}|").removesuffix("|$").split("|")
            if ef.structure is Structure.RECORDS:
                assert len(values) == address.count("|") - 1, ef.path
            assert any(values), ef.path
            read += 1
    assert read >= (20 if generation > 1 else 9)


def test_one_record_of_a_cyclic_file() -> None:
    cyclic = next(ef for ef in FILES if ef.path == "DF02EF07")
    with bench(keypad=Typist("123456", "123456", "123456")) as desk:
        desk.insert(SECOND)
        whole = desk.good("iReadCard", 1, 1, info(SECOND), f"{cyclic.path}$")
        rows = whole.removeprefix(f"{cyclic.path}|").removesuffix("|$").split("|")
        assert all(row.count("^") == 3 for row in rows)
        assert desk.good("iReadCard", 1, 1, info(SECOND), f"{cyclic.path}|1|$") == f"{cyclic.path}|{rows[0]}|$"
        assert desk.call("iReadCard", 1, 1, info(SECOND), f"{cyclic.path}|250|$").code == -0x6A83


def test_what_is_not_told_of_the_first_generation_is_given_as_bytes_and_not_written() -> None:
    with bench(keypad=Typist("123456", "123456")) as desk:
        desk.insert(FIRST)
        for path in ("DF02EF07", "DF01EF16"):
            said = desk.good("iReadCard", 1, 2, info(FIRST), f"{path}$").removeprefix(f"{path}|").removesuffix("|$")
            assert all(bytes.fromhex(row) for row in said.split("|"))
            for content in (said.split("|")[0], "6020101^20120301^20170301^0"):
                reply = desk.call("iWriteCard", 1, info(FIRST), f"{path}$", f"{path}|{content}|$")
                assert reply.code == Code.DATA
            assert desk.good("iReadCard", 1, 2, info(FIRST), f"{path}$") == f"{path}|{said}|$"


def test_the_purses_records_come_by_their_own_function() -> None:
    with bench(keypad=Typist("123456")) as desk:
        desk.insert(SECOND)
        said = desk.good("iReadDebitRecord", 1)
        assert said.endswith("|")
        assert all(row.count("^") == 6 for row in said.removesuffix("|").split("|"))


@pytest.mark.parametrize(("path", "key"), [("DF01EF05", "20"), ("DF03EF07", "71")])
def test_a_file_of_an_application_is_written_and_read_back(path: str, key: str) -> None:
    with bench(keypad=Typist("123456")) as desk:
        desk.insert(SECOND)
        value = "12" if key == "20" else "379999"
        desk.good("iWriteCard", 1, info(SECOND), f"{path}|{key}|$", f"{path}|{value}|$")
        assert desk.good("iReadCard", 1, 1, info(SECOND), f"{path}|{key}|$") == f"{path}|{value}|$"


def test_a_pin_only_file_needs_no_hsm() -> None:
    with bench(psam=False) as desk:
        desk.insert(SECOND)
        for path in ("DF04EF08", "DF01EF16"):
            assert desk.call("iReadCard_HSM_Step1", 1, info(SECOND), f"{path}$").code == Code.NO_HSM_NEEDED
