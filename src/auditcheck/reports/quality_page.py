"""quality.html: how good the records are, for whoever looks after them. Counts only: no child, no value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.raw import NOTED
from auditcheck.reports import notices, words

if TYPE_CHECKING:
    from auditcheck.reports.listing import Listing
    from auditcheck.reports.view import RecordsView

MOST_PROBLEMS = 500


def write_quality_page(path: Path, listing: Listing, records: RecordsView) -> None:
    """Write the page. The same run gives the same bytes."""
    from auditcheck.reports.page import rendered

    path.write_text(rendered("quality.html.j2", _context(listing, records)), encoding="utf-8", newline="\n")


def _context(listing: Listing, records: RecordsView) -> dict[str, Any]:
    problems = listing.quality.sort_values(["times", "file", "column", "problem"], ascending=[False, True, True, True], kind="stable")
    return {
        "title": f"How good the records are, {listing.as_of}",
        "incomplete": notices.incomplete(listing),
        "up_to": listing.data_up_to,
        "warnings": listing.info.get("warnings", ()),
        "tables": _tables(records),
        "problems": problems.head(MOST_PROBLEMS).to_dict("records"),
        "more_problems": max(len(problems) - MOST_PROBLEMS, 0),
        "noted": [row | {"problem": row["problem"].removeprefix(NOTED)} for row in listing.noted.head(MOST_PROBLEMS).to_dict("records")],
        "rules": records.rules,
        "spikes": [
            {"what": f"{s.table}.{s.field}", "day": words.in_words(s.day), "records": s.records, "share": _percent(s.share)}
            for s in records.spikes
        ],
        "late": records.lateness,
        "fills": [
            {
                "table": fill.table,
                "field": fill.field,
                "records": fill.records,
                "filled": _percent(fill.filled / fill.records),
                "placeholder": fill.placeholder,
                "unreadable": fill.unreadable,
            }
            for fill in records.fills
        ],
    }


def _tables(records: RecordsView) -> Sequence[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for fill in records.fills:
        row = rows.setdefault(fill.table, {"table": fill.table, "records": fill.records, "fields": 0, "unreadable": 0, "placeholder": 0})
        row["fields"] += 1
        row["unreadable"] += fill.unreadable
        row["placeholder"] += fill.placeholder
    return list(rows.values())


def _percent(share: float) -> str:
    """Whole percent that never says all or nothing where it is not."""
    whole = round(100 * share)
    return "<1%" if share > 0 and whole == 0 else ">99%" if share < 1 and whole == 100 else f"{whole}%"
