"""Records and acknowledges until it is killed. Says what was confirmed, one line each, only after it was."""

from __future__ import annotations

import sys
from pathlib import Path

from offline_cache.intents import Begin, End, Ending
from offline_cache.operations import Outcome, Verdict
from offline_cache.outbox import Outbox
from tests.offline_cache.support import draft, reopen


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    with reopen(Path(sys.argv[1])) as store:
        outbox = Outbox(store)
        say("open")
        turn = 0
        while True:
            turn += 1
            one = draft(b"holder-%d" % (turn % 5))
            say("begun", one.op_id.hex())
            outbox.record(one)
            say("recorded", one.op_id.hex())
            if turn % 3 == 0:
                _write_a_card(outbox)
            if turn % 4 == 0 and (batch := outbox.batch(6)) is not None:
                outbox.acknowledged(batch.to_seq, batch.head, b"signature", "t")
                say("acknowledged", batch.to_seq)
                outbox.outcome(Outcome(batch.operations[0].op_id, Verdict.APPLIED))
                say("applied", batch.operations[0].op_id.hex())


def _write_a_card(outbox: Outbox) -> None:
    begun = draft(kind="card-pin-change.begun")
    done = draft(kind="card-pin-change.done", refers_to=begun.op_id)
    for one in (begun, done):
        say("begun", one.op_id.hex())
    outbox.record(begun, intents=[Begin(begun.op_id, begun.op_id)])
    say("recorded", begun.op_id.hex())
    outbox.record(done, intents=[End(begun.op_id, done.op_id, Ending.DONE, proof=b"proof")])
    say("recorded", done.op_id.hex())


if __name__ == "__main__":
    main()
