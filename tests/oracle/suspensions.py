"""Times in which a rule did not bind."""

from __future__ import annotations

from dataclasses import replace

from . import contract
from .clock import Moment
from .duty import Duty, Observation
from .series import first_trigger


def after_suspensions(duty: Duty, one: Observation) -> Observation:
    """Not applicable where the day of the duty falls in such a time; a breach whose day is not known can't be told."""
    times = duty.rule.get("suspended", [])
    if not times or one.outcome == "not_applicable":
        return one
    moment = of_day(duty, one)
    if moment is None:
        return replace(one, outcome="cannot_tell") if one.outcome in ("not_met", "justified") else one
    inside = any(time["from"] <= moment.day.isoformat() < time["until"] for time in times)
    return replace(one, outcome="not_applicable") if inside else one


def of_day(duty: Duty, one: Observation) -> Moment | None:
    """The trigger's; the due date that the record gives; for what has neither, the record's own."""
    (name, body), *_ = duty.rule["requires"].items()
    if name in ("exists", "together") or (name == "states" and "by" not in body):
        table = one.subject.table
        own = contract.PERIODS[table][0] if table in contract.PERIODS else contract.came_about(table)
        return moment(duty, one, body.get("once", own))
    if name in ("alone", "distinct"):
        return one.trigger or moment(duty, one, body.get("starts") or body.get("at"))
    return one.trigger or moment(duty, one, body.get("due") or body.get("later") or body.get("trigger"))


def moment(duty: Duty, one: Observation, given: object) -> Moment | None:
    found = first_trigger(duty, one.subject, given) if given else None
    return found if isinstance(found, Moment) else None
