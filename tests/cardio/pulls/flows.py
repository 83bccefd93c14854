"""The table of flows. A flow that stands here is disturbed at every command; a test fails for one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum

from cardio import directory, status
from cardio.answers import ApplicationBlockedError
from cardio.apps import filereading
from cardio.apps.filereading import FileContent
from cardio.apps.pin import kept_old
from cardio.cardkeys import LK_DF03
from cardio.errors import CardError, CardFault
from cardio.files import EF08, ElementaryFile
from cardio.files.df01 import DF01_EF06
from cardio.files.df04 import DF04_EF08
from cardio.keysource import CardIdentity
from cardio.personalise import Issue, Made, make_plan, personalise
from cardio.personalise import Outcome as Issued
from cardio.record import CardRecord, Holder
from cardio.session import CardSession
from cardio.simulator.card import SimulatedCard
from cardio.simulator.contents import CardContents
from cardio.simulator.toykeys import ToyKeySource
from terminal.unblock_doubt import TRIES, ending_of
from tests.cardio.pulls.bench import VARIANTS, Variant
from tests.cardio.pulls.disturbances import Killed

NEW_PIN = "730519"
INSURANCE = bytes.fromhex("D15600000502")
"""社会保险1, DF03, which has a lock key of its own."""


class Claim(Enum):
    """What the driver says of its own flow."""

    DONE = "done"
    UNDONE = "undone"  # certainly as before
    OPEN = "open"  # not known, and it says so


Outcome = object
"""What a flow gave or raised: a value, a :class:`CardError`, or :class:`Killed`."""

Commands = tuple[bytes, ...]


class MatrixError(AssertionError):
    """The driver claims what is not so."""


@dataclass(frozen=True)
class Flow:
    """:param methods: of :class:`CardSession` that it stands for, and functions of ``cardio`` over one.
    :param prepare: the card before.
    :param claim: how the outcome is to be understood; gets it and what the undisturbed flow gave.
    :param settle: what is done when the same card comes again. It must not need to know what happened.
    :param writes: whether the card is another one afterwards.
    :param answer_by: whether a status word is a good answer to the last of these commands (a PIN that is locked, a
        bank that is not there): made up it is a lie, and not a disturbance.
    :param proves: looks for itself whether the card did as it says, so that lies are found out as well.
    """

    name: str
    methods: frozenset[str]
    run: Callable[[CardSession], Outcome]
    claim: Callable[[Outcome, Outcome], Claim]
    settle: Callable[[CardSession], Claim]
    prepare: Callable[[CardContents], CardContents] = lambda contents: contents
    wear: Callable[[SimulatedCard], None] = lambda card: None
    variants: tuple[Variant, ...] = VARIANTS
    writes: bool = True
    proves: bool = False
    answer_by: Callable[[Commands, int], bool] = lambda commands, word: False

    def card(self, variant: Variant) -> SimulatedCard:
        card = SimulatedCard(self.prepare(variant.contents), t0=variant.t0)
        self.wear(card)
        return card


def digits(text: str) -> bytearray:
    return bytearray(int(digit) for digit in text)


def own_pin(contents: CardContents) -> CardContents:
    return replace(contents, pin="123456")


# --- reading: what is given is true or admits what is missing


def _parts(value: CardRecord | Holder) -> dict[str, object]:
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _true_or_missing(given: CardRecord | Holder, whole: CardRecord | Holder) -> bool:
    for name, value in _parts(given).items():
        good = _parts(whole)[name]
        if isinstance(value, Holder) and isinstance(good, Holder):
            if not _true_or_missing(value, good):
                return False
        elif isinstance(value, CardIdentity) and isinstance(good, CardIdentity):
            if value.card_id not in {b"", good.card_id} or value.history != good.history:
                return False
        elif name not in {"errors", "rejected"} and value not in (None, False, good):
            return False
    return True


def _read(session: CardSession) -> Outcome:
    return session.read(fields_all=True)


def _read_claim(outcome: Outcome, good: Outcome) -> Claim:
    if not isinstance(outcome, CardRecord) or not isinstance(good, CardRecord):
        return Claim.OPEN
    if outcome == good:
        return Claim.DONE
    if not outcome.errors or not _true_or_missing(outcome, good):
        raise MatrixError("a record that is not the card's, and does not say so")
    return Claim.OPEN


_BANK = bytes.fromhex("A000000333")


def _no_bank(commands: Commands, word: int) -> bool:
    """ "Not on this card" is what a card without a bank says there, by one word or another."""
    reached = any(command[:3] == b"\x00\xa4\x04" and command[5:10] == _BANK for command in commands)
    return reached and word in status.NOT_HERE


def _read_settle(session: CardSession) -> Claim:
    return Claim.OPEN if session.read(fields_all=True).errors else Claim.DONE


def _file(ef: ElementaryFile, pin: str | None = None) -> Callable[[CardSession], Outcome]:
    return lambda session: session.read_file(ef, pin_digits=None if pin is None else digits(pin))


def _file_claim(outcome: Outcome, good: Outcome) -> Claim:
    if not isinstance(outcome, FileContent) or not isinstance(good, FileContent):
        return Claim.OPEN
    if outcome == good:
        return Claim.DONE
    wrong = [key for key, value in outcome.values.items() if value not in (None, (), good.values.get(key))]
    wrong += ["row" for given, row in zip(outcome.rows, good.rows, strict=False) if given not in (None, row)]
    if outcome.content not in (None, good.content) or wrong or not outcome.errors:
        raise MatrixError("a file that is not the card's, and does not say so")
    return Claim.OPEN


def _file_settle(read: Callable[[CardSession], Outcome]) -> Callable[[CardSession], Claim]:
    def settle(session: CardSession) -> Claim:
        content = read(session)
        return Claim.DONE if isinstance(content, FileContent) and not content.errors else Claim.OPEN

    return settle


def _file_flow(name: str, ef: ElementaryFile, pin: str | None = None) -> Flow:
    variants = tuple(each for each in VARIANTS if each.contents.generation in ef.read)
    read = _file(ef, pin)
    return Flow(
        f"file {name}",
        frozenset({"read_file"}),
        read,
        _file_claim,
        _file_settle(read),
        own_pin,
        variants=variants,
        writes=False,
        answer_by=_no_such_record,
    )


def _no_such_record(commands: Commands, word: int) -> bool:
    """ "There are no more" is a card's good answer to a question for the next record, or for more bytes."""
    return commands[-1][1] == 0xB2 and word in filereading._NO_SUCH_FORM


