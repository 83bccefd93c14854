"""From the body of an operation to a draft that the outbox takes: sealed to the centre, bound to its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from offline_cache import blobs as sealed_blobs
from offline_cache.blobs import SealedBlob
from offline_cache.journal import refused
from offline_cache.operations import Draft, new_op_id
from offline_cache.sealing import Binding, seal
from offline_cache.suite import INTL, Suite
from terminal.centre import causes
from terminal.centre.identity import Identity
from terminal.model.operations import SCHEMA, OperationBody, to_plain


@dataclass(frozen=True)
class Sealer:
    """Seals for one terminal in one life of its log.

    :param public: the centre's ``seal`` key, of :attr:`suite`.
    :param behind: seconds by which the clock is behind what was known before: told in what is sealed.
    """

    environment: str
    terminal: str
    epoch: int
    public: bytes
    behind: int = 0
    suite: Suite = INTL

    def blob(self, content: bytes) -> SealedBlob:
        """A photo or a signature, sealed in pieces.

        :raises offline_cache.errors.StoreError: ``SEALED_UNREADABLE`` for one that is empty or too large.
        """
        return sealed_blobs.seal(content, self.environment, self.terminal, self.public, self.suite)

    def draft(
        self,
        kind: str,
        body: OperationBody,
        *,
        subject: bytes,
        summary: Mapping[str, str | int],
        schema: int = SCHEMA,
        refers_to: bytes | None = None,
        blobs: Sequence[SealedBlob] = (),
        value: int = 0,
    ) -> Draft:
        """A draft with a fresh identity. Nothing of ``body`` can be read here any more.

        :param subject: opaque; order is kept by it. :param summary: masked; what the queue page shows.
        :param blobs: from :meth:`blob`; ``body`` names them, these and no others.
        :param value: fen that it moves; the centre is told in the body.
        :raises offline_cache.errors.StoreError: ``SEALED_UNREADABLE``, ``ENTRY_REFUSED``.
        """
        if body.blobs != [blob.digest.hex().upper() for blob in blobs]:
            raise refused("the body names other blobs")
        body = structs.replace(body, value=value, clock_behind=self.behind)
        op_id = new_op_id()
        binding = Binding(self.environment, self.terminal, self.epoch, op_id, kind, schema)
        sealed = seal(to_plain(body), binding, self.public, self.suite)
        return Draft(op_id, kind, schema, subject, sealed, summary, refers_to, self.epoch, tuple(blobs), value)


def sealer(identity: Identity, epoch: int, behind: int = 0) -> Sealer:
    """The sealer of an enrolled terminal.

    :raises terminal.centre.errors.CentreError: ``IDENTITY_UNREADABLE`` when no sealing key is pinned.
    """
    keys = identity.pinned("seal")
    if not keys:
        raise causes.identity_unreadable("no sealing key of the centre is pinned")
    return Sealer(identity.environment, identity.terminal, epoch, next(iter(keys.values())), behind, identity.suite)
