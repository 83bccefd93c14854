"""Settings, the one instance, health, card states: rules that need no card."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from cardio.errors import CardError
from cardio.keysource import IRK, Algorithm, CardIdentity, KeySourceUnavailable
from cardio.reader_support import NoReaders
from cardio.simulator.psam import SimulatedPsam
from cardio.simulator.psam_contents import PsamContents
from cardio.simulator.reader import SimulatedReaders
from terminal import bootstrap, health, rules, settings
from terminal.centre.contract import ApplicationState, CardStatus
from terminal.cli.demo import stage
from terminal.clock import FixedClock
from terminal.errors import TerminalError, TerminalFault
from terminal.instance import single_instance
from terminal.membership import Membership
from terminal.model.card_state import card_status_view
from terminal.services.catalogue import service, services
from terminal.views import HealthLine
from tests.support.no_screen import no_screen

ROOT = Path(__file__).parents[2]


def load(tmp_path: Path, **kinds: object) -> settings.Loaded:
    flags = kinds.get("flags", {})
    environ = kinds.get("environ", {})
    assert isinstance(flags, dict)
    assert isinstance(environ, dict)
    return settings.load(flags, environ=environ, user=tmp_path / "user.toml", system=tmp_path / "system.toml")


def source(loaded: settings.Loaded, key: str) -> str:
    return next(origin.source for origin in loaded.origins if origin.key == key)


def test_the_stronger_source_counts_and_is_named(tmp_path: Path) -> None:
    assert source(load(tmp_path), "idle") == "default"
    (tmp_path / "system.toml").write_text("idle = 100")
    assert load(tmp_path).settings.idle == 100
    (tmp_path / "user.toml").write_text("idle = 110\nlanguage = 'en'")
    assert source(load(tmp_path), "idle") == str(tmp_path / "user.toml")
    loaded = load(tmp_path, environ={"SSC_IDLE": "120"})
    assert (loaded.settings.idle, source(loaded, "idle")) == (120, "SSC_IDLE")
    loaded = load(tmp_path, environ={"SSC_IDLE": "120"}, flags={"idle": 130.0, "language": None})
    assert (loaded.settings.idle, source(loaded, "idle"), loaded.settings.language) == (130, "flag", "en")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("idle = ", TerminalFault.SETTINGS_UNREADABLE),
        ("colour = 1", TerminalFault.SETTINGS_UNKNOWN),
        ("idle = 5", TerminalFault.SETTINGS_VALUE),
        ("idle = '60'", TerminalFault.SETTINGS_VALUE),
        ("environment = 'test'", TerminalFault.SETTINGS_VALUE),
    ],
)
def test_a_wrong_file_is_a_fault(tmp_path: Path, text: str, fault: TerminalFault) -> None:
    (tmp_path / "user.toml").write_text(text)
    with pytest.raises(TerminalError) as caught:
        load(tmp_path)
    assert caught.value.fault is fault


def test_addresses_of_the_hsm_by_file(tmp_path: Path) -> None:
    text = "SSSEEF06=0094 SSSEEF05=0096"
    loaded = load(tmp_path, flags={"hsm_addresses": text})
    assert loaded.settings.write_addresses == {"SSSEEF06": "0094", "SSSEEF05": "0096"}
    for wrong in ("SSSEEF06", "SSSEEF06=94", "SSSEEF06=0094,SSSEEF05=0096", "SSSEEF06=0094 ", "ssseef06=0094"):
        with pytest.raises(TerminalError) as refused:
            load(tmp_path, flags={"hsm_addresses": wrong})
        assert refused.value.fault is TerminalFault.SETTINGS_VALUE


def test_each_environment_has_its_own_data(tmp_path: Path) -> None:
    folders = {
        settings.prepare_data(settings.Settings(environment=each, data_dir=str(tmp_path)))
        for each in ("sandbox", "production")
    }
    assert len(folders) == 2
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in folders)


def test_a_data_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TerminalError) as caught:
        settings.prepare_data(settings.Settings(environment="sandbox", data_dir=str(tmp_path / "file")))
    assert caught.value.fault is TerminalFault.DATA_FOLDER


def test_a_second_instance_is_told_who_is_there(tmp_path: Path) -> None:
    clock = FixedClock()
    with single_instance(tmp_path, clock):
        with pytest.raises(TerminalError) as caught, single_instance(tmp_path, clock):
            pytest.fail("two at once")
        assert caught.value.fault is TerminalFault.SECOND_INSTANCE
        assert caught.value.values == {"pid": os.getpid(), "since": "2026-06-01 09:00:00"}
    with single_instance(tmp_path, clock):
        pass


def test_the_lock_of_a_process_that_was_killed_is_taken_over(tmp_path: Path) -> None:
    holder = (
        "import sys, os, signal; from pathlib import Path; from terminal.instance import single_instance;"
        "from terminal.clock import SystemClock\n"
        "with single_instance(Path(sys.argv[1]), SystemClock()): os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", holder, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert (tmp_path / "instance.lock").read_text()
    with single_instance(tmp_path, FixedClock()):
        pass


def test_versions_that_break_are_refused() -> None:
    with pytest.raises(TerminalError) as caught:
        health.check_versions((3, 11), "6.12.0")
    assert caught.value.fault is TerminalFault.VERSION_UNSUITABLE
    health.check_versions((3, 12), "6.12.0")
    health.check_versions((3, 11), "6.11.3")
    health.check_versions()


def test_a_full_disk_is_seen_before_it_is_full(tmp_path: Path) -> None:
    with pytest.raises(TerminalError) as caught:
        health.check_disk(tmp_path, free=499_999_999)
    assert caught.value.fault is TerminalFault.DISK_LOW
    health.check_disk(tmp_path, free=500_000_000)


def test_production_refuses_what_belongs_to_the_sandbox() -> None:
    rules.require_sandbox("sandbox", "demo")
    rules.require_unmask("sandbox")
    with pytest.raises(TerminalError):
        rules.require_sandbox("production", "demo")
    with pytest.raises(TerminalError):
        rules.require_unmask("production")


def test_services_are_found_by_code_and_alias() -> None:
    assert [each.code for each in services()] == [
        "card-status",
        "subsidy-enquiry",
        "contact-change",
        "card-pin-change",
    ]
    assert service("A4").code == "card-status"
    assert len({each.shortcut for each in services()}) == len(services())
    with pytest.raises(TerminalError) as caught:
        service("A99")
    assert caught.value.fault is TerminalFault.SERVICE_UNKNOWN


STATUS = CardStatus(
    state=ApplicationState.NORMAL,
    since=date(2024, 1, 1),
    issued_on=date(2024, 1, 1),
    expires_on=date(2034, 1, 1),
    renew_from=date(2033, 11, 2),
    bank="演示银行",
    account_last4="5341",
    account_active=True,
    loss_expires_on=None,
    as_of=datetime(2026, 6, 1, tzinfo=UTC),
)


def test_a_card_in_order_needs_no_advice() -> None:
    assert card_status_view(STATUS).advice is None


def test_a_program_reads_the_state_of_a_card_in_no_language() -> None:
    codes = [card_status_view(msgspec.structs.replace(STATUS, state=state)).state for state in ApplicationState]
    assert codes == ["sealed", "normal", "formal-loss", "locked", "temporary-loss", "cancelled"]
    idle = card_status_view(msgspec.structs.replace(STATUS, account_active=False))
    assert (card_status_view(STATUS).account_active, idle.account_active) == (True, False)


@pytest.mark.parametrize("state", [state for state in ApplicationState if state is not ApplicationState.NORMAL])
def test_every_other_state_says_what_to_do(state: ApplicationState) -> None:
    view = card_status_view(msgspec.structs.replace(STATUS, state=state))
    assert view.advice is not None
    assert view.facts[0].tone in {"warning", "bad"}


@pytest.mark.parametrize(
    ("expires", "renew_from", "tone", "advised"),
    [
        (date(2026, 5, 31), date(2026, 4, 1), "bad", True),
        (date(2026, 7, 31), date(2026, 6, 1), "warning", True),
        (date(2026, 8, 1), date(2026, 6, 2), "plain", False),
        (date(2026, 8, 1), date(2026, 2, 1), "warning", True),  # a city with a longer window
    ],
)
def test_expiry_by_the_centres_day_and_rule(expires: date, renew_from: date, tone: str, advised: bool) -> None:
    view = card_status_view(msgspec.structs.replace(STATUS, expires_on=expires, renew_from=renew_from))
    fact = next(fact for fact in view.facts if fact.label.en == "Valid until")
    assert (fact.tone, view.advice is not None) == (tone, advised)


def test_an_account_that_is_not_active_is_told() -> None:
    view = card_status_view(msgspec.structs.replace(STATUS, account_active=False, account_last4=None))
    assert view.advice is not None
    assert "激活" in view.advice.zh


@pytest.mark.parametrize(
    ("psam", "said", "fault"),
    [
        (PsamContents(), "379999****01, 3DES level 3, SM4 level 3", None),
        (PsamContents(algorithms=frozenset({Algorithm.TDES})).at_level(IRK, 2), "379999****01, 3DES level 2", None),
        (PsamContents().without(IRK), None, "C307"),
        (None, None, "C305"),
    ],
    ids=["whole", "of a province", "without the key", "not there"],
)
def test_the_psam_has_its_line(tmp_path: Path, psam: PsamContents | None, said: str | None, fault: str | None) -> None:
    readers = SimulatedReaders(["a", "b"])
    if psam is not None:
        readers.insert("b", SimulatedPsam(psam))

    def join() -> Membership:
        raise TerminalError(TerminalFault.NEEDS_CENTRE)

    def line(slot: str) -> HealthLine:
        chosen = settings.Settings(environment="sandbox", data_dir=str(tmp_path), psam=slot)
        subjects = health.Subjects(chosen, FixedClock(), readers, join, no_screen)
        (check,) = [each for each in health.lines(subjects) if each[0].en == "PSAM"]
        return health.examined(*check)

    found = line("b")
    assert (found.fault.code if found.fault else None) == fault
    assert said is None or found.value.en == said
    assert "379999000001" not in found.value.en + found.value.zh  # its number is masked
    assert line("").value.en == "None set up"


def test_a_psam_is_asked_for_the_region_of_the_settings(tmp_path: Path) -> None:
    """A county's number with its city's keys: without the setting its cards would be refused (C311)."""
    readers = SimulatedReaders(["a", "b"])
    readers.insert("b", SimulatedPsam(dataclasses.replace(PsamContents(), terminal="379912000001").at_level(IRK, 1)))
    card = CardIdentity(bytes.fromhex("379999D156000005") + bytes(8), bytes(13), Algorithm.SM4, 3)

    def cryptogram(region: str) -> str:
        made = bootstrap.psam_source(settings.Settings(environment="sandbox", psam="b", psam_region=region), readers)
        assert made is not None
        try:
            return made.external(card, IRK, bytes(8), bytes(8)).hex()
        except KeySourceUnavailable as refused:
            assert isinstance(refused.cause, CardError)
            return refused.cause.fault.value
        finally:
            made.close()

    assert cryptogram("") == "C311"
    assert len(cryptogram("379999")) == 16
    with pytest.raises(TerminalError) as refused:
        load(tmp_path, environ={"SSC_PSAM_REGION": "3799"})
    assert refused.value.fault is TerminalFault.SETTINGS_VALUE


def test_a_centre_that_does_not_answer_is_asked_once_for_both_lines(tmp_path: Path) -> None:
    asked = 0

    def join() -> Membership:
        nonlocal asked
        asked += 1
        raise TerminalError(TerminalFault.NEEDS_CENTRE)

    chosen = settings.Settings(environment="sandbox", data_dir=str(tmp_path))
    lines = health.examine(health.Subjects(chosen, FixedClock(), NoReaders(), join, no_screen))
    found = {line.name.en: line.fault.code if line.fault else None for line in lines}
    assert (found["Centre"], found["Clock"], found["Smart card service"]) == ("T106", "T106", "C114")
    assert asked == 2  # the enrolment has its own line


OTHERS = {
    "environment": "sandbox", "data_dir": "elsewhere", "language": "en", "reader": "x", "psam": "x",
    "psam_region": "379901", "card_deadline": "99", "centre_timeout": "99", "probe_every": "99", "probe_idle": "99",
    "idle": "99", "sign_in": "false", "printer": "none", "key_keeper": "tpm", "sync_splay": "99",
    "second_copy": "/media/x", "hsm_addresses": "SSSEEF06=0094", "local_api_port": "99", "local_api_writes": "true",
    "log_file": "x", "log_level": "ERROR",
}  # fmt: skip
"""Of each setting one that the demonstration does not have. A new one fails here until somebody says one."""


@pytest.mark.parametrize("key", settings.Settings.__struct_fields__)
def test_what_is_set_for_another_terminal_does_not_change_the_demonstrations_stage(tmp_path: Path, key: str) -> None:
    """Not for itself, nor for the commands that it runs on its data; a file of the person's own does no more."""
    plain = stage.settings_of(settings.Settings(environment="sandbox"), tmp_path)
    set_to = load(tmp_path, environ={f"SSC_{key.upper()}": OTHERS[key]}).settings
    ours = stage.settings_of(set_to, tmp_path)
    kept = getattr(set_to, key) if key in stage.PERSONS_OWN else getattr(plain, key)
    assert key == "environment" or getattr(set_to, key) != getattr(plain, key)  # so that it would be seen
    assert ours == msgspec.structs.replace(plain, **{key: kept})
    value = getattr(set_to, key)
    written = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    (tmp_path / "user.toml").write_text(f"{key} = {written}\n", encoding="utf-8")
    environ = {f"SSC_{key.upper()}": OTHERS[key], **stage.variables_of(ours)}
    assert load(tmp_path, environ=environ).settings == ours
