"""What goes with a plan: stepping down, risk weighed, advocacy offered."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, day_of, days, months, past, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    any_between,
    plans,
)

PLANTS = Plants()


def _stepped_down(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CLS-STEP-07", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection", still=False):
            for after in plans(life, "child_in_need"):
                day = working(plan["ended_on"], number)
                if plan["ended_on"] <= months(AS_OF, -12):
                    continue  # a census of the year could not show it
                if day > AS_OF or day >= (after["ended_on"] or AS_OF) or (life.until(plan) < AS_OF and day > life.until(after)):
                    continue
                if any_between(life.all("visits", plan_id=after["plan_id"]), "visited_at", after["started_on"], day):
                    continue
                yield True
                after.update(started_on=day, document_on=past(days(day, 3)))
                life.expect("CLS-STEP-07", "plans", plan, outcome, words)
                life.lock(after)
                return


_stepped_down(6, "not_met", "the child in need plan began on the sixth working day")
_stepped_down(5, "met", "the child in need plan began on the fifth working day")


def _profile(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CPP-NEGL-18", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            for row in life.all("risk_assessments", kind="graded_care_profile", plan_id=plan["plan_id"]):
                day = days(plan["started_on"], number)
                if day <= min(AS_OF, life.until(row)) and life.age(plan["started_on"]) >= 0 and not _closing_soon(life, day):
                    yield True
                    row["completed_on"] = day
                    life.expect("CPP-NEGL-18", "plans", plan, outcome, words)
                    life.lock(row)
                    return


def _closing_soon(life: Life, day: date) -> bool:
    return any(row["closed_on"] and row["closed_on"] <= day for row in life.rows["referrals"])


_profile(43, "not_met", "the graded care profile six weeks and a day after the plan began")
_profile(42, "met", "the graded care profile six weeks after the plan began")


@PLANTS.plant("CPP-RISKINF-13", "risk weighed only after the plan was written")
def weighed_after(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        written = plan["document_on"]
        mine = life.all("assessments", outcome="child protection", kind="single")
        if (
            not written
            or len(mine) != 1
            or not mine[0]["authorised_on"]
            or any(row["authorised_on"] and row["authorised_on"] <= written for row in life.rows["assessments"] if row is not mine[0])
        ):
            continue
        day = working(written, 2)
        early = [row for row in life.rows["risk_assessments"] if row["completed_on"] <= written]
        if day > min(AS_OF, life.until(plan)) or len(early) != 1 or early[0]["kind"] != "general":
            continue
        yield True
        mine[0].update(authorised_on=day, decision_explained_on=day)
        early[0]["completed_on"] = day
        life.expect("CPP-RISKINF-13", "plans", plan, "not_met", "risk weighed only after the plan was written")
        life.lock(mine[0], early[0])
        return


@PLANTS.plant("CIN-RISK-05", "risk weighed only after the plan began")
def need_weighed_after(life: Life) -> Steps:
    for plan in plans(life, "child_in_need"):
        referral = life.all("referrals", referral_id=plan["referral_id"])[0]
        mine = life.all("assessments", referral_id=plan["referral_id"], outcome="child in need plan")
        if len(life.rows["referrals"]) > 1 or len(mine) != 1 or list(plans(life, "child_protection")):
            continue
        day = working(plan["started_on"], 2)
        early = [row for row in life.rows["risk_assessments"] if row["completed_on"] <= plan["started_on"]]
        limit = working(day_of(referral["received_at"]), 10 if mine[0]["kind"] == "initial" else 45)
        if day > min(AS_OF, life.until(plan), limit) or len(early) != 1 or not mine[0]["authorised_on"]:
            continue
        yield True
        mine[0].update(authorised_on=day, decision_explained_on=day)
        early[0]["completed_on"] = day
        life.expect("CIN-RISK-05", "plans", plan, "not_met", "risk weighed only after the plan began")
        life.lock(mine[0], early[0])
        return


def _services(number: int, outcome: str, words: str) -> None:
    """The child in need plan so many working days after the assessment that asked for it, which is put that much earlier."""

    @PLANTS.plant("CIN-PLAN-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_in_need"):
            mine = life.all("assessments", referral_id=plan["referral_id"], outcome="child in need plan")
            if not mine or not mine[0]["authorised_on"] or len(life.rows["referrals"]) > 1:
                continue
            day = working(plan["started_on"], -number)
            if day <= mine[0]["started_on"] or plan["started_on"] > life.until(mine[0]):
                continue
            yield True
            mine[0].update(authorised_on=day, decision_explained_on=days(day, 1))
            life.expect("CIN-PLAN-01", "assessments", mine[0], outcome, words)
            life.expect("ASM-PLAN-13", "assessments", mine[0], outcome, words)
            return


_services(11, "not_met", "the plan began on the eleventh working day after the assessment")
_services(10, "met", "the plan began on the tenth working day after the assessment")


@PLANTS.plant("ASM-PLAN-13", "a finished assessment without an outcome", alone=False)
def no_outcome(life: Life) -> Steps:
    for row in life.rows.get("assessments", ()):
        if (
            row["kind"] != "early_help"
            and row["authorised_on"]
            and life.free(row)
            and row["outcome"] in ("no further action", "continue the plan")
        ):
            yield True
            row["outcome"] = ""
            life.expect("ASM-PLAN-13", "assessments", row, "not_met", "no outcome recorded")
            return


def _offered(late: int, outcome: str, words: str) -> None:
    @PLANTS.plant("ADV-CP-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            mine = life.all("advocacy_offers", occasion="conference")
            day = days(months(plan["started_on"], 3), late)
            others = [row for row in life.rows.get("advocacy_offers", ()) if row not in mine]
            if (
                day > min(AS_OF, life.until(plan))
                or len(mine) != 1
                or life.age(plan["started_on"]) < 0
                or any_between(others, "offered_on", date.min, day)
            ):
                continue
            yield True
            mine[0]["offered_on"] = day
            life.expect("ADV-CP-01", "plans", plan, outcome, words)
            return


_offered(1, "not_met", "advocacy offered three months and a day after the plan began")
_offered(0, "met", "advocacy offered three months after the plan began")


def _never_offered(rule: str, table: str, kind: str) -> None:
    @PLANTS.plant(rule, "advocacy was never offered")
    def steps(life: Life) -> Steps:
        owed = [row for row in life.rows.get("plans", ()) if row["kind"] in ("child_protection", "child_in_need")] + life.rows.get(
            "care_episodes", []
        )
        hosts = [row for row in life.rows.get(table, ()) if row.get("kind", kind) == kind]
        if len(owed) == 1 and hosts == owed:
            yield True
            life.drop("advocacy_offers", *life.rows["advocacy_offers"])
            life.expect(rule, table, hosts[0], "not_met", "advocacy was never offered")


_never_offered("ADV-CIN-03", "plans", "child_in_need")
_never_offered("ADV-LAC-02", "care_episodes", "")
