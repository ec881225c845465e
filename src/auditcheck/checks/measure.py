"""`measure`: one figure of many records: a share, a mean, a ratio of sums, or a count taken on several days (docs/measures.md).

It yields no observations. `rate`, over what other rules observed, and `targets` are in `auditcheck.measures`, which knows the outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import clock, contract
from auditcheck.casefile import LOST
from auditcheck.checks.figure import PERCENT, CannotBeShown, Figure, in_figures
from auditcheck.checks.gathered import KNOWN, MAYBE, UNPAID, Counted, Gathered, Grouped, Held, OfEveryone, Records, Same, Spans
from auditcheck.checks.ground import Ground
from auditcheck.checks.scope import Answer, Scope
from auditcheck.checks.tally import PARTS, asked, carried, numbers, on_day
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET
from auditcheck.clock import Length
from auditcheck.rulebook.model import Rule
from auditcheck.values import Mask

Codes = npt.NDArray[np.int64]

#: The words under `measure` (and each of `also`) that say what kind of figure it is.
SHAPES = ("share", "rate", "mean", "ratio", "snapshots", "targets")


def shape_of(spec: Mapping[str, Any]) -> str:
    """Which of `SHAPES` a measure has."""
    return next(word for word in SHAPES if word in spec)


def gathered(ground: Ground, rule: Rule, spec: Mapping[str, Any], period: Length) -> Gathered:
    """What one measure counts at the ground's as-of day. Raises CannotBeShown."""
    shape = shape_of(spec)
    counted = _SHAPES[shape](ground, rule, spec[shape], period)
    return counted if is_of_children(rule.subject) or isinstance(counted, OfEveryone) else Same(counted.figure())


def can_be_split(rule: Rule, spec: Mapping[str, Any]) -> bool:
    """Whether what a measure counts in portions of the children adds up: a table that is no child's may only be asked what its records
    had of the children's, and not among which."""
    said = spec[shape_of(spec)]
    if is_of_children(rule.subject) or shape_of(spec) in ("rate", "targets"):
        return True
    looks = any(word in said.get("among", ()) for word in ("had", "known_by")) or shape_of(spec) == "ratio"
    had = said.get("counts", {}).get("had", {})
    return not looks and not ("each" in said and had) and had.get("each", "child_id") == "child_id"


def first_day(as_of: int, period: Length) -> int:
    """The day after the one that lies the period before the as-of day: 12 months to 31 March begin on 1 April.

    The calendar's first day where the period would begin before it: no record is older.
    """
    return max(int(clock.add(np.array([as_of], np.int32), period, -1)[0]) + 1, clock.day_number(clock.FIRST))


def reach(ground: Ground, table: str, from_: int) -> int:
    """``from_``, or the first day that the export shows of the table. Raises CannotBeShown where it shows only the latest records."""
    if ground.latest_only(table):
        name = table.replace("_", " ")
        raise CannotBeShown(f"the export holds only the latest {name} of each series, so a period can't be counted")
    return max(from_, ground.seen_from(table))


