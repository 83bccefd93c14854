/* A person while an operation is on its way: parked, put back, withdrawn; tombstone, and the body that fills it.
 *
 * TERMINALS terminals record OPS operations between them (offline_cache/moves.py, acknowledging.py, sending.py;
 * terminal/sandbox/inbox.py, effects.py). At any moment the sender or a person parks, retries or withdraws; requests
 * come late and twice, answers are lost; the program dies; the centre is put back once, and a terminal once, to a copy
 * that has the same operations (one that has fewer is a fork: log.pml). From every state that can be reached `heal`
 * plays ROUNDS exchanges without faults and without people, and asserts that nothing is stuck: a bounded liveness
 * argument made as a safety property. The lines of the feed about one operation that wait to be read together count as
 * the last of them, as in acknowledging.outcomes. Business refuses nothing here.
 */
#ifndef TERMINALS
#define TERMINALS 2
#endif
#ifndef OPS
#define OPS 3
#endif
#ifndef COPIES /* whether a terminal is put back to an older copy */
#define COPIES 0
#endif
#ifndef BACKUPS /* whether the centre is */
#define BACKUPS 0
#endif
#define ROUNDS 8
#define NONE 0
#define PENDING 1
#define PARKED 2
#define RECEIVED 3
#define APPLIED 4
#define REJECTED 5
#define TOMBSTONE 1
#define BODY 2

typedef Store {
    byte last; byte hwm; byte state[OPS]; byte said[OPS]; byte read[OPS]; byte refers_to[OPS];
    bool again[OPS]; byte resolved[OPS] /* by which one, from 1 */
}
typedef Centre { byte mark; byte place[OPS]; byte effect[OPS]; byte told[OPS]; bool settled[OPS] }
typedef Program { bool asked; bool behind; byte rewind; bool heard; byte mark; byte whole }

Store store[TERMINALS], copy[TERMINALS];
Centre centre[TERMINALS], backup[TERMINALS];
hidden Store nothing;
hidden Centre nowhere; /* as at the beginning */
Program program[TERMINALS]; /* lost with it */
byte recorded;
bool terminal_restored, centre_restored;
bool late; /* one request that is still on its way */
byte late_of, late_first, late_last, late_whole;
byte i, k, w, first, behind_last, whole;
bool filling;
#define TIDY i = 0; k = 0; w = 0; first = 0; behind_last = 0; whole = 0; filling = false

/* code: terminal.sandbox.effects.Effects.run. The outcomes of the feed stand in `effect`, the number of lines about an operation in `told`. */
inline apply(t, op) {
    w = store[t].refers_to[op];
    assert(centre[t].effect[op] == NONE); /* nothing takes effect twice */
    if
    :: w == 0 -> centre[t].effect[op] = APPLIED
#ifndef WRONG_WITHDRAWAL
    :: w && centre[t].effect[w - 1] == APPLIED -> centre[t].effect[op] = REJECTED /* already-applied */
#endif
    :: else ->
        centre[t].effect[op] = APPLIED;
        centre[t].settled[w - 1] = true;
        if
        :: centre[t].effect[w - 1] == NONE -> centre[t].effect[w - 1] = REJECTED; centre[t].told[w - 1]++
        :: else
        fi
    fi;
    w = 0;
    centre[t].told[op]++
}

/* code: terminal.sandbox.inbox.Inbox.take. `from`..`upto` from 0, `upto` not in it; `bodies` is the mask of what comes
 * with its body. */
