"""teams/*.html: the list of one team, in the order in which a manager works through it. One file, no network, no server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.reports import notices, words
from auditcheck.reports.page import Making, named, parts, rendered, selects

if TYPE_CHECKING:
    from auditcheck.reports.fold import Row
    from auditcheck.reports.worklist import WorkList


def write_team(path: Path, making: Making, work: WorkList) -> None:
    """Write the page. The same listing gives the same bytes."""
    html = rendered("team.html.j2", _context(making, work) | {"challenge": f"../challenge/{path.name}"})
    # Rows are made once, as index.html needs them. No text of a record can hold this: its quotes are escaped.
    path.write_text(html.replace('href="cases/', 'href="../cases/'), encoding="utf-8", newline="\n")


def _context(making: Making, work: WorkList) -> dict[str, Any]:
    made = making.fragments
    annex = [(cause, [made.finding(row) for row in rows]) for cause, rows in work.annex]
    context = making.context(work) | {
        "counts": work.counts,
        "filterable": bool(work.total),
        "selects": selects(work, making.titles),
        "act_today": [made.finding(row) for row in work.act_today],
        "too_many": notices.too_many(work),
        "due_soon": [made.due(row) for row in work.due_soon],
        "known": [(worker, [made.finding(row) for row in rows]) for worker, rows in _by_worker(work.known)],
        "known_is": notices.known_is(making.listing),
        "annex": annex,
        "cause_is": notices.CAUSES,
        "done": [made.finding(row) for row in work.done],
        "law": making.law(named(work)),
    }
    causes = [("causes", "One cause behind many rows")] if annex else []
    first = [("act-today", "Act today"), ("due-soon", "Due soon"), ("known", "Overdue and known"), *causes]
    done = [("done", "Done late")] if work.done else []
    return context | {"parts": parts(context, [*first, ("cannot-tell", "Cannot tell"), *done])}


def _by_worker(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows of each worker, in their order; last those of nobody."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.workers[0] if row.workers else "", []).append(row)
    return [(f"Worker {worker}" if worker else words.NO_WORKER, groups[worker]) for worker in sorted(groups, key=lambda w: (w == "", w))]
