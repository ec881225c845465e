"""challenge/*.html: a team's challenge sheet, one side of A4, on which promises are written by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.reports import challenge, notices, words
from auditcheck.reports.challenge import Challenge
from auditcheck.reports.page import rendered
from auditcheck.reports.slugs import case_file

if TYPE_CHECKING:
    from auditcheck.reports.page import Making
    from auditcheck.reports.worklist import WorkList


def write_challenge(path: Path, making: Making, work: WorkList) -> None:
    """Write the sheet. The same listing gives the same bytes."""
    html = rendered("challenge.html.j2", _context(making, work, path.name), style="case.css")
    path.write_text(html, encoding="utf-8", newline="\n")


def _context(making: Making, work: WorkList, name: str) -> dict[str, Any]:
    listing = making.listing
    held = Challenge(work, str(listing.info["as_of"]))
    return {
        "title": f"Challenge sheet: {work.team or words.NO_TEAM}, {listing.as_of}",
        "incomplete": notices.incomplete(listing),
        "list": f"../teams/{name}",
        "up_to": listing.data_up_to,
        "restricted": bool(listing.elsewhere),
        "counts": work.counts,
        "since": notices.since(work),
        "fortnight": challenge.BETWEEN,
        "register": work.register is not None,
        "named": _linked(making),
        "brief": challenge.brief,
        "promises": _most(held.promises, challenge.MOST_PROMISES),
        "waiting": _most(held.waiting, challenge.MOST_WAITING),
        "busy": _most(held.busy, challenge.MOST_BUSY),
        "many": challenge.MANY,
        "causes": _most([(cause, notices.cause(cause, len(work.behind(cause)))) for cause in work.causes_here], challenge.MOST_CAUSES),
        "alerts": _most(held.alerts, challenge.MOST_ALERTS),
        "well": _most(held.well, challenge.MOST_WELL),
        "questions": held.questions,
    }


def _most(found: Sequence[Any], most: int) -> tuple[Sequence[Any], int]:
    """What the sheet shows, and how many more there are."""
    return found[:most], max(len(found) - most, 0)


def _linked(making: Making) -> Callable[[str], str]:
    """Where a child's case sheet lies, seen from here; '' where there is none."""
    return lambda child: f"../{case_file(child)}" if child in making.sheets else ""
