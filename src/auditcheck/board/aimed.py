"""How the figures that are shown stand to the targets of a profile that the run was not made with.

A run says how its own profile's targets stand. Here only what everybody may see decides, so that a status gives nothing hidden away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import isnan

from auditcheck import clock
from auditcheck.board import shown
from auditcheck.board.order import Order
from auditcheck.board.shown import Figure
from auditcheck.disclosure import Row, Safe
from auditcheck.measure_rows import wanted
from auditcheck.rulebook.model import Target
from auditcheck.rulebook.targets import units
from auditcheck.targets import CANNOT_TELL, NO_TARGET, NOT_MET, NOT_YET_DUE, due_day, held

HIDDEN = "hidden"
#: A hidden count may be any up to here, as far as a status tells: twice the smallest that is shown.
_WIDE = 12
#: What one record among any number changes at least: a share is below 100% for certain where one record is not met.
_ONE = Fraction(1, 10**9)


@dataclass(frozen=True)
class Seen:
    """Between which bounds a figure lies, as far as it is shown; ``why`` there are none; ``hidden``: because it is."""

    low: Fraction | None = None
    high: Fraction | None = None
    why: str = "there is nothing to count"
    hidden: bool = False


def of_share(figure: Figure) -> Seen:
    """A share. Where it is hidden how many records can't be told, they may be any number."""
    if figure.n is None or figure.d is None:
        return Seen(hidden=True)
    if figure.unknown is None:
        return Seen(_ONE if figure.n else Fraction(0), Fraction(100) - (_ONE if figure.n < figure.d else 0), _BETWEEN)
    bounds = figure.bounds()
    return Seen() if bounds is None else Seen(*bounds, _BETWEEN)


def of_mean(row: Row) -> Seen:
    """A mean: its bounds are not shown, so it is told only where every record is known."""
    value, unknown = row.means["told"], row.value("unknown")
    if value is None:
        return Seen(hidden=True)
    if isnan(value):
        return Seen()
    told = Fraction(value).limit_denominator(10**6)
    return Seen(told, told) if unknown == 0 else Seen(why=_BETWEEN)


_BETWEEN = "it depends on the records that can't be told"


def of_measure(figure: Figure | None, own: Safe | None, told: str) -> Seen:
    """A measure's figure as far as it is shown: a share's ``figure``, else the mean in its ``own`` table; ``told``: the figure in words."""
    if told == shown.HIDDEN:  # also where too little lies beside it, though it is no table then
        return Seen(hidden=True)
    if figure is not None:
        return of_share(figure)
    return Seen() if own is None else of_mean(own.rows[0])


def of_another(order: Order) -> bool:
    """Whether the run was made with another profile than the one that the order names, whose targets the run then knows nothing of."""
    return order.run.info.get("profile") != order.profile.id


def by_run(order: Order, name: str, rows: Sequence[Mapping[str, str]], figure: Figure | None, seen: Seen) -> tuple[Mapping[str, str], ...]:
    """How the run says that the targets of its own profile stand, as `Measure.targets` has them. ``rows``: of measures.csv.

    Where it is hidden how many records can't be told, what depends on them is hidden too: a status that turns at two of them says whether
    there are more.
    """
    unit = units(order.book.rules).get(name, "%")
    targets = {wanted(target, unit): target for target in order.profile.targets if target.measure == name}
    found = []
    for row in rows:
        status = row["target_status"]
        guarded = figure is not None and figure.unknown is None and not row["target_due"]
        if row["target"] and (seen.hidden or (guarded and status != _whatever(targets.get(row["target"]), figure))):
            status = HIDDEN
        found.append({"says": row["target"], "status": status, "baseline": row["baseline"], "comparator": row["comparator"]})
    return tuple(found)


def _whatever(target: Target | None, figure: Figure | None) -> str:
    """How a target stands whether none or `_WIDE` records can't be told; '' where the two differ, or there is nothing to go by."""
    if target is None or figure is None or figure.n is None or not figure.d:
        return ""
    met, known = figure.n, figure.d
    none, many = (held(target, Fraction(100 * met, known + few), Fraction(100 * (met + few), known + few)) for few in (0, _WIDE))
    return none if none == many else ""


def aimed(order: Order, name: str, seen: Seen, start: date | None) -> tuple[Mapping[str, str], ...]:
    """The profile's targets for a measure, or for the share met of a rule, as `Measure.targets` has them; ``why`` it can't be told.

    ``start``: the day on which the notice began.
    """
    found = []
    for target in (one for one in order.profile.targets if one.measure == name):
        status, why = _status(order, target, seen, start)
        found.append(
            {
                "says": wanted(target, units(order.book.rules).get(name, "%")),
                "status": status,
                "baseline": target.baseline,
                "comparator": "; ".join(target.comparators),
                "why": why,
            }
        )
    return tuple(found)


def _status(order: Order, target: Target, seen: Seen, start: date | None) -> tuple[str, str]:
    """(how one target stands, why it can't be told)."""
    if not target.bounded:
        return NO_TARGET, ""
    if target.within is not None and start is None:
        return CANNOT_TELL, "the notice's start was not given"
    check = order.book.rules[target.measure.partition(".")[0]].body
    if "targets" in check:
        return CANNOT_TELL, "this run counted the targets of its own profile"
    due = due_day(target, start)
    if due == clock.NAT:
        return CANNOT_TELL, "its day lies outside the calendar"
    if due is not None and clock.day_number(order.run.as_of) <= due:
        return NOT_YET_DUE, ""
    if due is not None:
        return CANNOT_TELL, "the figure of that day decides, and this run has only its own"
    if seen.hidden:
        return HIDDEN, ""
    status = held(target, seen.low, seen.high)
    if target.shape == "at_any_time" and "snapshots" in check and status != CANNOT_TELL:
        return _of_the_latest(order, target, status, start)
    return status, seen.why if status == CANNOT_TELL else ""


def _of_the_latest(order: Order, target: Target, status: str, start: date | None) -> tuple[str, str]:
    """Every count since the notice began decides, and only the latest is shown: where that one fails, so does the target."""
    row = next(row for row in order.run.measures if row["measure_id"] == target.measure)
    if status == NOT_MET and (start is None or row["period_to"] >= start.isoformat()):
        return NOT_MET, ""
    return CANNOT_TELL, "every count since the notice began decides, and this run has only the latest"
