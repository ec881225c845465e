"""What a measure counts: the tests of `among` and `counts`, each answered yes, no or unknown for every record (docs/measures.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import clock, contract
from auditcheck.checks.events import ANY_DAY, Events, Keys, events_of, pack, subject_keys
from auditcheck.checks.figure import CannotBeShown
from auditcheck.checks.ground import Ground
from auditcheck.checks.scope import Answer, Scope
from auditcheck.clock import NAT, Length
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, Mask, When

#: Figures are read to the ten-thousandth and summed as whole numbers, so that no order of rows changes a sum.
PARTS = 10_000
_FIGURE = re.compile(r"(\d{1,9})(?:\.(\d{1,4}))?")
_LONG_AGO = -(2**18)


def numbers(scope: Scope, path: str) -> tuple[npt.NDArray[np.int64], Mask]:
    """The figures at a path, in ten-thousandths, and which are known; a blank, a sign or a word is not. Raises CannotBeShown."""
    carried(scope, path)
    codes, words = scope.words(path)
    read = [_parts(word) for word in words] or [-1]
    found = np.where(codes >= 0, np.array(read, np.int64)[np.maximum(codes, 0)], -1)
    return np.maximum(found, 0), found >= 0


def carried(scope: Scope, path: str) -> None:
    """Raise CannotBeShown where the export does not carry the field that a path ends in."""
    end, name = scope.follow(path)
    if not scope.cf.has(end.table, name):
        raise CannotBeShown(f"field missing: {end.table}.{name}" if scope.cf.has(end.table) else f"table missing: {end.table}")


def _parts(word: str) -> int:
    found = _FIGURE.fullmatch(word)
    return int(found[1]) * PARTS + int((found[2] or "").ljust(4, "0")) if found else -1


def length_of(rule: Rule, name: str, day: int) -> Length:
    """A setting of the rule, or its limit as it stands on a day. Raises CannotBeShown where none is in force."""
    if name != "limit":
        return rule.length(name)
    dated = rule.limit.on(clock.as_date(day))
    if dated is None or dated.is_ is None:
        raise CannotBeShown(f"no limit is in force on {clock.as_date(day)}")
    return dated.is_


def on_day(scope: Scope, path: str, first: int, last: int) -> Answer:
    """Records whose day lies from ``first`` to ``last``. Unknown: it can't be read, or a record that must have one has none."""
    when = scope.when(path)
    must = path == contract.HAPPENED.get(scope.table) and scope.table not in contract.MEETINGS
    return Answer(
        when.known & (when.day >= first) & (when.day <= last),
        (when.state > BLANK) | ((when.state == BLANK) & must),
    )


@dataclass(frozen=True)
class Had:
    """How many records of another table each record of the subject had, and whether that is enough.

    ``count``, ``doubt`` (m,): those that count, and whether there may be more; they add up over portions of the children. ``enough``,
    ``sure``, ``hidden`` (m,): so many are enough, whether that is known, and whether the export may hold some back.
    """

    count: Keys
    doubt: Mask
    enough: Keys
    sure: Mask
    hidden: Mask

    def __add__(self, other: Had) -> Had:
        return replace(self, count=self.count + other.count, doubt=self.doubt | other.doubt)

    def answer(self) -> Answer:
        yes = self.sure & (self.count >= self.enough)
        return Answer(yes, ~yes & (~self.sure | self.hidden | self.doubt))


@dataclass(frozen=True)
class Asked:
    """One test at every record of the subject, before it is answered: any of meets, lasted (both in ``own``) and had is enough."""

    own: Answer
    had: Had | None = None
    shown: Had | None = None
    settled: Mask | None = None
    doubtful: Mask | None = None

    def __add__(self, other: Asked) -> Asked:
        had, shown = (one + two if one and two else one for one, two in ((self.had, other.had), (self.shown, other.shown)))
        return replace(self, had=had, shown=shown)

    def answer(self) -> Answer:
        found = self.own | self.had.answer() if self.had else self.own
        unknown = found.unknown.copy()
        if self.shown:
            unknown |= ~self.shown.answer().yes
        if self.settled is not None:
            unknown &= ~self.settled
        if self.doubtful is not None:
            unknown |= self.doubtful
        return Answer(found.yes, unknown & ~found.yes)