def _bank(session: CardSession) -> Outcome:
    account = session.bank_account(lambda who, why: None)
    if account is None:
        return None
    try:
        return account.last4
    finally:
        account.wipe()


def _bank_settle(session: CardSession) -> Claim:
    return Claim.DONE if _bank(session) else Claim.OPEN


def _listed(session: CardSession) -> Outcome:
    return directory.applications(session)


def _no_more_listed(commands: Commands, word: int) -> bool:
    """ "No such record" ends the list of a good card, or says that there is none, as does "no such file"."""
    return commands[-1][1] == 0xB2 and word in status.ABSENT | status.NOT_HERE


def _listed_settle(session: CardSession) -> Claim:
    return Claim.DONE if _listed(session) else Claim.OPEN


# --- asking


def value_claim(outcome: Outcome, good: Outcome) -> Claim:
    """Of a flow that changes nothing and gives one value."""
    if isinstance(outcome, CardError | Killed):
        return Claim.OPEN
    if outcome != good:
        raise MatrixError("a wrong value")
    return Claim.DONE


def _open_settle(session: CardSession) -> Claim:
    session.open()
    return Claim.DONE


def _tries(session: CardSession) -> Outcome:
    return session.pin_tries()


def _tries_claim(outcome: Outcome, good: Outcome) -> Claim:
    return Claim.OPEN if outcome is None else value_claim(outcome, good)


def _tries_settle(session: CardSession) -> Claim:
    return Claim.OPEN if session.pin_tries() is None else Claim.DONE


# --- writing


def write_claim(outcome: Outcome, good: Outcome) -> Claim:
    """The driver's own rule for a write: done when it returns, undone when the card itself refused, else open."""
    if isinstance(outcome, CardError):
        return Claim.UNDONE if kept_old(outcome) else Claim.OPEN
    return Claim.OPEN if isinstance(outcome, Killed) else Claim.DONE


def _verify(session: CardSession) -> Outcome:
    session.verify_pin(digits("123456"))
    return None


def _one_wrong_try(card: SimulatedCard) -> None:
    """So that a PIN that was taken shows in the card: its tries come back."""
    _wrong_tries(card, 1)


def _verify_settle(session: CardSession) -> Claim:
    session.verify_pin(digits("123456"))
    return Claim.DONE


def _change(session: CardSession) -> Outcome:
    session.change_pin(digits("123456"), digits(NEW_PIN))
    return None


def takes_pin(session: CardSession, pin: str) -> bool:
    try:
        session.verify_pin(digits(pin))
    except CardError as error:
        if not kept_old(error):
            raise
        return False
    return True


def _change_settle(session: CardSession) -> Claim:
    """As at the counter: the new PIN is asked for, then the old one."""
    if takes_pin(session, NEW_PIN):
        return Claim.DONE
    return Claim.UNDONE if takes_pin(session, "123456") else Claim.OPEN