inline take(t, from, upto, bodies) {
    k = from;
    do
    :: from > centre[t].mark || k >= upto -> break /* log-gap, or done */
    :: else ->
        if
        :: k == centre[t].mark ->
            centre[t].mark++;
            if
            :: bodies & (1 << k) -> centre[t].place[k] = BODY; apply(t, k)
            :: else -> centre[t].place[k] = TOMBSTONE; centre[t].told[k]++
            fi
        :: else ->
            if
            :: (bodies & (1 << k)) && centre[t].place[k] == TOMBSTONE -> /* code: terminal.sandbox.inbox.Inbox.fill */
#ifdef WRONG_FILL
                skip
#else
                centre[t].place[k] = BODY;
                if
                :: centre[t].settled[k] -> centre[t].told[k]++ /* replaced: kept, never applied */
                :: else -> apply(t, k)
                fi
#endif
            :: else
            fi
        fi;
        k++
    od
}

#ifdef WRONG_MARK
#define FIRST_TIME(t, op) true
#else
#define FIRST_TIME(t, op) !store[t].again[op]
#endif

/* code: offline_cache.moves._settles. What was to settle another is set aside, or goes after all */
inline settles(t, op, again_) {
    w = store[t].refers_to[op];
    if
    :: w && again_ && !store[t].resolved[w - 1] && \
        (store[t].state[w - 1] == PARKED || store[t].state[w - 1] == REJECTED) -> store[t].resolved[w - 1] = op + 1
#ifndef WRONG_SETTLED
    :: w && !again_ && store[t].resolved[w - 1] == op + 1 -> store[t].resolved[w - 1] = 0
#endif
    :: else
    fi;
    w = 0
}

/* code: offline_cache.acknowledging._catch_up, offline_cache.acknowledging._say. The centre's last word, where there is
 * one that counts. */
inline say(t, op) {
    if
    :: store[t].said[op] && store[t].state[op] == PARKED -> store[t].state[op] = store[t].said[op]; settles(t, op, true)
    :: store[t].said[op] && store[t].state[op] != PARKED -> store[t].state[op] = store[t].said[op]
    :: else
    fi;
    if
    :: store[t].state[op] == APPLIED -> store[t].resolved[op] = 0 /* reopened */
    :: else
    fi
}

/* code: offline_cache.acknowledging.acknowledged. The mark moves what waited for the first time, `bodies` what went in
 * this request. */
inline acknowledged(t, mark_, bodies) {
    k = 0;
    do
    :: k == store[t].last -> break
    :: else ->
        if
        :: k < mark_ && store[t].state[k] == PENDING && mark_ > store[t].hwm && FIRST_TIME(t, k) ->
            store[t].state[k] = RECEIVED; store[t].again[k] = false; say(t, k)
        :: else
        fi;
        if
        :: k < mark_ && (bodies & (1 << k)) && store[t].state[k] == PENDING ->
            store[t].state[k] = RECEIVED; store[t].again[k] = false; say(t, k)
        :: k < mark_ && (bodies & (1 << k)) && store[t].state[k] == PARKED ->
            store[t].state[k] = RECEIVED; store[t].again[k] = false; settles(t, k, true); say(t, k)
        :: else
        fi;
        k++
    od;
    if
    :: mark_ > store[t].hwm -> store[t].hwm = mark_; program[t].behind = false
    :: mark_ == store[t].hwm -> program[t].behind = false
    :: mark_ < store[t].hwm -> program[t].behind = true; program[t].rewind = mark_ /* a backup: again from there */
    fi;
    if :: !program[t].behind -> program[t].rewind = 0 :: else fi
}

/* code: offline_cache.sending.batch */
inline pack(t) {
    first = store[t].hwm;
    k = 0;
    do
    :: k == store[t].last || store[t].state[k] == PENDING -> break
    :: else -> k++
    od;
    if
    :: program[t].behind -> first = program[t].rewind
    :: !program[t].behind && k < store[t].hwm -> first = k; filling = true
    :: else
    fi;
    whole = 0;
    behind_last = first;
    do
    :: behind_last == store[t].last -> break
    :: behind_last < store[t].last && filling && behind_last < store[t].hwm && store[t].state[behind_last] != PENDING -> break
    :: else ->
        if
        :: store[t].state[behind_last] != PARKED -> whole = whole | (1 << behind_last)
        :: else
        fi;
        behind_last++
    od
}

