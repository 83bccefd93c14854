"""The report that a person files: one HTML page by itself, and the same as JSON for machines."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from cardio import atr
from cardio.conformance.bench import Bench
from cardio.conformance.case import Outcome, Theme, Verdict
from cardio.conformance.reasons import in_chinese
from cardio.errors import CardError
from cardio.keysource import CardIdentity

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
body { font: 15px/1.5 "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 2em auto; max-width: 72em;
color: #1b2430 }
table { border-collapse: collapse; width: 100%; margin: .5em 0 1.5em }
th, td { border: 1px solid #c7d0dc; padding: .3em .6em; text-align: left; overflow-wrap: anywhere; vertical-align: top }
th { background: #eef2f7 } .passed { color: #17663a } .failed { color: #a11818; font-weight: bold }
.skipped, small { color: #5a6675 } pre { margin: 0; font-size: 12px; white-space: pre-wrap }
td:first-child, td:nth-child(3) { white-space: nowrap } @media print { body { margin: 0 } }
"""
_NOTE: Final = (
    "发送与应答只列命令头、长度和状态字，不含密码、密钥和持卡人信息。"
    "主题取自 LD/T 6001.2 和 6001.5，各条要求依据卡规范。"
    " Of what was sent and received only headers, lengths and status words are listed: no PIN, no key, nothing of the"
    " holder. Themes are those of LD/T 6001.2 and 6001.5; each requirement is made from the card specification."
)


@dataclass(frozen=True)
class Subject:
    """What was tested, and with what. Nothing of the holder.

    :param identity: ``None`` where the card does not tell who it is. :param sources: key sources that were there.
    :param proved_by: the one that proved the card. :param version: of this program.
    """

    height: str
    reader: str
    atr: bytes
    identity: CardIdentity | None
    sources: tuple[str, ...]
    proved_by: str | None
    destructive: bool
    version: str
    began: datetime


def subject_of(bench: Bench, version: str, began: datetime) -> Subject:
    """Looks at the card and has it proven, before the cases.

    :raises CardError: where the card cannot be powered.
    """
    if bench.hand is not None:
        bench.hand.fresh()
    with bench.opened() as link:
        answer = link.atr
    identity = proved_by = None
    with suppress(CardError):
        identity = bench.identify().identity
        proved_by = bench.proved_by()
    names = tuple(source.name for source in bench.sources)
    return Subject(bench.height, bench.reader, answer, identity, names, proved_by, bench.destructive, version, began)


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many of each verdict."""
    found = Counter(each.verdict for each in outcomes)
    return {verdict.value: found[verdict] for verdict in Verdict}


def document(subject: Subject, ended: datetime, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The report as JSON."""
    identity = subject.identity
    return {
        "subject": {
            "height": subject.height,
            "reader": subject.reader,
            "atr": subject.atr.hex().upper(),
            # The last four of them are one card's own serial.
            "historical_bytes": atr.parse(subject.atr).history.hex().upper(),
            "generation": identity.generation if identity else None,
            "algorithm": identity.algorithm.value if identity else None,
            "region": identity.region if identity else None,
        },
        "key_sources": list(subject.sources),
        "proved_by": subject.proved_by,
        "destructive": subject.destructive,
        "program": {"version": subject.version, "python": platform.python_version(), "system": platform.system()},
        "began": subject.began.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "counts": counts(outcomes),
        "themes": {theme.value: counts(of) for theme, of in _by_theme(outcomes)},
        "cases": [
            {
                "id": each.case.id,
                "theme": each.case.theme.value,
                "rule": each.case.rule,
                "requirement": each.case.requirement,
                "requirement_zh": each.case.chinese,
                "may_change_card": each.case.destructive,
                "verdict": each.verdict.value,
                "found": each.found or None,
                "found_zh": in_chinese(each.found) or None,
                "exchange": list(each.trace),
            }
            for each in outcomes
        ],
    }


