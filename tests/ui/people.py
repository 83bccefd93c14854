"""Holders, services and accounts for the screens, as the product makes them: the people of the sandbox, their real
statements, the services of the catalogue, the faults of the table. What a screen shows in a test, tellers can see too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cardio.errors import CardError, CardFault
from cardio.record import CardRecord
from cardio.simulator.reader import SimulatedReaders
from terminal.admission import tiles_of
from terminal.backroom import BackRoom
from terminal.centre.errors import CentreError, CentreFault
from terminal.clock import SystemClock
from terminal.faults import explain
from terminal.health import Subjects, lines
from terminal.membership import Membership
from terminal.model.people import holder_view, plain_values
from terminal.model.subsidies import PlainAccount
from terminal.sandbox.money import SHANGHAI, Ledger
from terminal.sandbox.people import Population, find_person
from terminal.services.base import Service, refusal
from terminal.services.catalogue import services
from terminal.settings import Settings
from terminal.text import Text
from terminal.views import FaultView, HealthLine, HolderView, PaymentLine, ServiceTile, SubsidyView
from terminal.visit import unproven_view
from tests.support.no_screen import no_screen
from tests.terminal.test_masks import record_of

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=SHANGHAI)

# --- faults, as the table words them

UNREACHABLE = explain(CentreError(CentreFault.UNREACHABLE))
SEVERAL = explain(CardError(CardFault.SEVERAL_READERS))
MUTE = explain(CardError(CardFault.CARD_MUTE))
LOCKED = explain(CardError(CardFault.PIN_LOCKED))


def wrong_pin(tries: int) -> Text:
    """What stands on the PIN page after a wrong one."""
    return explain(CardError(CardFault.PIN_WRONG, tries_left=tries)).message


# --- holders


def _plain(record: CardRecord) -> dict[str, str]:
    return {name: value for name, value in plain_values(record).items() if value is not None}


def _proven(slug: str) -> CardRecord:
    return replace(record_of(find_person(slug)), authenticated=True)


ELDER, LONG = _proven("elder"), _proven("minority")
PLAIN, PLAIN_LONG = _plain(ELDER), _plain(LONG)
HOLDER: HolderView = holder_view(ELDER)
HOLDER_LONG: HolderView = holder_view(LONG)
HOLDER_UNPROVEN: HolderView = holder_view(record_of(find_person("farmer")))
"""Generation 2: read without the centre, and not proven."""
AWAY = (CentreError(CentreFault.UNREACHABLE), CardError(CardFault.NO_KEY_SOURCE))
FREE = replace(record_of(find_person("elder")), holder=None, errors=AWAY)
HOLDER_FREE: HolderView = holder_view(FREE)
"""Generation 3 without the centre: only the free records."""
PARTLY = unproven_view(FREE)
assert PARTLY is not None

# --- services


def _tiles(record: CardRecord, *, reachable: bool) -> tuple[ServiceTile, ...]:
    """For this card: proven by the centre where it can be reached."""

    def refused(each: Service) -> FaultView | None:
        genuine, holder = record.authenticated, record.holder is not None
        why = refusal(each, proven=genuine and reachable, reachable=reachable, genuine=genuine, holder=holder)
        return None if why is None else explain(why)

    return tiles_of(services(), refused)


TILES = _tiles(ELDER, reachable=True)
TILES_UNPROVEN = _tiles(record_of(find_person("farmer")), reachable=False)
TILES_FREE = _tiles(FREE, reachable=False)
STATUS_TILE = next(tile for tile in TILES if tile.code == "card-status")
SUBSIDY_TILE = next(tile for tile in TILES if tile.code == "subsidy-enquiry")

# --- the plain account

_LEDGER = Ledger(Population(size=1))  # of a population it asks for the seed alone


def account(slug: str, at: datetime = NOW) -> PlainAccount:
    """The account of one of the sandbox's people on that day."""
    return PlainAccount(_LEDGER.statement(find_person(slug), at))


SUBSIDIES: SubsidyView = account("elder").view(2026)
SUBSIDIES_ALL: SubsidyView = account("elder").view(None, "farming")
SUBSIDIES_HIDDEN: SubsidyView = account("disabled").view(2026)
SUBSIDIES_NONE: SubsidyView = account("disabled").view(2022, "family")
"""A category that this year does not have, which is how an empty list comes about."""
SUBSIDIES_EMPTY: SubsidyView = account("nothing").view()
YEARS, LINES = SUBSIDIES.years, SUBSIDIES.lines


def _newest(tone: str, *, hidden: bool = False) -> PaymentLine:
    return next(each for each in LINES if (each.tone, each.hidden) == (tone, hidden))


PAID, FAILED, HIDDEN = _newest("good"), _newest("bad"), _newest("good", hidden=True)

# --- health

_SAID = {
    "环境": Text("演示环境", "Sandbox"),
    "读卡服务": Text("运行中", "Running"),
    "读卡器": Text("Virtual PCD 00 00", "Virtual PCD 00 00"),
    "PSAM 卡": Text("未配置", "None set up"),
    "终端注册和密钥": Text("379999000001 · 演示农村商业银行", "379999000001 · 演示农村商业银行"),
    "时钟": Text("与中心相差 0 秒", "0 s from the centre's"),
    "本机数据库": Text("可用，已加密", "In use, enciphered"),
    "密钥保管": Text("密钥文件（仅演示）", "A key file (sandbox alone)"),
    "数据库空间": Text("正常", "In order"),
    "还可离线办理": Text("13 天 22 小时", "13 d 22 h"),
    "参考数据": Text("有效至 2026-12-23 09:12", "Good until 2026-12-23 09:12"),
    "离线可办金额": Text("50,000.00 元", "50,000.00 yuan"),
    "第二份副本": Text("未配置", "None set up"),
    "待传队列": Text("待传 0 笔，需处理 0 笔，最近联系 09:12", "0 waiting, 0 need a person, last contact 09:12"),
    "字体": Text("思源黑体", "Noto Sans SC"),
    "磁盘": Text("剩余 41,208 MB", "41,208 MB free"),
    "软件版本": Text("Python 3.11 · PySide6 6.11.3 · pyscard 2.3.1", "Python 3.11 · PySide6 6.11.3 · pyscard 2.3.1"),
}
"""What the checks say that found nothing; the centre's found something."""


def _health() -> Iterator[HealthLine]:
    """Every line of the real page, in its order; the checks themselves are not run."""
    settings, clock, readers = Settings(environment="sandbox"), SystemClock(), SimulatedReaders(())

    def nobody() -> Membership:
        raise AssertionError("a check was run")

    room = BackRoom(settings, clock, nobody)
    for name, _ in lines(Subjects(settings, clock, readers, nobody, no_screen, room)):
        if name.zh == "中心":
            yield HealthLine(name, "fault", UNREACHABLE.message, UNREACHABLE)
        else:
            yield HealthLine(name, "ok", _SAID[name.zh])


HEALTH = tuple(_health())
