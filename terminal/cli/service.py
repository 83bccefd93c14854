"""``service list|run`` and ``subsidy list``: any service, without the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.cli.paper import SLIP_OPTION
from terminal.cli.usage import WrongValueError
from terminal.model.decoding import decoded
from terminal.text import Text

if TYPE_CHECKING:
    from terminal.cli.app import Context
    from terminal.procedure import Data
    from terminal.services.base import Service
    from terminal.views import SubsidyView
    from terminal.visit import Visit

_READER = click.option("--reader", "name", help="Name of the reader; needed when several hold a card.")
_LARGEST = 64 * 1024
_NO_PAPER = Text("这项业务没有回执", "this service has no paper")
_OWN = {"contact-change": "run_contact_change", "card-pin-change": "run_pin_change"}
"""Services that leave something behind: functions of :mod:`terminal.cli.intake`."""


@click.group()
def service() -> None:
    """What this terminal can do for a holder."""


@service.command("list")
@click.pass_obj
def service_list(context: Context) -> None:
    """List the services."""
    from terminal.services.catalogue import services  # noqa: PLC0415

    context.output.document([_service(each) for each in services()])
    for each in services():
        context.output.line(f"{each.code}\t{each.title.say(context.output.language)}")


def _service(service: Service) -> dict[str, object]:
    return {
        "code": service.code,
        "title": service.title,
        "summary": service.summary,
        "aliases": service.aliases,
        "group": service.group,
        "card": service.card,
        "pin": service.pin,
        "offline": service.offline,
        "risk": service.risk,
        "fields": _fields(service),
    }


def _fields(service: Service) -> list[str]:
    from terminal.services.base import PinNeed  # noqa: PLC0415

    return [*service.fields, *(["pin"] if service.pin is PinNeed.ONCE else [])]


@service.command("run")
@click.argument("code")
@_READER
@click.option("--fields-stdin", is_flag=True, help='Fields as a JSON object on standard input, such as {"pin": "…"}.')
@SLIP_OPTION
@click.pass_obj
def service_run(context: Context, code: str, name: str | None, fields_stdin: bool, slip: Path | None) -> int:
    """Run service CODE for the card in the reader, and show its result; what it leaves behind has a paper."""
    from terminal.services.catalogue import service as find  # noqa: PLC0415

    wanted = find(code)
    own = _OWN.get(wanted.code)
    if own is not None:
        from terminal.cli import intake  # noqa: PLC0415 - slow

        return int(getattr(intake, own)(context, name, fields_stdin, slip))
    if slip is not None:
        raise WrongValueError("--slip", _NO_PAPER)
    data = _run(context, wanted, name, from_fields=fields_stdin, from_stdin=False)
    context.output.document(data)
    _print(context, data)
    _take_card(context, wanted)
    return 0


@click.group()
def subsidy() -> None:
    """Subsidies paid to the holder."""


@subsidy.command("list")
@click.option("--year", type=click.IntRange(2000, 2100), help="One year; all of them otherwise.")
@click.option("--pin-stdin", is_flag=True, help="Take the PIN from standard input in place of the keyboard.")
@_READER
@click.pass_obj
def subsidy_list(context: Context, year: int | None, pin_stdin: bool, name: str | None) -> None:
    """What has been paid to the card in the reader."""
    from terminal.services.catalogue import service as find  # noqa: PLC0415
    from terminal.views import SubsidyView  # noqa: PLC0415

    wanted = find("subsidy-enquiry")
    select = [("year", str(year) if year else "")]
    data = _run(context, wanted, name, from_fields=False, from_stdin=pin_stdin, then=select)
    assert isinstance(data, SubsidyView)  # noqa: S101 - what this service's last page shows
    lines = [line for line in data.lines if year in (None, line.year)]
    context.output.document(lines)
    _print_lines(context, data)
    _take_card(context, wanted)


def _take_card(context: Context, done: Service) -> None:
    """The last word of every visit; where there is a paper it stands on that."""
    from terminal.receipts.words import TAKE_CARD  # noqa: PLC0415
    from terminal.services.base import CardNeed  # noqa: PLC0415

    if done.card is not CardNeed.NONE:
        context.output.line(TAKE_CARD)


def _run(
    context: Context,
    service: Service,
    reader: str | None,
    *,
    from_fields: bool,
    from_stdin: bool,
    then: list[tuple[str, str]] | None = None,
) -> Data:
    """Identify, prove the PIN where the service needs it, run the journey to its page.

    Raises the fault that stopped it.
    """
    from terminal import bootstrap  # noqa: PLC0415 - slow
    from terminal.admission import serve  # noqa: PLC0415
    from terminal.cli.ask import read_pin  # noqa: PLC0415
    from terminal.services.base import CardNeed, PinNeed  # noqa: PLC0415

    settings = context.settings
    with (
        bootstrap.pcsc() as readers,
        bootstrap.bench(settings, context.clock, readers, reader=reader, toys=False) as bench,
    ):
        visit = bench.visit
        if bench.unjoined is not None and service.card is not CardNeed.NONE:
            raise bench.unjoined
        serve(visit, service, settings.environment)
        if service.pin is PinNeed.ONCE:
            if from_fields:
                _pin_from_fields(visit, service)
            else:
                read_pin(context, visit.pin, from_stdin=from_stdin)
            visit.verify_pin()
        return _journey(visit, service, then or [])


def _pin_from_fields(visit: Visit, service: Service) -> None:
    """The PIN out of ``{"pin": "…"}`` without ever making a text of it."""
    import msgspec  # noqa: PLC0415

    from terminal.cli.ask import field_value, fields_invalid, fields_unreadable, fill_pin, stdin_bytes  # noqa: PLC0415

    with stdin_bytes(_LARGEST, line=False) as content:
        try:
            fields = decoded(content, dict[str, msgspec.Raw])
        except msgspec.MsgspecError:
            raise fields_unreadable() from None
        if set(fields) != set(_fields(service)):
            raise fields_invalid(_fields(service))
        quoted = memoryview(fields["pin"])
        if len(quoted) < 2 or quoted[0] != 0x22 or quoted[-1] != 0x22:
            raise field_value("pin")
        fill_pin(visit.pin, quoted[1:-1])


def _journey(visit: Visit, service: Service, then: list[tuple[str, str]]) -> Data:
    """Run the journey in this thread's time: its work in a worker, its steering here."""
    import queue  # noqa: PLC0415
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    from terminal.journeys.engine import Journey  # noqa: PLC0415

    calls: queue.SimpleQueue[object] = queue.SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        journey = Journey(
            code=service.code,
            title=service.title,
            procedure=service.procedure,
            visit=visit,
            submit=pool.submit,
            post=calls.put,
            changed=lambda: None,
            ended=lambda: None,
        )
        journey.start()
        while journey.view.view == "busy":
            call = calls.get()
            assert callable(call)  # noqa: S101 - the engine posts calls
            call()
        if journey.error is not None:
            raise journey.error
        for event, value in then:
            journey.send(event, value)
        data = journey.view.data
        journey.end()
    return data


def _print(context: Context, data: Data) -> None:
    from terminal.views import CardStatusView, SubsidyView  # noqa: PLC0415

    if isinstance(data, SubsidyView):
        _print_lines(context, data)
    if isinstance(data, CardStatusView):
        context.output.facts((fact.label, fact.value) for fact in data.facts)
        if data.advice is not None:
            context.output.line(data.advice)


def _print_lines(context: Context, data: SubsidyView) -> None:
    from terminal.model.money import yuan  # noqa: PLC0415

    language = context.output.language
    for line in data.lines:
        parts = [
            line.date_label.say(language),
            line.date,
            line.title.say(language),
            yuan(line.amount),
            line.state.say(language),
        ]
        parts += [each.say(language) for each in (line.reason, line.remedy) if each is not None]
        context.output.line("  ".join(parts))
    for each in data.years:
        paid = Text("{year} 年共到账 {count} 笔 {sum} 元", "{year}: {count} payments, {sum} yuan").format(
            year=each.year, count=each.total.paid_count, sum=yuan(each.total.paid)
        )
        context.output.line(paid)
