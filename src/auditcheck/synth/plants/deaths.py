"""A child who died, and a plan that begins or goes on after that."""

from __future__ import annotations

from auditcheck.synth.almanac import AS_OF, days
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps

PLANTS = Plants()


def _died(rule: str, field: str, after: int, outcome: str, words: str) -> None:
    """The child of the one plan of a case, which was closed for that reason, died so many days after the day of ``field``."""

    @PLANTS.plant(rule, words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        plans = life.rows.get("plans", [])
        if len(plans) != 1 or plans[0]["kind"] != "child_in_need" or life.rows.get("care_episodes"):
            return
        plan, referral = plans[0], life.rows["referrals"][-1]
        day = days(plan[field], after) if plan[field] else None
        if day and referral["closed_on"] and day <= AS_OF:
            yield True
            life.child["died_on"] = day
            referral["closure_reason"] = "died"
            for offer in life.rows["advocacy_offers"]:
                offer["offered_on"] = min(offer["offered_on"], day)
            life.expect(rule, "plans", plan, outcome, words)
            if rule == "DQ-DTH-19" and outcome == "met":
                life.expect("DQ-DTH-44", "plans", plan, "not_met", "the plan went on after the child had died")
            life.lock(*(row for rows in life.rows.values() for row in rows))


_died("DQ-DTH-19", "started_on", -1, "not_met", "died on the day before the plan began")
_died("DQ-DTH-19", "started_on", 0, "met", "died on the day the plan began")
_died("DQ-DTH-44", "ended_on", -1, "not_met", "died on the day before the plan ended")
_died("DQ-DTH-44", "ended_on", 0, "met", "died on the day the plan ended")
