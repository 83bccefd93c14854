"""What ``reader conformance`` does: a bench, the cases, and the report of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cardio.apps import pin as pins
from cardio.conformance import report
from cardio.conformance.benches import bench_of
from cardio.conformance.case import Case, Outcome, Verdict
from cardio.conformance.run import CASES, outcomes
from cardio.interface33.functions import DEADLINE
from cardio.readers import choose
from cardio.wiping import wipe
from terminal import VERSION, bootstrap, rules
from terminal.cli.ask import missing
from terminal.cli.hand import PATIENCE, PersonHand
from terminal.text import Text

if TYPE_CHECKING:
    from cardio.conformance.bench import Bench
    from terminal.cli.app import Context

_VERDICTS = {
    Verdict.PASSED: Text("通过", "passed"),
    Verdict.FAILED: Text("不通过", "failed"),
    Verdict.NOT_APPLICABLE: Text("不适用", "not applicable"),
}
_FAILED = 1
_CHANGES = Text("将写卡并消耗密码和密钥次数，只可用于测试卡。", "Writes and uses up tries: for a test card only.")
_PROVED = Text("证实卡片的密钥来源", "card proved by")
_NOBODY = Text("无", "none")


def run(
    context: Context,
    name: str | None,
    simulator: int | None,
    *,
    destructive: bool,
    pin_stdin: bool,
    pull_every: int | None,
    folder: Path,
    cases: Sequence[Case] = CASES,
) -> int:
    """Exit code 0 when nothing failed, else 1.

    :param pull_every: a person is asked to pull the card, at each so many commands of a function.
    :raises CardError: no reader, no card, no PIN. :raises TerminalError: PRODUCTION_FORBIDS for the simulator;
        INPUT_MISSING where nobody can be asked to pull.
    """
    if pull_every and (context.no_input or context.output.quiet):
        raise missing("--pull-every")
    pin = _pin(context) if pin_stdin else None
    try:
        if destructive and simulator is None:
            context.output.aside(_CHANGES)
        if simulator:
            made = _simulated(context, simulator, destructive)
        else:
            made = _real(context, name, destructive, pin, pull_every)
        with made as bench:
            return _tested(context, bench, folder, cases)
    finally:
        if pin is not None:
            wipe(pin)


def _tested(context: Context, bench: Bench, folder: Path, cases: Sequence[Case]) -> int:
    began = context.clock.now()
    subject = report.subject_of(bench, VERSION, began)
    found = []
    for outcome in outcomes(bench, cases):
        found.append(outcome)
        _say(context, outcome)
    ended = context.clock.now()
    document = report.document(subject, ended, found)
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"conformance-{began:%Y%m%d-%H%M%S}"
    stem.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2))
    stem.with_suffix(".html").write_text(report.page(subject, ended, found), encoding="utf-8")
    context.output.document(document)
    language = context.output.language
    context.output.line(f"{_PROVED.say(language)}\t{subject.proved_by or _NOBODY.say(language)}")
    for verdict, words in _VERDICTS.items():
        context.output.line(f"{words.say(language)}\t{document['counts'][verdict.value]}")
    context.output.line(str(stem.with_suffix(".html")))
    return _FAILED if document["counts"][Verdict.FAILED.value] else 0


def _say(context: Context, outcome: Outcome) -> None:
    if outcome.verdict is Verdict.FAILED:
        requirement = Text(outcome.case.chinese, outcome.case.requirement).say(context.output.language)
        context.output.line(f"{outcome.case.id}\t{requirement}\t{outcome.found}")


def _pin(context: Context) -> bytearray:
    """Digits as values, to be wiped. :raises CardError: PIN_FORMAT."""
    from terminal.cli.ask import read_pin  # noqa: PLC0415
    from terminal.pin import PinBuffer  # noqa: PLC0415

    buffer = PinBuffer()
    read_pin(context, buffer, from_stdin=True)
    taken = buffer.take()
    try:
        wipe(pins.block(taken))
    except BaseException:
        wipe(taken)
        raise
    return taken


@contextmanager
def _real(
    context: Context, name: str | None, destructive: bool, pin: bytearray | None, pull_every: int | None
) -> Iterator[Bench]:
    settings = context.settings
    with bootstrap.pcsc() as readers, bootstrap.key_sources(settings, context.clock, readers) as keys:
        slots = bootstrap.for_cards(settings, readers)
        state = choose(slots.snapshot(), name or settings.reader or None)
        with bench_of(
            slots,
            state.name,
            height="hardware",
            sources=keys.all,
            hsm=keys.hsm,
            pin=pin,
            hand=PersonHand(context.output, slots, state.name) if pull_every else None,
            destructive=destructive,
            every=pull_every or 1,
            deadline=DEADLINE + 2 * PATIENCE if pull_every else DEADLINE,
        ) as bench:
            yield bench


@contextmanager
def _simulated(context: Context, generation: int, destructive: bool) -> Iterator[Bench]:
    rules.require_sandbox(context.settings.environment, "reader conformance --simulator")
    from cardio.simulator.bench import simulated_bench  # noqa: PLC0415 - a production package has none

    with simulated_bench(generation, destructive=destructive) as bench:
        yield bench
