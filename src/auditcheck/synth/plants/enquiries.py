"""Strategy discussions, enquiries and the conferences that they lead to."""

from __future__ import annotations

from auditcheck.synth.almanac import AS_OF, at, day_of, working
from auditcheck.synth.front_door import decide
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
)

PLANTS = Plants()


@PLANTS.plant("S47-ACT-03", "no action has an owner and a day", alone=False)
def no_action(life: Life) -> Steps:
    for row in life.rows.get("strategy_actions", ()):
        strategy = life.all("strategy_discussions", strategy_id=row["strategy_id"])[0]
        if life.free(row) and life.free(strategy):
            yield True
            row["owner"] = ""
            life.expect("S47-ACT-03", "strategy_discussions", strategy, "not_met", "the only action has no owner")
            return


def _step_up(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("S47-STEP-11", words, alone=False, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for strategy in life.rows.get("strategy_discussions", ()):
            day = working(day_of(strategy["held_at"]), -number)
            if day >= day_of(life.rows["referrals"][-1]["received_at"]):
                yield True
                row = decide(life, day, "step_up", life.team.manager)
                life.expect("S47-STEP-11", "management_decisions", row, outcome, words)
                return


_step_up(2, "not_met", "the discussion was held on the second working day")
_step_up(1, "met", "the discussion was held on the next working day")


@PLANTS.plant("S47-CONF-09", "substantiated, no conference, for a manager's reason", trap=True)
def endorsed(life: Life) -> Steps:
    for row in life.all("section_47_enquiries", outcome="not_substantiated"):
        if working(row["started_on"], 15) < min(AS_OF, life.until(row)):
            yield True
            row["outcome"] = "substantiated_no_conference"
            decide(life, working(row["started_on"], 15), "conference", life.team.manager)
            life.expect("S47-CONF-09", "section_47_enquiries", row, "met", "a manager's reason on the fifteenth working day")
            return


def _conferred(number: int, outcome: str, agreed: str, changes: dict[str, object], words: str) -> None:
    """An initial conference so many working days after the strategy discussion, which is put that much earlier."""

    @PLANTS.plant("CPC-ICPC-01", words, trap=outcome in ("met", "justified"))
    def steps(life: Life) -> Steps:
        for row in life.all("section_47_enquiries", outcome="substantiated_conference"):
            met = next(iter(life.all("conferences", enquiry_id=row["enquiry_id"])), None)
            strategy = life.all("strategy_discussions", strategy_id=row["strategy_id"])[0]
            if not met:
                continue
            begun = working(day_of(met["held_at"]), -number)
            if begun < day_of(life.rows["referrals"][-1]["received_at"]) or row["outcome_recorded_on"] > working(begun, 15):
                continue
            yield True
            strategy["held_at"] = at(begun, "10:00")
            row["started_on"] = begun
            if row["child_seen_at"]:
                row["child_seen_at"] = at(begun, "15:00")
            met.update(
                {
                    name: life.team.senior if value == "senior" else life.team.chair if value == "chair" else value
                    for name, value in changes.items()
                }
            )
            life.expect("CPC-ICPC-01", "section_47_enquiries", row, outcome, words)
            life.expect("CPC-LATE-02", "section_47_enquiries", row, agreed, words)
            life.lock(met, strategy)
            return


_AGREED: dict[str, object] = {"late_reason": "mother in hospital", "late_agreed_by": "senior", "late_agreed_by_chair": "chair"}
_conferred(16, "not_met", "not_met", {}, "held on the sixteenth working day, no reason")
_conferred(
    16, "justified", "not_met", {"late_reason": "mother in hospital"}, "held on the sixteenth working day, a reason that nobody agreed"
)
_conferred(16, "justified", "met", _AGREED, "held on the sixteenth working day, with an agreed reason")
_conferred(16, "not_met", "not_met", {"late_reason": "to be confirmed"}, "held on the sixteenth working day, the reason is a placeholder")
_conferred(15, "met", "met", {}, "held on the fifteenth working day")


@PLANTS.plant("CPC-ICPC-01", "no conference was needed", trap=True)
def not_needed(life: Life) -> Steps:
    for row in life.all("section_47_enquiries", outcome="not_substantiated"):
        yield True
        row["conference_required"] = ""
        life.expect("CPC-ICPC-01", "section_47_enquiries", row, "not_applicable", "ended without a need for a conference")
        return