def _members(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> tuple[Scope, Answer, int]:
    """The subject's records that are counted at all, and the first day of the period (the as-of day where there is none)."""
    scope, inside = ground.population(rule)
    first = ground.as_of
    if "day" in said:
        first = reach(ground, rule.subject, first_day(ground.as_of, period))
        inside = inside & on_day(scope, said["day"], first, ground.as_of)
    if "among" in said:
        inside = inside & asked(ground, rule, scope, said["among"]).answer()
    there = ~ground.duties.not_happened(rule.subject)
    if is_of_children(rule.subject):
        there = there & (ground.cf.child(rule.subject) >= 0)
    return scope, Answer(inside.yes & there, inside.unknown & there), first


def is_of_children(table: str) -> bool:
    """Whether the records of a table are some child's."""
    return table not in contract.OF_NO_CHILD


def _share(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Counted | Grouped | OfEveryone:
    scope, members, first = _members(ground, rule, said, period)
    had = asked(ground, rule, scope, said["counts"])
    if not is_of_children(rule.subject) and "each" not in said:
        return OfEveryone(members, had, first, ground.as_of)
    counted = had.answer()
    yes, unknown = members.yes & counted.yes, (members.yes & counted.unknown) | members.unknown
    some = members.yes | members.unknown
    if "each" in said:
        groups = _groups(ground, scope, said["each"], np.flatnonzero(some))
        return Grouped(pa.table({"group": groups, "yes": yes[some], "unknown": unknown[some]}), first, ground.as_of)
    met, unsure = int(yes.sum()), int(unknown.sum())
    outcome = np.where(unknown, CANNOT_TELL, np.where(yes, MET, NOT_MET))[some].astype(np.int8)
    records = Records(rule.subject, scope.rows[some].astype(np.intp), outcome)
    return Counted(met, int(some.sum()) - unsure, unsure, first, ground.as_of, records=(records,))


def _groups(ground: Ground, scope: Scope, path: str, rows: npt.NDArray[np.intp]) -> pa.Array:
    """The group of each record, as text; one that names none is a group of its child's own. Raises CannotBeShown."""
    carried(scope, path)
    child = ground.cf.ids("children").take(pa.array(ground.cf.child(scope.table)[rows], mask=ground.cf.child(scope.table)[rows] < 0))
    own = pc.binary_join_element_wise("child", pc.fill_null(child, ""), ":")
    named = _named(scope, path, rows)
    return pc.if_else(pc.starts_with(named, "="), named, own)


def _named(scope: Scope, path: str, rows: npt.NDArray[np.intp]) -> pa.Array:
    """What stands at a path, as it was written, after ``=``; blank where nothing does, ``?`` where it can't be read."""
    end, name = scope.follow(path)
    code = scope.words(path)[0][rows]
    if not end.cf.has(end.table):
        return pa.array(["?" if one == LOST else "" for one in code.tolist()], pa.string())
    written = pc.binary_join_element_wise("=", end.cf.text(end.table, name).dictionary_encode().dictionary, "")
    found = pc.fill_null(written.take(pa.array(code, mask=code < 0)), "")
    return pc.if_else(pa.array(code == LOST), "?", found)


def _mean(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Spans:
    scope, members, first = _members(ground, rule, said, period)
    from_, to = scope.when(said["from"]), scope.when(said["to"])
    told = members.yes & from_.known & to.known & (to.day >= from_.day)
    spans = (to.day[told] - from_.day[told]).astype(np.int64)
    unknown = int((members.yes & ~told).sum() + members.unknown.sum())
    return Spans(said["in"], int(told.sum()), unknown, int(spans.sum()), int(spans.max(initial=0)), first, ground.as_of)


def _ratio(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Held:
    scope, members, first = _members(ground, rule, said, period)
    each = scope.words(said["each"])[0]
    parts, sure = numbers(scope, said["sum"]) if "sum" in said else (np.full(len(each), PARTS), np.ones(len(each), bool))
    yes, maybe = members.yes & (each >= 0), (members.unknown & (each != -1)) | (members.yes & (each < -1))
    rows = np.flatnonzero(yes | maybe)
    by_child = said["count"] == "child_id"
    child = pa.array(ground.cf.child(scope.table)[rows], mask=ground.cf.child(scope.table)[rows] < 0)
    what = pc.fill_null(ground.cf.ids("children").take(child), "") if by_child else _groups(ground, scope, said["count"], rows)
    state = np.where(maybe, MAYBE, np.where(sure, KNOWN, UNPAID))[rows].astype(np.int8)
    pairs = pa.table({"each": _named(scope, said["each"], rows), "what": what, "state": state, "parts": parts[rows]})
    once = pairs.group_by(["each", "what", "state"], use_threads=False).aggregate([("parts", "first")])
    return Held(said["in"], once.rename_columns(["each", "what", "state", "parts"]), first, ground.as_of)


def _snapshots(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Same:
    scope, inside = ground.population(rule)
    first = reach(ground, rule.subject, first_day(ground.as_of, period))
    placed = inside & on_day(scope, said["at"], first, ground.as_of)
    when = scope.when(said["at"])
    part, part_known = numbers(scope, said["sum"])
    whole, whole_known = numbers(scope, said["of"])
    taken = [
        _snapshot(int(day), placed.yes & (when.day == day), placed.unknown & when.known & (when.day == day),
                  (part, part_known & whole_known & (part <= whole)), (whole, whole_known))
        for day in np.unique(when.day[placed.yes])
    ]  # fmt: skip
    undated = int((placed.unknown & ~when.known).sum())
    if not taken:
        return Same(Figure(PERCENT, Fraction(0), Fraction(0), 0, undated, None, None, first, ground.as_of))
    latest = replace(taken[-1], from_=first, snapshots=tuple(taken), unknown=taken[-1].unknown + undated)
    if undated:  # it may belong to the latest day, and hold anything
        latest = replace(latest, low=None, high=None)
    worst = max(taken, key=lambda one: one.value if one.value is not None else Fraction(-1))
    days = f"{len(taken)} snapshots" if len(taken) > 1 else "One snapshot"
    beside = f"{days}, the latest of {_day(taken[-1].to)}; the highest is {in_figures(worst.value) or 'unknown'}%, of {_day(worst.to)}."
    return Same(replace(latest, highest=worst.value).and_also(beside))


def _snapshot(day: int, yes: Mask, maybe: Mask, part: tuple[Codes, Mask], whole: tuple[Codes, Mask]) -> Figure:
    """The rows of one day. A row whose part can't be read has anything from none to all; one without a whole leaves no bound."""
    good = yes & part[1]
    numerator, denominator = (Fraction(int(column[good].sum()), PARTS) for column in (part[0], whole[0]))
    bad = (yes & ~part[1]) | maybe
    more = Fraction(int(whole[0][bad & whole[1]].sum()), PARTS)
    low = high = None
    if denominator + more and not (bad & ~whole[1]).any():
        low, high = 100 * numerator / (denominator + more), 100 * (numerator + more) / (denominator + more)
    return Figure(PERCENT, numerator, denominator, int(good.sum()), int(bad.sum()), low, high, day, day)


def _day(number: int) -> str:
    found: date = clock.as_date(number)
    return f"{found.day} {found:%B} {found.year}"


_SHAPES: dict[str, Callable[[Ground, Rule, Mapping[str, Any], Length], Gathered]] = {
    "share": _share,
    "mean": _mean,
    "ratio": _ratio,
    "snapshots": _snapshots,
}
