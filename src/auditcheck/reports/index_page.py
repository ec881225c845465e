"""index.html: the whole service on one page: how many for each team, what has one cause, and every row, to be filtered and sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.reports import notices, words
from auditcheck.reports.page import Making, named, parts, rendered, selects

if TYPE_CHECKING:
    import pandas as pd

    from auditcheck.reports.worklist import WorkList

MOST_ROWS = 5_000
MOST_DUE_SOON = 1_000
MOST_QUALITY = 50


def write_index(path: Path, making: Making, teams: Sequence[WorkList], hrefs: Mapping[str, str]) -> None:
    """Write the page. The same listing gives the same bytes. ``hrefs``: the page of each team that has one."""
    path.write_text(rendered("index.html.j2", _context(making, teams, hrefs)), encoding="utf-8", newline="\n")


def _context(making: Making, teams: Sequence[WorkList], hrefs: Mapping[str, str]) -> dict[str, Any]:
    listing, made, work = making.listing, making.fragments, making.listing.work
    rows, due_soon = work.rows[:MOST_ROWS], work.due_soon[:MOST_DUE_SOON]
    quality = listing.quality.sort_values("times", ascending=False, kind="stable")
    context = making.context(work) | {
        "counts": listing.counts,
        "teams": [_team(team, hrefs) for team in teams],
        "teams_linked": bool(hrefs),
        "restricted_left_out": bool(listing.elsewhere),
        "causes": work.causes_here,
        "cause_is": notices.CAUSES,
        "anchors": made.anchors,
        "selects": selects(work, making.titles),
        "rows": [made.finding(row) for row in rows],
        "more_rows": len(work.rows) - len(rows),
        "due_soon": [made.due(row) for row in due_soon],
        "more_due_soon": len(work.due_soon) - len(due_soon),
        "measures": _measures(listing.measures),
        "unsuppressed": notices.UNSUPPRESSED,
        "quality": quality.head(MOST_QUALITY).to_dict("records"),
        "more_quality": max(len(quality) - MOST_QUALITY, 0),
        "quality_page": (("../" if listing.restricted else "") + "quality.html") if listing.quality_page else "",
        "law": making.law(named(work) | {cause.rule_id for cause in work.causes_here}),
    }
    return context | {"parts": parts(context, [part for part, there in _parts(context) if there])}


def _parts(context: Mapping[str, Any]) -> list[tuple[tuple[str, str], bool]]:
    return [
        (("teams", "Teams"), bool(context["teams"])),
        (("causes", "One cause behind many rows"), bool(context["causes"])),
        (("list", "All rows"), True),
        (("due-soon", "Due soon"), True),
        (("cannot-tell", "Cannot tell"), True),
        (("measures", "Measures"), bool(context["measures"])),
        (("quality", "Problems in the records"), True),
    ]


def _team(work: WorkList, hrefs: Mapping[str, str]) -> dict[str, Any]:
    behind = sum(len(rows) for _, rows in work.annex)
    numbers = [*work.counts.values(), behind, len(work.done)]
    return {"name": work.team or words.NO_TEAM, "href": hrefs.get(work.name, ""), "numbers": numbers}


def _measures(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.to_dict("records")
    for row in rows:
        row["figure"] = f"{row['value']}{'' if row['unit'] == '%' else ' '}{row['unit']}" if row["value"] else "None"
        row["stands"] = words.TARGET.get(row["target_status"], row["target_status"])
    return rows
