"""The local interface at a whole desk: the visit comes first, the operator consents, the journal tells."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from pathlib import Path

from terminal.localapi.programs import Programs
from terminal.sandbox.child import SandboxCentre
from terminal.sandbox.staff import PASSWORDS
from terminal.settings import Settings
from terminal.views import Stage
from tests.interface33.support import hsm_pair
from tests.terminal.own import joined
from tests.terminal.world import READER, World, card_of, settings_for


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(settings: Settings, token: str, function: str, **arguments: object) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", settings.local_api_port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", f"/ld33/v1/{function}", json.dumps(arguments), headers)
    answer = connection.getresponse()
    document: dict[str, object] = json.loads(answer.read())
    connection.close()
    return document


def test_a_program_at_the_desk(centre: SandboxCentre, tmp_path: Path) -> None:
    settings = joined(centre, tmp_path, local_api_port=free_port(), local_api_writes=True)
    token = Programs(settings).add("Hall 7", "native", writes=True)
    with World(settings) as world:
        world.readers.insert(READER, card_of("farmer"))
        world.until_stage(Stage.NOTICE)
        said = call(settings, token, "iReadCardBas", iType=1)
        assert said["code"] == 0
        card_id, number = str(said["out"]).split("|")[3], str(said["out"]).split("|")[2]
        assert any(view.program is not None and view.program.state == "runs" for view in world.shown)
        world.until(lambda view: view.program is None and view.stage is Stage.NOTICE)

        answers: list[dict[str, object]] = []
        info = f"{card_id}|{number}|"
        asking = threading.Thread(
            target=lambda: answers.append(call(settings, token, "iUnblockPIN", iType=1, pCardInfo=info))
        )
        asking.start()
        world.until(lambda view: view.program is not None and view.program.state == "asks")
        world.desk.accept_notice()  # no visit begins while a program has the card
        world.desk.program_refuse()
        asking.join()
        assert answers[0]["fault"] == "L105"
        assert world.until(lambda view: view.program is None).stage is Stage.NOTICE

        world.desk.accept_notice()
        world.until_stage(Stage.HOLDER)
        assert call(settings, token, "iReadCardBas", iType=1)["fault"] == "L103"
        line = next(line for line in world.desk.health().result(30) if line.name.en == "Local interface")
        assert line.value.en == f"Port {settings.local_api_port}, 1 programs registered"


def test_signing_out_and_locking_end_what_a_program_does(centre: SandboxCentre, tmp_path: Path) -> None:
    settings = joined(centre, tmp_path, local_api_port=free_port())
    token = Programs(settings).add("Hall 7", "native", writes=False)
    with World(settings) as world:
        card = card_of("elder")
        world.readers.insert(READER, card)
        world.until_stage(Stage.NOTICE)
        info = f"{card.contents.card_id.hex().upper()}|{card.contents.card_number}|"
        for leave in (world.desk.lock, world.desk.sign_out):
            step = call(settings, token, "iReadCard_HSM_Step1", iType=1, pCardInfo=info, pFileAddr="SSSEEF06|08|$")
            assert step["code"] == 0
            leave()
            world.until(lambda view: view.stage is Stage.SIGN_IN and view.program is None)
            _, _, factor, raw, _ = str(step["out"]).split("|")
            pair = hsm_pair(card.contents, factor, raw)
            said = call(settings, token, "iReadCard_HSM_Step2", pKey=pair, handle=step["handle"])
            assert (said["code"], said["out"]) == (-12, "")
            if leave == world.desk.lock:
                world.type_secret(None, PASSWORDS["1001"])
                world.until(lambda view: view.secret is None)


def test_nobody_signed_in_and_off_by_default(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, local_api_port=free_port())
    token = Programs(settings).add("Hall 7", "native", writes=False)
    world = World(settings, operator=None)
    with world:
        assert call(settings, token, "iReadCardBas", iType=1)["fault"] == "L107"
    assert World(settings_for(tmp_path / "other"), operator=None).desk.local_api is None
