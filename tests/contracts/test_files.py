"""Every file of every generation, read by its declaration, at both heights of readers: what the card was made with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardio.files import FILES, ElementaryFile, Need, Structure
from cardio.session import CardSession
from cardio.simulator import belongings
from cardio.simulator.contents import CardContents
from cardio.simulator.personas import PERSONAS
from cardio.simulator.spec import CardSpec
from cardio.simulator.toykeys import ToyKeySource
from tests.support.worlds import World


def readable(generation: int) -> Iterator[ElementaryFile]:
    """All but those whose key nobody tells, and what the card keeps to itself."""
    for ef in FILES:
        rule = ef.read.get(generation)
        there = rule is not None and generation >= ef.application.since
        if rule and there and rule.need is not Need.NEVER and (rule.key is None or rule.key.p2 is not None):
            yield ef


@pytest.mark.parametrize("t0", [True, False], ids=["61xx", "direct"])
@pytest.mark.parametrize("contents", PERSONAS, ids=["first", "second", "third"])
def test_every_file_is_read_in_one_flow(world: World, contents: CardContents, t0: bool) -> None:
    world.insert(0, CardSpec(contents, t0=t0))
    link = world.system.connect(world.names[0])
    told = belongings.values(contents)
    try:
        session = CardSession(link, [ToyKeySource()])
        with session.flow():
            for ef in readable(contents.generation):
                found = session.read_file(ef, pin_digits=bytearray((1, 2, 3, 4, 5, 6)))
                assert found.errors == (), ef.path
                if ef.structure is Structure.TRANSPARENT:
                    assert found.content is not None, ef.path
                elif ef.structure is Structure.CYCLIC:
                    assert len(found.rows) == belongings.rows(ef.path), ef.path
                elif ef.of(contents.generation):
                    wanted = told.get(ef.path, {})
                    assert {key: found.values[key] for key in wanted} == wanted
                    for record in ef.of(contents.generation):
                        if record.elsewhere:
                            here = belongings.home(record.tag, contents) == ef.path
                            assert (found.values[record.key] is not None) == here, ef.path
                else:
                    assert found.raw, ef.path
    finally:
        link.close()
