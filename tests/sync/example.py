"""The worked example of ``docs/sync.md``: ``python -m tests.sync.example`` prints it, ``--write`` puts it there.

Keys and identities are fixed, so that the numbers are the same on every machine. Only sealing draws fresh randomness
each time: what was sealed once stands here, and the example shows that it opens.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from offline_cache import canonical
from offline_cache.chain import GENESIS, OPERATION, Origin, operation_head
from offline_cache.operations import Batch, Sent
from offline_cache.sealing import Binding, key_id, open_sealed
from offline_cache.suite import INTL
from terminal.centre import chain
from terminal.centre.contract import Acknowledgement
from terminal.model.operations import CONTACT_CHANGE, SCHEMA
from terminal.sync.batches import signed_batch

PAGE = Path(__file__).parents[2] / "docs" / "sync.md"
BEGIN, END = "<!-- example: python -m tests.sync.example --write -->\n", "<!-- end of example -->\n"

ENVIRONMENT, TERMINAL, EPOCH = "sandbox", "379999000001", 1
OP_ID = bytes.fromhex("000102030405060708090A0B0C0D0E0F")
ACK_PRIVATE = bytes(range(32))
SEAL_PRIVATE = bytes(range(32, 64))
TERMINAL_PRIVATE = 0x1234567890ABCDEF
ENVELOPE = (Path(__file__).parents[1] / "data" / "sealed-example.hex").read_text("ascii").strip()


def _sign(statement: bytes) -> bytes:
    key = ec.derive_private_key(TERMINAL_PRIVATE, ec.SECP256R1())
    r, s = decode_dss_signature(key.sign(statement, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def example() -> str:
    """The block as it stands in the page."""
    sealed = bytes.fromhex(ENVELOPE)
    sealed_hash = INTL.digest(sealed)
    binding = Binding(ENVIRONMENT, TERMINAL, EPOCH, OP_ID, CONTACT_CHANGE, SCHEMA)
    body = open_sealed(sealed, binding, {key_id(INTL.sealing_public_key(SEAL_PRIVATE)): SEAL_PRIVATE})
    head = operation_head(
        Origin(ENVIRONMENT, TERMINAL),
        GENESIS,
        epoch=EPOCH,
        seq=1,
        op_id=OP_ID,
        kind=CONTACT_CHANGE,
        schema=SCHEMA,
        sealed_hash=sealed_hash,
    )
    link = [GENESIS, ENVIRONMENT, TERMINAL, EPOCH, 1, OP_ID, CONTACT_CHANGE, SCHEMA, sealed_hash]
    sent = Sent(1, OP_ID, CONTACT_CHANGE, SCHEMA, sealed, sealed_hash)
    batch = signed_batch(Origin(ENVIRONMENT, TERMINAL), Batch(EPOCH, 1, GENESIS, (sent,), head, 0, GENESIS), _sign)
    plain = Acknowledgement(
        terminal=TERMINAL,
        epoch=EPOCH,
        hwm=1,
        head=head.hex().upper(),
        time="2026-06-01T01:00:00Z",
        journal_head=GENESIS.hex(),
        key_id=f"ack-{INTL.digest(INTL.public_key(ACK_PRIVATE))[:4].hex()}",
        signature="",
    )
    ack = chain.acknowledge(ENVIRONMENT, plain, ACK_PRIVATE)
    rows = {
        "private sealing key of the centre": SEAL_PRIVATE.hex(),
        "private `ack` key of the centre": ACK_PRIVATE.hex(),
        "its public key": INTL.public_key(ACK_PRIVATE).hex(),
        "private key of the terminal (P-256)": f"{TERMINAL_PRIVATE:064x}",
        "`info` of the seal": binding.info.hex(),
        "envelope": ENVELOPE,
        "`sealed_hash`": sealed_hash.hex(),
        "what the head is the digest of": canonical.framed(OPERATION, link).hex(),
        "head after operation 1": head.hex(),
        "statement that the terminal signs": chain.head_statement(ENVIRONMENT, TERMINAL, batch).hex(),
        "statement that it signs of the same as a run of a damaged store": chain.salvage_statement(
            ENVIRONMENT, TERMINAL, batch, doubtful=False
        ).hex(),
        "statement that the centre signs": chain.ack_statement(ENVIRONMENT, ack).hex(),
    }
    lines = [f"{name}:\n\n    {value}\n" for name, value in rows.items()]
    return "\n".join(
        [
            *lines,
            f"The body inside:\n\n```json\n{_json(body)}\n```\n",
            f"The request:\n\n```json\n{_json(msgspec.to_builtins(batch))}\n```\n",
            f"The answer:\n\n```json\n{_json(msgspec.to_builtins(ack))}\n```\n",
        ]
    )


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode("utf-8")


def placed(page: str) -> str:
    """The page with the example as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{example()}\n{END}{after}"


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(placed(PAGE.read_text("utf-8")), "utf-8")
    else:
        print(example())  # noqa: T201 - the output
