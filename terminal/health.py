"""The checks of ``doctor`` and of the health page: each is in order, or a fault with its remedy."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from cardio import reader_causes
from cardio.keysource import KeySourceUnavailable
from cardio.psam import PsamKeySource
from cardio.readers import ReaderSystem
from offline_cache import aside
from offline_cache.caps import limit_reached, require_clock, standing_of, value_reached
from offline_cache.housekeeping import Rules, look
from offline_cache.rotation import CURRENT, keys_of
from terminal import faults
from terminal.clock import Clock
from terminal.errors import TerminalError, TerminalFault
from terminal.model.outbox_words import LEFT, VALUE_LEFT, time_left, value_left
from terminal.settings import Settings, prepare_data, store_path
from terminal.text import Text
from terminal.views import HealthLine

if TYPE_CHECKING:
    from offline_cache.store import Store
    from terminal.backroom import BackRoom
    from terminal.membership import Membership
    from terminal.records import Records

LEAST_FREE = 500
"""Megabytes below which an evening's work may not fit any more."""

Check = Callable[[], Text]
"""Gives what to show when all is well; raises the fault when not."""


@dataclass(frozen=True)
class Subjects:
    """What is looked at.

    :param join: gives the membership of this machine.
    :param local_api: where other programs of the outlet are served.
    :param fonts: a check of the fonts; screens know better than the command line which glyphs they have.
    """

    settings: Settings
    clock: Clock
    readers: ReaderSystem
    join: Callable[[], Membership]
    fonts: Check
    room: BackRoom | None = None
    local_api: Check | None = None


def check_versions(python: tuple[int, int] = sys.version_info[:2], version: str | None = None) -> Text:
    """PySide6 6.12 takes references it does not own and ends Python up to 3.11 after a while (platform.md §1).

    :raises TerminalError: ``VERSION_UNSUITABLE``.
    """
    found = version or _installed("PySide6-Essentials")
    if found is not None and python < (3, 12) and found.startswith("6.12."):
        raise TerminalError(TerminalFault.VERSION_UNSUITABLE, name="PySide6", version=found)
    shown = f"Python {python[0]}.{python[1]} · PySide6 {found or '–'} · pyscard {_installed('pyscard') or '–'}"
    return Text(shown, shown)


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def check_disk(folder: Path, free: int | None = None) -> Text:
    """:raises TerminalError: ``DISK_LOW``."""
    left = (shutil.disk_usage(folder).free if free is None else free) // 1_000_000
    if left < LEAST_FREE:
        raise TerminalError(TerminalFault.DISK_LOW, free=left)
    return Text(f"剩余 {left:,} MB", f"{left:,} MB free")


def check_psam(readers: ReaderSystem, slot: str, region: str = "") -> Text:
    """Its region and the end of its number; each cipher with the levels of its keys.

    :param slot: its reader; empty where the settings name none.
    :param region: whose keys it holds, where the settings say so.
    :raises CardError: why it cannot serve.
    """
    if not slot:
        return Text("未配置", "None set up")
    source = PsamKeySource(lambda: readers.connect(slot), region or None)
    try:
        found = source.condition()
    except KeySourceUnavailable as unavailable:
        raise unavailable.cause or unavailable from None
    finally:
        source.close()
    number = f"{found.terminal[:6]}****{found.terminal[-2:]}"
    levels = sorted((algorithm.value, count) for algorithm, count in found.levels.items())
    return Text(
        f"{number}，" + "，".join(f"{name} {count} 级" for name, count in levels),
        f"{number}, " + ", ".join(f"{name} level {count}" for name, count in levels),
    )


def check_store(room: BackRoom) -> Text:
    """:raises StoreError: why it cannot be opened, or is not written any more; ``DISK_FULL``."""
    records = room.open()
    if records.store.stopped is not None:
        raise records.store.stopped
    records.store.refuse_when_full()
    return Text("可用，已加密", "In use, enciphered")


