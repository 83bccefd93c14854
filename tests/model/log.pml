/* The operation log, its acknowledgement, restored copies, and the new life after a fork.
 *
 * TERMINALS terminals record OPS operations between them (offline_cache/sending.py, acknowledging.py, epochs.py;
 * terminal/sandbox/inbox.py, lives.py). Requests and answers are lost, come late and come twice; the program dies at
 * any moment; the centre and a terminal are each put back once to an older copy. From EVERY state that can be reached
 * the step `heal` then plays a world without faults for at most ROUNDS exchanges per terminal and asserts that
 * everything has arrived: the liveness argument, a bounded one, made as a safety property.
 *
 * With TWIN an older copy is no return of the machine but a second machine of the same number: both go on, and when one
 * of them has a new life the other one is on the closed life. Nothing more is taken into that, also nothing that is
 * still on its way; and two histories of one number do not go on unnoticed. The second machine gets no new life: people
 * take it away.
 *
 * An operation is one bit of a mask, minted in the order of the commits, so a log is a mask, the head at a place is the
 * mask of what stands up to there, and two histories agree exactly as far as the masks do. An operation of kind
 * `carried-over` is a bit with an `original`.
 */
#ifndef TERMINALS
#define TERMINALS 2
#endif
#ifndef OPS
#define OPS 3
#endif
#ifndef TWIN
#define TWIN 0
#endif
#define LIVES 6
#define IDS 14
#define ROUNDS 12

#define UP(x) ((x) | ((x) >> 1) | ((x) >> 2) | ((x) >> 3) | ((x) >> 4) | ((x) >> 5) | ((x) >> 6) | ((x) >> 7) | \
    ((x) >> 8) | ((x) >> 9) | ((x) >> 10) | ((x) >> 11) | ((x) >> 12) | ((x) >> 13))
#define PREFIX(a, b) (((b) & UP(a)) == (a))
#define COMMON(a, b) ((a) & ((((a) ^ (b)) & -((a) ^ (b))) - 1))

typedef Store { byte epoch; short log[LIVES]; short received; short carried; bool fork }
typedef Centre { byte life; byte after; byte asked; short log[LIVES]; short known; short effect }
typedef Numbers { byte minted; short business; byte original[IDS] }

Store store[TERMINALS], copy[TERMINALS];
Centre centre[TERMINALS], backup[TERMINALS];
Numbers mint[TERMINALS];
short after[TERMINALS]; /* of the program, lost with it: behind which operation it sends */
short ever[TERMINALS];  /* for the checks alone: what any centre has ever had */
byte recorded;
bool terminal_restored, centre_restored;
byte twin; /* 1 + the terminal whose copy is a machine of its own */

bool late;     /* a request that is still on its way */
byte late_of, late_epoch;
short late_after, late_to;
bool late_ack; /* an acknowledgement that is still on its way */
byte ack_of, ack_epoch;
short ack_head;

byte i, e, n, x; /* scratch */
short have, fresh, left, one, common, to;
mtype = { ACKNOWLEDGED, LOG_GAP, LOG_FORKED };
mtype answer = LOG_GAP;
#define TIDY i = 0; e = 0; n = 0; x = 0; have = 0; fresh = 0; left = 0; one = 0; common = 0; to = 0; answer = LOG_GAP

/* code: terminal.sandbox.effects.Effects.run. What an operation does at the centre, once; a carried one is kept under its
 * own identity, only if it is new. */
inline effect_of(t, id) {
    x = id + 1;
    do
    :: x == 0 -> break
    :: else ->
        one = 1 << (x - 1);
        if
#ifdef WRONG_CARRY
        :: true ->
#else
        :: !(centre[t].known & one) ->
#endif
            if
            :: mint[t].business & one ->
                assert(!(centre[t].effect & one)); /* nothing takes effect twice */
                centre[t].effect = centre[t].effect | one
            :: else
            fi;
            centre[t].known = centre[t].known | one;
            ever[t] = ever[t] | one
#ifndef WRONG_CARRY
        :: else
#endif
        fi;
        x = mint[t].original[x - 1]
    od
}

