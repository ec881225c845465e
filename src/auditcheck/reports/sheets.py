"""The sheets of the workbook: what each is called, which columns and rows it has, and what it says when it has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditcheck.reports import columns, notices

if TYPE_CHECKING:
    import pandas as pd

    from auditcheck.reports.columns import Column
    from auditcheck.reports.fold import Due, Row
    from auditcheck.reports.listing import Listing


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``empty``: what stands there where it has no rows. ``notice``: what a reader must know of it first."""

    name: str
    heading: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    empty: str = ""
    notice: str = ""


def sheets(listing: Listing) -> Iterator[Sheet]:
    """Every sheet but the first, in the order in which the pages have their parts; what the run has none of has no sheet."""
    work, none = listing.work, notices.no_exceptions(listing, listing.work)
    of_rows = columns.rows(listing.remembers)
    yield Sheet("Act today", "Act today", of_rows, _rows(work.act_today, listing), none or notices.NO_ACT_TODAY)
    yield Sheet("Due soon", "Due soon: what can still be done in time", columns.DUE_SOON, _due(work.due_soon), notices.NO_DUE_SOON)
    yield Sheet("Known", "Overdue and known", of_rows, _rows(work.known, listing), none or notices.NO_KNOWN)
    if work.annex:
        yield Sheet("One cause", "One cause behind many rows", (columns.CAUSE, *of_rows), _behind(listing))
    gaps = "Cannot tell: a date or a record is needed"
    yield Sheet("Cannot tell", gaps, columns.CANNOT_TELL, listing.cannot_tell, notices.NO_CANNOT_TELL)
    yield Sheet("Done late", "Done late, or closed since", of_rows, _rows(work.done, listing), none or notices.NO_DONE)
    if work.waived is not None:
        yield Sheet("Explained", "Explained: waived for a time", columns.EXPLAINED, work.waived, notices.NO_WAIVED)
    if work.cleared is not None:
        yield Sheet("Cleared", "Cleared since the last run", columns.CLEARED, work.cleared, notices.NO_CLEARED)
    if work.actions is not None:
        yield Sheet("Actions", "Actions that are overdue", columns.ACTIONS, work.actions, notices.NO_ACTIONS)
    yield Sheet("Not checked", "Rules that were not checked, and why", columns.NOT_CHECKED, _unchecked(listing), notices.NONE_UNCHECKED)
    if len(listing.measures):
        yield Sheet("Measures", "Measures", columns.MEASURES, listing.measures, notice=notices.UNSUPPRESSED)
    every = columns.exceptions(listing.remembers)
    yield Sheet("All findings", "Every finding by itself, not folded", every, listing.findings, none)


def _rows(rows: Sequence[Row], listing: Listing) -> pd.DataFrame:
    """Rows as a sheet holds them: several values of a kind in one cell."""
    import pandas as pd

    made = {
        "when": [f"{row.when}: {row.why}" if row.why else row.when for row in rows],
        "child_id": [", ".join(row.children) for row in rows],
        "message": [row.says + (f" Because: {row.because}." if row.because else "") for row in rows],
        "due_at": [row.due_at for row in rows],
        "worker_id": [", ".join(row.workers) for row in rows],
        "first_seen": [row.since for row in rows],
        "change": [row.change for row in rows],
        "action": [_action(row, listing) for row in rows],
        "team": [row.team for row in rows],
        "severity": [row.severity for row in rows],
        "status": [row.status for row in rows],
        "rule_id": [", ".join(row.rules) for row in rows],
        "record": [row.record for row in rows],
        "more": ["; ".join(row.more) for row in rows],
        "finding_id": [", ".join(row.findings) for row in rows],
    }
    return pd.DataFrame(made, dtype="str").assign(late=pd.array([row.late for row in rows], dtype="Int64"))


def _action(row: Row, listing: Listing) -> str:
    return " ".join(filter(None, (row.action, *(listing.planned.get(finding, "") for finding in row.findings))))


def _behind(listing: Listing) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([_rows(rows, listing).assign(cause=cause.title) for cause, rows in listing.work.annex], ignore_index=True)


def _due(rows: Sequence[Due]) -> pd.DataFrame:
    import pandas as pd

    made = {
        "due_at": [row.due_at for row in rows],
        "child_id": [", ".join(row.children) for row in rows],
        "title": [row.title for row in rows],
        "worker_id": [", ".join(row.workers) for row in rows],
        "severity": [row.severity for row in rows],
        "team": [row.team for row in rows],
        "rule_id": [row.rule_id for row in rows],
        "record": [", ".join(row.records) for row in rows],
    }
    return pd.DataFrame(made, dtype="str")


def _unchecked(listing: Listing) -> pd.DataFrame:
    import pandas as pd

    failed = listing.failed.assign(why="The rule failed while running: " + listing.failed["why"])
    return pd.concat([failed, listing.not_checked])
