"""Why a finding is one: the dates counted, the holidays skipped, the limit and its law, what it stands on. Read from a run's folder."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.counting import counted

_SEEN = {
    "primary": "seen in the source itself",
    "secondary": "seen as another body quotes it, not in the source itself",
    "local": "the service's own standard",
    "notice": "seen in the improvement notice",
    "inspection": "seen in the inspection report",
    "unverified": "not checked against the source",
}
Row = dict[str, Any]


class NoSuchFinding(Exception):
    """There is no such finding, or no such run. The message is a sentence."""


def why(finding_id: str, run: Path) -> str:
    """The whole explanation as text. ``finding_id`` may be shortened to what is unique. Raises NoSuchFinding."""
    finding = found(finding_id, run)
    return "\n".join(_lines(finding, _observation(finding, run)))


def found(finding_id: str, run: Path) -> Row:
    """The finding of a run whose id begins so. Raises NoSuchFinding."""
    finding_id = finding_id.strip().lower()
    file = run / "findings.parquet"
    if not file.is_file():
        raise NoSuchFinding(f"{run} holds no findings.parquet, so it is not the result of a run. Name a run's folder with --run.")
    rows = pq.read_table(file)
    alike = rows.filter(pc.starts_with(rows["finding_id"], finding_id)).to_pylist() if finding_id else []
    if len(alike) == 1:
        return dict(alike[0])
    if len(alike) > 1:
        raise NoSuchFinding(f"{len(alike)} findings begin with {finding_id}. Write more of the id.")
    near = get_close_matches(finding_id, rows["finding_id"].to_pylist(), 1)
    hint = f"Did you mean {near[0]}?" if near else "Ids of findings are in the first column of its findings.csv."
    raise NoSuchFinding(f"There is no finding {finding_id} in {run}. {hint}")


def _observation(finding: Row, run: Path) -> Row:
    from auditcheck.findings import finding_id

    wanted = [(name, "=", finding[name]) for name in ("rule_id", "table", "record_id")]
    for row in pq.read_table(run / "observations.parquet", filters=wanted).to_pylist():
        person = row["child_id"] or row["worker_id"] or ""
        if finding_id(row["rule_id"], person, row["table"], row["record_id"], row["class"] or "") == finding["finding_id"]:
            return dict(row)
    raise NoSuchFinding(f"The run's observations do not hold finding {finding['finding_id']}: its files do not belong together.")


def _lines(finding: Row, seen: Row) -> Iterator[str]:
    yield f"{finding['rule_id']}  {finding['title']}"
    yield f"Finding {finding['finding_id']}: {finding['outcome'].replace('_', ' ')}, {finding['severity']}, {finding['standing']}"
    yield f"Child {finding['child_id']}, record {finding['record_id']} of {finding['table'].replace('_', ' ')}"
    yield from _part("What the record shows", [finding["message"]])
    yield from _part("How it was settled", [f"{seen['reason']}."])
    times = (seen[name] for name in ("trigger_at", "due_at", "happened_at", "over", "unit"))
    yield from _part("How the days were counted", counted(finding["limit"], *times))
    yield from _part("The limit and its law", list(_law(finding)))
    stands_on = (finding["because"] or "").split("; ")
    yield from _part("What it stands on", [line for line in stands_on if line])
    yield from _part("What to do", [finding["action"]])


def _part(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield heading
        for line in lines:
            yield from textwrap.wrap(line, 98, initial_indent="  ", subsequent_indent="    ")


def _law(finding: Row) -> Iterator[str]:
    if finding["limit"]:
        yield f"{finding['limit']}, {finding['edition'] or 'no edition named'}"
    yield finding["law"]
    yield f"How far that text was verified: {_SEEN.get(finding['verified'], finding['verified'])}."