/* code: terminal.sandbox.inbox.Inbox.take */
inline take(t, in_epoch, from, upto) {
    have = centre[t].log[in_epoch];
    if
#ifdef WRONG_CLOSED
    :: in_epoch > centre[t].life -> answer = LOG_FORKED
#else
    :: in_epoch != centre[t].life -> answer = LOG_FORKED
#endif
    :: else ->
        if
        :: !PREFIX(from, have) -> answer = (PREFIX(have, from) -> LOG_GAP : LOG_FORKED)
        :: PREFIX(from, have) && PREFIX(upto, have) -> answer = ACKNOWLEDGED; centre[t].asked = 0
        :: PREFIX(from, have) && !PREFIX(upto, have) && !PREFIX(have, upto) -> answer = LOG_FORKED
        :: PREFIX(from, have) && !PREFIX(upto, have) && PREFIX(have, upto) ->
            fresh = upto & ~have;
            assert(TWIN || in_epoch == centre[t].life); /* a closed life stays; what comes of it: unnoticed() */
            n = 0;
            do
            :: n == IDS -> break
            :: else ->
                if
                :: fresh & (1 << n) -> effect_of(t, n)
                :: else
                fi;
                n++
            od;
            centre[t].log[in_epoch] = upto;
            centre[t].asked = 0;
            answer = ACKNOWLEDGED
        fi
    fi
}

/* code: offline_cache.acknowledging.acknowledged. Only a head that our own chain has at that place moves anything. */
inline acknowledged(t, in_epoch, head) {
    if
    :: in_epoch != store[t].epoch
    :: else ->
        if
#ifdef WRONG_HEAD
        :: true -> store[t].received = store[t].received | (store[t].log[in_epoch] & UP(head)); after[t] = head
#else
        :: PREFIX(head, store[t].log[in_epoch]) -> store[t].received = store[t].received | head; after[t] = head
        :: else -> store[t].fork = true
#endif
        fi
    fi
}

/* code: terminal.sandbox.inbox.Inbox.mark. A life that this centre does not know, restored as it is, is a fork; and one
 * that it has closed. */
inline mark(t, in_epoch) {
    if
#ifndef WRONG_MARK
    :: in_epoch > centre[t].life -> answer = LOG_FORKED
#endif
#ifndef WRONG_CLOSED
    :: in_epoch < centre[t].life -> answer = LOG_FORKED
#endif
    :: else -> answer = ACKNOWLEDGED
    fi
}

/* code: terminal.sync.courier.Courier.ask */
inline ask(t) {
    mark(t, store[t].epoch);
    if
    :: answer == LOG_FORKED -> store[t].fork = true
    :: else -> acknowledged(t, store[t].epoch, centre[t].log[store[t].epoch])
    fi
}

/* code: terminal.sync.courier.Courier.send. `heard` is whether the answer comes back. */
inline send(t, upto, heard) {
    take(t, store[t].epoch, after[t], upto);
    if
    :: !heard
    :: heard && answer == ACKNOWLEDGED -> acknowledged(t, store[t].epoch, centre[t].log[store[t].epoch])
    :: heard && answer == LOG_GAP -> ask(t)
    :: heard && answer == LOG_FORKED -> store[t].fork = true
    fi
}

/* code: terminal.sync.renewal.Renewal.go, terminal.sandbox.lives.Lives.ask, offline_cache.epochs.begin. The grant, the
 * common part of each life, and the new one. */
inline renew(t) {
    if
    :: centre[t].after == store[t].epoch && centre[t].life > store[t].epoch && !centre[t].log[centre[t].life] ->
        left = 0;
        e = 1;
        do
        :: e > store[t].epoch -> break
        :: else ->
            common = COMMON(store[t].log[e], centre[t].log[e]);
            store[t].received = store[t].received | common;
#ifdef WRONG_RENEWAL
            left = left | (store[t].log[e] & ~store[t].received & ~store[t].carried);
#else
            left = left | (store[t].log[e] & ~common & ~store[t].carried);
#endif
            e++
        od;
        store[t].epoch = centre[t].life;
        fresh = 0;
        n = 0;
        do
        :: n == IDS -> break
        :: else ->
            if
            :: left & (1 << n) ->
                assert(mint[t].minted < IDS);
                mint[t].original[mint[t].minted] = n + 1;
                fresh = fresh | (1 << mint[t].minted);
                mint[t].minted++
            :: else
            fi;
            n++
        od;
        store[t].log[store[t].epoch] = fresh;
        store[t].carried = store[t].carried | left;
        store[t].fork = false;
        after[t] = 0
    :: else -> centre[t].asked = store[t].epoch
    fi
}

