"""Faults of copies of the store: what would be lost with one, or by putting one back (codes S159 on)."""

from __future__ import annotations

from terminal.fault_table.entry import REFUSED, Entry, entry

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
}
