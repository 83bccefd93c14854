"""The net that catches secrets catches one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import canary

pytest_plugins = ["pytester"]


def test_every_kind_of_secret_is_a_canary() -> None:
    words = canary.canaries()
    assert any(len(word) == 18 for word in words)  # citizen numbers
    assert any(word.isdigit() and len(word) == 6 for word in words)  # PINs
    assert any(word.isdigit() and len(word) == 19 for word in words)  # accounts
    assert any(not word.isascii() for word in words)  # names


def test_a_canary_is_found_in_text_but_not_inside_another_number() -> None:
    pin = next(word for word in canary.canaries() if word.isdigit() and len(word) == 6)
    assert canary.found_in(f"pin={pin}") == [pin]
    assert canary.found_in(f"1{pin}9") == []


def test_a_canary_is_found_in_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    name = next(word for word in canary.canaries() if not word.isascii())
    leak = folder / "leak.bin"
    leak.write_bytes(b"\x00\xff" + name.encode("utf-8") + b"\x00")
    assert len(list(canary.found_in_files(folder))) == 1
    leak.unlink()  # the net looks here too, at the end of the session


def test_the_net_fails_a_test_that_logs_or_prints_one(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.conftest import *")
    pytester.makepyfile(
        """
        import logging
        from tests.support.canary import canaries

        def test_logs():
            logging.getLogger("x").debug("number %s", canaries()[1])

        def test_prints():
            print(canaries()[1])

        def test_is_silent():
            pass
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:xdist")
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == 2  # the call of test_logs passes, its teardown fails
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 2
