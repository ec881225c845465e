"""How cases are closed."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import day_of, days
from auditcheck.synth.front_door import visit
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    any_between,
)

PLANTS = Plants()


def _plain_case(life: Life) -> Any:
    """A closed case that was an assessment and nothing more, with the one visit before its closing."""
    if life.rows.get("plans") or life.rows.get("care_episodes"):
        return None
    for referral in life.rows.get("referrals", ())[-1:]:
        if (
            referral["closed_on"]
            and referral["no_further_action"] == "no"
            and day_of(referral["received_at"]) < days(referral["closed_on"], -21)
        ):
            seen = life.all("visits", child_seen="yes")
            if len(seen) == 1:
                return referral, seen[0]
    return None


def _seen_before(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CLS-SEEN-09", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if found := _plain_case(life):
            yield True
            referral, seen = found
            day = days(referral["closed_on"], -number)
            life.drop("visits", seen)
            visit(life, day, "child_in_need")
            life.expect("CLS-SEEN-09", "referrals", referral, outcome, words)


_seen_before(21, "not_met", "last seen twenty-one days before the closing")
_seen_before(20, "met", "last seen twenty days before the closing")


def _risk(words: str, high_first: bool) -> None:
    """The latest level before the closing decides: a high one earlier does not."""

    @PLANTS.plant("CLS-PREM-03", words, trap=high_first)
    def steps(life: Life) -> Steps:
        referral = life.rows["referrals"][-1] if life.rows.get("referrals") else None
        if not referral or not referral["closed_on"] or referral["no_further_action"] != "no":
            return
        weighed = [row for row in life.rows.get("risk_assessments", ()) if row["completed_on"]]
        if not weighed or any_between(weighed, "completed_on", days(referral["closed_on"], -9), referral["closed_on"]):
            return
        yield True
        for place, level in enumerate(("high", "medium") if high_first else ("medium", "high")):
            life.add(
                "risk_assessments", plan_id="", kind="general", completed_on=days(referral["closed_on"], place * 4 - 8),
                tool="danger and safety", level=level, analysis="weighed again", panel_considered_on=None,
            )  # fmt: skip
        life.expect("CLS-PREM-03", "referrals", referral, "met" if high_first else "not_met", words)


_risk("the latest risk level before the closing is high", False)
_risk("the risk was high, and lower by the closing", True)


@PLANTS.plant("CLS-CEN-10", "closed with an enquiry that has no outcome day")
def enquiry_left_open(life: Life) -> Steps:
    for row in life.rows.get("section_47_enquiries", ()):
        referral = life.all("referrals", referral_id=row["referral_id"])[0]
        if referral["closed_on"] and row["outcome_recorded_on"]:
            yield True
            row["outcome_recorded_on"] = None
            life.expect("CLS-CEN-10", "referrals", referral, "not_met", "closed with an enquiry that has no outcome day")
            life.lock(row)
            return
