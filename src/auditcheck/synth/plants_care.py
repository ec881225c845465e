"""Breaches and near misses of care: plans, placements, visits, health, school, permanence, missing, leaving."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, months, working
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import visit
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, any_between, episodes, in_order

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
            if rows and life.age(episode["started_on"]) >= 3 and day <= min(AS_OF, life.until(episode), episode["ended_on"] or AS_OF) and (len(rows) < 2 or day < rows[1]["started_on"]):
                yield True
                rows[0].update(started_on=day)
                life.expect("LAC-PEP-21", "care_episodes", episode, outcome, words)
                return


_first_education(21, "not_met", "the first education plan on the twenty-first working day")
_first_education(20, "met", "the first education plan on the twentieth working day")


def _lapsed(rule: str, table: str, field: str, kinds: tuple[str, ...], since: date, past: int, words: str, outcome: str = "not_met") -> None:
    """The recent ones taken out, in a period of care that is open and older than ``past`` months."""

    @PLANTS.plant(rule, words)
    def steps(life: Life) -> Steps:
        for episode in episodes(life, still=True):
            mine = [row for row in life.rows.get(table, ()) if row.get("kind", "") in kinds]
            recent = [row for row in mine if row[field] >= since]
            if months(episode["started_on"], past) >= AS_OF or not recent or len(recent) == len(mine) and rule == "LAC-PEPR-22":
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
_lapsed("LAC-SDQ-20", "health_assessments", "completed_on", ("sdq",), months(AS_OF, -12), 12, "no strengths and difficulties score for more than a year")
_lapsed("LAC-RHA-17", "health_assessments", "completed_on", ("initial", "review"), months(AS_OF, -12), 12, "no health assessment for more than a year")
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
    referral = life.rows.get("referrals", [{}])[-1]
    if not (life.disabled and life.born and life.free(life.child) and referral and life.child["transition_planning_on"]):
        return
    opened, fourteen = day_of(referral["received_at"]), months(life.born, 168)
    if len(life.rows["referrals"]) == 1 and referral["no_further_action"] == "no" and opened < fourteen < min(AS_OF, referral["closed_on"] or AS_OF):  # type: ignore[type-var]
        yield True
        life.child["transition_planning_on"] = days(fourteen, 1)
        life.lock(life.child)
        life.expect("CL-TRAN-15", "cases", referral, "not_met", "planned a day after the fourteenth birthday", record_id=f"cases:{life.child_id}:{opened}")


# Visits


def _seen(life: Life, first: date, last: date) -> list[Row]:
    """Visits to a child in care on those days."""
    return [row for row in in_order(life.all("visits", kind="looked_after"), "visited_at") if first <= day_of(row["visited_at"]) <= last]


def _placements(life: Life) -> list[Row]:
    if any(row["legal_status"] in ("V3", "V4") for row in life.rows.get("care_episodes", ())):
        return []
    return life.rows.get("placements", [])


def _first_visit(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("LAC-VIS1-11", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for place in _placements(life):
            day = days(place["started_on"], number)
            near = _seen(life, place["started_on"], days(day, 1))
            if len(near) != 1 or day >= min(AS_OF, place["ended_on"] or AS_OF, life.until(place)) or near[0] is _seen(life, date.min, AS_OF)[-1]:
                continue
            if any_between(life.rows["placements"], "ended_on", day_of(near[0]["visited_at"]), day):
                continue
            yield True
            near[0].update(visited_at=at(day, "15:30"), recorded_on=day)
            life.expect("LAC-VIS1-11", "placements", place, outcome, words)
            life.lock(near[0])
            return


_first_visit(8, "not_met", "the first visit on the eighth day of the placement")
_first_visit(7, "met", "the first visit on the seventh day of the placement")


@PLANTS.plant("LAC-VIS6-12", "a visit was left out")
def care_visit_left_out(life: Life) -> Steps:
    for place in _placements(life):
        made = _seen(life, days(place["started_on"], 8), days(place["ended_on"] or AS_OF, -1))
        for before, gone, after in zip(made, made[1:], made[2:], strict=False):
            gap = (day_of(after["visited_at"]) - day_of(before["visited_at"])).days
            if gap <= 42:
                continue
            yield True
            life.drop("visits", gone)
            if place["intended_to_18"] == "yes":
                life.expect("LAC-VIS3M-13", "visits", before, "met", "less than three months, in a placement meant to last")
            else:
                life.expect("LAC-VIS6-12", "visits", before, "not_met", "more than six weeks to the next")
                if place["kind"] == "with_parents" or (place["temporarily_approved_on"] and not place["fully_approved_on"]):
                    life.expect("LAC-VISW-14", "visits", before, "not_met", "more than four weeks to the next")
            return


@PLANTS.plant("LAC-VIS3M-13", "two visits and more were left out in a placement meant to last")
def lasting_placement(life: Life) -> Steps:
    for place in _placements(life):
        if place["intended_to_18"] != "yes":
            continue
        made = _seen(life, days(place["started_on"], 8), days(place["ended_on"] or AS_OF, -1))
        for start, before in enumerate(made):
            late = [row for row in made[start + 1 :] if day_of(row["visited_at"]) > months(day_of(before["visited_at"]), 3)]
            if late:
                yield True
                life.drop("visits", *made[start + 1 : len(made) - len(late)])
                life.expect("LAC-VIS3M-13", "visits", before, "not_met", "more than three months to the next")
                return


@PLANTS.plant("LAC-VISW-14", "a visit was left out, at home under an interim order")
def at_home(life: Life) -> Steps:
    for place in _placements(life):
        if place["kind"] != "with_parents":
            continue
        made = _seen(life, days(place["started_on"], 8), days(place["ended_on"] or AS_OF, -1))
        for before, one, after in zip(made, made[1:], made[2:], strict=False):
            day = days(day_of(before["visited_at"]), 29)
            if day < day_of(after["visited_at"]):
                yield True
                one.update(visited_at=at(day, "15:30"), recorded_on=day)
                life.expect("LAC-VISW-14", "visits", before, "not_met", "29 days to the next")
                life.lock(one)
                return


def _stay(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("LAC-SHORT-30", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for place in life.rows.get("placements", ()):
            if place not in _placements(life) and days(place["started_on"], number) <= AS_OF:
                yield True
                place["ended_on"] = days(place["started_on"], number)
                life.expect("LAC-SHORT-30", "placements", place, outcome, words)
                return


_stay(18, "not_met", "a short break of eighteen days")
_stay(17, "met", "a short break of seventeen days")


@PLANTS.plant("LAC-CEASE-29", "care ended without a review or an assessment in the month before")
def ended_unprepared(life: Life) -> Steps:
    for episode in episodes(life, still=False):
        mine = life.all("risk_assessments", kind="return_home")
        month = days(episode["ended_on"], -28)
        if mine and not any_between(life.all("reviews", kind="looked_after"), "held_on", month, episode["ended_on"]):
            yield True
            life.drop("risk_assessments", *mine)
            life.expect("LAC-CEASE-29", "care_episodes", episode, "not_met", "no review, no assessment in the month before")
            return


@PLANTS.plant("PRM-2REV-01", "the plan for permanence came after the second review")
def late_permanence(life: Life) -> Steps:
    for episode in episodes(life):
        held = sorted(life.all("reviews", care_episode_id=episode["care_episode_id"]), key=lambda row: str(row["held_on"]))
        plan = life.all("plans", kind="permanence")
        if len(held) > 1 and len(plan) == 1 and days(held[1]["held_on"], 1) < min(AS_OF, episode["ended_on"] or AS_OF):
            yield True
            plan[0].update(started_on=days(held[1]["held_on"], 1), document_on=days(held[1]["held_on"], 1))
            life.expect("PRM-2REV-01", "reviews", held[1], "not_met", "the plan came on the day after the second review")
            life.lock(plan[0])
            return


# Adoption


def _adopting(rule: str, words: str, outcome: str, change: Any) -> None:
    @PLANTS.plant(rule, words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.rows.get("adoptions", ()):
            new = change(row)
            if new and all(value <= AS_OF for value in new.values()):
                yield True
                row.update(new)
                life.expect(rule, "adoptions", row, outcome, words)
                return


_adopting("ADO-ADM-07", "decided on the eighth working day after the panel", "not_met",
          lambda row: row["panel_on"] and {"decided_on": working(row["panel_on"], 8)})  # fmt: skip
_adopting("ADO-ADM-07", "decided on the seventh working day after the panel", "met",
          lambda row: row["panel_on"] and {"decided_on": working(row["panel_on"], 7)})  # fmt: skip
_adopting("ADO-CPR-06", "the permanence report is older than six months", "not_met",
          lambda row: not row["placed_on"] and {"permanence_report_updated_on": days(months(AS_OF, -6), -1)})  # fmt: skip
_adopting("ADO-A1-03", "placed fourteen months and a day after entering care", "not_met",
          lambda row: row["placed_on"] and {"placed_on": days(months(row["entered_care_on"], 14), 1)}
          if str(row["entered_care_on"]) >= "2013-04-01" else None)  # fmt: skip
_adopting("ADO-A2-04", "matched four months and a day after the placement order", "not_met",
          lambda row: row["matched_on"] and str(row["placement_order_on"]) >= "2013-04-01" and not row["placed_on"]
          and {"matched_on": days(months(row["placement_order_on"], 4), 1)})  # fmt: skip
_adopting("LAC-LIFE-32", "the life story book came on the day after placement", "not_met",
          lambda row: row["placed_on"] and {"life_story_book_on": days(row["placed_on"], 1)})  # fmt: skip


# Missing


def _alone_missing(life: Life) -> Any:
    for row in life.rows.get("missing_episodes", ()):
        if day_of(row["interviewed_at"]) < days(AS_OF, -12):
            return row
    return None


def _sent(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("MIS-SHARE-05", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if row := _alone_missing(life):
            yield True
            row["sent_to_worker_on"] = working(day_of(row["interviewed_at"]), number)
            life.expect("MIS-SHARE-05", "missing_episodes", row, outcome, words)


_sent(4, "not_met", "sent on the fourth working day")
_sent(3, "met", "sent on the third working day")


def _screened(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CSE-TOOL-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        row = _alone_missing(life)
        mine = life.all("risk_assessments", kind="exploitation")
        if row and len(life.rows["missing_episodes"]) == 1 and len(mine) == 1:
            day = working(day_of(row["returned_at"]), number)
            if day <= life.until(row) and not _closes_by(life, day):
                yield True
                mine[0]["completed_on"] = day
                life.expect("CSE-TOOL-01", "missing_episodes", row, outcome, words)
                life.lock(mine[0])


def _closes_by(life: Life, day: date) -> bool:
    return any(row["closed_on"] and row["closed_on"] <= day for row in life.rows["referrals"])


_screened(6, "not_met", "screened on the sixth working day after the return")
_screened(5, "met", "screened on the fifth working day after the return")


@PLANTS.plant("CSE-PLAN-02", "at high risk of exploitation, without a plan or the panel")
def at_high_risk(life: Life) -> Steps:
    for row in life.all("risk_assessments", kind="exploitation"):
        last = max(one["completed_on"] for one in life.rows["risk_assessments"])
        if life.rows.get("advocacy_offers") and row["completed_on"] < last:
            yield True
            row["level"] = "high"
            life.expect("CSE-PLAN-02", "risk_assessments", row, "not_met", "no plan, not considered by the panel")
            life.expect("ADV-CSE-04", "risk_assessments", row, "met", "advocacy was offered")
            return


# Leaving care, private fostering


@PLANTS.plant("CL-PP-02", "the pathway plan was never written")
def no_pathway(life: Life) -> Steps:
    for plan in life.all("plans", kind="pathway"):
        if months(life.born, 21 * 12) > AS_OF:  # type: ignore[arg-type]
            yield True
            plan.update(document_on=None)
            life.expect("CL-PP-02", "care_leavers", life.rows["care_leavers"][0], "not_met", "the pathway plan was never written")
            life.lock(plan)
            return


@PLANTS.plant("CL-MGR-05", "no manager's entry for more than six months")
def leaver_unwatched(life: Life) -> Steps:
    for row in life.rows.get("care_leavers", ()):
        since = months(AS_OF, -6)
        if row["became_on"] < since and months(life.born, 21 * 12) > AS_OF:  # type: ignore[arg-type]
            yield True
            made = life.rows.get("management_decisions", [])
            life.drop("management_decisions", *[one for one in made if one["decided_on"] >= since]) if made else None
            life.expect("CL-MGR-05", "care_leavers", row, "not_met", "no manager's entry for more than six months")
            return


@PLANTS.plant("CL-HOME-10", "homeless, and no senior manager wrote")
def homeless(life: Life) -> Steps:
    for row in life.rows.get("care_leavers", ()):
        yield True
        row.update(accommodation="homeless", accommodation_plan="a flat from August")
        life.expect("CL-ACC-08", "care_leavers", row, "justified", "homeless, and what is being done")
        life.expect("CL-HOME-10", "care_leavers", row, "not_met", "no senior manager wrote in the last month")
        return


@PLANTS.plant("CL-RISK-09", "the risk of the foyer was weighed after the move")
def foyer(life: Life) -> Steps:
    for row in life.all("care_leavers", accommodation="foyer"):
        if days(row["accommodation_started_on"], 1) <= AS_OF:
            yield True
            life.all("risk_assessments", kind="placement_setting")[0]["completed_on"] = days(row["accommodation_started_on"], 1)
            life.expect("CL-RISK-09", "care_leavers", row, "not_met", "weighed on the day after the move")
            return


@PLANTS.plant("CL-PAVIS-07", "the adviser's first visit on the eighth day")
def adviser_late(life: Life) -> Steps:
    for row in life.all("care_leavers", accommodation_provided="yes"):
        made = in_order(life.all("visits", kind="care_leaver"), "visited_at")
        if len(made) > 1:
            yield True
            life.drop("visits", made[0])
            visit(life, days(row["accommodation_started_on"], 8), "care_leaver")
            life.expect("CL-PAVIS-07", "care_leavers", row, "not_met", "the first visit on the eighth day")
            return


@PLANTS.plant("PF-VISIT-02", "the second visit was left out")
def fostering_visit_left_out(life: Life) -> Steps:
    for row in life.rows.get("private_fostering", ()):
        made = in_order(life.all("visits", arrangement_id=row["arrangement_id"]), "visited_at")
        if len(made) > 2:
            yield True
            life.drop("visits", made[1])
            life.expect("PF-VISIT-02", "visits", made[0], "not_met", "more than six weeks to the next")
            return


@PLANTS.plant("PF-VISIT-03", "visits were more than twelve weeks apart")
def fostering_visits_far_apart(life: Life) -> Steps:
    for row in life.rows.get("private_fostering", ()):
        made = in_order(life.all("visits", arrangement_id=row["arrangement_id"]), "visited_at")
        late = [one for one in made[3:] if day_of(one["visited_at"]) > days(day_of(made[1]["visited_at"]), 84)] if len(made) > 4 else []
        if late:
            yield True
            life.drop("visits", *made[2 : len(made) - len(late)])
            life.expect("PF-VISIT-03", "visits", made[1], "not_met", "more than twelve weeks to the next")
            return
