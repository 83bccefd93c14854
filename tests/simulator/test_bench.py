"""The commands of each flow, counted as ``./run bench cards`` does, and the page that quotes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardio import files
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.faults import Fault, Trouble
from cardio.simulator.personas import FIRST, SECOND, THIRD
from tests.simulator.hand import CHALLENGE, SELECT, Hand
from tools import bench, bench_cards
from tools.bench_flows import FLOWS, Flow, counted

PAGE = (Path(__file__).parents[2] / "docs" / "performance.md").read_text("utf-8")


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_no_flow_takes_more_commands_than_the_page_says(flow: Flow) -> None:
    told = re.search(rf"^\| {re.escape(flow.name)} \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    assert told is not None
    assert (counted(flow), flow.fewest) == (int(told[1]), int(told[2]))


def test_the_page_quotes_the_whole_table() -> None:
    assert [line for line in bench_cards.flows() if line not in PAGE] == []


@pytest.mark.parametrize(("contents", "flow"), [(FIRST, FLOWS[0]), (SECOND, FLOWS[1])], ids=["first", "second"])
def test_the_fewest_commands_do_read_the_card(contents: CardContents, flow: Flow) -> None:
    """Every record by the short identifier of its file; and the proof."""
    hand = Hand(contents)
    hand(SELECT)
    for ef in (files.EF05, files.EF06):
        for record in ef.of(contents.generation):
            answer = hand(f"00B2{record.tag:02X}{ef.sfi << 3:02X}{record.le:02X}")
            assert (answer[:2], answer[-4:]) == (f"{record.tag:02X}", "9000")
    factor = hand(CHALLENGE)[:16]
    assert hand(f"0088000010{factor}{factor}")[-4:] == "9000"
    assert hand.card.commands == flow.fewest


def test_a_bench_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([]) == bench.main(["nothing"]) == bench_cards.main(["more"]) == 2
    assert "cards" in capsys.readouterr().err


def test_a_slow_card_takes_the_time_of_its_bytes_and_can_be_released() -> None:
    card = SimulatedCard(THIRD, [Fault(Trouble.SLOW, value=10_000_000)])
    card.power_on()
    card.release()  # nobody waits for ten seconds a byte
    assert card.process(bytes.fromhex("0084000008"))[-2:] == b"\x90\x00"
