/* Card writes: X.begun before the first byte, then exactly one of X.done, X.undone, X.spoiled; or a doubtful card.
 *
 * TERMINALS terminals write one card (it may be put into either) OPS times between them (offline_cache/intents.py). The
 * program dies between any two steps, the card is pulled, the answer of the card is lost, a write is torn, each store is
 * put back once to an older copy. A card shows its content alone: which write that is of, not which ones came before.
 * So it settles a doubtful write when it holds what was written or what it held before, or is torn; when something else
 * was written since there is no proof, and two people settle it: their word, which is never called the card's. They may
 * do so at any time, for a card may never come back. A terminal does not take the proof of its own write away: it
 * begins no other on a card that is doubtful there. From every state that can be reached `heal` brings the card to each
 * terminal once more, lets people settle what it does not prove, and asserts that no write is left open and that the
 * ends tell the truth: bounded liveness as safety.
 */
#ifndef TERMINALS
#define TERMINALS 2
#endif
#ifndef OPS
#define OPS 3
#endif
#define OPEN 0
#define BEGUN 1
#define DONE 2
#define UNDONE 3 /* code: offline_cache.intents.Ending.DONE, offline_cache.intents.Ending.UNDONE */
#define SPOILED 4 /* code: offline_cache.intents.Ending.SPOILED */
#define BY_PEOPLE 5
#define TORN (OPS + 1)

byte store[TERMINALS * OPS], copy[TERMINALS * OPS]; /* by write: its entries */
byte owner[OPS];    /* 1 + the terminal that minted the write */
byte content;       /* of the card: 1 + the write that it is of; 0 as it came; TORN */
byte before[OPS];   /* the content at the write's beginning, which stands in its plan */
bool written[OPS];  /* for the checks alone: it was the card's content once */
byte running[TERMINALS]; /* 1 + the write that the program is at; lost with it, and with the card */
byte at = TERMINALS;     /* which terminal the card is in */
byte minted, k, t0;
bool restored;
#define ENTRY(t, w) store[(t) * OPS + (w)]
/* code: offline_cache.intents._begin, offline_cache.intents.doubtful_card */
#ifdef WRONG_DOUBT
#define NO_DOUBT(t) true
#elif OPS > 2
#define NO_DOUBT(t) (ENTRY(t, 0) != BEGUN && ENTRY(t, 1) != BEGUN && ENTRY(t, 2) != BEGUN)
#else
#define NO_DOUBT(t) (ENTRY(t, 0) != BEGUN && ENTRY(t, 1) != BEGUN)
#endif

/* code: offline_cache.intents._end */
inline finish(t, w, how) {
    assert(ENTRY(t, w) == BEGUN);                        /* exactly one end */
    ENTRY(t, w) = how;
    assert(how != DONE || written[w]);                   /* never called done when the card never had it */
    assert(how != UNDONE || content == before[w]);       /* and undone only when it is as it was */
    assert(how != SPOILED || content == TORN);           /* and of no use only when it is */
}

/* code: offline_cache.intents.Intents.of_card. The card is seen again: what it shows settles what is doubtful. */
inline seen(t) {
    k = 0;
    do
    :: k == OPS -> break
    :: else ->
        if
        :: ENTRY(t, k) == BEGUN && running[t] != k + 1 ->
#ifdef WRONG_GUESS
            finish(t, k, DONE)
#else
            if
            :: content == k + 1 -> finish(t, k, DONE)
            :: content == before[k] -> finish(t, k, UNDONE)
#ifdef WRONG_SPOILED
            :: content == TORN -> finish(t, k, UNDONE)
#else
            :: content == TORN -> finish(t, k, SPOILED)
#endif
            :: else -> assert(restored || owner[content - 1] != t + 1) /* another terminal took the proof away */
            fi
#endif
        :: else
        fi;
        k++
    od;
    k = 0
}

/* code: offline_cache.intents.check. Two people, without a proof. */
inline people(t, w) {
#ifdef WRONG_PEOPLE
    finish(t, w, DONE)
#else
    finish(t, w, BY_PEOPLE)
#endif
}

active [TERMINALS] proctype terminal() {
    byte t = _pid, mine;
    do
    :: d_step { at == TERMINALS -> at = t }
    :: d_step { at == t -> at = TERMINALS; running[t] = 0 } /* pulled, at any moment: doubtful, nobody guesses */
    :: d_step { at == t && !running[t] -> seen(t) }
    :: d_step { at == t && !running[t] && content != TORN && minted < OPS && NO_DOUBT(t) -> /* committed before the first byte */
#ifndef WRONG_ORDER
        ENTRY(t, minted) = BEGUN;
#endif
        owner[minted] = t + 1; before[minted] = content; running[t] = minted + 1; minted++ }
    :: d_step { at == t && running[t] && content == before[running[t] - 1] -> /* its answer may be lost */
        content = running[t]; written[running[t] - 1] = true }
    :: d_step { at == t && running[t] && content == before[running[t] - 1] -> content = TORN }
    :: d_step { at == t && running[t] && content == running[t] && ENTRY(t, running[t] - 1) == BEGUN -> /* answered */
        mine = running[t] - 1; finish(t, mine, DONE); mine = 0; running[t] = 0 }
    :: d_step { running[t] -> running[t] = 0 }            /* kill -9, power */
    :: d_step { ENTRY(t, 0) == BEGUN && running[t] != 1 -> people(t, 0) }
    :: d_step { ENTRY(t, 1) == BEGUN && running[t] != 2 -> people(t, 1) }
#if OPS > 2
    :: d_step { ENTRY(t, 2) == BEGUN && running[t] != 3 -> people(t, 2) }
#endif
    :: d_step { !restored -> k = 0; do :: k == OPS -> break :: else -> copy[t * OPS + k] = ENTRY(t, k); k++ od; k = 0 }
    :: d_step { !restored -> /* an older copy; the program ends with it */
        restored = true; running[t] = 0;
        k = 0; do :: k == OPS -> break :: else -> ENTRY(t, k) = copy[t * OPS + k]; k++ od; k = 0 }
    od
}

active proctype world() {
end:
    d_step { true ->
        t0 = 0;
        do
        :: t0 == TERMINALS -> break
        :: else -> running[t0] = 0; at = t0; seen(t0); t0++
        od;
        k = 0;
        do
        :: k == minted -> break
        :: else ->
            t0 = owner[k] - 1;
            if
            :: ENTRY(t0, k) == BEGUN -> people(t0, k)
            :: else
            fi;
            assert(ENTRY(t0, k) != DONE || written[k]);
            assert(ENTRY(t0, k) != UNDONE || !written[k]);
            /* a card write and its record never part */
            assert(!written[k] || restored || ENTRY(t0, k) == DONE || ENTRY(t0, k) == SPOILED || ENTRY(t0, k) == BY_PEOPLE);
            k++
        od
    }
}
