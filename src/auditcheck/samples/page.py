"""audits.html: what the audits came to, on one page. Counts and figures of all cases together, as in audits.xlsx; no ids, no free text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditcheck.grades import FEWEST, GRADES
from auditcheck.reports.page import rendered
from auditcheck.samples import book, precision
from auditcheck.samples.book import Table
from auditcheck.samples.layout import ANSWERS

_Row = Mapping[str, Any]


def write_page(path: Path, day: str, said: Iterable[str], tables: Mapping[str, Table]) -> None:
    """Write the page. ``day``: of the run, in words; ``said`` and ``tables``: as `book.write_book` has them."""
    rows = {name: [dict(zip(columns, line, strict=True)) for line in lines] for name, (columns, lines) in tables.items()}
    context = {
        "title": f"What the audits came to: cases as at {day}",
        "said": list(said),
        "explained": book.SAYS,
        "grades": list(GRADES.values()),
        "spread": _spread(rows["Grades"]),
        "agreement": rows["Agreement"],
        "annex": rows["Annex"],
        "fewest": FEWEST,
        "tool": _tool(rows["The tool"]),
        "questions": rows["Questions"],
        "answers": ANSWERS,
    }
    path.write_text(rendered("audits.html.j2", context), encoding="utf-8", newline="\n")


def _spread(rows: Sequence[_Row]) -> dict[str, list[str]]:
    """Theme -> how many cases got each grade, with their share where there are enough cases."""
    found: dict[str, list[str]] = {}
    for row in rows:
        share = f" ({row['percent']:.1f}%, weighted {row['weighted_percent']:.1f}%)" if row["percent"] != "" else ""
        found.setdefault(row["theme"], []).append(f"{row['cases']}{share}")
    return found


def _tool(rows: Sequence[_Row]) -> list[dict[str, Any]]:
    """All rules first, then each of them: what was judged of its findings and of what it let pass."""
    ordered = sorted(rows, key=lambda row: row["rule_id"] != precision.ALL)
    return [{**row, "precision": _share(row, "precision"), "missed": _share(row, "missed")} for row in ordered]


def _share(row: _Row, name: str) -> str:
    """A percentage and its range; '' of nothing."""
    if row[f"{name}_percent"] == "":
        return ""
    return f"{row[f'{name}_percent']:.1f}% ({row[f'{name}_low']:.1f} to {row[f'{name}_high']:.1f}%)"
