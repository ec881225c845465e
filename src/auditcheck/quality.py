"""Every value that could not be taken as it stood: unreadable dates, figures and answers, codes outside their list, references that lead
nowhere, records without a child, records dated after the as-of date, before a birth or past childhood. One line each for quality.csv."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditcheck import clock, contract, values
from auditcheck.casefile import LOST, CaseFile
from auditcheck.contract import Field
from auditcheck.duties import Duties
from auditcheck.raw import Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS


def problems(duties: Duties) -> list[Problem]:
    """All of them, in the order of the contract's tables and fields."""
    found: list[Problem] = []
    for table in contract.supplied():
        if duties.cf.has(table):
            for field in contract.tables()[table].values():
                if duties.cf.has(table, field.name):
                    found += _of_field(duties.cf, table, field)
            found += _ahead(duties, table)
            found += _childless(duties.cf, table)
            found += _out_of_childhood(duties, table)
    return found


def unreadable(cf: CaseFile) -> list[Problem]:
    """The values and records that mean nothing on any day: what can't be read, is in no list, or belongs to nobody."""
    found: list[Problem] = []
    for table in filter(cf.has, contract.supplied()):
        for field in contract.tables()[table].values():
            if cf.has(table, field.name):
                found += _of_field(cf, table, field)
        found += _childless(cf, table)
    return found


def _of_field(cf: CaseFile, table: str, field: Field) -> Iterator[Problem]:
    if field.type in ("date", "moment"):
        when = cf.when(table, field.name)
        rows = np.flatnonzero((when.state == values.UNREADABLE) | (when.state == values.PLACEHOLDER))
        yield from _lines(
            cf, table, field.name, rows, f"not a {field.type} that can be read (expected {_LAYOUT[field.type]}, 1900 to 2099)"
        )
    elif field.type == "yesno":
        yield from _outside(cf, table, field, ("yes", "no", ""), "neither yes nor no")
    elif field.type == "number":
        yield from _not_numbers(cf, table, field.name)
    elif field.codes:
        yield from _outside(cf, table, field, ("", *field.codes), f"not in the list of values ({', '.join(field.codes)})")
    elif field.refers_to in cf.tables:
        rows = np.flatnonzero(cf.link(table, field.name) == LOST)
        if field.refers_to != "children":
            yield from _lines(cf, table, field.name, rows, f"no such record in {field.refers_to}")


_LAYOUT = {"date": "YYYY-MM-DD", "moment": "YYYY-MM-DDTHH:MM"}


def _lines(cf: CaseFile, table: str, name: str, rows: npt.NDArray[np.intp], what: str) -> Iterator[Problem]:
    held = cf.tables[table]
    texts = cf.text(table, name).take(pa.array(rows)).to_pylist()
    numbers = cf.row_in_file(table)[rows].tolist()
    for row, text, number in zip(rows.tolist(), texts, numbers, strict=True):
        if text != DIFFERS:  # already told, with the rows that differ
            yield Problem(held.file_of(row), number, held.source.get(name, name), shorten(text), what)


def _outside(cf: CaseFile, table: str, field: Field, allowed: tuple[str, ...], what: str) -> Iterator[Problem]:
    codes = cf.codes(table, field.name)
    strange = [i for i, word in enumerate(codes.words) if word not in allowed and word != DIFFERS]
    if strange:
        yield from _lines(cf, table, field.name, np.flatnonzero(np.isin(codes.code, strange)), what)


def _not_numbers(cf: CaseFile, table: str, name: str) -> Iterator[Problem]:
    codes = cf.codes(table, name)
    strange = [i for i, word in enumerate(codes.words) if word and not _is_number(word)]
    if strange:
        yield from _lines(cf, table, name, np.flatnonzero(np.isin(codes.code, strange)), "not a number")


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _ahead(duties: Duties, table: str) -> Iterator[Problem]:
    """Dates that lie after the as-of date where only what has happened should stand."""
    day = clock.as_date(duties.as_of).isoformat()
    for field in contract.tables()[table].values():
        if field.type in ("date", "moment") and field.name not in contract.PLANNED and duties.cf.has(table, field.name):
            when = duties.cf.when(table, field.name)
            rows = np.flatnonzero(when.known & (when.day > duties.as_of))
            word = "planned" if table in contract.MEETINGS and field.name == contract.HAPPENED.get(table) else "future"
            yield from _lines(duties.cf, table, field.name, rows, f"{word}: dated after {day}, so it has not happened yet")


#: Records that a child's life should hold: they begin after the birth (or for an unborn child) and before the 18th birthday.
_OF_CHILDHOOD = ("referrals", "assessments", "section_47_enquiries", "plans", "care_episodes")


def _out_of_childhood(duties: Duties, table: str) -> Iterator[Problem]:
    """Records begun before the child was born, and those begun, or still open, when the child was 18: one of the dates may be wrong."""
    cf = duties.cf
    if table not in _OF_CHILDHOOD or not cf.has("children", "date_of_birth"):
        return
    dated = contract.HAPPENED[table]
    began = cf.when(table, dated)
    born = cf.when("children", "date_of_birth").take(cf.child(table))
    known = np.flatnonzero(began.known & born.known)
    adult = np.full(len(born.day), clock.NAT, np.int32)
    adult[known] = clock.add(born.day[known], clock.Length(18 * 12, "months"))
    early = known[began.day[known] < born.day[known]]
    yield from _lines(cf, table, dated, early, "before the child's date of birth: in order only for an unborn child")
    until = np.minimum(adult[known], duties.as_of)
    end = cf.when(table, contract.PERIODS[table][1]) if table in contract.PERIODS else None
    old = began.day[known] >= adult[known]
    if end is not None:
        old |= (end.state[known] == values.BLANK) & (until == adult[known])
    if cf.has(table, "kind"):
        codes = cf.codes(table, "kind")
        old &= ~np.isin(codes.code[known], [i for i, word in enumerate(codes.words) if word == "pathway"])
    yield from _lines(cf, table, dated, known[old], "begun, or still open, when the child was already 18: the date of birth may be wrong")


def _childless(cf: CaseFile, table: str) -> Iterator[Problem]:
    if "child_id" not in contract.tables()[table] or table == "children":
        return
    rows = np.flatnonzero(cf.child(table) < 0)
    yield from _lines(cf, table, contract.key_of(table), rows, "no child can be found for this record, so no rule looked at it")
