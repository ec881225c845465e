"""Adoption, going missing, leaving care, private fostering."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, day_of, days, months, working
from auditcheck.synth.front_door import visit
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    in_order,
)

PLANTS = Plants()


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
          lambda row: row["matched_on"] and str(row["placement_order_on"]) >= "2013-04-01"
          and {"matched_on": days(months(row["placement_order_on"], 4), 1)})  # fmt: skip
_adopting("LAC-LIFE-32", "the life story book came on the day after placement", "not_met",
          lambda row: row["placed_on"] and {"life_story_book_on": days(row["placed_on"], 1)})  # fmt: skip


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
