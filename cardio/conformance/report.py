"""The report that a person files: one HTML page by itself, and the same as JSON for machines."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from cardio import atr
from cardio.conformance.bench import Bench
from cardio.conformance.case import Outcome, Theme, Verdict

_WORDS: Final = {
    Theme.FUNCTIONS: "终端接口功能 · Functions of the terminal interface (LD/T 6001.5)",
    Theme.PARAMETERS: "命令参数 · Command parameters (LD/T 6001.2)",
    Theme.FIREWALL: "应用防火墙 · Application firewall (LD/T 6001.2)",
    Theme.ANTI_PULL: "防拔 · Anti-pull (LD/T 6001.2)",
}
_VERDICTS: Final = {
    Verdict.PASSED: ("通过 passed", "passed"),
    Verdict.FAILED: ("不通过 failed", "failed"),
    Verdict.NOT_APPLICABLE: ("不适用 not applicable", "skipped"),
}
_STYLE: Final = """
body { font: 15px/1.5 "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 2em auto; max-width: 62em; color: #1b2430 }
table { border-collapse: collapse; width: 100%; margin: .5em 0 1.5em } th, td { border: 1px solid #c7d0dc; padding: .3em
.6em; text-align: left; vertical-align: top } th { background: #eef2f7 } .passed { color: #17663a } .failed { color:
#a11818; font-weight: bold } .skipped { color: #5a6675 } @media print { body { margin: 0 } }
"""


@dataclass(frozen=True)
class Subject:
    """What was tested, and with what. Nothing of the holder.

    :param version: of this program.
    """

    height: str
    reader: str
    atr: bytes
    generation: int
    algorithm: str
    region: str
    version: str
    began: datetime
    ended: datetime


def subject_of(bench: Bench, version: str, began: datetime, ended: datetime) -> Subject:
    """:raises CardError: where the card cannot be asked."""
    with bench.opened() as link:
        answer = link.atr
    identity = bench.identify().identity
    return Subject(
        bench.height,
        bench.reader,
        answer,
        identity.generation,
        identity.algorithm.value,
        identity.region,
        version,
        began,
        ended,
    )


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many of each verdict."""
    found = Counter(each.verdict for each in outcomes)
    return {verdict.value: found[verdict] for verdict in Verdict}


def document(subject: Subject, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The report as JSON."""
    return {
        "subject": {
            "height": subject.height,
            "reader": subject.reader,
            "atr": subject.atr.hex().upper(),
            # The last four of them are one card's own serial.
            "historical_bytes": atr.parse(subject.atr).history.hex().upper(),
            "generation": subject.generation,
            "algorithm": subject.algorithm,
            "region": subject.region,
        },
        "program": {"version": subject.version, "python": platform.python_version(), "system": platform.system()},
        "began": subject.began.isoformat(timespec="seconds"),
        "ended": subject.ended.isoformat(timespec="seconds"),
        "counts": counts(outcomes),
        "cases": [
            {
                "id": each.case.id,
                "theme": each.case.theme.value,
                "requirement": each.case.requirement,
                "verdict": each.verdict.value,
                "found": each.found or None,
            }
            for each in outcomes
        ],
    }


def page(subject: Subject, outcomes: Sequence[Outcome]) -> str:
    """The report as one HTML page that needs nothing else."""
    found = counts(outcomes)
    facts = (
        ("读卡器 Reader", f"{subject.reader} ({subject.height})"),
        ("卡片 Card", f"第 {subject.generation} 代, {subject.algorithm}, {subject.region}"),
        ("ATR", subject.atr.hex().upper()),
        ("程序 Program", f"{subject.version}, Python {platform.python_version()}, {platform.system()}"),
        ("时间 Time", f"{subject.began:%Y-%m-%d %H:%M:%S} – {subject.ended:%H:%M:%S}"),
        ("结果 Result", ", ".join(f"{_VERDICTS[verdict][0]} {found[verdict.value]}" for verdict in Verdict)),
    )
    body = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts)
    themes = "".join(_theme(theme, [each for each in outcomes if each.case.theme is theme]) for theme in Theme)
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>Conformance</title>'
        f"<style>{_STYLE}</style></head><body><h1>社会保障卡终端与卡片测试报告 · Conformance report</h1>"
        f"<table>{body}</table>{themes}</body></html>\n"
    )


def _theme(theme: Theme, outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return ""
    rows = "".join(
        f"<tr><td>{escape(each.case.id)}</td><td>{escape(each.case.requirement)}</td>"
        f'<td class="{_VERDICTS[each.verdict][1]}">{_VERDICTS[each.verdict][0]}</td><td>{escape(each.found)}</td></tr>'
        for each in outcomes
    )
    head = "<tr><th>编号</th><th>要求 Requirement</th><th>结果 Verdict</th><th>说明 Found</th></tr>"
    return f"<h2>{escape(_WORDS[theme])}</h2><table>{head}{rows}</table>"
