"""What ``reader conformance`` does: a bench, the cases, and the report of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cardio.conformance import report
from cardio.conformance.benches import bench_of
from cardio.conformance.case import Outcome, Verdict
from cardio.conformance.run import outcomes
from cardio.readers import choose
from terminal import bootstrap, rules
from terminal.text import Text

if TYPE_CHECKING:
    from cardio.conformance.bench import Bench
    from terminal.cli.app import Context

_VERDICTS = {
    Verdict.PASSED: Text("通过", "passed"),
    Verdict.FAILED: Text("不通过", "failed"),
    Verdict.NOT_APPLICABLE: Text("不适用", "not applicable"),
}
_FAILED, _CHANGES = (
    1,
    Text("将写卡并消耗密码和密钥次数，只可用于测试卡。", "Writes and uses up tries: for a test card only."),
)


def run(
    context: Context, name: str | None, simulator: int | None, *, destructive: bool, pin_stdin: bool, folder: Path
) -> int:
    """Exit code 0 when nothing failed, else 1.

    :raises CardError: no reader, no card. :raises TerminalError: PRODUCTION_FORBIDS for the simulator.
    """
    pin = _pin(context) if pin_stdin else None
    if destructive and simulator is None:
        context.output.aside(_CHANGES)
    made = _simulated(context, simulator, destructive) if simulator else _real(context, name, destructive, pin)
    with made as bench:
        began = context.clock.now()
        found = []
        for outcome in outcomes(bench):
            found.append(outcome)
            _say(context, outcome)
        subject = report.subject_of(bench, _version(), began, context.clock.now())
    document = report.document(subject, found)
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"conformance-{began:%Y%m%d-%H%M%S}"
    stem.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2))
    stem.with_suffix(".html").write_text(report.page(subject, found), encoding="utf-8")
    context.output.document(document)
    for verdict, words in _VERDICTS.items():
        context.output.line(f"{words.say(context.output.language)}\t{document['counts'][verdict.value]}")
    context.output.line(str(stem.with_suffix(".html")))
    return _FAILED if document["counts"][Verdict.FAILED.value] else 0


def _say(context: Context, outcome: Outcome) -> None:
    if outcome.verdict is Verdict.FAILED:
        context.output.line(f"{outcome.case.id}\t{outcome.case.requirement}\t{outcome.found}")


def _version() -> str:
    try:
        return version("ssc-terminal")
    except PackageNotFoundError:
        return "checkout"


def _pin(context: Context) -> bytes:
    """Digits as values; the buffer behind them is wiped."""
    from terminal.cli.ask import read_pin  # noqa: PLC0415
    from terminal.pin import PinBuffer  # noqa: PLC0415

    buffer = PinBuffer()
    read_pin(context, buffer, from_stdin=True)
    taken = buffer.take()
    try:
        return bytes(taken)
    finally:
        taken[:] = bytes(len(taken))


@contextmanager
def _real(context: Context, name: str | None, destructive: bool, pin: bytes | None) -> Iterator[Bench]:
    with bootstrap.pcsc() as readers:
        state = choose(readers.snapshot(), name or context.settings.reader or None)
        toys = bootstrap.toy_sources(context.settings)
        with bench_of(
            readers,
            state.name,
            height="hardware",
            sources=toys,
            hsm=toys[0] if toys else None,
            pin=pin,
            destructive=destructive,
        ) as bench:
            yield bench


@contextmanager
def _simulated(context: Context, generation: int, destructive: bool) -> Iterator[Bench]:
    rules.require_sandbox(context.settings.environment, "reader conformance --simulator")
    from cardio.simulator.bench import simulated_bench  # noqa: PLC0415 - a production package has none

    with simulated_bench(generation, destructive=destructive) as bench:
        yield bench
