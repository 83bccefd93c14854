"""What could be read of a damaged store, and what could not, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from terminal.text import Text

if TYPE_CHECKING:
    from offline_cache.salvage import Salvage, Span
    from offline_cache.salvage_photos import LostPhoto
    from terminal.cli.app import Context

_OF = Text("文件 {file}：", "File {file}:")
_READ = Text(
    "读出 {count} 笔业务、{photos} 份影像；{doubtful} 笔不能确定是否曾被搁置。",
    "{count} operations and {photos} photos read; of {doubtful} it cannot be told whether they were set aside.",
)
_LOST = {
    "missing": Text("未能读出的业务：{spans}。", "Operations that could not be read: {spans}."),
    "bodies": Text("正文未能读出的业务：{spans}。", "Operations whose content could not be read: {spans}."),
    "journal": Text("未能读出的日志行：{spans}。", "Lines of the journal that could not be read: {spans}."),
}

_PHOTO = Text(
    "影像 {name}（业务 {of}）未能完整读出：共 {all} 块，读出 {pieces} 块，已一并取出。",
    "Photo {name} (operation {of}) could not be read whole: {pieces} of {all} pieces were, and are handed on.",
)
_BARE_PHOTO = Text(
    "影像 {name}（业务 {of}）未能完整读出；读出的 {pieces} 块不能单独录入。",
    "Photo {name} (operation {of}) could not be read whole; the pieces that were ({pieces}) cannot be taken in alone.",
)


def told(context: Context, found: Salvage) -> dict[str, object]:
    """Say it, and give it for programs."""
    counts = {"photos": sum(one.whole for one in found.photos), "doubtful": len(found.doubtful)}
    context.output.line(_READ.format(count=found.operations, **counts))
    return {"operations": found.operations, **counts, **lost(context, found)}


def told_by_file(context: Context, read: Mapping[str, Salvage]) -> dict[str, object]:
    """The same of each file of a disk: of the first, which is the store if it is there, and of its copies by name."""
    said = dict[str, dict[str, object]]()
    for name, found in read.items():
        context.output.line(_OF.format(file=name))
        said[name] = told(context, found)
    if not said:  # a medium
        return {}
    first, *copies = said
    return {**said[first], "file": first, "copies": {name: said[name] for name in copies}}


def lost(context: Context, found: Salvage) -> dict[str, object]:
    """What could not be read alone."""
    told = {"missing": found.missing, "bodies": found.bodies, "journal": found.lines}
    for name, spans in told.items():
        if spans:
            context.output.line(_LOST[name].format(spans=", ".join(map(_numbers, spans))))
    for photo in found.lost_photos:
        _tell_photo(context, photo)
    spans_of = {
        name: [{"epoch": s.epoch, "from": s.first, "to": s.last} for s in spans] for name, spans in told.items()
    }
    return {**spans_of, "lost_photos": [_photo(one) for one in found.lost_photos]}


def _tell_photo(context: Context, photo: LostPhoto) -> None:
    unplaced = photo.op_id.hex()[:8] if photo.op_id else "?"
    of = _in_life(photo.epoch, str(photo.seq)) if photo.seq else unplaced
    words = _BARE_PHOTO if photo.of is None else _PHOTO
    context.output.line(words.format(name=photo.digest.hex()[:8], of=of, pieces=photo.pieces, all=photo.of or 0))


def _photo(photo: LostPhoto) -> dict[str, object]:
    operation = photo.op_id.hex().upper() if photo.op_id else None
    where = {"operation": operation, "epoch": photo.epoch, "seq": photo.seq}
    return {"photo": photo.digest.hex().upper(), **where, "pieces": photo.pieces, "of": photo.of}


def _numbers(span: Span) -> str:
    numbers = str(span.first) if span.first == span.last else f"{span.first}–{span.last}"
    return _in_life(span.epoch, numbers)


def _in_life(epoch: int, numbers: str) -> str:
    return f"{epoch}: {numbers}" if epoch > 1 else numbers
