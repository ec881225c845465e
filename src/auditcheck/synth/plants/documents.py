"""Plans: written too late, without actions."""

from __future__ import annotations

from auditcheck.synth.almanac import AS_OF, days, past, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    plans,
)

PLANTS = Plants()


def _written(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CPP-EXIST-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            day = working(plan["started_on"], number)
            if day <= min(AS_OF, life.until(plan)):
                yield True
                plan.update(document_on=day, shared_with_family_on=past(days(day, 2)) or day)
                life.expect("CPP-EXIST-01", "plans", plan, outcome, words)
                return


_written(11, "not_met", "written on the eleventh working day")
_written(10, "met", "written on the tenth working day")


@PLANTS.plant("CPP-EXIST-01", "never written down")
def never_written(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        if working(plan["started_on"], 10) < min(AS_OF, life.until(plan)):
            yield True
            plan.update(
                document_on=None, shared_with_family_on=None, contingency="", needs="", risks="", format="", core_group="", child_views=""
            )
            life.expect("CPP-EXIST-01", "plans", plan, "not_met", "never written down; what it would say is not asked as well")
            life.lock(*life.all("plan_actions", plan_id=plan["plan_id"]))
            return


@PLANTS.plant("CPP-ACT-02", "a plan without actions")
def no_actions(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        if working(plan["started_on"], 10) < min(AS_OF, life.until(plan)) and plan["document_on"]:
            yield True
            life.drop("plan_actions", *life.all("plan_actions", plan_id=plan["plan_id"]))
            life.expect("CPP-ACT-02", "plans", plan, "not_met", "a plan without actions")
            life.expect("CPP-MULTI-17", "plans", plan, "not_met", "no agency owns an action: there is none")
            return


def _alone(rule: str, kind: str, agency: str) -> None:
    @PLANTS.plant(rule, "nobody but one owns an action", alone=False)
    def steps(life: Life) -> Steps:
        for plan in plans(life, kind):
            actions = life.all("plan_actions", plan_id=plan["plan_id"])
            if plan["document_on"] and life.free(plan) and actions and all(life.free(row) for row in actions):
                yield True
                for row in actions:
                    row["owner_agency"] = agency
                life.expect(rule, "plans", plan, "not_met", f"every action is {agency}'s")
                life.lock(*actions)
                return


_alone("CPP-MULTI-17", "child_protection", "social_care")
_alone("CIN-PART-07", "child_in_need", "family")
