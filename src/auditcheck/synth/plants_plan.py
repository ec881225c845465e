"""Breaches and near misses of plans: written, acted on, visited, ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, months, past, working
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, any_between, in_order, of_plan, plans

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
            plan.update(document_on=None, shared_with_family_on=None, contingency="", needs="", risks="", format="", core_group="", child_views="")
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


# Actions


def _watched(life: Life, due: date) -> bool:
    """Whether a manager wrote, or supervision directed, in the fortnight from the day on which an action fell due."""
    last = days(due, 14)
    return any_between(life.rows["management_decisions"], "decided_on", due, last) or any_between(life.rows["supervisions"], "held_on", due, last)


def _done(late: int, words: str) -> None:
    @PLANTS.plant("CPP-DONE-20", words, trap=late == 0)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
                day = days(row["due_on"], late)
                if day > min(AS_OF, life.until(row)) or not _watched(life, row["due_on"]):
                    continue
                yield True
                row["completed_on"] = day
                life.expect("CPP-DONE-20", "plan_actions", row, "not_met" if late else "met", words)
                life.expect("MGT-DIR-03", "plan_actions", row, "met" if late else "not_applicable", words)
                return


_done(1, "done on the day after it was due")
_done(0, "done on the day it was due")


def _let_go(words: str, changes: dict[str, object]) -> None:
    """An action that will not be done, and says why or where it went."""

    @PLANTS.plant("CPP-DONE-20", words, trap=True)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
                yield True
                row.update(completed_on=None, **changes)
                life.expect("CPP-DONE-20", "plan_actions", row, "not_applicable", words)
                life.expect("MGT-DIR-03", "plan_actions", row, "not_applicable", words)
                life.lock(plan)
                return


_let_go("abandoned, and why", {"status": "abandoned", "abandoned_reason": "the family moved in with grandparents"})
_let_go("carried over to another plan", {"status": "open", "carried_over_to": "the child in need plan"})
_let_go("superseded, and why", {"status": "superseded", "abandoned_reason": "replaced by another action"})


def _overdue(alerted: bool) -> None:
    """An action of a plan in force that was never done; the chair challenged it, or did not."""
    words = "never done; the chair raised it" if alerted else "never done; nobody challenged it"

    @PLANTS.plant("CPP-DONE-20", words)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection", still=True):
            if months(plan["started_on"], 2) >= AS_OF or life.rows.get("practice_alerts"):
                continue
            for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
                if not (days(row["due_on"], 14) < AS_OF and _watched(life, row["due_on"])):
                    continue
                yield True
                row.update(status="open", completed_on=None)
                life.expect("CPP-DONE-20", "plan_actions", row, "not_met", words)
                life.expect("MGT-DIR-03", "plan_actions", row, "met", "a manager wrote in the fortnight after")
                if alerted:
                    life.add(
                        "practice_alerts", raised_on=days(AS_OF, -40), raised_by=life.team.chair, kind="concern", about="plan",
                        responded_on=days(AS_OF, -36), resolved_on=days(AS_OF, -30), stage="1",
                    )  # fmt: skip
                life.expect("DRF-CHAIR-05", "plans", plan, "met" if alerted else "not_met", words)
                return


_overdue(True)
_overdue(False)


@PLANTS.plant("CPP-DRIVE-01", "nobody drives the plan: an action overdue, no direction, no decision")
def nobody_drives(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -2)
        if not (months(plan["started_on"], 4) < AS_OF < months(plan["started_on"], 8)) or life.rows.get("practice_alerts"):
            continue
        before = [row for row in in_order(life.rows["management_decisions"], "decided_on") if row["decided_on"] < since]
        if not before or life.rows.get("pre_proceedings"):
            continue
        yield True
        row = life.all("plan_actions", plan_id=plan["plan_id"])[0]
        due = days(since, 10)
        row.update(due_on=due, status="open", completed_on=None)
        life.drop("management_decisions", *[one for one in life.rows["management_decisions"] if one["decided_on"] >= since])
        for one in life.rows["supervisions"]:
            if one["held_on"] >= since:
                one.update(direction="", challenge="")
        life.expect("CPP-DRIVE-01", "plans", plan, "not_met", "an action overdue, no direction, no decision in two months")
        life.expect("DRF-CHAIR-05", "plans", plan, "not_met", "an action overdue, nobody challenged it")
        life.expect("CPP-DONE-20", "plan_actions", row, "not_met", "overdue")
        life.expect("MGT-DIR-03", "plan_actions", row, "not_met", "no direction in the fortnight after it fell due")
        life.expect("MGT-OVS-01", "management_decisions", before[-1], "not_met", "no decision for two months")
        life.lock(*life.rows["supervisions"], *life.rows["management_decisions"])
        return


@PLANTS.plant("MGT-DIR-03", "an action fell overdue and no manager wrote for a fortnight")
def unwatched(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
            for back in range(40):  # a day of which the fortnight after is empty
                due = days(row["due_on"], -back)
                done = days(due, 15)
                if due <= plan["started_on"] or done >= min(AS_OF, life.until(row)) or _watched(life, due):
                    continue
                yield True
                row.update(due_on=due, completed_on=done)
                life.expect("CPP-DONE-20", "plan_actions", row, "not_met", "done fifteen days late")
                life.expect("MGT-DIR-03", "plan_actions", row, "not_met", "not done, and no manager wrote for a fortnight")
                return


def _left_open(words: str, outcome: str, changes: dict[str, object]) -> None:
    @PLANTS.plant("CLS-ACT-02", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in (*plans(life, "child_protection", still=False), *plans(life, "child_in_need", still=False)):
            actions = life.all("plan_actions", plan_id=plan["plan_id"])
            if not actions:
                continue
            yield True
            row = actions[-1]
            row.update(due_on=days(plan["ended_on"], 30), status="open", completed_on=None)
            row.update(changes)
            if changes.get("completed_on") == "end":
                row["completed_on"] = plan["ended_on"]
            life.expect("CLS-ACT-02", "plans", plan, outcome, words)
            first = not life.all("conferences", plan_id=plan["plan_id"], outcome="continue")
            if plan["kind"] == "child_protection":
                life.expect("CLS-FIRST-06", "plans", plan, outcome if first else "met", words)
            referral = life.all("referrals", referral_id=plan["referral_id"])[0]
            if referral["closed_on"]:
                life.expect("CLS-PREM-03", "referrals", referral, outcome, words)
            life.lock(*actions, *life.all("conferences", plan_id=plan["plan_id"]))
            return


_left_open("an action was left open", "not_met", {})
_left_open("an action was done on the day the plan ended", "met", {"status": "completed", "completed_on": "end"})
_left_open("an action was carried over", "met", {"carried_over_to": "early help"})
_left_open("an action was given up, and why", "met", {"status": "abandoned", "abandoned_reason": "no longer needed"})
_left_open("an action was given up without a reason", "not_met", {"status": "abandoned", "abandoned_reason": "n/a"})


# Stepping down, risk, neglect, advocacy


def _stepped_down(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CLS-STEP-07", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection", still=False):
            for after in plans(life, "child_in_need"):
                day = working(plan["ended_on"], number)
                if day > AS_OF or day >= (after["ended_on"] or AS_OF) or life.until(plan) < AS_OF and day > life.until(after):
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
        if not written or len(mine) != 1 or not mine[0]["authorised_on"] or any(row["authorised_on"] and row["authorised_on"] <= written for row in life.rows["assessments"] if row is not mine[0]):
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
        if row["kind"] != "early_help" and row["authorised_on"] and life.free(row) and row["outcome"] in ("no further action", "continue the plan"):
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
            if day > min(AS_OF, life.until(plan)) or len(mine) != 1 or life.age(plan["started_on"]) < 0 or any_between(others, "offered_on", date.min, day):
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
        owed = [row for row in life.rows.get("plans", ()) if row["kind"] in ("child_protection", "child_in_need")] + life.rows.get("care_episodes", [])
        hosts = [row for row in life.rows.get(table, ()) if row.get("kind", kind) == kind]
        if len(owed) == 1 and hosts == owed:
            yield True
            life.drop("advocacy_offers", *life.rows["advocacy_offers"])
            life.expect(rule, table, hosts[0], "not_met", "advocacy was never offered")


_never_offered("ADV-CIN-03", "plans", "child_in_need")
_never_offered("ADV-LAC-02", "care_episodes", "")


# Drift


def _senior(about: str, life: Life, since: date) -> list[Row]:
    return [row for row in life.all("management_decisions", about=about) if row["decided_on"] >= since and row["manager_id"] == life.team.senior]


@PLANTS.plant("DRF-15M-01", "past fifteen months, no senior manager's review in three months")
def drifting(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -3)
        if months(plan["started_on"], 15) >= AS_OF or not _senior("legal", life, since):
            continue
        yield True
        life.drop("management_decisions", *_senior("review", life, since))
        life.expect("DRF-15M-01", "plans", plan, "not_met", "no senior manager's review in three months")
        life.expect("MGT-SEN-04", "plans", plan, "met", "a senior manager took legal advice in that time")
        life.expect("DRF-COMP-01", "plans", plan, "met", "reviews and actions are in time")
        life.lock(*life.rows["management_decisions"])
        return


@PLANTS.plant("DRF-15M-01", "past fifteen months, reviewed three months ago to the day", trap=True)
def reviewed_just_in_time(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -3)
        if months(plan["started_on"], 15) >= AS_OF or not _senior("review", life, since):
            continue
        yield True
        life.drop("management_decisions", *_senior("review", life, since)[1:])
        _senior("review", life, since)[0]["decided_on"] = since
        life.expect("DRF-15M-01", "plans", plan, "met", "reviewed three months ago to the day")
        life.lock(*life.rows["management_decisions"])
        return


@PLANTS.plant("DRF-COMP-01", "drift and delay: no senior review, and a review conference was late")
def drift_and_delay(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -3)
        held = of_plan(life, "conferences", plan, "held_at", kind="review")
        if months(plan["started_on"], 15) >= AS_OF or len(held) < 3:
            continue
        day = days(months(day_of(held[0]["held_at"]), 6), 3)
        if day >= day_of(held[2]["held_at"]):
            continue
        yield True
        from auditcheck.synth.tools import move

        move(life, "conferences", held[1], day)
        life.drop("management_decisions", *_senior("review", life, since), *_senior("legal", life, since))
        for rule in ("DRF-15M-01", "MGT-SEN-04", "DRF-COMP-01"):
            life.expect(rule, "plans", plan, "not_met", "past fifteen months, no senior manager's entry, a review late")
        life.expect("CPC-RCPC2-12", "conferences", held[0], "not_met", "the next review three days late")
        life.lock(held[1], *life.rows["management_decisions"])
        return


@PLANTS.plant("DRF-LEGAL-04", "past nine months without legal advice")
def no_advice(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        if months(plan["started_on"], 9) < AS_OF and not life.rows.get("pre_proceedings"):
            yield True
            life.drop("management_decisions", *life.all("management_decisions", about="legal"))
            life.expect("DRF-LEGAL-04", "plans", plan, "not_met", "past nine months without legal advice")
            life.lock(*life.rows["management_decisions"])
            return


# Visits


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
_not_as_asked("VIS-ALONE-03", {"child_seen_alone": "no", "not_alone_reason": "clung to mother"}, "met", "not seen alone, each time for a reason")
_not_as_asked("VIS-BED-04", {"bedroom_seen": "no"}, "not_met", "the bedroom was not seen for more than six weeks")
_not_as_asked("VIS-BED-04", {"bedroom_seen": "no", "bedroom_not_seen_reason": "being painted"}, "met", "the bedroom was not seen, for a reason")


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
