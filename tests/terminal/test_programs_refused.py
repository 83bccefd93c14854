"""Other programs and the centre's reference data: what is refused at the counter is refused to them, before a holder is
asked for a PIN, and before anything of the card is told or changed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from cardio.interface33 import FUNCTIONS, Interface33, Purpose
from cardio.interface33.errors import Code
from cardio.simulator import saved
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from cardio.worker import CardWorker
from terminal.localapi.book import KINDS, gate
from terminal.localapi.programs import Programs
from terminal.reference import Reference
from terminal.sandbox.child import SandboxCentre
from terminal.views import Stage
from tests.interface33.support import info
from tests.terminal.own import joined
from tests.terminal.test_local_api import call, free_port
from tests.terminal.world import READER, World, card_of

FIRST: Final = [name for name, function in FUNCTIONS.items() if function.prepare is not None]
WATCHED: Final = -9011


class NoHolder:
    """Nobody may be asked."""

    asked = 0

    def ask(self, purpose: Purpose) -> bytearray:
        self.asked += 1
        return bytearray((6, 5, 4, 3, 2, 1))


@pytest.mark.parametrize("name", FIRST)
def test_every_function_leaves_a_watched_card_alone(name: str) -> None:
    readers, card, pad = SimulatedReaders((READER,)), card_of("elder"), NoHolder()
    readers.insert(READER, card)
    worker = CardWorker(readers, READER)
    given: dict[str, object] = {
        **{"iType": 1, "iAuthType": 1, "pCardInfo": info(card.contents), "pPayInfo": "100|50+50|20260101010101|"},
        **{"pFileAddr": "SSSEEF06|0B|$", "pWriteData": "SSSEEF06|02|$"},
    }
    arguments = tuple(given[parameter] for parameter in FUNCTIONS[name].parameters)

    def said(reference: Reference) -> int:
        interface = Interface33(
            readers,
            lambda reader: worker,
            lambda: (ToyKeySource(),),
            keypad=pad,
            admission=lambda: gate(reference),
        )
        reply = interface.call(name, *arguments)
        assert reply.code == Code.OK or str(card.contents.number) not in reply.text
        interface.close()
        return reply.code

    try:
        before = saved.to_json(card)
        watched = Reference(watched=frozenset({Reference.name_of(card.contents.card_id)}), old=True)
        # Without a PSAM a payment does not come as far as the card; by the HSM's steps it does.
        assert said(watched) == (Code.NO_PSAM if name == "iDoDebit" else WATCHED)
        after = saved.to_json(card)
        assert (pad.asked, {**after, "commands": 0}) == (0, {**before, "commands": 0})
        assert said(Reference(old=True)) != WATCHED
    finally:
        worker.stop()


def test_at_the_desk_a_watched_card_and_what_is_switched_off(centre: SandboxCentre, tmp_path: Path) -> None:
    settings = joined(centre, tmp_path, local_api_port=free_port(), local_api_writes=True)
    token = Programs(settings).add("Hall 7", "native", writes=True)
    watched, other = card_of("farmer"), card_of("elder")
    centre.control.publish(watch=[watched.contents.card_id.hex()], off=sorted(set(KINDS.values())))
    try:
        with World(settings) as world:
            world.readers.insert(READER, watched)
            world.until_stage(Stage.NOTICE)
            said = call(settings, token, "iReadCardBas", iType=1)
            assert (said["code"], said["fault"], said["out"]) == (WATCHED, "L115", "")
            world.readers.pull(READER)
            world.until_stage(Stage.WAITING)
            world.readers.insert(READER, other)
            world.until_stage(Stage.NOTICE)
            before = saved.to_json(other)
            known = {"iType": 1, "pCardInfo": info(other.contents), "pPayInfo": "100|50+50|20260101010101|"}
            known |= {"pFileAddr": "SSSEEF06|0B|$", "pWriteData": "SSSEEF06|02|$"}
            for name in FIRST:
                function = FUNCTIONS[name]
                if function.leaves_something and name != "iReloadPIN_HSM_Step1":  # that one is never served
                    refused = call(settings, token, name, **{each: known[each] for each in function.parameters})
                    assert (refused["code"], refused["fault"]) == (-9012, "L116"), name  # and nobody was asked
            assert saved.to_json(other) == before
            assert call(settings, token, "iReadCardBas", iType=1)["code"] == 0
    finally:
        centre.control.publish(watch=[], off=[])
