"""How the figures that are shown stand to the targets of a profile that the run was not made with.

A run says how its own profile's targets stand. Here only what everybody may see decides, so that a status gives nothing hidden away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import isnan

from auditcheck import clock
from auditcheck.board import shown
from auditcheck.board.order import Order
from auditcheck.board.shown import Figure
from auditcheck.disclosure import Policy, Row, Safe
from auditcheck.measure_rows import wanted
from auditcheck.rulebook.model import Target
from auditcheck.rulebook.targets import units
from auditcheck.targets import CANNOT_TELL, MET, NO_TARGET, NOT_MET, NOT_YET_DUE, due_day, held

HIDDEN = "hidden"
#: Where it is hidden how many records can't be told, a target is held against a figure of no more than so many. What is said of it holds
#: for these, whatever the number is, and says so.
FEW = 12
IF_FEW = f"no more than {FEW} can't be told"


@dataclass(frozen=True)
class Seen:
    """Between which bounds a figure lies, as far as it is shown; ``why`` there are none; ``hidden``: because it is; ``whole``: all of it is
    shown, to the last count; ``if_few``: if no more than `FEW` records can't be told, for how many is hidden."""

    low: Fraction | None = None
    high: Fraction | None = None
    why: str = "there is nothing to count"
    hidden: bool = False
    whole: bool = False
    if_few: bool = False


def of_share(figure: Figure, policy: Policy) -> Seen:
    """A share. Where it is hidden how many records can't be told, as many as `FEW` are reckoned with."""
    if figure.n is None or figure.d is None:
        return Seen(hidden=True)
    met, known = policy.meant(figure.n), policy.meant(figure.d)
    unknown = (0, FEW) if figure.unknown is None else policy.meant(figure.unknown)
    if not known[1] + unknown[1]:
        return Seen(whole=True)
    low = Fraction(100 * met[0], known[1] + unknown[1])
    high = min(Fraction(100), Fraction(100 * (met[1] + unknown[1]), max(1, known[0] + unknown[1])))
    exact = met[0] == met[1] and known[0] == known[1] and unknown[0] == unknown[1]
    return Seen(low, high, _BETWEEN, whole=exact, if_few=figure.unknown is None)


def of_mean(row: Row) -> Seen:
    """A mean: its bounds are not shown, so it is told only where every record is known."""
    value, unknown = row.means["told"], row.value("unknown")
    if value is None:
        return Seen(hidden=True)
    if isnan(value):
        return Seen(whole=unknown is not None)
    told = Fraction(value).limit_denominator(10**6)
    return Seen(told, told, whole=True) if unknown == 0 else Seen(why=_BETWEEN, whole=unknown is not None)


_BETWEEN = "it depends on the records that can't be told"


def of_measure(figure: Figure | None, own: Safe | None, told: str, policy: Policy) -> Seen:
    """A measure's figure as far as it is shown: a share's ``figure``, else the mean in its ``own`` table; ``told``: the figure in words."""
    if told == shown.HIDDEN:  # also where too little lies beside it, though it is no table then
        return Seen(hidden=True)
    if figure is not None:
        return of_share(figure, policy)
    return Seen(whole=True) if own is None else of_mean(own.rows[0])


def of_another(order: Order) -> bool:
    """Whether the run was made with another profile than the one that the order names, whose targets the run then knows nothing of."""
    return order.run.info.get("profile") != order.profile.id


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
                "if": condition(status, seen),
            }
        )
    return tuple(found)


def condition(status: str, seen: Seen) -> str:
    """On what it depends that a target stands so, in words."""
    return IF_FEW if seen.if_few and status in (MET, NOT_MET) else ""


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
