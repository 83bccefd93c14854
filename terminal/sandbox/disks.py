"""What is left on the disk of a dead machine: its store, and the whole copies of it that were laid aside there. In any
of them may stand work that is nowhere else.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from offline_cache.aside import copies_of
from offline_cache.chain import Origin
from offline_cache.errors import StoreError
from offline_cache.escrow import recovery_file
from offline_cache.operations import Batch, Sent
from offline_cache.owners import foreign
from offline_cache.salvage import Rows, Salvage, rows_of
from offline_cache.sealing import Binding, open_sealed
from terminal.medium import Entry, invalid, salvaged_pieces, salvaged_runs

STORE = Path("store") / "terminal.db"
"""Where the store is in a terminal's data folder."""


@dataclass(frozen=True)
class Disk:
    """:param envelope: the recovery file. :param papers: certificates. :param files: the store first, if it is there,
    then its copies, the newest first, then what stood there before its form was brought up.
    """

    envelope: bytes
    papers: tuple[str, ...]
    files: tuple[Path, ...]


def found_on(folder: Path) -> Disk:
    """What lies in a data folder.

    :raises StoreError: ``EXPORT_INVALID``: no recovery file, or no store and no copy of one.
    """
    store = folder / STORE
    try:
        envelope = recovery_file(store).read_bytes()
        papers = tuple(file.read_text("ascii") for file in sorted(folder.glob("terminal-*-cert.pem")))
        places = (store, *reversed(copies_of(store)), store.with_suffix(".before"))
    except (OSError, ValueError) as error:
        raise invalid(type(error).__name__) from None
    files = tuple(one for one in places if one.is_file())
    if not files:
        raise invalid("no store")
    return Disk(envelope, papers, files)


def read_all(
    files: Sequence[Path], keys: Sequence[bytes], known: Sequence[Origin], ring: dict[bytes, bytes]
) -> tuple[dict[str, Salvage], StoreError | None]:
    """Read what can be read of each, by name. A file that cannot be opened keeps none of the others away.

    :param known: whose they may be: a machine that was enrolled anew has copies of the terminal that it was before.
    :param ring: the centre's sealing keys: where nothing else tells whose a file is, what is sealed in it does.
    :returns: and the fault of the first that could not.
    """
    found, fault = dict[str, Salvage](), None
    places = defaultdict[Origin, set[tuple[int, int]]](set)
    with tempfile.TemporaryDirectory() as beside:
        for file in files:
            try:
                rows = rows_of(file, keys, known[0].suite, Path(beside))
                whose = _whose(rows, known, ring)
                found[file.name] = rows.proven(whose, places[whose])
                places[whose] |= rows.operations.keys()
            except StoreError as error:
                fault = fault or error
    return found, fault


def _whose(rows: Rows, known: Sequence[Origin], ring: dict[bytes, bytes]) -> Origin:
    """:raises StoreError: ``COPY_FOREIGN``: nothing in it tells."""
    whose = rows.whose(known) or next((one for one in known if _opens(rows.a_body(), one, ring)), None)
    if whose is None and rows.operations:
        raise foreign("", "")
    return whose or known[0]


def _opens(body: tuple[int, Sent] | None, origin: Origin, ring: dict[bytes, bytes]) -> bool:
    if body is None or body[1].sealed is None:
        return False
    epoch, sent = body
    binding = Binding(origin.environment, origin.terminal, epoch, sent.op_id, sent.kind, sent.schema)
    try:
        open_sealed(body[1].sealed, binding, ring)
    except StoreError:
        return False
    return True


def by_owner(read: Mapping[str, Salvage]) -> dict[Origin, dict[str, Salvage]]:
    """Each terminal's own."""
    found = defaultdict[Origin, dict[str, Salvage]](dict)
    for name, one in read.items():
        found[one.origin][name] = one
    return found


def entries_of(read: Mapping[str, Salvage], origin: Origin) -> Iterator[Entry]:
    """All of one terminal's, of each life in the order of the log, so that what one file lacks is there when another
    goes on. Of the same places the store's come first, then those of the newer copy: another one's, which may be of a
    history that parted, come behind all that is needed to go on. What is doubtful comes behind, then the photos.

    What any file has without its body a person may have set aside: a copy then brings it as doubtful.
    """
    runs, doubtful, seen = list[tuple[tuple[int, bool, int], Batch]](), list[Batch](), set[tuple[int, int]]()
    for name, one in read.items():
        others = [run for other, each in read.items() if other != name != STORE.name for run in each.runs]
        withheld = {sent.op_id for run in others for sent in run.operations if sent.sealed is None}
        runs += (
            ((run.epoch, (run.epoch, run.from_seq) in seen, run.from_seq), _but(run, withheld)) for run in one.runs
        )
        doubtful += one.doubtful
        doubtful += (run for run in one.runs if any(sent.op_id in withheld and sent.sealed for sent in run.operations))
        seen |= {(run.epoch, sent.seq) for run in one.runs for sent in run.operations}
    runs.sort(key=lambda run: run[0])
    yield from salvaged_runs((run for _, run in runs), doubtful, origin, lambda _: bytes(64))
    for one in read.values():
        yield from salvaged_pieces(one)


def _but(run: Batch, withheld: set[bytes]) -> Batch:
    """Of these the place alone."""
    shown = (replace(sent, sealed=None) if sent.op_id in withheld else sent for sent in run.operations)
    return replace(run, operations=tuple(shown))