/* code: terminal.sandbox.lives.Lives.agree. A person at the centre. */
inline agree(t) {
    centre[t].after = centre[t].asked;
    centre[t].life = (centre[t].life > centre[t].asked -> centre[t].life : centre[t].asked) + 1;
    assert(centre[t].life < LIVES);
    centre[t].asked = 0
}

/* model alone */
inline copy_store(a, b) {
    a.epoch = b.epoch; a.received = b.received; a.carried = b.carried; a.fork = b.fork;
    e = 0;
    do :: e == LIVES -> break :: else -> a.log[e] = b.log[e]; e++ od
}

/* model alone */
inline copy_centre(a, b) {
    a.life = b.life; a.after = b.after; a.asked = b.asked; a.known = b.known; a.effect = b.effect;
    e = 0;
    do :: e == LIVES -> break :: else -> a.log[e] = b.log[e]; e++ od
}

/* model alone. The first operation behind `after`. */
inline next_of(t) {
    to = store[t].log[store[t].epoch] & ~after[t];
    to = after[t] | (to & -to)
}
/* code: offline_cache.sending.waits */
#define WAITS(t) (PREFIX(after[t], store[t].log[store[t].epoch]) && after[t] != store[t].log[store[t].epoch])
#define TRUE_SO_FAR(t) assert(!(store[t].received & ~ever[t])) /* "sent" is only said of what a centre has had */

#define TWIN_WAITS(t) (copy[t].log[copy[t].epoch] & ~centre[t].log[copy[t].epoch]) /* above the mark, after a backup too */

/* model alone. The other machine asks; and where something waits it sends all that it has: after == 0. */
inline twin_asks(t) {
    mark(t, copy[t].epoch);
    have = centre[t].log[copy[t].epoch];
    if
    :: answer == ACKNOWLEDGED && PREFIX(have, copy[t].log[copy[t].epoch]) -> copy[t].received = copy[t].received | have
    :: else -> copy[t].fork = true
    fi
}

/* model alone */
inline twin_sends(t) {
    take(t, copy[t].epoch, 0, copy[t].log[copy[t].epoch]);
    if
    :: answer == ACKNOWLEDGED -> copy[t].received = copy[t].received | copy[t].log[copy[t].epoch]
    :: else -> copy[t].fork = true
    fi
}

/* model alone. Two machines of one number: where both are, the centre has told one of them. */
inline unnoticed(t) {
    if
    :: twin == t + 1 && !copy[t].fork -> twin_asks(t)
    :: else
    fi;
    if
    :: twin == t + 1 && !copy[t].fork && TWIN_WAITS(t) -> twin_sends(t); ask(t)
    :: else
    fi;
    one = copy[t].log[copy[t].epoch];
    assert(twin != t + 1 || copy[t].fork || store[t].fork || (copy[t].epoch == store[t].epoch && \
        PREFIX(one, store[t].log[copy[t].epoch])))
}

/* model alone */
inline heal(t) {
    i = 0;
    do
    :: i == ROUNDS -> break
    :: else ->
        if
        :: store[t].fork && !centre[t].asked -> renew(t)
        :: store[t].fork && centre[t].asked -> agree(t)
        :: !store[t].fork -> ask(t)
        fi;
        if
        :: !store[t].fork && WAITS(t) -> to = store[t].log[store[t].epoch]; send(t, to, true)
        :: else
        fi;
        i++
    od;
    assert(!store[t].fork);                                                       /* nothing stuck */
    assert(centre[t].log[store[t].epoch] == store[t].log[store[t].epoch]);
    left = 0;
    e = 1;
    do :: e > store[t].epoch -> break :: else -> left = left | store[t].log[e]; e++ od;
    assert(!(left & mint[t].business & ~centre[t].effect));                       /* nothing lost */
    unnoticed(t)
}

