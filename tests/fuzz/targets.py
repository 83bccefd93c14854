"""The table of targets: every public function of ``cardio`` that takes bytes from outside, and every flow of a session.

A target gets any bytes and must give a value or raise one of our own faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from cardio import atr, binary, codec, files, gbk, names, personalise, profile, protocol, psam, tlv
from cardio.apdu import Command
from cardio.apps import account, environment, maintenance
from cardio.codec import Codec, CodecError
from cardio.composite import Composite
from cardio.directory import applications
from cardio.errors import CardError
from cardio.files import shape
from cardio.gbk import NotGbkError
from cardio.interface33 import exchange, transfer
from cardio.keysource import PUK, STK, Algorithm, CardIdentity, KeySourceUnavailable
from cardio.names import NameUndecodableError
from cardio.personalise import survey
from cardio.psam import PsamKeySource
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.reader import SimulatedReaders
from cardio.simulator.toykeys import ToyKeySource
from tests.cardio.pulls.bench import VARIANTS, Variant
from tests.cardio.pulls.flows import FLOWS, Flow
from tests.fuzz import interface33
from tests.fuzz.hostile import HostileLink

FAULTS: Final = (CardError, CodecError, NameUndecodableError, NotGbkError, KeySourceUnavailable)
"""What a parser may raise, and nothing else."""


@dataclass(frozen=True)
class Target:
    """:param covers: the functions that it drives."""

    run: Callable[[bytes], object]
    covers: tuple[Callable[..., Any], ...] = ()


def survived(target: Target, data: bytes) -> None:
    """One attempt. Every other exception than ours comes through."""
    try:
        target.run(data)
    except FAULTS as fault:
        assert str(fault) or type(fault) is KeySourceUnavailable
        return


# --- what is declared: every record and every content of every file, with its codec


def _declared() -> Iterator[tuple[str, Any]]:
    for ef in files.FILES:
        yield from ((f"{ef.key} {record.tag:02X}", record) for record in ef.records)
        if ef.content is not None:
            yield ef.key, ef.content


DECLARED: Final = tuple(_declared())


def _parts(of: Codec[Any]) -> Iterator[Codec[Any]]:
    yield of
    if isinstance(of, Composite):
        for part in of.parts:
            yield from _parts(part.codec)


def declared(data: bytes) -> None:
    """The first byte chooses the declaration; what decodes and can be written decodes to the same again."""
    _, each = DECLARED[int.from_bytes(data[:2]) % len(DECLARED)]
    value = each.decode(data[2:])
    try:
        again = each.encode(value)
    except CardError:
        return
    assert each.decode(again) == value, "a value that is written does not come back"


def _record(data: bytes) -> None:
    """A whole record with the right tag and length, so that the value is reached."""
    _, each = DECLARED[int.from_bytes(data[:2]) % len(DECLARED)]
    if isinstance(each, shape.Record):
        value = data[2:256]
        each.decode(bytes((each.tag, len(value))) + value)


def _every_codec(data: bytes) -> None:
    for each in ALL_CODECS:
        try:
            each.decode(data)
        except CodecError:
            continue


ALL_CODECS: Final = tuple({repr(part): part for _, each in DECLARED for part in _parts(each.codec)}.values())


# --- single parsers


def _simple(data: bytes) -> None:
    for parse in (
        tlv.decode_simple,
        lambda raw: tlv.one_simple(raw, raw[0] if raw else 0),
        lambda raw: tlv.start_of_simple(raw, raw[0] if raw else 0, 9),
    ):
        try:
            parse(data)
        except CardError:
            continue


def _names(data: bytes) -> None:
    half = len(data) // 2
    names.padding_stripped(data)
    names.join(data[:half], data[half:])
    names.decode(data[:half] or None, data[half:] or None)


def _gbk(data: bytes) -> None:
    gbk.decode(data)


def _profile(data: bytes) -> None:
    algorithm = profile.algorithm_of(data[:2] or None, data[2:18].ljust(16, b"\0"))
    version = data[18:21].decode("latin-1") or None
    profile.profile_of(version, algorithm)


def _protocol(data: bytes) -> None:
    for each in protocol.offered(data):
        protocol.on_wire(each, data[:261].ljust(4, b"\0"))


def _plan(data: bytes) -> None:
    plan = personalise.from_bytes(data)
    assert personalise.to_bytes(plan) == data
    for step in plan.steps:
        survey.judged(step, data)


def _transparent(data: bytes) -> None:
    for each in (binary.PictureFile(4096), binary.Certificate(), binary.Whole(), binary.Opaque(len(data))):
        try:
            each.decode(data)
        except CodecError:
            continue
    binary.blank(data)
    binary.PictureFile(4096).measure(data)
    binary.Certificate().measure(data)


# --- whole conversations


def _session(flow: Flow, variant: Variant, *, honest: bool) -> Callable[[bytes], None]:
    """The flow against a card that answers anything; ``honest`` cards are real ones with something bent."""

    def run(data: bytes) -> None:
        inner = None
        if honest:
            readers = SimulatedReaders(("Hostile 0",))
            readers.insert("Hostile 0", SimulatedCard(flow.prepare(variant.contents), t0=variant.t0))
            inner = readers.connect("Hostile 0")
        flow.run(CardSession(HostileLink(data, inner), [ToyKeySource()]))

    return run


_IDENTITY = CardIdentity(
    bytes.fromhex("379999D156000005000000010A0B0C0D"), bytes.fromhex("00814A44468660379900000001"), Algorithm.SM4, 3
)


def _psam(data: bytes) -> None:
    """A PSAM that answers anything."""
    source = PsamKeySource(lambda: HostileLink(data))
    header = maintenance.UNBLOCK
    for ask in (
        lambda: source.nonce(_IDENTITY),
        lambda: source.check_internal(_IDENTITY, data[:8].ljust(8), data[8:16].ljust(8), data[:8]),
        lambda: source.external(_IDENTITY, PUK, bytes(8), bytes(8)),
        lambda: source.maintenance(_IDENTITY, STK, bytes(8), header, None),
        source.terminal_number,
        source.serial,
    ):
        try:
            ask()
        except FAULTS:
            continue


def _maintain(data: bytes) -> None:
    """What a key source made, sent as it is."""
    maintenance.command_of(maintenance.reload_header(Algorithm.SM4), data)


OF_INTERFACE33: Final = (transfer.write, exchange.open_key)
"""Reached by writing functions alone; a test sees that they are."""

TARGETS: dict[str, Target] = {
    "atr": Target(atr.parse, (atr.parse,)),
    "apdu": Target(Command.decode, (Command.decode,)),
    "simple-tlv": Target(_simple, (tlv.decode_simple, tlv.one_simple, tlv.start_of_simple)),
    "ber-tlv": Target(tlv.decode_ber, (tlv.decode_ber,)),
    "fci": Target(environment.algorithm_code, (environment.algorithm_code,)),
    "declared": Target(declared, (shape.Record.decode, shape.Content.decode, shape.decoded)),
    "record": Target(_record, (shape.Record.decode,)),
    "codecs": Target(_every_codec, (*(type(each).decode for each in ALL_CODECS), codec.within)),
    "transparent": Target(
        _transparent,
        (
            binary.blank,
            binary.PictureFile.measure,
            binary.Certificate.measure,
            binary.PictureFile.decode,
            binary.Certificate.decode,
            binary.Whole.decode,
            binary.Opaque.decode,
        ),
    ),
    "names": Target(_names, (names.padding_stripped, names.join, names.decode)),
    "gbk": Target(_gbk, (gbk.decode,)),
    "profile": Target(_profile, (profile.algorithm_of,)),
    "protocol": Target(_protocol, (protocol.offered, protocol.on_wire)),
    "plan": Target(_plan, (personalise.from_bytes, survey.judged)),
    "psam": Target(
        _psam, (psam.PsamKeySource.check_internal, psam.PsamKeySource.external, psam.PsamKeySource.maintenance)
    ),
    "directory": Target(lambda data: applications(CardSession(HostileLink(data), []))),
    "account": Target(account.digits_of, (account.digits_of,)),
    "maintain": Target(_maintain, (maintenance.command_of,)),
    **{
        f"{kind} {flow.name}": Target(_session(flow, VARIANTS[2], honest=kind == "bent"))
        for flow in FLOWS.values()
        for kind in ("anything", "bent")
    },
    **{name: Target(run, OF_INTERFACE33) for name, run in interface33.conversations()},
}

NOT_FROM_OUTSIDE: dict[str, str] = {
    "cardio.security": "keys and factors of our own; sizes are checked by the cipher",
    "cardio.link": "a port",
    "cardio.keysource": "a port",
    "cardio.cardlink": "passes commands on",
    "cardio.selection": "makes commands; answers are met in the flows",
    "cardio.found": "asks and hands on; answers are met in the flows",
    "cardio.session": "makes commands; answers are met in the flows",
    "cardio.apps.authentication.Authenticator.prove": "the name of an application of ours; flows drive the answers",
    "cardio.apps.maintenance.send": "the header is ours; flows and the target maintain drive what a key source makes",
    "cardio.conformance.openings.Opening.right": "makes commands, of a key source's cryptogram",
    "cardio.conformance.securing.secured": "makes commands",
    "cardio.conformance.wire": "writes our own commands down and passes them on",
    "cardio.interface33.arguments.command": "another program's text, tried with odd ones in tests/interface33",
    "cardio.interface33.writes.Book": "a port",
    "cardio.interface33.writes.NoBook": "keeps nothing",
    "cardio.interface33.writes.joined": "joins what was read; any bytes will do",
    "cardio.codec.Codec": "a port",
    "cardio.codec.Bytes.show": "writes what was decoded",
}
"""Modules and functions that take bytes, and no answer of a card. By the beginning of their full name."""
