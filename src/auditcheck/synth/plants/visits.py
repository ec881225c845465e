"""Visits on plans: left out, not seen, not alone, or on the last day."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, working
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    of_plan,
    plans,
)

PLANTS = Plants()


def _visits(life: Life, plan: Row) -> list[Row]:
    """The plan's visits in the order in which they were made, once the child was born."""
    return [row for row in of_plan(life, "visits", plan, "visited_at") if row["child_seen"] == "yes"]


def _triples(life: Life, kind: str) -> Any:
    """(plan, before, one, after) for visits that have a neighbour on either side."""
    for plan in plans(life, kind):
        if life.age(plan["started_on"]) < 0:
            continue
        made = _visits(life, plan)
        for before, one, after in zip(made[1:], made[2:], made[3:], strict=False):
            yield plan, before, one, after


@PLANTS.plant("VIS-CP-01", "a visit was left out")
def visit_left_out(life: Life) -> Steps:
    for _, before, one, _ in _triples(life, "child_protection"):
        yield True
        life.drop("visits", one)
        life.expect("VIS-CP-01", "visits", before, "not_met", "more than ten working days to the next")
        return


@PLANTS.plant("VIS-CP-01", "the child was not seen at a visit, for a reason; it does not count")
def visit_not_seen(life: Life) -> Steps:
    for _, before, one, _ in _triples(life, "child_protection"):
        yield True
        one.update(child_seen="no", child_seen_alone="", not_seen_reason="asleep")
        life.expect("VIS-CP-01", "visits", before, "not_met", "the child was not seen at the next visit")
        life.expect("VIS-SEEN-02", "visits", one, "justified", "child not seen, for a reason")
        return


@PLANTS.plant("VIS-CP-01", "nobody recorded whether the child was seen at a visit")
def visit_doubtful(life: Life) -> Steps:
    for _, before, one, _ in _triples(life, "child_protection"):
        yield True
        one.update(child_seen="", child_seen_alone="")
        life.expect("VIS-CP-01", "visits", before, "cannot_tell", "the next visit may have been one")
        life.expect("VIS-SEEN-02", "visits", one, "cannot_tell", "nobody recorded whether the child was seen")
        return


def _next_visit(number: int, outcome: str, words: str, hours: bool = True) -> None:
    @PLANTS.plant("VIS-CP-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for _, before, one, after in _triples(life, "child_protection"):
            day = working(day_of(before["visited_at"]), number)
            if day < day_of(after["visited_at"]):
                yield True
                one.update(visited_at=at(day, "18:10") if hours else day, recorded_on=day)
                life.expect("VIS-CP-01", "visits", before, outcome, words)
                life.lock(one)
                return


_next_visit(11, "not_met", "the next visit on the eleventh working day")
_next_visit(10, "met", "the next visit on the tenth working day")
_next_visit(10, "met", "the next visit on the tenth working day, the hour not known", hours=False)


def _not_as_asked(rule: str, changes: dict[str, object], outcome: str, words: str) -> None:
    """All visits of more than six weeks were not made alone, or not to the bedroom."""

    @PLANTS.plant(rule, words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            made = _visits(life, plan)
            if life.age(plan["started_on"]) < 0 or len(made) < 8:
                continue
            before, later = made[1], [row for row in made if day_of(row["visited_at"]) > days(day_of(made[1]["visited_at"]), 42)]
            if not later:
                continue
            yield True
            for row in made[2 : len(made) - len(later)]:
                row.update(changes)
                life.lock(row)
            life.expect(rule, "visits", before, outcome, words)
            return


_not_as_asked("VIS-ALONE-03", {"child_seen_alone": "no"}, "not_met", "not seen alone for more than six weeks")
_not_as_asked(
    "VIS-ALONE-03", {"child_seen_alone": "no", "not_alone_reason": "clung to mother"}, "met", "not seen alone, each time for a reason"
)
_not_as_asked("VIS-BED-04", {"bedroom_seen": "no"}, "not_met", "the bedroom was not seen for more than six weeks")
_not_as_asked(
    "VIS-BED-04", {"bedroom_seen": "no", "bedroom_not_seen_reason": "being painted"}, "met", "the bedroom was not seen, for a reason"
)


@PLANTS.plant("VIS-CIN-06", "a visit was left out")
def need_visit_left_out(life: Life) -> Steps:
    for plan, before, one, after in _triples(life, "child_in_need"):
        limit = working(day_of(before["visited_at"]), 20)
        if day_of(after["visited_at"]) > limit and limit <= life.until(plan) and limit < AS_OF:
            yield True
            life.drop("visits", one)
            life.expect("VIS-CIN-06", "visits", before, "not_met", "more than twenty working days to the next")
            return


@PLANTS.plant("VIS-UNSEEN-01", "unseen for twenty working days, no core group either")
def unseen(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = working(AS_OF, -20)
        made, groups = _visits(life, plan), of_plan(life, "core_groups", plan, "held_on")
        before = [row for row in made if days(since, -6) <= day_of(row["visited_at"]) < since]
        kept = [row for row in groups if row["held_on"] < since]
        if not before or not kept or life.age(plan["started_on"]) < 0 or working(plan["started_on"], 40) >= AS_OF:
            continue
        yield True
        life.drop("visits", *[row for row in made if day_of(row["visited_at"]) >= since])
        life.drop("core_groups", *[row for row in groups if row["held_on"] >= since])
        life.expect("VIS-UNSEEN-01", "plans", plan, "not_met", "unseen for twice the interval, no core group either")
        life.expect("VIS-CP-01", "visits", before[-1], "not_met", "no visit since")
        overdue = days(kept[-1]["held_on"], 42) < AS_OF
        life.expect("CG-NEXT-02", "core_groups", kept[-1], "not_met" if overdue else "not_yet_due", "no core group since")
        return
