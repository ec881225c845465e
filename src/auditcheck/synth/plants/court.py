"""Pre-proceedings that nobody follows."""

from __future__ import annotations

from auditcheck.synth.almanac import AS_OF, days, months
from auditcheck.synth.front_door import decide
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, plans

PLANTS = Plants()


def _followed(back: int, about: str, outcome: str, words: str) -> None:
    """Proceedings that are still open; the last entry about them so many days ago. What was written since is about something else."""

    @PLANTS.plant("PLO-TRACK-03", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        young = [plan for plan in plans(life, "child_protection", still=True) if months(plan["started_on"], 15) > AS_OF]
        for row in life.rows.get("pre_proceedings", ()) if young else ():
            if row["decided_on"] >= days(AS_OF, -50):
                continue
            yield True
            row.update(outcome="", outcome_on=None, issued_in_court_on=None, court_concluded_on=None)
            for entry in life.rows["management_decisions"]:
                if entry["decided_on"] >= days(AS_OF, -42) and entry["about"] in ("legal", "review"):
                    entry["about"] = "placement"
            decide(life, days(AS_OF, -back), about, life.team.senior)
            life.expect("PLO-TRACK-03", "pre_proceedings", row, outcome, words)
            life.lock(*life.rows["management_decisions"])
            return


_followed(43, "legal", "not_met", "open, and last reviewed six weeks and a day ago")
_followed(42, "legal", "met", "open, and last reviewed six weeks ago")
_followed(42, "review", "met", "open, and a review of six weeks ago stands for it")
_followed(20, "placement", "not_met", "open, and a manager wrote of the placement alone")
