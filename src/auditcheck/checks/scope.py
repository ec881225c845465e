"""Where a rule's words find their values: paths from a record through its references, and conditions in three answers.

A `Scope` is a table and, for each of m places, the row that stands there (-1 none, -2 a reference that leads nowhere). Paths follow
references:
``plan_id.kind``. Conditions give two masks, *yes* and *unknown*; the rest is no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import clock, contract, values
from auditcheck.casefile import LOST, CaseFile, Links
from auditcheck.duties import Duties
from auditcheck.values import BLANK, DIFFERS, OK, Mask, When


@dataclass(frozen=True)
class Answer:
    """A condition's answer at each of m places."""

    yes: Mask
    unknown: Mask

    def __and__(self, other: Answer) -> Answer:
        no = ~(self.yes | self.unknown) | ~(other.yes | other.unknown)
        yes = self.yes & other.yes
        return Answer(yes, ~yes & ~no)

    def __or__(self, other: Answer) -> Answer:
        yes = self.yes | other.yes
        return Answer(yes, ~yes & (self.unknown | other.unknown))

    def __invert__(self) -> Answer:
        return Answer(~(self.yes | self.unknown), self.unknown)


@dataclass(frozen=True)
class Scope:
    """The rows of one table at m places, and what a path from there may reach."""

    duties: Duties
    table: str
    rows: Links
    named: Mapping[str, Scope]  # ``subject`` and ``event``, where a rule may say them
    population: Mask | None = None  # (n,) which records of the table the rule speaks about
    blank_may_be_yes: bool = False  # whether a blank yes/no is *unknown* in a condition, rather than no
    possible: Mask | None = None  # (n,) which records the rule may speak about

    @classmethod
    def of(cls, duties: Duties, table: str) -> Scope:
        """Every record of a table, in its own order."""
        return cls(duties, table, np.arange(duties.cf.n(table), dtype=np.int32), {})

    @property
    def cf(self) -> CaseFile:
        return self.duties.cf

    def at(self, rows: Links, **named: Scope) -> Scope:
        """The same table at other rows."""
        return Scope(self.duties, self.table, rows, named, self.population, self.blank_may_be_yes, self.possible)

    def follow(self, path: str) -> tuple[Scope, str]:
        """The scope that a path ends in, and its last field."""
        first, _, rest = path.partition(".")
        if rest and first in self.named:
            return self.named[first].follow(rest)
        if not rest:
            return self, first
        target = contract.tables()[self.table][first].refers_to or ""
        return Scope(self.duties, target, self._hop(first), {}, None, self.blank_may_be_yes).follow(rest)

    def _hop(self, name: str) -> Links:
        links = self.cf.link(self.table, name) if self.cf.has(self.table) else np.zeros(0, np.int32)
        found: Links = _take(links, self.rows, LOST)
        return found

    def when(self, path: str) -> When:
        """The dates or moments at a path (m,)."""
        if path == "as_of":
            m = len(self.rows)
            return When(np.full(m, self.duties.as_of, np.int32), np.full(m, -1, np.int32), np.zeros(m, np.uint8))
        scope, name = self.follow(path)
        whole = self.duties.happened(scope.table, name) if scope.cf.has(scope.table) else values.never(0)
        return whole.take(scope.rows)

    def words(self, path: str) -> tuple[Links, Sequence[str]]:
        """Compared text at a path: (m,) codes into words; -1 blank, -2 unknown."""
        scope, name = self.follow(path)
        if not scope.cf.has(scope.table):
            return np.where(scope.rows == LOST, LOST, -1).astype(np.int32), []
        held = scope.cf.codes(scope.table, name)
        about = contract.tables()[scope.table][name]
        listed = ("yes", "no") if about.type == "yesno" else about.codes  # a word outside the list can't be read: it may mean any of them
        unread = [w == DIFFERS or bool(w and listed and w not in listed) for w in held.words]
        kind = np.array([LOST if unread[i] else i if w else -1 for i, w in enumerate(held.words)] or [-1], np.int32)
        return _take(kind[held.code] if len(held.code) else np.zeros(0, np.int32), scope.rows, LOST), held.words

    def blank(self, path: str) -> Answer:
        """Where nothing is stated at a path; unknown where the reference leads nowhere or the value can't be read."""
        scope, name = self.follow(path)
        m = len(self.rows)
        if not scope.cf.has(scope.table):
            return Answer(scope.rows != LOST, scope.rows == LOST)
        if contract.tables()[scope.table][name].type in ("date", "moment"):
            state = self.duties.happened(scope.table, name).take(scope.rows).state
            return Answer((state == BLANK) | (state == values.PLACEHOLDER), state == values.UNREADABLE)
        mask = scope.cf.blank(scope.table, name)
        differs = np.asarray([word == DIFFERS for word in scope.cf.codes(scope.table, name).words] or [False])
        lost = differs[scope.cf.codes(scope.table, name).code] if differs.any() else np.zeros(len(mask), bool)
        blank = _take(mask, scope.rows, True) if m else np.zeros(0, bool)
        unknown = _take(lost, scope.rows, False) | (scope.rows == LOST)
        return Answer(blank & ~unknown, unknown)

    def holds(self, condition: Mapping[str, Any]) -> Answer:
        """Whether every test of a condition holds (docs/rule-language.md, Conditions)."""
        m = len(self.rows)
        answer = Answer(np.ones(m, bool), np.zeros(m, bool))
        for path, test in condition.items():
            answer = answer & self._settled(path, self._test(path, test))
        return answer

    def _settled(self, path: str, answer: Answer) -> Answer:
        """A reference that is blank leads nowhere either: what lies behind it is unknown."""
        if path in _SPECIAL or "." not in path or (path.count(".") == 1 and path.split(".")[0] in self.named):
            return answer
        nowhere = (self.follow(path)[0].rows < 0) & (self.rows >= 0)
        return Answer(answer.yes & ~nowhere, answer.unknown | nowhere)

    def _test(self, path: str, test: Any) -> Answer:
        special = _SPECIAL.get(path)
        if special:
            return special(self, test)
        if isinstance(test, Mapping):
            (word, value), *_ = test.items()
            if word == "blank":
                blank = self.blank(path)
                return blank if str(value).lower() in ("true", "yes") else ~blank
            if word == "not":
                return ~self._plainly(path, value)
            return self._compare(path, word, value)
        return self._equals(path, test)

    def _equals(self, path: str, wanted: Any) -> Answer:
        codes, words = self.words(path)
        named = {values.normal(str(w), "yesno" if str(w).lower() in ("yes", "no") else "text") for w in _listed(wanted)}
        good = [i for i, word in enumerate(words) if word.lower() in named]
        unknown = codes == LOST
        if self.blank_may_be_yes and named <= {"yes", "no"}:
            unknown |= codes == -1
        return Answer(np.isin(codes, good) & (codes >= 0), unknown)

    def _plainly(self, path: str, value: Any) -> Answer:
        """Equality in which a blank is simply not equal: `not` holds of a blank."""
        return Scope(self.duties, self.table, self.rows, self.named, self.population)._equals(path, value)

    def _compare(self, path: str, word: str, other: str) -> Answer:
        left, right = self.when(path), self.when(other)
        both = left.known & right.known
        yes = both & ((left.day <= right.day) if word == "by" else (left.day > right.day))
        absent = left.state == BLANK
        return Answer(yes, ~both & ~absent)