/* code: offline_cache.acknowledging.outcomes. The cursor moves in the same transaction. */
inline pull(t) {
    k = 0;
    do
    :: k == store[t].last -> break
    :: else ->
        if
        :: store[t].read[k] != centre[t].told[k] ->
            store[t].read[k] = centre[t].told[k];
            if
            :: centre[t].effect[k] == NONE -> /* code: offline_cache.acknowledging._emptied */
                if
#ifndef WRONG_EMPTY
                :: store[t].state[k] == PENDING -> store[t].said[k] = NONE; store[t].again[k] = true
#endif
                :: store[t].state[k] != PENDING && store[t].state[k] != PARKED ->
                    store[t].said[k] = NONE;
                    store[t].again[k] = !store[t].resolved[k];
                    store[t].state[k] = (store[t].resolved[k] -> PARKED : PENDING);
                    if :: store[t].state[k] == PARKED -> settles(t, k, false) :: else fi
                :: else
                fi
            :: else ->
                store[t].said[k] = centre[t].effect[k];
                if
                :: store[t].state[k] != PENDING -> say(t, k)
                :: else
                fi
            fi
        :: else
        fi;
        k++
    od
}

/* code: offline_cache.outbox.Outbox.record */
inline record(t, refers) {
    store[t].state[store[t].last] = PENDING;
    store[t].refers_to[store[t].last] = refers;
    store[t].last++;
    recorded++
}

/* model alone */
inline forget(t) {
    program[t].asked = false;
    program[t].behind = false; program[t].rewind = 0; program[t].heard = false;
    program[t].mark = 0; program[t].whole = 0
}

/* model alone */
inline copy_store(a, b) {
    a.last = b.last; a.hwm = b.hwm;
    k = 0;
    do
    :: k == OPS -> break
    :: else ->
        a.state[k] = b.state[k]; a.said[k] = b.said[k]; a.read[k] = b.read[k]; a.refers_to[k] = b.refers_to[k];
        a.again[k] = b.again[k]; a.resolved[k] = b.resolved[k]; k++
    od
}

/* model alone */
inline copy_centre(a, b) {
    a.mark = b.mark;
    k = 0;
    do
    :: k == OPS -> break
    :: else ->
        a.place[k] = b.place[k]; a.effect[k] = b.effect[k]; a.told[k] = b.told[k]; a.settled[k] = b.settled[k]; k++
    od
}

/* model alone */
inline heal(t) {
    i = 0;
    do
    :: i == ROUNDS -> break
    :: else ->
        acknowledged(t, centre[t].mark, 0); /* ask */
        filling = false;
        pack(t);
        if
        :: behind_last > first -> take(t, first, behind_last, whole); acknowledged(t, centre[t].mark, whole)
        :: else
        fi;
        pull(t);
        i++
    od;
    assert(centre[t].mark == store[t].last);
    k = 0;
    do
    :: k == store[t].last -> break
    :: else ->
        assert(store[t].state[k] != PENDING && store[t].state[k] != RECEIVED);                /* nothing stuck */
        assert((store[t].state[k] == APPLIED) == (centre[t].effect[k] == APPLIED));           /* what is shown is true */
        assert(store[t].state[k] != PARKED || centre[t].place[k] == TOMBSTONE);               /* nothing lost */
        assert(!(centre[t].effect[k] == APPLIED && centre[t].settled[k]));                    /* not taken back as well */
        w = store[t].resolved[k];
        assert(w == 0 || store[t].state[w - 1] != PARKED); w = 0;                     /* nothing held that nobody sees */
        k++
    od
}

#define TO_PEOPLE(t, op) (op < store[t].last && !store[t].resolved[op] && recorded < OPS && \
    !store[t].refers_to[op] && (store[t].state[op] == PARKED || store[t].state[op] == REJECTED))

/* code: offline_cache.outbox.Outbox.park, offline_cache.outbox.Outbox.retry, offline_cache.outbox.Outbox.resolve. The
 * last by a withdrawal. */