def check_whole(records: Records) -> Text:
    """Every operation, every line of the journal and every page of the store's file; takes its time.

    :raises StoreError: ``CHAIN_BROKEN`` with where and what; ``STORE_DAMAGED`` where a page does not decipher;
        ``JOURNAL_CUT`` where the end is not what the key port remembers.
    """
    from offline_cache.damage import located  # noqa: PLC0415 - not before the first frame
    from offline_cache.proof import verify_whole  # noqa: PLC0415

    report = verify_whole(records.store)
    if report.fault is not None:
        raise located(report.fault, records.store.path, keys_of(records.keys))
    if (cut := records.tip.missing()) is not None:
        raise cut
    return Text(
        f"完整：{report.operations} 笔业务，{report.lines} 行日志",
        f"Sound: {report.operations} operations, {report.lines} journal lines",
    )


def check_queue(room: BackRoom) -> Text:
    """How sending stands.

    :raises CentreError, StoreError: what keeps it.
    """
    records = room.open()
    status = records.sync.status()
    error = records.outbox.halted() or status.error  # also what an earlier process has noticed
    if error is not None:
        raise error
    contact = f"{status.last_contact.astimezone():%Y-%m-%d %H:%M}" if status.last_contact else "–"
    return Text(
        f"待传 {status.waiting} 笔，需处理 {status.people} 笔，最近联系 {contact}",
        f"{status.waiting} waiting, {status.people} need a person, last contact {contact}",
    )


def check_housekeeping(store: Store, rules: Rules | None = None) -> Text:
    """The warnings that the store's housekeeping gives in time (I12).

    :raises TerminalError: ``STORE_ROOM``, ``STORE_LARGE``.
    """
    for notice in look(store, rules):
        if notice.what == "quota":
            raise TerminalError(TerminalFault.STORE_LARGE, size=notice.detail)
        raise TerminalError(TerminalFault.STORE_ROOM, free=notice.detail)
    return Text("正常", "In order")


def check_copies(room: BackRoom) -> Text:
    """Whether the copies that were laid aside hold work that stands nowhere else.

    :raises StoreError: ``COPY_UNSENT``.
    """
    records = room.open()
    copies = aside.listed(records.store, keys_of(records.keys))
    aside.refuse_owing(copies)
    return Text(f"{len(copies)} 份，业务都已处理", f"{len(copies)}, nothing in them stands there alone")


_KEEPERS = {
    "file": Text("密钥文件（仅演示）", "A key file (sandbox alone)"),
    "tpm": Text("安全芯片（TPM）", "The security chip (TPM)"),
    "dpapi": Text("Windows 数据保护（DPAPI）", "Windows data protection (DPAPI)"),
    "passphrase": Text("启动口令", "A passphrase, typed at each start"),
    "secret-service": Text("系统密钥环", "The desktop's key ring"),
}


def check_keeper(settings: Settings) -> Text:
    """What keeps the keys, once it has given out one that it keeps.

    :raises StoreError: ``KEEPER_REFUSED`` and the others of a keeper that does not work, or must not be used here.
    """
    from terminal.membership import keeper_name, key_port  # noqa: PLC0415 - not before the first frame

    key_port(settings).get(CURRENT)
    return _KEEPERS[keeper_name(settings)]


def check_offline(room: BackRoom) -> Text:
    """How long new work may still be taken in without the centre.

    :raises StoreError: ``OFFLINE_LIMIT``.
    """
    standing = standing_of(room.open().store)
    if standing.frozen:
        raise limit_reached(standing)
    return time_left(standing)


def check_reference(room: BackRoom) -> Text:
    """Until when the centre's reference data holds: people, watch-list, services, limits.

    :raises TerminalError: ``REFERENCE_OLD``.
    """
    from terminal.centre.snapshots import NAME  # noqa: PLC0415 - slow

    records = room.open()
    room.reference().of_anybody.require(leaves_something=True)
    kept = records.mirror.get(NAME)
    if kept is None or kept.expires is None:
        return Text("还没有取到", "Not fetched yet")
    end = datetime.fromtimestamp(kept.expires / 1000).astimezone()
    return Text(f"有效至 {end:%Y-%m-%d %H:%M}", f"Good until {end:%Y-%m-%d %H:%M}")