def _take(column: Any, rows: Links, lost: Any) -> Any:
    """``column`` at ``rows``: -1 (and an empty table) gives the blank value of its type, -2 gives ``lost``."""
    blank: Any = True if column.dtype == bool and lost is True else False if column.dtype == bool else -1
    if not len(column):
        return np.where(rows == LOST, lost, blank).astype(column.dtype)
    if rows.min(initial=0) >= 0:
        return column[rows]
    return np.where(rows >= 0, column[np.maximum(rows, 0)], np.where(rows == LOST, lost, blank)).astype(column.dtype)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _any(scope: Scope, conditions: Sequence[Mapping[str, Any]]) -> Answer:
    answers = [scope.holds(condition) for condition in conditions]
    result = answers[0]
    for answer in answers[1:]:
        result = result | answer
    return result


def _none(scope: Scope, conditions: Sequence[Mapping[str, Any]]) -> Answer:
    return ~_any(scope, conditions)


def child_scope(scope: Scope) -> Scope:
    """The children of a scope's records."""
    whole = scope.cf.child(scope.table) if scope.cf.has(scope.table) else np.zeros(0, np.int32)
    return Scope(scope.duties, "children", _take(whole, scope.rows, LOST), {})


def _unborn(scope: Scope, path: str) -> Answer:
    on = scope.when(path)
    child = child_scope(scope)
    born, expected = child.when("date_of_birth"), child.when("expected_birth_date")
    yes = (born.known & on.known & (born.day > on.day)) | ((born.state == BLANK) & (expected.state == OK))
    unknown = ~yes & ((born.state > BLANK) | (born.known & ~on.known) | ((born.state == BLANK) & (expected.state > BLANK)))
    if scope.cf.has("children", "date_of_birth") and not scope.cf.has("children", "expected_birth_date"):
        unknown |= born.state == BLANK  # of who is in `children` without a birth, such an export can't say that one is expected
    return Answer(yes, unknown)