active [TERMINALS] proctype terminal() {
    byte t = _pid;
    d_step { store[t].epoch = 1; centre[t].life = 1; copy[t].epoch = 1; backup[t].life = 1 };
    do
    :: d_step { recorded < OPS && !store[t].fork -> /* code: offline_cache.outbox.Outbox.record */
        recorded++;
        mint[t].business = mint[t].business | (1 << mint[t].minted);
        store[t].log[store[t].epoch] = store[t].log[store[t].epoch] | (1 << mint[t].minted);
        mint[t].minted++ }
    :: d_step { !store[t].fork -> ask(t); TRUE_SO_FAR(t); TIDY }
    :: d_step { !store[t].fork && WAITS(t) -> next_of(t); send(t, to, true); TRUE_SO_FAR(t); TIDY }
    :: d_step { !store[t].fork && WAITS(t) -> to = store[t].log[store[t].epoch]; send(t, to, false); TIDY }
    :: d_step { !store[t].fork && WAITS(t) && !late -> /* on its way still, and perhaps never there */
        late = true; late_of = t; late_epoch = store[t].epoch;
        late_after = after[t]; late_to = store[t].log[store[t].epoch] }
    :: d_step { !late_ack && centre[t].log[store[t].epoch] ->
        late_ack = true; ack_of = t; ack_epoch = store[t].epoch; ack_head = centre[t].log[store[t].epoch] }
    :: d_step { store[t].fork -> renew(t); TRUE_SO_FAR(t); TIDY }
    :: d_step { after[t] -> after[t] = 0 } /* kill -9: the store is whole, what the program knew is gone */
    :: d_step { !terminal_restored -> copy_store(copy[t], store[t]); TIDY }
#if TWIN
    :: d_step { !terminal_restored -> terminal_restored = true; twin = t + 1 }
    :: d_step { twin == t + 1 && recorded < OPS && !copy[t].fork ->
        recorded++;
        mint[t].business = mint[t].business | (1 << mint[t].minted);
        copy[t].log[copy[t].epoch] = copy[t].log[copy[t].epoch] | (1 << mint[t].minted);
        mint[t].minted++ }
    :: d_step { twin == t + 1 && !copy[t].fork -> twin_asks(t); assert(!(copy[t].received & ~ever[t])); TIDY }
    :: d_step { twin == t + 1 && !copy[t].fork && TWIN_WAITS(t) ->
        twin_sends(t); assert(!(copy[t].received & ~ever[t])); TIDY }
#else
    :: d_step { !terminal_restored -> terminal_restored = true; copy_store(store[t], copy[t]); after[t] = 0; TIDY }
#endif
    od
}

active proctype world() {
    byte t;
end:
    do
    :: d_step { late -> take(late_of, late_epoch, late_after, late_to); TIDY }
    :: d_step { late -> late = false; late_of = 0; late_epoch = 0; late_after = 0; late_to = 0 }
    :: d_step { late_ack && !store[ack_of].fork -> acknowledged(ack_of, ack_epoch, ack_head); TRUE_SO_FAR(ack_of); TIDY }
    :: d_step { late_ack -> late_ack = false; ack_of = 0; ack_epoch = 0; ack_head = 0 }
    :: d_step { centre[0].asked -> agree(0) }
#if TERMINALS > 1
    :: d_step { centre[1].asked -> agree(1) }
#endif
    :: d_step { !centre_restored ->
        t = 0;
        do :: t == TERMINALS -> break :: else -> copy_centre(backup[t], centre[t]); t++ od; t = 0; TIDY }
    :: d_step { !centre_restored ->
        centre_restored = true;
        t = 0;
        do :: t == TERMINALS -> break :: else -> copy_centre(centre[t], backup[t]); t++ od; t = 0; TIDY }
    :: d_step { true -> /* from here on all is well */
        t = 0;
        do :: t == TERMINALS -> break :: else -> heal(t); t++ od; t = 0; TIDY };
       break
    od
}
