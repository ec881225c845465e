"""Dates that appeared late or moved between two nights: what was there last night beside what the records say of the same time tonight.

What was recorded late is not wrong by that, and most of it is only late. But a visit of 3 May that nobody could see on 10 May is
something else than one that was there on 4 May, and only two nights beside each other show the difference.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.ledger.night import Night
from auditcheck.ledger.nights import Earlier
from auditcheck.ledger.observed import DATED, Seen, beside, joined, rows, seen
from auditcheck.ledger.states import NEW, Compared, Holders

#: The columns of backdated.csv.
BACKDATED = (
    "child_id", "table", "record_id", "what", "field", "before", "after", "days", "rules", "cleared", "last_night", "team", "worker_id",
    "manager_id", "says",
)  # fmt: skip

ENTERED_LATE, DATE_MOVED, FOUND_LATE = "entered_late", "date_moved", "found_late"
#: Observations with one of these outcomes are kept for the next night: what may still come in, or be made to look better.
_OPEN = ("not_met", "justified", "not_yet_due", "cannot_tell")
_FINDINGS = ("not_met", "justified")
_DATES = ("trigger_at", "due_at", "happened_at")


class Change(NamedTuple):
    """One date of one record, as it stood last night ('': there was none) and as it stands tonight."""

    child_id: str
    table: str
    record_id: str
    what: str
    field: str
    before: str
    after: str


def memory(night: Night) -> bytes:
    """A night's open observations, packed: some ten bytes each."""
    packed = io.BytesIO()
    open_ = pc.is_in(night.observations["outcome"], pa.array(_OPEN))
    pq.write_table(night.observations.select(DATED).filter(open_).combine_chunks(), packed, compression="zstd")
    return packed.getvalue()


def backdated(before: Earlier, night: Night, compared: Compared, holders: Holders) -> list[tuple[str, ...]]:
    """backdated.csv: a row a record and date, in the columns of `BACKDATED`; nothing where last night's observations are kept no more."""
    if before.observed is None:
        return []
    then = pq.read_table(io.BytesIO(before.observed))
    same = before.standard == night.standard
    changes = [*_changes(then, night, before.as_of, same), *(_found_late(then, before, night, compared) if same else ())]
    together: dict[Change, list[tuple[str, bool]]] = {}
    for change, rule, cleared in changes:
        together.setdefault(change, []).append((rule, cleared))
    held = holders({change.child_id for change in together})
    return [_row(change, together[change], before.as_of, held.get(change.child_id, ("", "", ""))) for change in sorted(together)]


def _changes(then: pa.Table, night: Night, last_night: str, same: bool) -> Iterator[tuple[Change, str, bool]]:
    """Each with the rule that saw it, and whether a breach went away by it. ``same``: the rules were applied as they were then."""
    old, new = beside(then, night.observations)
    differ = pc.not_equal(joined(old, _DATES), joined(new, _DATES))
    for was, now in zip(rows(old.filter(differ)), rows(new.filter(differ)), strict=True):
        cleared = was.outcome in _FINDINGS and now.outcome not in _FINDINGS
        for what, field, before, after in _dates(was, now, last_night, same):
            yield Change(was.child_id, was.table, was.record_id, what, field, before, after), was.rule_id, cleared


def _dates(old: Seen, new: Seen, last_night: str, same: bool) -> Iterator[tuple[str, str, str, str]]:
    """(what, field, before, after) of each date that says of the time up to last night something else than last night's records did."""
    if not old.happened_at and "" < new.happened_at[:10] <= last_night:
        yield ENTERED_LATE, "happened_at", "", new.happened_at
    elif _rewritten(old.happened_at, new.happened_at, last_night):
        yield DATE_MOVED, "happened_at", old.happened_at, new.happened_at
    if _rewritten(old.trigger_at, new.trigger_at, last_night):
        yield DATE_MOVED, "trigger_at", old.trigger_at, new.trigger_at
    elif same and _rewritten(old.due_at, new.due_at, last_night):  # it follows the trigger, and the rule's limit
        yield DATE_MOVED, "due_at", old.due_at, new.due_at


def _rewritten(was: str, is_: str, last_night: str) -> bool:
    """Whether one past moment took the place of another; a time of day that is added to the same day says no other moment.

    One that lies ahead moves by itself: the next is due when the last has been.
    """
    if was[:10] == is_[:10] and min(len(was), len(is_)) == len("2015-06-30"):
        return False
    return was != is_ and "" < was[:10] <= last_night and "" < is_[:10] <= last_night


def _found_late(then: pa.Table, before: Earlier, night: Night, compared: Compared) -> Iterator[tuple[Change, str, bool]]:
    """New findings that were due before last night, which asked the same and had nothing open there: the record came or changed since."""
    new = [night.found[name] for name, state in compared.state.items() if state == NEW]
    late = [found for found in new if found.rule_id in before.evaluated and "" < found.due_at[:10] < before.as_of]
    open_ = seen(then, ((found.rule_id, found.child_id, found.table, found.record_id) for found in late))
    for found in late:
        if found.finding_id not in open_:
            yield Change(found.child_id, found.table, found.record_id, FOUND_LATE, "due_at", "", found.due_at), found.rule_id, False


def _row(change: Change, rules: Iterable[tuple[str, bool]], last_night: str, holder: tuple[str, str, str]) -> tuple[str, ...]:
    days = (date.fromisoformat(last_night) - date.fromisoformat(change.after[:10])).days if change.what != DATE_MOVED else ""
    named = "; ".join(sorted({rule for rule, _ in rules}))
    cleared = "; ".join(sorted({rule for rule, cleared in rules if cleared}))
    says = _says(change, last_night) + (" A breach is cleared by it." if cleared else "")
    return *change, str(days), named, cleared, last_night, *holder, says


_WORDS = {
    "trigger_at": "The date from which it counts",
    "happened_at": "The date on which it happened",
    "due_at": "The date on which it was due",
}


def _says(change: Change, last_night: str) -> str:
    if change.what == ENTERED_LATE:
        return f"It is dated {change.after[:10]}, and the records of the night of {last_night} did not show it."
    if change.what == FOUND_LATE:
        return f"It was due on {change.after[:10]}, and the records of the night of {last_night} did not show it."
    return f"{_WORDS[change.field]} was {change.before} on the night of {last_night} and is {change.after} now."