def _wrong_tries(card: SimulatedCard, count: int) -> None:
    card.power_on()
    card.process(bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF"))
    for _ in range(count):
        card.process(bytes.fromhex("0020000003999999"))
    card.power_off()


def _unblock(session: CardSession) -> Outcome:
    session.unblock_pin()
    return None


def _unblock_flow(name: str, left: int) -> Flow:
    """:param left: tries before it; what the terminal keeps in the beginning, and settles by."""

    def settle(session: CardSession) -> Claim:
        ending = ending_of("card-pin-unblock.begun", {TRIES: left}, session.pin_tries())
        return Claim.OPEN if ending is None else Claim(ending.value)

    def wear(card: SimulatedCard) -> None:
        _wrong_tries(card, card.contents.pin_tries - left)

    return Flow(name, frozenset({"unblock_pin"}), _unblock, write_claim, settle, own_pin, wear)


def _reload(session: CardSession) -> Outcome:
    session.reload_pin(digits(NEW_PIN))
    return None


# --- what cannot be undone


def _block_application(session: CardSession) -> Outcome:
    session.block_application(INSURANCE, LK_DF03)
    return None


def _application_settle(session: CardSession) -> Claim:
    with session.flow():
        session.identify()
        try:
            session.selection.application(INSURANCE)
        except ApplicationBlockedError:
            return Claim.DONE
    return Claim.UNDONE


def _block_card(session: CardSession) -> Outcome:
    session.block_card()
    return None


def _card_settle(session: CardSession) -> Claim:
    try:
        session.open()
    except CardError as error:
        if error.fault is not CardFault.CARD_BLOCKED:
            raise
        return Claim.DONE
    return Claim.UNDONE


def _vouch(session: CardSession) -> Outcome:
    session.vouch(ToyKeySource())
    return None


def _vouch_settle(session: CardSession) -> Claim:
    session.vouch(ToyKeySource())
    return Claim.DONE


# --- issuing


def blank(contents: CardContents) -> CardContents:
    """As it comes from the maker: number and name are empty, dates are filled."""
    return replace(contents, number=None, name=None, birth_date=None, card_number="")


def issue() -> Issue:
    holder = Holder("379999199310100028", "阿依古丽·买买提伊力亚斯", "2", "05", date(1993, 10, 10), "379999")
    return Issue("A-0001", holder, "A00000038", date(2026, 1, 2), date(2036, 1, 2))


def _personalise(session: CardSession, *, begun: bool = False) -> Outcome:
    """Plan and write in one flow, as the batch does. :param begun: as its book would have it."""
    with session.flow():
        return personalise(session, make_plan(issue(), session.identify()), begun=begun)


def _personalise_claim(outcome: Outcome, good: Outcome) -> Claim:
    """What is raised wrote nothing; what is made is all there; spoiled is never said of a card that goes on."""
    if isinstance(outcome, Issued):
        if outcome.state is Made.SPOILED:
            raise MatrixError("a good card is called spoiled")
        return Claim.DONE if outcome.state is Made.MADE else Claim.OPEN
    return Claim.OPEN if isinstance(outcome, Killed) else Claim.UNDONE


def _personalise_settle(session: CardSession) -> Claim:
    return _personalise_claim(_personalise(session, begun=True), None)


FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        _file_flow("records", DF01_EF06),
        _file_flow("cyclic", DF04_EF08, "123456"),
        _file_flow("photo", EF08),
        Flow(
            "bank",
            frozenset({"bank_account"}),
            _bank,
            value_claim,
            _bank_settle,
            writes=False,
            answer_by=_no_bank,
        ),
        Flow(
            "directory",
            frozenset({"applications"}),
            _listed,
            value_claim,
            _listed_settle,
            writes=False,
            answer_by=_no_more_listed,
        ),
        Flow("open", frozenset({"open"}), lambda session: session.open(), value_claim, _open_settle, writes=False),
        Flow("read", frozenset({"read"}), _read, _read_claim, _read_settle, writes=False, answer_by=_no_bank),
        Flow(
            "tries",
            frozenset({"pin_tries", "pin_word"}),
            _tries,
            _tries_claim,
            _tries_settle,
            writes=False,
            answer_by=lambda commands, word: commands[-1][1] == 0x20 and word == status.SW.LOCKED,
        ),
        Flow("verify", frozenset({"verify_pin"}), _verify, write_claim, _verify_settle, own_pin, _one_wrong_try),
        Flow(
            "personalise",
            frozenset({"identify", "unlock", "open_key", "personalise"}),
            _personalise,
            _personalise_claim,
            _personalise_settle,
            blank,
            proves=True,
        ),
        Flow(
            "block-application",
            frozenset({"block_application"}),
            _block_application,
            write_claim,
            _application_settle,
        ),
        Flow("block-card", frozenset({"block_card"}), _block_card, write_claim, _card_settle),
        Flow("vouch", frozenset({"vouch"}), _vouch, value_claim, _vouch_settle, writes=False),
        _unblock_flow("unblock", 0),
        _unblock_flow("unblock-some-left", 1),
        Flow("reload", frozenset({"reload_pin"}), _reload, write_claim, _change_settle, own_pin),
        Flow("change", frozenset({"change_pin"}), _change, write_claim, _change_settle, own_pin),
    )
}
