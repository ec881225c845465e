"""What an invented rule says of a few rows, through the real pipeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml
from commands import ROOT
from running import Rows, results_of

from auditcheck.checks.figure import Figure
from auditcheck.checks.gathered import Gathered
from auditcheck.finding_table import finding_table
from auditcheck.measures import named
from auditcheck.results import Results
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rulebook

AS_OF = date(2015, 6, 30)
COMMON = {
    **{"title": "Invented", "area": "plan", "kind": "automated", "force": "LOCAL", "severity": "low", "stage": "active", "says": "So."},
    **{"do": "Do it.", "law": "None.", "verified": "local"},
}
Told = dict[str, dict[str, Any]]


@cache
def _book(text: str) -> Rulebook:
    folder = Path(mkdtemp(prefix="auditcheck-test-"))
    (folder / "editions.yaml").write_text((ROOT / "rules" / "editions.yaml").read_text("utf-8"), "utf-8")
    (folder / "sources.yaml").write_text((ROOT / "rules" / "sources.yaml").read_text("utf-8"), "utf-8")
    (folder / "plan").mkdir()
    (folder / "plan" / "INV-ONE-01.yaml").write_text(text, "utf-8")
    return load(folder, examples=False)


def told(subject: str, requires: Mapping[str, Any], needs: Sequence[str], tables: Mapping[str, Rows], **more: Any) -> Told:
    """What an invented rule says of each record, of findings also their ``limit``, ``law`` and ``message``; ``coverage`` is that of the
    export, whatever else is given belongs to the rule."""
    results = _audited(subject, requires, needs, tables, more)
    assert [run.status for run in results.seen.runs.values()] == ["evaluated"], results.seen.runs
    shown: dict[str, str] = {}
    for one in results.every:
        names, events = results.cf.ids(one.table), results.cf.ids(one.event_table) if results.cf.has(one.event_table) else []
        for row, event in zip(one.rows, one.event_rows if one.event_rows is not None else [-1] * len(one.rows), strict=True):
            shown[str(names[int(row)])] = str(events[int(event)]) if event >= 0 else ""
    rows = results.table().to_pylist()
    times = Counter(row["record_id"] for row in rows)
    findings = {row["record_id"]: {name: row[name] for name in ("limit", "law", "message")} for row in finding_table(results).to_pylist()}
    return {
        name: row | findings.get(name, {}) | {"event": shown[name], "times": times[name]} for row in rows for name in [row["record_id"]]
    }


def outcomes(found: Told) -> dict[str, str]:
    return {record: row["outcome"] for record, row in found.items()}


def figure(subject: str, measure: Mapping[str, Any], needs: Sequence[str], tables: Mapping[str, Rows], **more: Any) -> Figure | str:
    """What an invented measure comes to, or why there is none."""
    words = {"kind": "measure", "says": "{value}"}
    measures = _audited(subject, {"measure": {"good": "lower", **measure}}, needs, tables, words | more).measures
    assert measures is not None and [run.status for run in measures.runs.values()] != ["rule_error"], measures
    return measures.figures["INV-ONE-01"]


def counting(subject: str, measure: Mapping[str, Any], needs: Sequence[str], tables: Mapping[str, Rows], **more: Any) -> Gathered | str:
    """What an invented measure counts, before a figure is made of it."""
    results = _audited(subject, {"measure": {"good": "lower", **measure}}, needs, tables, {"kind": "measure", "says": "{value}"} | more)
    rule = results.seen.runs["INV-ONE-01"].rule
    return results.counting(next(iter(named(rule))), results.seen.duties.as_of)


def _audited(subject: str, requires: Mapping[str, Any], needs: Sequence[str], tables: Mapping[str, Rows], more: dict[str, Any]) -> Results:
    coverage = more.pop("coverage", None)
    said = {"id": "INV-ONE-01", **COMMON, "subject": subject, "needs": list(needs), "requires": requires, **more}
    return results_of(tables, AS_OF, coverage, None, _book(yaml.safe_dump(said, sort_keys=False)))
