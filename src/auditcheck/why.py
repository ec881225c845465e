"""Why a finding is one: the dates counted, the holidays skipped, the limit and its law, what it stands on. Read from a run's folder."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck import clock
from auditcheck.clock import Length
from auditcheck.texts import count

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
    yield from _part("How the days were counted", list(_counting(finding, seen)))
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


def _counting(finding: Row, seen: Row) -> Iterator[str]:
    start, due, happened = (seen[name] for name in ("trigger_at", "due_at", "happened_at"))
    if start and finding["limit"]:
        yield from _from_to(Length.parse(finding["limit"]), start, due, happened)
    elif due:
        yield f"Due on {_in_words(due)}."
    elif start:
        yield f"Begins on {_in_words(start)}."
    late = f": {count(int(seen['over']), seen['unit'])} past the limit" if seen["over"] is not None else ""
    if happened:
        yield f"Recorded on {_in_words(happened)}{late}."
    elif due:
        yield f"Nothing is recorded by the audit's date{late}."


def _from_to(limit: Length, start: str, due: str | None, happened: str | None) -> Iterator[str]:
    """The limit counted from where it was counted: the start, or the latest record where one more was due so long after that."""
    back = due is not None and _day(due) < _day(start)
    if happened and due and _end(limit, start, back) != _day(due) == _end(limit, happened, False):
        start = happened
    end = None if limit.unit == "hours" or back else _end(limit, start, False)
    if end is None and due is None:
        return
    yield f"{'Back from' if back else 'From'} {_in_words(start)}, {limit}, to {_in_words(end.isoformat() if end else str(due))}."
    if end and due and _day(due) != end:
        yield f"The last good day is {_in_words(due)}." if _day(due) < end else f"One was due by {_in_words(due)}."
    yield from _skipped(limit, _day(start), end or _day(str(due)))


def _end(limit: Length, start: str, back: bool) -> date | None:
    """The day on which a limit ends; None where the calendar of bank holidays does not reach."""
    day = int(clock.add(np.array([clock.day_number(_day(start))], np.int32), limit, -1 if back else 1)[0])
    return None if day == clock.NAT else clock.as_date(day)


def _skipped(limit: Length, start: date, due: date) -> Iterator[str]:
    if limit.unit == "working days":
        first, last = sorted((clock.day_number(start), clock.day_number(due)))
        days = clock.holidays_between(first, last)
        holidays = ", ".join(f"{d:%a} {d.day} {d:%B %Y}" for d in days) or "none in that time"
        yield f"Saturdays and Sundays are not counted, nor are bank holidays in England: {holidays}. The first day is not counted."
    elif limit.unit == "months":
        yield "Months end on the corresponding day, or on the last of a shorter month; a weekend does not move it."
    elif limit.unit == "hours":
        yield "Elapsed hours in London, through any change of the clocks."
    else:
        yield "Every day counts, weekends and holidays too; the first is not counted."


def _law(finding: Row) -> Iterator[str]:
    if finding["limit"]:
        yield f"{finding['limit']}, {finding['edition'] or 'no edition named'}"
    yield finding["law"]
    yield f"How far that text was verified: {_SEEN.get(finding['verified'], finding['verified'])}."


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _in_words(text: str) -> str:
    day = _day(text)
    at = f" at {text[11:16]}" if len(text) > 10 else ""
    return f"{day:%a} {day.day} {day:%B %Y}{at}"