#define PEOPLE(t, op) \
    :: d_step { op < store[t].last && store[t].state[op] == PENDING -> \
        store[t].state[op] = PARKED; store[t].again[op] = false; settles(t, op, false); say(t, op) } \
    :: d_step { op < store[t].last && store[t].state[op] == PARKED && !store[t].resolved[op] -> \
        store[t].state[op] = PENDING; store[t].again[op] = true; store[t].said[op] = NONE; settles(t, op, true) } \
    :: d_step { TO_PEOPLE(t, op) -> record(t, op + 1); store[t].resolved[op] = store[t].last }

active [TERMINALS] proctype terminal() {
    byte t = _pid;
    do
    :: d_step { recorded < OPS -> record(t, 0) }
    /* One request is under way at a time: the next goes when the answer is there, or was given up. */
    :: d_step { !program[t].heard -> acknowledged(t, centre[t].mark, 0); program[t].asked = true; TIDY } /* ask */
#ifdef WRONG_PULL
    :: d_step { true -> pull(t); TIDY }
#else
    :: d_step { program[t].asked && !program[t].heard -> pull(t); TIDY } /* code: terminal.sync.core.State.ask. A program that starts asks before it pulls */
#endif
    :: d_step { !program[t].heard && store[t].last -> /* send: taken in; the answer is on its way back */
        pack(t); take(t, first, behind_last, whole);
        program[t].heard = true; program[t].mark = centre[t].mark; program[t].whole = whole; TIDY }
    :: d_step { program[t].heard -> /* the answer is there */
        i = program[t].mark; first = program[t].whole;
        program[t].heard = false; program[t].mark = 0; program[t].whole = 0;
        acknowledged(t, i, first); TIDY }
    :: d_step { program[t].heard -> program[t].heard = false; program[t].mark = 0; program[t].whole = 0 } /* lost */
    :: d_step { !late && !program[t].heard && store[t].last -> /* sent, and still on its way; its answer is lost */
        pack(t); late = true; late_of = t; late_first = first; late_last = behind_last; late_whole = whole; TIDY }
    :: d_step { true -> forget(t) } /* kill -9 */
    :: d_step { COPIES && !terminal_restored -> copy_store(copy[t], store[t]); TIDY }
    :: d_step { COPIES && !terminal_restored && copy[t].last == store[t].last ->
        terminal_restored = true; copy_store(store[t], copy[t]); forget(t);
        w = 0;
        do :: w == TERMINALS -> break :: else -> copy_store(copy[w], nothing); w++ od; TIDY } /* no more use for it */
    PEOPLE(t, 0)
    PEOPLE(t, 1)
#if OPS > 2
    PEOPLE(t, 2)
#endif
    od
}

active proctype world() {
    byte t;
end:
    do
    :: d_step { late -> take(late_of, late_first, late_last, late_whole); TIDY }
    :: d_step { late -> late = false; late_of = 0; late_first = 0; late_last = 0; late_whole = 0 }
    :: d_step { BACKUPS && !centre_restored ->
        t = 0;
        do :: t == TERMINALS -> break :: else -> copy_centre(backup[t], centre[t]); t++ od; t = 0; TIDY }
    :: d_step { BACKUPS && !centre_restored ->
        centre_restored = true;
        t = 0;
        do
        :: t == TERMINALS -> break
        :: else -> /* and no cursor that was given before is known: the feed is read from its beginning */
            copy_centre(centre[t], backup[t]);
            k = 0;
            do :: k == OPS -> break :: else -> store[t].read[k] = 0; copy[t].read[k] = 0; k++ od;
            copy_centre(backup[t], nowhere);
            t++
        od; t = 0; TIDY }
    :: d_step { true ->
        t = 0;
        do :: t == TERMINALS -> break :: else -> heal(t); t++ od; t = 0; TIDY };
       break
    od
}
