"""Connections: few at once, fewer for one program, and none for long without a token."""

from __future__ import annotations

import socket

from cardio.simulator.personas import THIRD
from terminal.localapi.line import REQUEST
from terminal.localapi.places import MOST, MOST_OF_ONE, Places
from terminal.localapi.programs import NATIVE, Program
from tests.localapi.support import OTHER, Page, Place

READ = {"iType": 1}


def programs() -> list[Program]:
    return [Program(f"P{n}", NATIVE, f"{n}") for n in range(MOST // MOST_OF_ONE)]


def test_the_oldest_without_a_token_makes_room_and_nobody_with_one() -> None:
    places, pairs = Places(), [socket.socketpair() for _ in range(MOST + 2)]
    try:
        taken = [places.take(ours) for ours, _ in pairs[:MOST]]
        assert None not in taken
        first, last = taken[0], taken[-1]
        assert first is not None
        assert last is not None
        assert places.show(first, programs()[0])
        assert places.take(pairs[MOST][0]) is not None
        assert pairs[1][1].recv(1) == b""  # cut off: the second was the oldest without a token
        pairs[0][1].setblocking(False)
        assert not readable(pairs[0][1])
        gone = taken[1]
        assert gone is not None
        assert not places.show(gone, programs()[0])  # too late
        places.leave(last)
        assert places.take(pairs[MOST + 1][0]) is not None
    finally:
        for pair in pairs:
            for end in pair:
                end.close()


def readable(end: socket.socket) -> bool:
    try:
        end.recv(1)
    except BlockingIOError:
        return False
    return True


def test_where_all_have_shown_a_token_a_newcomer_waits() -> None:
    places, pairs = Places(), [socket.socketpair() for _ in range(MOST + 1)]
    try:
        for nth, program in enumerate(programs() * MOST_OF_ONE):
            place = places.take(pairs[nth][0])
            assert place is not None
            assert places.show(place, program)
        assert places.take(pairs[MOST][0]) is None
        assert len(places.close()) == MOST
        assert places.take(pairs[MOST][0]) is None
    finally:
        for pair in pairs:
            for end in pair:
                end.close()


def test_one_program_cannot_hold_all_places(spot: Place) -> None:
    spot.insert(THIRD)
    pages = [Page(spot.port) for _ in range(MOST_OF_ONE + 1)]
    heard = [page.ask({"token": spot.tokens["Hall"]}) for page in pages]
    assert heard == [{"ready": True}] * MOST_OF_ONE + [1013]
    assert spot.post("iReadCardBas", READ)[0] == 429
    assert spot.post("iReadCardBas", READ, program="Other", origin=OTHER)[0] == 200
    pages[0].end()
    spot.placed(MOST_OF_ONE - 1)
    assert spot.post("iReadCardBas", READ)[0] == 200
    for page in pages[1:]:
        page.close()


def test_those_who_show_no_token_keep_nobody_out(spot: Place) -> None:
    spot.insert(THIRD)
    idle = [socket.create_connection(("127.0.0.1", spot.port)) for _ in range(MOST)]
    for each in idle:
        each.sendall(b"POST / HTTP/1.1\r\n")
    assert spot.post("iReadCardBas", READ)[0] == 200
    for each in idle:
        each.close()


def test_a_slow_request_ends_at_its_deadline(spot: Place) -> None:
    with socket.create_connection(("127.0.0.1", spot.port), timeout=30) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nX: ")
        spot.placed(1)
        spot.now += REQUEST + 1
        assert ended(slow)
        spot.placed(0)


def ended(slow: socket.socket) -> bool:
    """Whether one more byte wins no other wait."""
    try:
        slow.sendall(b"x")
        return slow.recv(100) == b""
    except ConnectionError:
        return True  # closed with something unread
