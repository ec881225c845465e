"""Records more than the life has, which are wrong as data: scores of an age at which none is made, reviews without a day."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, days, months
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, episodes

PLANTS = Plants()


def _score(life: Life, day: date, episode: str) -> Row:
    return life.add("health_assessments", kind="sdq", due_on=day, completed_on=day, score="14", care_episode_id=episode, not_done_reason="")


def _fourth_birthday(late: int, outcome: str, words: str) -> None:
    @PLANTS.plant("DQ-SDQ-30", words, alone=False, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            day = days(months(life.born, 48), late) if life.born else AS_OF
            if life.born and episode["started_on"] < day <= (episode["ended_on"] or AS_OF):
                yield True
                life.expect("DQ-SDQ-30", "health_assessments", _score(life, day, episode["care_episode_id"]), outcome, words)
                return


_fourth_birthday(-1, "not_met", "a score on the day before the fourth birthday")
_fourth_birthday(0, "met", "a score on the fourth birthday")


def _seventeenth_birthday(late: int, outcome: str, words: str) -> None:
    """Of a care leaver, whose time in care is over."""

    @PLANTS.plant("DQ-SDQ-31", words, alone=False, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if life.rows.get("care_leavers") and life.born:
            yield True
            day = days(months(life.born, 17 * 12), late)
            life.expect("DQ-SDQ-31", "health_assessments", _score(life, day, ""), outcome, words)


_seventeenth_birthday(0, "not_met", "a score on the seventeenth birthday")
_seventeenth_birthday(-1, "met", "a score on the day before the seventeenth birthday")


def _dayless(participation: str, outcome: str, words: str) -> None:
    @PLANTS.plant("DQ-REV-43", words, alone=False, trap=outcome != "not_met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            yield True
            row = life.add(
                "reviews", kind="looked_after", plan_id="", care_episode_id=episode["care_episode_id"], held_on=None,
                due_on=days(episode["started_on"], 15), chair_id=life.team.reviewing_officer, child_participation=participation,
                cancelled="no", late_reason="", brought_forward_because="",
            )  # fmt: skip
            life.expect("DQ-REV-43", "reviews", row, outcome, words)
            return


_dayless("attended", "not_met", "the child took part in a review that has no day")
_dayless("", "not_applicable", "a review that was planned")
