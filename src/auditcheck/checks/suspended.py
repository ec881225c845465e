"""Suspensions: a duty whose day falls in a time in which it did not bind is not applicable, and the reason says so."""

from __future__ import annotations

from auditcheck import clock, contract
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, NOT_APPLICABLE, NOT_MET, Observations
from auditcheck.duties import Duties
from auditcheck.rulebook import words
from auditcheck.rulebook.suspensions import by_own_date
from auditcheck.values import Mask, When, never


def suspend(duties: Duties, o: Observations) -> Observations:
    """Settle the observations that fall in a suspension of their rule (docs/rule-language.md, Suspensions); in place."""
    if not o.rule.suspended:
        return o
    when, outcome = _day(duties, o), o.verdict.outcome
    for one in o.rule.suspended:
        inside = when.known & (when.day >= clock.day_number(one.from_)) & (when.day < clock.day_number(one.until))
        _change(o, inside & (outcome != NOT_APPLICABLE), NOT_APPLICABLE, words.suspended(one))
    breach = (outcome == NOT_MET) | (outcome == JUSTIFIED)
    _change(o, ~when.known & breach, CANNOT_TELL, "Cannot tell whether the duty was suspended: its date is not recorded or can't be read")
    return o


def _day(duties: Duties, o: Observations) -> When:
    """The day of each duty: its trigger's; where the record gives the due date, that; for a kind without either, the record's own."""
    if not by_own_date(o.rule.check, o.rule.body):
        return o.due if "due" in o.rule.body else o.trigger
    name = o.rule.body.get("once") or contract.own_date(o.subject_table)
    has = bool(name) and duties.cf.has(o.subject_table, name)
    return duties.cf.when(o.subject_table, name).take(o.subject_rows) if has else never(len(o))


def _change(o: Observations, where: Mask, outcome: int, reason: str) -> None:
    if where.any():
        if reason not in o.verdict.reasons:
            o.verdict.reasons = [*o.verdict.reasons, reason]
        o.verdict.outcome[where] = outcome
        o.verdict.reason[where] = o.verdict.reasons.index(reason)
