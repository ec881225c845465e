"""`cases`: the unbroken spells in which a child was open, worked out from referrals, plans and care episodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from . import contract
from .casefile import INVOLVEMENTS, CaseFile, Record, Row
from .values import State

#: Stands for a date or a kind that cannot be read.
UNREADABLE = "?"


@dataclass
class Spell:
    """`end` is None while open; `closed` is the text of the end, which may be unreadable."""

    start: date
    end: date | None
    closed: str
    weight: int


#: The kinds of case, the weightiest last. A plan of unreadable kind leaves it open which it was: only care outweighs that.
KINDS = ("child_in_need", "child_protection", UNREADABLE, "looked_after")


def weight(case_file: CaseFile, record: Record) -> int:
    if record.table == "care_episodes":
        return 3
    kind = case_file.value(record, "kind") if record.table == "plans" else None
    if kind and kind.state is State.UNREADABLE:
        return 2
    return int(kind is not None and kind.word == "child_protection")


def spell_of(case_file: CaseFile, record: Record) -> Spell | None:
    """The spell of one record; None where it was refused, has not begun, or its start cannot be read."""
    start, end = (case_file.value(record, name) for name in contract.PERIODS[record.table])
    if not counts(case_file, record) or not start.moment:
        return None
    ended = case_file.past(end)
    day = max(ended.day, start.moment.day) if ended else None  # an end before the start: a spell of one day
    closed = day.isoformat() if day else end.text if end.state is State.UNREADABLE else ""
    return Spell(start.moment.day, day, closed, weight(case_file, record))


def rows(case_file: CaseFile) -> list[Row]:
    """The rows of `cases`, by child and start."""
    children = sorted({case_file.child_of(record) for table in INVOLVEMENTS for record in case_file.records.get(table, [])} - {""})
    found = []
    for child in children:
        spells = [spell_of(case_file, record) for table in INVOLVEMENTS for record in case_file.of_child(table, child)]
        found += [row_of(child, joined) for joined in join([spell for spell in spells if spell])]
        if not any(spells) and any(counts(case_file, record) for table in INVOLVEMENTS for record in case_file.of_child(table, child)):
            found.append(row(child, UNREADABLE, UNREADABLE, UNREADABLE))
    return found


def counts(case_file: CaseFile, record: Record) -> bool:
    """Whether the record makes a case open: it was not refused, and does not lie ahead."""
    return not case_file.refused(record) and case_file.has_happened(record)


def join(spells: list[Spell]) -> list[list[Spell]]:
    """Spells that touch (one begins on the day on which another ends) or overlap, together."""
    together: list[list[Spell]] = []
    for spell in sorted(spells, key=lambda spell: spell.start):
        if together and any(one.end is None or spell.start <= one.end for one in together[-1]):
            together[-1].append(spell)
        else:
            together.append([spell])
    return together


def row_of(child: str, spells: list[Spell]) -> Row:
    opened = min(spell.start for spell in spells).isoformat()
    still = [spell for spell in spells if spell.end is None]
    last = max((spell.end for spell in spells if spell.end), default=None)
    at_the_end = still or [spell for spell in spells if spell.end == last]
    closed = "" if any(not spell.closed for spell in still) else still[0].closed if still else str(last)
    return row(child, opened, closed, KINDS[max(spell.weight for spell in at_the_end)])


def row(child: str, opened: str, closed: str, kind: str) -> Row:
    return {"case_id": f"cases:{child}:{opened}", "child_id": child, "opened_on": opened, "closed_on": closed, "kind": kind}
