/* Card writes: X.begun before the first byte, then exactly one of X.done, X.undone, X.spoiled; or a doubtful card.
 *
 * TERMINALS terminals write one card (it may be put into either) OPS times between them (offline_cache/intents.py). The
 * program dies between any two steps, the card is pulled, the answer of the card is lost, each store is put back once
 * to an older copy. What a card itself proves settles a doubtful write; two people may settle one, but only as
 * something that the centre shows as their word. From every state that can be reached `heal` brings the card to each
 * terminal once more and asserts that no write is left open and that the ends tell the truth: bounded liveness as safety.
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
#define UNDONE 3
#define BY_PEOPLE 4

byte store[TERMINALS * OPS], copy[TERMINALS * OPS]; /* by write: its entries */
byte owner[OPS];    /* 1 + the terminal that minted the write */
bool on_card[OPS];  /* the card holds a counter of what was written, which is its proof */
byte running[TERMINALS]; /* 1 + the write that the program is at; lost with it */
byte at = TERMINALS;     /* which terminal the card is in */
byte minted, k, t0;
bool restored;
#define ENTRY(t, w) store[(t) * OPS + (w)]
#define NO_DOUBT(t) (ENTRY(t, 0) != BEGUN && ENTRY(t, 1) != BEGUN && ENTRY(t, 2) != BEGUN)

inline finish(t, w, how) {
    assert(ENTRY(t, w) == BEGUN);              /* exactly one end */
    ENTRY(t, w) = how;
    assert(how != DONE || on_card[w]);         /* never called done when the card has it not */
    assert(how != UNDONE || !on_card[w]);      /* and never undone when it has */
}

/* The card is seen again: its own answer settles what is doubtful. */
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
            :: on_card[k] -> finish(t, k, DONE)
            :: else -> finish(t, k, UNDONE)
            fi
#endif
        :: else
        fi;
        k++
    od;
    k = 0
}

active [TERMINALS] proctype terminal() {
    byte t = _pid, mine, before;
    do
    :: d_step { at == TERMINALS -> at = t }
    :: d_step { at == t -> at = TERMINALS } /* pulled, at any moment */
    :: d_step { at == t && !running[t] -> seen(t) }
    :: d_step { at == t && !running[t] && minted < OPS && NO_DOUBT(t) -> /* begun, committed before the first byte */
#ifndef WRONG_ORDER
        ENTRY(t, minted) = BEGUN;
#endif
        owner[minted] = t + 1; running[t] = minted + 1; minted++ }
    :: d_step { at == t && running[t] && !on_card[running[t] - 1] -> on_card[running[t] - 1] = true } /* its answer may be lost */
    :: d_step { at == t && running[t] && on_card[running[t] - 1] && ENTRY(t, running[t] - 1) == BEGUN -> /* answered */
        mine = running[t] - 1; finish(t, mine, DONE); mine = 0; running[t] = 0 }
    :: d_step { running[t] && at != t -> running[t] = 0 } /* pulled: doubtful, nobody guesses */
    :: d_step { running[t] -> running[t] = 0 }            /* kill -9, power */
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
            assert(ENTRY(t0, k) != BEGUN);                          /* nothing stuck */
            assert(ENTRY(t0, k) != DONE || on_card[k]);
            assert(ENTRY(t0, k) != UNDONE || !on_card[k]);
            assert(!on_card[k] || restored || ENTRY(t0, k) == DONE); /* a card write and its record never part */
            k++
        od
    }
}