def check_value(room: BackRoom) -> Text:
    """How much money new work may still move before the centre has what waits.

    :raises StoreError: ``VALUE_LIMIT`` where nothing is left of what the centre allows.
    """
    standing = standing_of(room.open().store)
    if standing.value and not standing.value_left and standing.caps is not None:
        raise value_reached(standing)
    return value_left(standing)


def check_second_copy(room: BackRoom, settings: Settings) -> Text:
    """:raises TerminalError: ``SECOND_COPY``."""
    from terminal.second_copy import check  # noqa: PLC0415 - slow

    return check(room.open(), settings)


def lines(subjects: Subjects) -> Iterator[tuple[Text, Check]]:
    """The checks by name, in the order of the page; none is run."""
    settings, readers = subjects.settings, subjects.readers

    def environment() -> Text:
        sandbox = settings.environment == "sandbox"
        return Text("演示环境", "Sandbox") if sandbox else Text("正式环境", "Production")

    def service() -> Text:
        readers.snapshot()
        return Text("运行中", "Running")

    def reader() -> Text:
        names = ", ".join(state.name for state in readers.snapshot())
        if not names:
            raise reader_causes.no_reader()
        return Text(names, names)

    def identity() -> Text:
        member = subjects.join()
        shown = f"{member.identity.terminal} · {member.identity.outlet.name}"
        return Text(shown, shown)

    asked: Future[datetime] = Future()

    def centre_time() -> datetime:
        """Asked once for both lines: a centre that does not answer costs its deadline once."""
        if not asked.done():
            try:
                asked.set_result(subjects.join().client.status().time)
            except Exception as error:  # noqa: BLE001 - said on both lines
                asked.set_exception(error)
        return asked.result()

    def centre() -> Text:
        centre_time()
        return Text("可以联系", "Reachable")

    def clock() -> Text:
        if subjects.room is not None and subjects.room.records is not None:
            require_clock(subjects.room.records.store)
        theirs, ours = centre_time(), subjects.clock.now()
        apart = round(abs((theirs - ours).total_seconds()))
        return Text(f"与中心相差 {apart} 秒", f"{apart} s from the centre's")

    yield Text("环境", "Environment"), environment
    yield Text("读卡服务", "Smart card service"), service
    yield Text("读卡器", "Readers"), reader
    yield Text("PSAM 卡", "PSAM"), lambda: check_psam(readers, settings.psam, settings.psam_region)
    yield Text("终端注册和密钥", "Enrolment and key"), identity
    yield Text("密钥保管", "Keeper of keys"), lambda: check_keeper(settings)
    yield Text("中心", "Centre"), centre
    yield Text("时钟", "Clock"), clock
    if subjects.room is not None:
        yield from _of_the_store(subjects.room, settings)
    if subjects.local_api is not None:
        yield Text("本机接口", "Local interface"), subjects.local_api
    yield Text("字体", "Fonts"), subjects.fonts
    yield Text("磁盘", "Disk"), lambda: check_disk(prepare_data(settings))
    yield Text("软件版本", "Versions"), check_versions


def _of_the_store(room: BackRoom, settings: Settings) -> Iterator[tuple[Text, Check]]:
    yield Text("本机数据库", "Local store"), lambda: check_store(room)
    yield Text("待传队列", "Queue"), lambda: check_queue(room)
    yield Text("数据库空间", "Room of the store"), lambda: check_housekeeping(room.open().store)
    if aside.copies_of(store_path(settings)):
        yield Text("另存副本", "Copies laid aside"), lambda: check_copies(room)
    yield LEFT, lambda: check_offline(room)
    yield Text("参考数据", "Reference data"), lambda: check_reference(room)
    yield VALUE_LEFT, lambda: check_value(room)
    yield Text("第二份副本", "Second copy"), lambda: check_second_copy(room, settings)


def examine(subjects: Subjects) -> tuple[HealthLine, ...]:
    """Run every check. Blocks for card service and centre."""
    return tuple(examined(name, check) for name, check in lines(subjects))


def examined(name: Text, check: Check) -> HealthLine:
    """Run one check."""
    try:
        return HealthLine(name, "ok", check())
    except Exception as error:  # noqa: BLE001 - a check that breaks is a finding, not the end of the page
        fault = faults.explain(error)
        return HealthLine(name, "fault", fault.message, fault)
