"""Theme 3, one case for every protected file and way in, made from the declarations of :mod:`cardio.files`.

Without what its rule asks for, a file is neither read nor written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cardio.cardkeys import UNTOLD
from cardio.conformance.bench import Bench, NotApplicable
from cardio.conformance.case import Case, Theme
from cardio.conformance.commands import head, prepared, send, words
from cardio.conformance.openings import way_to
from cardio.files import FILES, ElementaryFile, Need, Structure
from cardio.link import Link
from cardio.session import CardSession

CLOSED: Final = ("698?",)
"""Security condition not met and its like. Another refusal may have other reasons than the rule."""

_PROTECTED: Final = frozenset({Need.KEY, Need.PIN, Need.PIN_OR_KEY, Need.PIN_AND_KEY})
ABSENT: Final = ("6A82", "6A83")
"""No such file or record on this card."""

_NOT_BY_PIN: Final = frozenset({Need.KEY, Need.PIN_AND_KEY})
_NEEDS: Final = {
    Need.KEY: ("密钥 {key}", "key {key}"),
    Need.PIN: ("密码", "the PIN"),
    Need.PIN_OR_KEY: ("密码或密钥 {key}", "PIN or key {key}"),
    Need.PIN_AND_KEY: ("密码和密钥 {key}", "PIN and key {key}"),
}


def read_command(ef: ElementaryFile) -> str:
    """READ of something of the current file."""
    if ef.structure is Structure.TRANSPARENT:
        return "00B0000008"
    if ef.structure is Structure.CYCLIC or not ef.records:
        return "00B2010400"
    return f"00B2{ef.records[0].tag:02X}00{ef.records[0].le:02X}"


def update_command(ef: ElementaryFile) -> str:
    """UPDATE of something of the current file, with a worked example of its declaration."""
    if ef.structure is Structure.TRANSPARENT:
        return "00D600000100"
    if ef.structure is Structure.CYCLIC and ef.content is not None:
        row = next(each.raw for each in ef.content.examples if each.written and each.value is not None)
        return f"00DC0003{len(row) // 2:02X}{row}"
    if not ef.records:
        return "00DC010406C10401020304"
    record = ef.records[0]
    value = next(each.raw for each in record.examples if each.written)
    data = f"{record.tag:02X}{len(value) // 2:02X}{value}"
    return f"00DC{record.tag:02X}00{len(data) // 2:02X}{data}"


def _into(link: Link, ef: ElementaryFile) -> None:
    """:raises NotApplicable: where the card does not have it."""
    prepared(link, (*way_to(ef.application), f"00A4020002{ef.fid:04X}"))


def _closed(ef: ElementaryFile, apdu: str, has: Callable[[int], bool], *, shows_pin: bool = False) -> Case:
    """The case of one command that has to be refused."""
    reads = apdu[2:4] in {"B0", "B2"}
    kind = ("P" if reads else "UP") if shows_pin else "R" if reads else "U"

    def run(bench: Bench) -> str | None:
        if not has(bench.identify().identity.generation):
            raise NotApplicable("no such rule on this generation")
        with bench.opened() as link:
            if shows_pin:
                typed = bench.pin.typed()
                if typed is None:
                    raise NotApplicable("no PIN was given")
                CardSession(link).verify_pin(typed)
            _into(link, ef)
            sw = send(link, apdu).sw
        if words(sw, ABSENT):
            raise NotApplicable(f"the card has nothing there ({sw:04X})")
        return None if words(sw, CLOSED) else f"{head(apdu)} -> {sw:04X}, not {CLOSED[0]}"

    chinese, english = _words(ef, kind)
    return Case(
        f"W-{ef.path}-{kind}",
        chinese,
        english,
        run,
        Theme.FIREWALL,
        not reads,
        shows_pin,
        f"access rule of {ef.path}",
    )


def _words(ef: ElementaryFile, kind: str) -> tuple[str, str]:
    """What the case says, in Chinese and in English. :param kind: R and U for reading and writing, P by PIN alone."""
    rule, what = ef.read[max(ef.read)], f"（{ef.title}）" if ef.title else ""
    key = rule.key.name if rule.key else ""
    by = ef.write.name
    if kind == "U":
        return f"未认证密钥 {by} 时不可写 {ef.path}{what}", f"{ef.path} is not written without {by}"
    if kind == "UP":
        return f"仅凭密码不可写 {ef.path}{what}", f"{ef.path} is not written by the PIN alone, without {by}"
    if kind == "P":
        return f"仅凭密码不可读 {ef.path}{what}", f"{ef.path} is not read by the PIN alone, without key {key}"
    chinese, english = _NEEDS[rule.need]
    return (
        f"未满足{chinese.format(key=key)}时不可读 {ef.path}{what}",
        f"{ef.path} is not read without {english.format(key=key)}",
    )


def _cases() -> Iterator[Case]:
    for ef in FILES:
        if ef.structure is Structure.INTERNAL:
            continue
        protected = frozenset(generation for generation, rule in ef.read.items() if rule.need in _PROTECTED)
        if protected:
            yield _closed(ef, read_command(ef), protected.__contains__)
        keyed = frozenset(generation for generation, rule in ef.read.items() if rule.need in _NOT_BY_PIN)
        if keyed:
            yield _closed(ef, read_command(ef), keyed.__contains__, shows_pin=True)
        if ef.write is not UNTOLD:
            has = frozenset(ef.read).__contains__
            yield _closed(ef, update_command(ef), has)
            yield _closed(ef, update_command(ef), has, shows_pin=True)


CASES: Final = tuple(_cases())
