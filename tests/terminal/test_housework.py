"""The thread that keeps the store's house: it says what people should hear, and ends before the store does."""

from __future__ import annotations

import threading
from pathlib import Path

from offline_cache.housekeeping import Housekeeper, Notice, Rules
from offline_cache.outbox import Outbox
from terminal.housework import Housework
from tests.offline_cache.support import create, draft


def test_people_hear_of_a_store_that_grows_too_large(tmp_path: Path) -> None:
    heard: list[Notice] = []
    told = threading.Event()

    def hear(notice: Notice) -> None:
        heard.append(notice)
        told.set()

    with create(tmp_path) as store:
        Outbox(store).record(draft())
        work = Housework(Housekeeper(store, lambda: Rules(quota=1)), period=0.01, told=hear)
        work.start()
        assert told.wait(30)
        work.stop()
        count = len(heard)
    assert heard[0].what == "quota"
    work.once()  # the store is closed: nobody is bothered
    assert len(heard) == count
