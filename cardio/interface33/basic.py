"""iReadCardBas and its two HSM steps: who is the card's holder (card.md §5 and §6)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence

from cardio import files
from cardio.answers import MalformedAnswerError
from cardio.apdu import Command
from cardio.apps.authentication import CRYPTOGRAM_LENGTH
from cardio.apps.holder import Fields
from cardio.errors import CardError
from cardio.files import EF05
from cardio.found import Found
from cardio.interface33 import arguments as given
from cardio.interface33.errors import Code, Refused
from cardio.interface33.exchange import Challenge, algorithm_id, open_key
from cardio.interface33.flows import NO_TERMINAL, Begin, Device, Dialect, Flow, Say
from cardio.interface33.outputs import line
from cardio.record import CardRecord, Holder
from cardio.selection import Selection
from cardio.session import CardSession

BLANK = Holder(None, None, None, None, None, None)


def read_basic(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iReadCardBas(iType): reads and proves by the PSAM, or whatever key source stands in its place."""

    def flow(session: CardSession) -> Flow:
        yield from ()
        with session.flow():
            record = session.read()
            _check(record)
            errors: list[Exception] = []
            version = Fields(session.selection, errors).read(EF05, files.VERSION)
            _raise_first(errors)
        return _basic(record, version, device)

    return flow


def _raise_first(errors: Sequence[Exception]) -> None:
    for error in errors:
        if isinstance(error, CardError):
            raise error


def _check(record: CardRecord) -> None:
    """A card that nobody proved, or a field that could not be read, is no success."""
    if record.rejected is not None:
        raise record.rejected
    _raise_first(record.errors)
    if not record.authenticated:
        raise Refused(Code.NO_PSAM)


def _basic(record: CardRecord, version: str | None, device: Device) -> str:
    holder = record.holder or BLANK
    return line(
        [
            record.region,
            holder.social_security_number,
            record.card_number,
            record.identity.card_id,
            holder.name,
            record.identity.history,
            version,
            record.issued_on,
            record.expires_on,
            device.terminal_number(),
            device.number,
        ]
    )


def read_basic_hsm(arguments: Sequence[object], device: Device, dialect: Dialect) -> Begin:
    """iReadCardBas_HSM_Step1(iType) and _Step2(pKey).

    The raw value of the internal authentication is drawn here and not by the card, so that an answer recorded before is
    worth nothing; the text lets the terminal choose it.
    """

    def flow(session: CardSession) -> Flow:
        with session.flow():
            found = session.identify()
            internal, answer = _internal(session.selection)
            external = Challenge.of(session.selection) if found.profile.holder_key else None
        (key,) = yield Say(_step1(found, internal, external))
        shown, opening = given.basic_key(key)
        if (opening is not None) != (external is not None):
            raise Refused(Code.DATA, "for another generation of card")
        if shown[1] != internal.raw or not hmac.compare_digest(shown[0], answer):
            raise Refused(Code.HSM_DISAGREES)
        with session.flow():
            if found.profile.holder_key and opening:
                open_key(session.selection, found.profile.holder_key, *opening)
            return _read_open(session, found, device)

    return flow


def _internal(selection: Selection) -> tuple[Challenge, bytes]:
    challenge = Challenge(selection.challenge(), secrets.token_bytes(8))
    data = challenge.factor + challenge.raw
    answer = selection.send(Command(0x00, 0x88, 0x00, 0x00, data, le=CRYPTOGRAM_LENGTH)).data
    if len(answer) != CRYPTOGRAM_LENGTH:
        raise MalformedAnswerError(f"a cryptogram of {len(answer)} bytes")
    return challenge, answer


def _step1(found: Found, internal: Challenge, external: Challenge | None) -> str:
    identity = found.identity
    return line(
        [
            identity.region,
            identity.history,
            algorithm_id(identity.algorithm),
            identity.card_id,
            internal.factor,
            internal.raw,
            external.factor if external else None,
            external.raw if external else None,
        ]
    )


def _read_open(session: CardSession, found: Found, device: Device) -> str:
    """The eleven fields of a card that the HSM has proven and opened."""
    errors: list[Exception] = []
    fields = Fields(session.selection, errors)
    version = fields.read(EF05, files.VERSION)
    issued = fields.read(EF05, files.ISSUED_ON)
    expires = fields.read(EF05, files.EXPIRES_ON)
    session.selection.file(files.EF06)
    number = fields.read(files.EF06, files.NUMBER)
    name = fields.name(found.identity.generation)
    _raise_first(errors)
    identity = found.identity
    return line(
        [
            identity.region,
            number,
            found.card_number,
            identity.card_id,
            name,
            identity.history,
            version,
            issued,
            expires,
            NO_TERMINAL,
            device.number,
        ]
    )
