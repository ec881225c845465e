"""How the targets of the run's own profile stand, as far as that may be told: a status is a figure held against a target, and tells of it.

A run knows more than is shown: how many can't be told where that is hidden, and the figure of the day that decides. Where what is hidden
decides, so is the status. The figure of a day that has passed is added up from its months and passes the door like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from auditcheck.audit import EVALUATED
from auditcheck.board.aimed import HIDDEN, Seen
from auditcheck.board.measures import spec_of
from auditcheck.board.monthly import Month
from auditcheck.board.order import Order
from auditcheck.board.periods import Period, months, months_between
from auditcheck.board.shown import Figure
from auditcheck.checks.figure import in_figures
from auditcheck.checks.measure import is_of_children
from auditcheck.measure_rows import wanted
from auditcheck.reports.words import in_words
from auditcheck.rulebook.model import Target
from auditcheck.rulebook.targets import units
from auditcheck.targets import CANNOT_TELL, MET, NOT_MET, held

Row = Mapping[str, str]
CHILD = "child_id"


def deciding(row: Row, of_month: Sequence[Month]) -> dict[str, str] | None:
    """The row of a measure on the day that decides its target, which has passed; None where its months don't tell its figure."""
    if not row["target_due"] or row["target_status"] not in (MET, NOT_MET, CANNOT_TELL) or not row["period_from"]:
        return None
    due = date.fromisoformat(row["target_due"])
    count = months_between(date.fromisoformat(row["period_from"]), date.fromisoformat(row["period_to"]) + timedelta(days=1))
    when = [month.first for month in months(due, count)]
    inside = [one for one in of_month if one.period.first in when]
    if not inside or len(inside) < count or inside[-1].period.last != due:
        return None
    met, known, unknown = (sum(getattr(one, name) for one in inside) for name in ("met", "known", "unknown"))
    if in_figures(Fraction(100 * met, known) if known else None) != row["target_figure"]:
        return None
    counts = {"numerator": str(met), "denominator": str(known), "unknown": str(unknown)}
    return {**row, "period_from": inside[0].period.first.isoformat(), "period_to": row["target_due"], **counts}


def over(row: Row) -> Period:
    """The time that a row is of."""
    return Period(date.fromisoformat(row["period_from"]), date.fromisoformat(row["period_to"]))


def told(order: Order, row: Row, now: Seen, then: Seen) -> str:
    """How the target of a row stands, or that it is hidden.

    ``now``: what is shown of the figure; ``then``: of the figure of the day that decides, where one does.
    """
    status, target = row["target_status"], _target(order, row)
    if status not in (MET, NOT_MET, CANNOT_TELL) or not row["target"] or row["status"] != EVALUATED:
        return status
    _, of_children = _of(order, row["measure_id"])
    each_snapshot = _each_snapshot(order, row)
    if not of_children and not now.hidden and (row["target_due"] or each_snapshot):
        return status
    if each_snapshot:
        return HIDDEN
    seen = then if row["target_due"] else now
    if seen.if_few:  # whatever the run knows, so that it tells nothing of how many can't be told
        return (
            HIDDEN
            if target is None or seen.hidden or held(target, seen.low, seen.high) == CANNOT_TELL
            else held(target, seen.low, seen.high)
        )
    if not row["target_due"]:
        return status if _shows(target, now) else HIDDEN
    return status if target is not None and _shows(target, then) and held(target, then.low, then.high) == status else HIDDEN


def judged(order: Order, row: Row, status: str, now: Seen, then: Figure | None) -> str:
    """By which figure a target of a row stands as is told (``status``), in words; '' where that is the latest.

    ``now``, ``then``: as in `told`. A day's figure that may not be shown, or that nobody can add up, is said not to be shown.
    """
    if status not in (MET, NOT_MET):
        return ""
    if row["target_due"]:
        day = in_words(row["target_due"])
        if then is None or then.hidden:
            return f"the figure of {day} is not shown"
        return f"{then.words()['bounds' if then.only_bounds else 'percent']} on {day}"
    target = _target(order, row)
    latest_fails = target is not None and held(target, now.low, now.high) == NOT_MET
    earlier = status == NOT_MET and _each_snapshot(order, row) and not latest_fails
    return "an earlier count, which is not shown" if earlier else ""


def as_it_stands(order: Order, row: Row, now: Seen, then: Seen) -> bool:
    """Whether what is shown tells how a target stands today, be it due or not: so it counts among the targets that are met."""
    if now.if_few or then.if_few:
        return not row["target"]
    if row["target_status"] in (MET, NOT_MET, CANNOT_TELL) or row["status"] != EVALUATED:
        return told(order, row, now, then) != HIDDEN
    return not row["target"] or _shows(_target(order, row), now)


def _each_snapshot(order: Order, row: Row) -> bool:
    """Whether every count since the notice began decides."""
    spec, target = _of(order, row["measure_id"])[0], _target(order, row)
    return "snapshots" in spec and (target is None or target.shape == "at_any_time")


def _of(order: Order, name: str) -> tuple[Mapping[str, Any], bool]:
    """(what a measure counts, in the words of its rule; whether that is of children's records, and not of posts and who holds them)."""
    rule = order.book.rules.get(name.partition(".")[0])
    if rule is None or rule.check != "measure":
        return {}, True
    spec = spec_of(rule.body, name.partition(".")[2])
    each = str(spec.get("ratio", {}).get("each", CHILD))
    return spec, is_of_children(rule.subject) and each == CHILD


def _shows(target: Target | None, seen: Seen) -> bool:
    """Whether what is shown of a figure is enough to hold it against a target."""
    return not seen.hidden and (seen.whole or (target is not None and held(target, seen.low, seen.high) != CANNOT_TELL))


def _target(order: Order, row: Row) -> Target | None:
    """The profile's target that a row tells of; None where it has been changed since."""
    unit = units(order.book.rules).get(row["measure_id"], "%")
    own = (one for one in order.profile.targets if one.measure == row["measure_id"])
    return next((one for one in own if wanted(one, unit) == row["target"]), None)
