"""Care: plans, health, school, permanence, and what is recorded of the child."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, day_of, days, months, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    episodes,
    in_order,
)

PLANTS = Plants()


def _care_plan(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("LAC-CP-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            plan = life.all("plans", kind="care", care_episode_id=episode["care_episode_id"])[0]
            day = working(episode["started_on"], number)
            if day <= min(AS_OF, life.until(plan)):
                yield True
                plan.update(document_on=day, sections="permanence;health;education;contact;placement")
                life.expect("LAC-CP-01", "care_episodes", episode, outcome, words)
                life.lock(plan)
                return


_care_plan(11, "not_met", "the care plan on the eleventh working day")
_care_plan(10, "met", "the care plan on the tenth working day")


def _first_health(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("LAC-IHA-16", words, alone=False, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            rows = life.all("health_assessments", kind="initial")
            day = working(episode["started_on"], number)
            if rows and day <= min(AS_OF, life.until(rows[0])) and life.free(episode) and life.free(rows[0]):
                yield True
                rows[0].update(completed_on=day)
                life.expect("LAC-IHA-16", "care_episodes", episode, outcome, words)
                life.lock(rows[0])
                return


_first_health(21, "not_met", "the first health assessment on the twenty-first working day")
_first_health(20, "met", "the first health assessment on the twentieth working day")


def _first_education(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("LAC-PEP-21", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            rows = in_order(life.rows.get("education_plans", []), "started_on")
            day = working(episode["started_on"], number)
            if (
                rows
                and life.age(episode["started_on"]) >= 3
                and day <= min(AS_OF, life.until(episode), episode["ended_on"] or AS_OF)
                and (len(rows) < 2 or day < rows[1]["started_on"])
            ):
                yield True
                rows[0].update(started_on=day)
                life.expect("LAC-PEP-21", "care_episodes", episode, outcome, words)
                return


_first_education(21, "not_met", "the first education plan on the twenty-first working day")
_first_education(20, "met", "the first education plan on the twentieth working day")


def _lapsed(
    rule: str, table: str, field: str, kinds: tuple[str, ...], since: date, past: int, words: str, outcome: str = "not_met"
) -> None:
    """The recent ones taken out, in a period of care that is open and older than ``past`` months."""

    @PLANTS.plant(rule, words)
    def steps(life: Life) -> Steps:
        for episode in episodes(life, still=True):
            mine = [row for row in life.rows.get(table, ()) if row.get("kind", "") in kinds]
            recent = [row for row in mine if row[field] >= since]
            if months(episode["started_on"], past) >= AS_OF or not recent or (len(recent) == len(mine) and rule == "LAC-PEPR-22"):
                continue
            age = life.age(AS_OF)
            if (rule == "LAC-SDQ-20" and not 4 <= age < 17) or (rule == "LAC-PEPR-22" and age < 3):
                continue
            if any(row["kind"] == "initial" and row in recent for row in mine if "kind" in row):
                continue
            yield True
            life.drop(table, *recent)
            life.expect(rule, "care_episodes", episode, outcome, words)
            return


_lapsed("LAC-DENT-18", "health_assessments", "completed_on", ("dental",), months(AS_OF, -12), 12, "no dental check for more than a year")
_lapsed(
    "LAC-SDQ-20",
    "health_assessments",
    "completed_on",
    ("sdq",),
    months(AS_OF, -12),
    12,
    "no strengths and difficulties score for more than a year",
)
_lapsed(
    "LAC-RHA-17",
    "health_assessments",
    "completed_on",
    ("initial", "review"),
    months(AS_OF, -12),
    12,
    "no health assessment for more than a year",
)
_lapsed("LAC-PEPR-22", "education_plans", "started_on", ("",), months(AS_OF, -4), 4, "no education plan for more than a term")


@PLANTS.plant("LAC-RHA-17", "under five, and no health assessment for more than half a year")
def small_child_unchecked(life: Life) -> Steps:
    for episode in episodes(life, still=True):
        mine = life.all("health_assessments", kind="initial") + life.all("health_assessments", kind="review")
        since = months(AS_OF, -6)
        recent = [row for row in mine if row["completed_on"] >= since]
        if life.age(AS_OF) < 5 and months(episode["started_on"], 6) < AS_OF and recent and len(recent) < len(mine):
            yield True
            life.drop("health_assessments", *recent)
            life.expect("LAC-RHA-17", "care_episodes", episode, "not_met", "under five, none for more than half a year")
            return


def _immunised(outcome: str, words: str, changes: dict[str, object]) -> None:
    @PLANTS.plant("LAC-IMM-19", words, alone=False, trap=outcome == "justified")
    def steps(life: Life) -> Steps:
        for episode in episodes(life, still=True):
            if life.free(life.child) and life.free(episode):
                yield True
                life.child.update(changes)
                life.lock(life.child)
                life.expect("LAC-IMM-19", "care_episodes", episode, outcome, words)
                return


_immunised("not_met", "immunisations not up to date, no reason", {"immunisations_up_to_date": "no"})
_immunised("justified", "immunisations not up to date, and why", {"immunisations_up_to_date": "no", "immunisations_reason": "allergy"})
_immunised("cannot_tell", "nobody recorded whether immunisations are up to date", {"immunisations_up_to_date": ""})


@PLANTS.plant("DIS-CODE-01", "nobody recorded whether the child is disabled", alone=False)
def disability_unknown(life: Life) -> Steps:
    if life.free(life.child) and not life.disabled and life.born and not life.all("plans", kind="child_in_need"):
        yield True
        life.child["disabled"] = ""
        life.expect("DIS-CODE-01", "children", life.child, "not_met", "nobody recorded whether the child is disabled")


@PLANTS.plant("CL-TRAN-15", "disabled, and the move to adult services not planned by fourteen", alone=False)
def no_transition(life: Life) -> Steps:
    referral = (life.rows["referrals"] or [{}])[-1]
    if not (life.disabled and life.born and life.free(life.child) and referral and life.child["transition_planning_on"]):
        return
    opened, fourteen = day_of(referral["received_at"]), months(life.born, 168)
    if (
        len(life.rows["referrals"]) == 1
        and referral["no_further_action"] == "no"
        and opened < fourteen < min(AS_OF, referral["closed_on"] or AS_OF)
    ):
        yield True
        life.child["transition_planning_on"] = days(fourteen, 1)
        life.lock(life.child)
        life.expect(
            "CL-TRAN-15",
            "cases",
            referral,
            "not_met",
            "planned a day after the fourteenth birthday",
            record_id=f"cases:{life.child_id}:{opened}",
        )
