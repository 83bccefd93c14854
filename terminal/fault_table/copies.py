"""Faults of copies and of ends: of the store, of its journal; what is or would be lost by it (codes S159 on)."""

from __future__ import annotations

from terminal.fault_table.entry import FAILURE, REFUSED, Entry, entry

COPIES: dict[str, Entry] = {
    "S159": entry(
        REFUSED,
        (
            "现有数据库中有 {count} 笔业务中心还没有签收，备份里没有；没有恢复。",
            "The present store has {count} operations that the centre has not acknowledged and the copy has not; "
            "nothing was restored.",
        ),
        (
            "请先上传再恢复；传不了可加 --leave-unsent，再用 store salvage 从另存的原库取出。",
            "Send first, then restore. If they cannot be sent, restore with --leave-unsent: the present store is laid "
            "aside; get them out of it (ssc-terminal store salvage FILE --from COPY) for the centre to take in.",
        ),
        (
            "现有数据库中有业务中心还没有签收，备份里没有；没有恢复。",
            "The present store has operations that the centre has not acknowledged and the copy has not; "
            "nothing was restored.",
        ),
    ),
    "S160": entry(
        REFUSED,
        (
            "另存的数据库副本里可能有未送中心的业务（已知 {count} 笔）：{copies}。",
            "Copies of the store that were laid aside may hold work that stands nowhere else ({count} operations are "
            "known of): {copies}.",
        ),
        (
            "请不要删除，请管理员取出其中的业务交中心录入。",
            "Do not delete them; have an administrator get the work out for the centre to take in.",
        ),
        (
            "另存的数据库副本里可能有未送中心的业务。",
            "Copies of the store that were laid aside may hold work that stands nowhere else.",
        ),
        typed=(
            "请不要删除；用 ssc-terminal store salvage 介质文件 --from 副本 取出，交中心录入。",
            "Do not delete them. Get it out (ssc-terminal store salvage FILE --from COPY) for the centre to take in.",
        ),
    ),
    "S165": entry(
        REFUSED,
        (
            "数据库副本 {copies} 是另一台终端（{terminal}）的，或看不出是谁的：本机不能替它取出，也不能清除。",
            "Copies of the store are another terminal's ({terminal}), or do not tell whose they are: {copies}. This "
            "terminal cannot hand in their work as its own, and they are not wiped.",
        ),
        (
            "请不要删除，请管理员把整个数据文件夹交中心录入。",
            "Do not delete them; have an administrator hand the whole data folder in at the centre.",
        ),
        (
            "有数据库副本是另一台终端的，或看不出是谁的。",
            "Copies of the store are another terminal's, or do not tell whose they are.",
        ),
        typed=(
            "请不要删除。复制整个数据文件夹交中心，按故障机磁盘录入（记在原终端名下），之后把副本移出。",
            "Do not delete them. Hand a copy of the whole data folder, with terminal.recovery and the certificates, in "
            "at the centre, which takes it in like a dead machine's disk, each under the number of its own; after that "
            "move them out of the data folder.",
        ),
    ),
    "S163": entry(
        FAILURE,
        (
            "日志末尾缺行：第 {first} 至 {last} 行不是当初写下的，缺失或已被替换。",
            "The end of the journal is missing: lines {first} to {last} are gone, or others stand in their place.",
        ),
        (
            "请不要删除任何文件，停止使用本终端，联系技术支持。",
            "Delete nothing, stop using this terminal and call technical support.",
        ),
        ("日志末尾缺行。", "The end of the journal is missing."),
    ),
    "S161": entry(
        REFUSED,
        (
            "日志里没有导出到第 {last} 笔的介质；没有清除。",
            "The journal tells of no medium that was written up to number {last}; the store is not wiped.",
        ),
        (
            "请重新导出（store export），按它给出的编号填写 --exported。",
            "Export again (ssc-terminal store export FILE) and give the number that it says (--exported).",
        ),
        (
            "日志里没有导出到这个编号的介质；没有清除。",
            "The journal tells of no medium that was written up to that number; the store is not wiped.",
        ),
    ),
    "S162": entry(
        REFUSED,
        (
            "有 {count} 笔业务已搁置、还没有处理，任何介质上都没有；没有清除。",
            "{count} operations are set aside and not settled, and stand on no medium; the store is not wiped.",
        ),
        (
            "请先处理：queue retry 放回，或 queue correct、queue resolve，再上传或导出。",
            "Settle them first (“queue retry”, “queue correct” or “queue resolve”), then send or export.",
        ),
        (
            "有业务已搁置、还没有处理，任何介质上都没有；没有清除。",
            "Something is set aside and not settled, and stands on no medium; the store is not wiped.",
        ),
    ),
}
