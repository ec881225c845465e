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

from auditcheck import clock
from auditcheck.checks.figure import PERCENT, CannotBeShown, Figure, in_figures, share
from auditcheck.checks.ground import Ground
from auditcheck.checks.scope import Answer, Scope
from auditcheck.checks.tally import PARTS, answer, carried, numbers, on_day
from auditcheck.clock import Length
from auditcheck.rulebook.model import Rule
from auditcheck.values import Mask

Codes = npt.NDArray[np.int64]

#: The words under `measure` (and each of `also`) that say what kind of figure it is.
SHAPES = ("share", "rate", "mean", "ratio", "snapshots", "targets")


def shape_of(spec: Mapping[str, Any]) -> str:
    """Which of `SHAPES` a measure has."""
    return next(word for word in SHAPES if word in spec)


def figure(ground: Ground, rule: Rule, spec: Mapping[str, Any], period: Length) -> Figure:
    """The figure of one measure at the ground's as-of day. Raises CannotBeShown."""
    shape = shape_of(spec)
    return _FIGURES[shape](ground, rule, spec[shape], period)


def first_day(as_of: int, period: Length) -> int:
    """The day after the one that lies the period before the as-of day: 12 months to 31 March begin on 1 April."""
    return int(clock.add(np.array([as_of], np.int32), period, -1)[0]) + 1


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
        inside = inside & answer(ground, rule, scope, said["among"])
    there = ~ground.duties.not_happened(rule.subject)
    if _is_of_children(rule.subject):
        there = there & (ground.cf.child(rule.subject) >= 0)
    return scope, Answer(inside.yes & there, inside.unknown & there), first


def _is_of_children(table: str) -> bool:
    return table not in ("workers", "posts", "establishment")


def _share(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Figure:
    scope, members, first = _members(ground, rule, said, period)
    counted = answer(ground, rule, scope, said["counts"])
    yes, unknown = members.yes & counted.yes, (members.yes & counted.unknown) | members.unknown
    some = members.yes | members.unknown
    if "each" in said:
        group = _groups(ground, scope, said["each"])[some]
        _, place = np.unique(group, return_inverse=True)
        yes, unknown, some = (_any_of(place, mask[some]) for mask in (yes, unknown, some))
        unknown &= ~yes
    met, unsure = int(yes.sum()), int(unknown.sum())
    return share(met, int(some.sum()) - unsure, unsure, first, ground.as_of)


def _groups(ground: Ground, scope: Scope, path: str) -> Codes:
    """The group of each record; one that names none is a group of its child's own. Raises CannotBeShown."""
    carried(scope, path)
    codes, _ = scope.words(path)
    child = ground.cf.child(scope.table).astype(np.int64)
    return np.where(codes >= 0, codes.astype(np.int64), -1 - child)


def _any_of(place: npt.NDArray[np.intp], mask: Mask) -> Mask:
    found: Mask = np.bincount(place, mask, minlength=0) > 0
    return found


def _mean(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Figure:
    scope, members, first = _members(ground, rule, said, period)
    from_, to = scope.when(said["from"]), scope.when(said["to"])
    told = members.yes & from_.known & to.known & (to.day >= from_.day)
    spans = (to.day[told] - from_.day[told]).astype(np.int64)
    n, unknown = int(told.sum()), int((members.yes & ~told).sum() + members.unknown.sum())
    total = Fraction(int(spans.sum()), 7 if said["in"] == "weeks" else 1)
    low = total / (n + unknown) if n + unknown else None
    high = low if not unknown else None  # nobody knows how long what can't be read lasted
    found = Figure(said["in"], total, Fraction(n), n, unknown, low, high, first, ground.as_of)
    if not n:
        return found
    longest = Fraction(int(spans.max()), 7 if said["in"] == "weeks" else 1)
    return replace(found, highest=longest).and_also(f"The longest was {in_figures(longest)} {said['in']}.")


def _ratio(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Figure:
    scope, members, first = _members(ground, rule, said, period)
    each = scope.words(said["each"])[0].astype(np.int64)
    children = ground.cf.child(scope.table).astype(np.int64)
    what = children if said["count"] == "child_id" else _groups(ground, scope, said["count"])
    parts, sure = numbers(scope, said["sum"]) if "sum" in said else (np.full(len(each), PARTS), np.ones(len(each), bool))
    yes, maybe = members.yes & (each >= 0), (members.unknown & (each != -1)) | (members.yes & (each < -1))
    known, unpaid = _pairs(each, what, yes & sure), _pairs(each, what, yes & ~sure)
    unsure = len(unpaid) + len(_pairs(each, what, maybe))
    _, at = np.unique(each[yes & sure], return_index=True)
    total = Fraction(int(parts[yes & sure][at].sum()), PARTS)
    lost = len(np.unique(each[(yes & ~sure) | maybe]))
    n = len(known)
    low = Fraction(n + len(unpaid)) / (total + lost) if total + lost else None
    high = Fraction(n + unsure) / total if total else None
    if low is not None and total:  # one who is not known may hold so much that even the least is more than what is known
        low = min(low, n / total)
    found = Figure(said["in"], Fraction(n), total, n, unsure, low, high, first, ground.as_of)
    if not n:
        return found
    load = np.sort(np.unique(known[:, 0], return_counts=True)[1])
    return replace(found, highest=Fraction(int(load[-1]))).and_also(_spread(load, said["in"]))


def _pairs(each: Codes, what: Codes, where: Mask) -> Codes:
    """The different pairs of group and thing (k, 2)."""
    return np.unique(np.stack([each[where], what[where]], axis=1), axis=0)


def _spread(load: npt.NDArray[np.intp], unit: str) -> str:
    """How the whole is spread: fewest, the middle half and the most (nearest ranks)."""
    n = len(load)
    low, high = (int(load[min(max(-(-n * part // 4), 1), n) - 1]) for part in (1, 3))
    return f"From {load[0]} to {load[-1]} {unit} each; the middle half from {low} to {high}."


def _snapshots(ground: Ground, rule: Rule, said: Mapping[str, Any], period: Length) -> Figure:
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
        return Figure(PERCENT, Fraction(0), Fraction(0), 0, undated, None, None, first, ground.as_of)
    latest = replace(taken[-1], from_=first, snapshots=tuple(taken), unknown=taken[-1].unknown + undated)
    if undated:  # it may belong to the latest day, and hold anything
        latest = replace(latest, low=None, high=None)
    worst = max(taken, key=lambda one: one.value if one.value is not None else Fraction(-1))
    days = f"{len(taken)} snapshots" if len(taken) > 1 else "One snapshot"
    beside = f"{days}, the latest of {_day(taken[-1].to)}; the highest is {in_figures(worst.value) or 'unknown'}%, of {_day(worst.to)}."
    return replace(latest, highest=worst.value).and_also(beside)


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


_FIGURES: dict[str, Callable[[Ground, Rule, Mapping[str, Any], Length], Figure]] = {
    "share": _share,
    "mean": _mean,
    "ratio": _ratio,
    "snapshots": _snapshots,
}