def _by_theme(outcomes: Sequence[Outcome]) -> list[tuple[Theme, list[Outcome]]]:
    grouped = [(theme, [each for each in outcomes if each.case.theme is theme]) for theme in Theme]
    return [(theme, of) for theme, of in grouped if of]


# --- the page


def page(subject: Subject, ended: datetime, outcomes: Sequence[Outcome]) -> str:
    """The report as one HTML page that needs nothing else, in both languages."""
    card = "不能识别 not identified"
    if (identity := subject.identity) is not None:
        number = identity.generation
        card = f"第 {number} 代 generation {number}, {identity.algorithm.value}, {identity.region}"
    facts = (
        ("读卡器 Reader", f"{subject.reader} ({subject.height})"),
        ("卡片 Card", card),
        ("ATR", subject.atr.hex().upper()),
        ("密钥来源 Key sources", ", ".join(subject.sources) or "无 none"),
        ("证实卡片的来源 Card proved by", subject.proved_by or "无 none"),
        ("写卡及计数案例 Cases that may change the card", "已做 done" if subject.destructive else "未做 left out"),
        ("程序 Program", f"{subject.version}, Python {platform.python_version()}, {platform.system()}"),
        ("时间 Time", f"{subject.began:%Y-%m-%d %H:%M:%S} – {ended:%H:%M:%S}"),
    )
    body = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts)
    themes = "".join(_theme(theme, of) for theme, of in _by_theme(outcomes))
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>Conformance</title>'
        f"<style>{_STYLE}</style></head><body><h1>社会保障卡终端与卡片测试报告 · Conformance report</h1>"
        f"<table>{body}</table>{_summary(outcomes)}<p>{escape(_NOTE)}</p>{themes}</body></html>\n"
    )


def _summary(outcomes: Sequence[Outcome]) -> str:
    heads = "".join(f"<th>{_VERDICTS[verdict][0]}</th>" for verdict in Verdict)
    rows = [(_WORDS[theme], counts(of)) for theme, of in _by_theme(outcomes)]
    rows.append(("合计 Total", counts(outcomes)))
    lines = "".join(
        f"<tr><th>{escape(name)}</th>" + "".join(f"<td>{of[verdict.value]}</td>" for verdict in Verdict) + "</tr>"
        for name, of in rows
    )
    failed = ", ".join(each.case.id for each in outcomes if each.verdict is Verdict.FAILED)
    listed = f'<p class="failed">不通过的案例 Failed: {escape(failed)}</p>' if failed else ""
    return f"<h2>结果 · Result</h2><table><tr><th>主题 Theme</th>{heads}</tr>{lines}</table>{listed}"


def _theme(theme: Theme, outcomes: Sequence[Outcome]) -> str:
    rows = "".join(_row(each) for each in outcomes)
    head = (
        "<tr><th>编号 No.</th><th>要求与依据 Requirement and rule</th><th>结果 Verdict</th>"
        "<th>说明 Found</th><th>发送与应答 Sent and received</th></tr>"
    )
    return f"<h2>{escape(_WORDS[theme])}</h2><table>{head}{rows}</table>"


def _both(found: str) -> str:
    chinese = in_chinese(found)
    return f"{escape(chinese)}<br>{escape(found)}" if chinese else escape(found)


def _row(outcome: Outcome) -> str:
    case, (word, style) = outcome.case, _VERDICTS[outcome.verdict]
    exchange = ""
    if outcome.trace:
        lines = "\n".join(escape(line) for line in outcome.trace)
        is_open = " open" if outcome.verdict is Verdict.FAILED else ""
        exchange = f"<details{is_open}><summary>{len(outcome.trace)}</summary><pre>{lines}</pre></details>"
    return (
        f'<tr class="case"><td>{escape(case.id)}</td>'
        f"<td>{escape(case.chinese)}<br>{escape(case.requirement)}<br><small>{escape(case.rule)}</small></td>"
        f'<td class="{style}">{word}</td><td>{_both(outcome.found)}</td><td>{exchange}</td></tr>'
    )