def _under_age(scope: Scope, test: Mapping[str, Any]) -> Answer:
    on = scope.when(test["on"])
    child = child_scope(scope)
    born, expected = child.when("date_of_birth"), child.when("expected_birth_date")
    birthday = clock.add(born.day, clock.Length(12 * int(test["years"]), "months"))
    both = born.known & on.known
    unborn = (born.state == BLANK) & expected.known
    return Answer(both & (born.day <= on.day) & (on.day < birthday), ~both & ~unborn)


def _first_in(scope: Scope, link: str) -> Answer:
    """The earliest record of the rule's population in the parent that ``link`` names; ties by record id."""
    cf, table = scope.cf, scope.table
    parent, date = cf.link(table, link), cf.when(table, contract.HAPPENED[table])
    counts = (parent >= 0) & date.known & (date.day <= scope.duties.as_of)
    if scope.population is not None:
        counts &= scope.population
    rows = np.flatnonzero(counts)
    rows = rows[in_order(cf, table, rows, (parent[rows].astype(np.int64) << 20) + date.day[rows] + 2**19)]
    first = np.zeros(cf.n(table), bool)
    first[rows[np.flatnonzero(np.diff(parent[rows], prepend=-1))]] = True
    unplaced = np.isin(parent, parent[(parent >= 0) & (date.state > BLANK) & ~scope.duties.not_happened(table)])
    if scope.possible is not None and scope.possible.any():
        leads, rivalled = _may_lead(cf, table, scope.possible & (date.day <= scope.duties.as_of), parent, date, rows)
        first, unplaced = first | leads, unplaced | rivalled
    unknown = ((parent == LOST) & (date.state != BLANK)) | ((parent >= 0) & (date.state > BLANK)) | (first & unplaced)
    return Answer(_take(first & ~unknown, scope.rows, False), _take(unknown, scope.rows, False))


def _may_lead(cf: CaseFile, table: str, possible: Mask, parent: Links, date: When, sure: npt.NDArray[np.intp]) -> tuple[Mask, Mask]:
    """Of records that may be in the population (n,): which lie before all that surely are; and which records have such a one before
    them."""
    n = int(parent.max(initial=-1)) + 1
    may = (parent >= 0) & date.known & possible
    name = np.argsort(np.asarray(pc.sort_indices(cf.ids(table))))  # ties by record id, as in_order breaks them
    place = (date.day.astype(np.int64) << 24) + name
    earliest, surely = np.full(n + 1, 2**60, np.int64), np.full(n + 1, 2**60, np.int64)  # the last place is for records without a parent
    np.minimum.at(earliest, parent[may], place[may])
    np.minimum.at(surely, parent[sure], place[sure])
    at = np.where(parent >= 0, parent, n)
    return may & (place < surely[at]), earliest[at] < place


def in_order(
    cf: CaseFile, table: str, rows: npt.NDArray[np.intp], key: npt.NDArray[np.int64], second: clock.Days | None = None
) -> npt.NDArray[np.intp]:
    """The order of ``rows`` by ``key``, ties by ``second`` of the day and record id, so that the order of rows in a file never matters."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    tied = np.zeros(len(order), bool)
    tied[1:] |= ordered[1:] == ordered[:-1]
    tied[:-1] |= tied[1:]
    places = np.flatnonzero(tied)
    if len(places):
        names = np.array(cf.ids(table).take(pa.array(rows[order[places]])).to_pylist(), dtype=object)
        moment = np.zeros(len(places)) if second is None else np.maximum(second[order[places]], 0)
        order[places] = order[places][np.lexsort((names.astype(str), moment, ordered[places]))]
    return order


def _open(scope: Scope, wanted: Any) -> Answer:
    whole = scope.duties.is_open(scope.table)
    mask = _take(whole, scope.rows, False)
    unknown = mask & _take(scope.duties.own_end(scope.table).doubtful, scope.rows, False)
    yes = mask if str(wanted).lower() in ("true", "yes") else ~mask
    return Answer(yes & ~unknown, unknown)


_SPECIAL: dict[str, Callable[[Scope, Any], Answer]] = {
    "any": _any,
    "none": _none,
    "unborn": _unborn,
    "under_age": _under_age,
    "first_in": _first_in,
    "open": _open,
}