def asked(ground: Ground, rule: Rule, scope: Scope, said: Mapping[str, Any]) -> Asked:
    """One test of `among` or `counts`."""
    m = len(scope.rows)
    own = Answer(np.zeros(m, bool), np.zeros(m, bool))
    if "meets" in said:
        own = own | scope.holds(said["meets"])
    if "lasted" in said:
        own = own | _lasted(ground, rule, scope, said["lasted"])
    had, shown = (_had(ground, rule, scope, said[word]) if word in said else None for word in ("had", "known_by"))
    doubt = scope.holds(said["doubtful_if"]) if "doubtful_if" in said else None
    return Asked(
        own, had, shown, scope.holds(said["settled_by"]).yes if "settled_by" in said else None, doubt.yes | doubt.unknown if doubt else None
    )


def _lasted(ground: Ground, rule: Rule, scope: Scope, said: Mapping[str, str]) -> Answer:
    """From a date to the as-of day: more than so long (over), or so long and more (at_least)."""
    when = scope.when(said["from"])
    over = "over" in said
    reached = clock.add(when.day, length_of(rule, said["over" if over else "at_least"], ground.as_of))
    within = when.known & (reached != NAT)
    return Answer(within & ((reached < ground.as_of) if over else (reached <= ground.as_of)), ~within)


def _had(ground: Ground, rule: Rule, scope: Scope, said: Mapping[str, Any]) -> Had:
    """Enough records of another table, in the stretch of time that is asked about."""
    first, last, readable = _stretch(ground, rule, scope, said)
    spans = "until" in said  # what began earlier and still went on counts too
    events = _narrowed(ground, events_of(scope, said), said, first if spans else None)
    keys = subject_keys(ground.duties, scope.table, events.by_child)
    start = np.full(len(keys), ANY_DAY + 1, np.int64) if spans else first
    count = np.searchsorted(events.packed, pack(keys, last), "right") - np.searchsorted(events.packed, pack(keys, start))
    count = np.where(keys >= 0, np.maximum(count, 0), 0)
    enough, sure = np.full(len(keys), int(said.get("times", 1))), np.ones(len(keys), bool)
    if "more_than" in said:
        most, sure = numbers(scope, said["more_than"])
        enough = most // PARTS + 1
    unseen = np.maximum(first, _began(scope)) if not events.by_child else first
    hidden = unseen < ground.seen_from(said["table"])
    if ground.latest_only(said["table"]):
        hidden |= True
    return Had(count, events.any_doubt(keys, start, last), enough, sure & readable, hidden)


def _stretch(ground: Ground, rule: Rule, scope: Scope, said: Mapping[str, Any]) -> tuple[Keys, Keys, Mask]:
    """First and last day that count for each record, and where they can be read."""
    m = len(scope.rows)
    end, readable = np.full(m, ground.as_of, np.int32), np.ones(m, bool)
    if "before" in said:
        when = scope.when(said["before"])
        end, readable = np.where(when.known, when.day, ground.as_of).astype(np.int32), when.known
    first = np.full(m, _LONG_AGO, np.int64)
    if "within" in said:
        first = clock.add(end, length_of(rule, said["within"], ground.as_of), -1).astype(np.int64)
    if "ago" in said:
        end = clock.add(end, length_of(rule, said["ago"], ground.as_of), -1)
    return first, end.astype(np.int64) - int("before" in said), readable


def _began(scope: Scope) -> Keys:
    """When each record of the subject began (far in the past where its table says no such thing): nothing of its own lies before that."""
    name = contract.PERIODS.get(scope.table, ("",))[0]
    when: When | None = scope.when(name) if name else None
    return np.where(when.known, when.day, _LONG_AGO).astype(np.int64) if when else np.full(len(scope.rows), _LONG_AGO, np.int64)


def _narrowed(ground: Ground, events: Events, said: Mapping[str, Any], since: Keys | None) -> Events:
    """Only records that still went on at the first day, that bear more than a figure, and one of each where that is asked."""
    own = Scope(ground.duties, events.table, events.rows.astype(np.int32), {})
    keep, doubt = np.ones(len(events.rows), bool), np.zeros(len(events.rows), bool)
    if since is not None and len(keep):
        ended = own.when(said["until"])
        keep &= ~ended.known | (ended.day > since[events.keys])
        doubt |= ended.state > BLANK
    if "over" in said:
        found, known = numbers(own, said["over"]["field"])
        keep &= ~known | (found > int(said["over"]["number"]) * PARTS)
        doubt |= ~known
    if "each" in said and len(keep):
        codes, _ = own.words(said["each"])
        _, at = np.unique(np.stack([events.keys, codes.astype(np.int64)]), axis=1, return_index=True)
        keep &= np.isin(np.arange(len(keep)), at)
    doubtful = np.sort(np.concatenate([events.doubtful, events.packed[keep & doubt]]))
    keep &= ~doubt
    return replace(
        events, rows=events.rows[keep], keys=events.keys[keep], days=events.days[keep], packed=events.packed[keep], doubtful=doubtful
    )
