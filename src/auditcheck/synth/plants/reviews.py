"""Core groups, and reviews of children in need, in care and leaving it."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, days, months, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    cancel,
    episodes,
    move,
    of_plan,
    plans,
    reports,
)

PLANTS = Plants()


def _first_group(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CG-FIRST-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            groups = of_plan(life, "core_groups", plan, "held_on")
            day = working(plan["started_on"], number)
            if groups and day <= min(AS_OF, life.until(groups[0])):
                yield True
                move(life, "core_groups", groups[0], day)
                life.expect("CG-FIRST-01", "plans", plan, outcome, words)
                life.lock(groups[0])
                return


_first_group(11, "not_met", "the first core group on the eleventh working day")
_first_group(10, "met", "the first core group on the tenth working day")


@PLANTS.plant("CG-NEXT-02", "a core group was left out")
def group_left_out(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        groups = of_plan(life, "core_groups", plan, "held_on")
        for before, gone, after in zip(groups, groups[1:], groups[2:], strict=False):
            if after["held_on"] > days(before["held_on"], 42):
                yield True
                life.drop("core_groups", gone)
                life.expect("CG-NEXT-02", "core_groups", before, "not_met", "more than six weeks to the next")
                return


@PLANTS.plant("CG-NEXT-02", "the next core group six weeks later to the day", trap=True)
def six_weeks(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        groups = of_plan(life, "core_groups", plan, "held_on")
        for before, row, after in zip(groups, groups[1:], groups[2:], strict=False):
            day: date = days(before["held_on"], 42)
            if day < after["held_on"]:
                yield True
                move(life, "core_groups", row, day)
                life.expect("CG-NEXT-02", "core_groups", before, "met", "six weeks to the day")
                life.lock(row)
                return


@PLANTS.plant("CIN-REV-04", "a review was left out")
def need_review_left_out(life: Life) -> Steps:
    for plan in plans(life, "child_in_need"):
        held = of_plan(life, "reviews", plan, "held_on")
        for before, gone, after in zip(held, held[1:], held[2:], strict=False):
            yield True
            cancel(life, "reviews", gone)
            late = after["held_on"] > days(before["held_on"], 182 if life.disabled else 84)
            life.expect("CIN-REV-04", "reviews", before, "not_met" if late else "met", "a review was left out")
            return


def _care_review(rule: str, number: int, late: int, outcome: str, words: str) -> None:
    """The ``number``-th review of a period of care moved to so many days past its limit."""

    @PLANTS.plant(rule, words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            held = sorted(life.all("reviews", care_episode_id=episode["care_episode_id"]), key=lambda row: str(row["held_on"]))
            if len(held) < number:
                continue
            row = held[number - 1]
            before = held[number - 2] if number > 1 else None
            if before is None:
                day = working(episode["started_on"], 20 + late)
            else:
                day = days(months(before["held_on"], 3 if number == 2 else 6), late)
            after = held[number] if len(held) > number else None
            if day > min(AS_OF, life.until(row)) or (after and day >= after["held_on"]):
                continue
            if number == 2 and after is None and rule == "LAC-REV1-06":
                continue
            yield True
            move(life, "reviews", row, day)
            life.expect(rule, "care_episodes" if before is None else "reviews", before or episode, outcome, words)
            life.lock(row)
            return


_care_review("LAC-REV1-06", 1, 1, "not_met", "the first review on the twenty-first working day")
_care_review("LAC-REV1-06", 1, 0, "met", "the first review on the twentieth working day")
_care_review("LAC-REV2-07", 2, 1, "not_met", "the second review three months and a day after the first")
_care_review("LAC-REV2-07", 2, 0, "met", "the second review three months after the first to the day")
_care_review("LAC-REV3-08", 3, 1, "not_met", "the third review six months and a day after the second")
_care_review("LAC-REV3-08", 3, 0, "met", "the third review six months after the second to the day")


@PLANTS.plant("LAC-REV3-08", "a review was cancelled and not held again")
def care_review_cancelled(life: Life) -> Steps:
    for episode in episodes(life):
        held = sorted(life.all("reviews", care_episode_id=episode["care_episode_id"]), key=lambda row: str(row["held_on"]))
        for before, row, after in zip(held[1:], held[2:], held[3:], strict=False):
            if after["held_on"] > months(before["held_on"], 6):
                yield True
                row["cancelled"] = "yes"
                life.expect("LAC-REV3-08", "reviews", before, "not_met", "the review that was due was cancelled")
                life.lock(row, *reports(life, "reviews", row))
                return


@PLANTS.plant("CL-REV-03", "a review of the pathway plan was left out")
def pathway_review_left_out(life: Life) -> Steps:
    held = life.all("reviews", kind="pathway")
    for before, gone, after in zip(held, held[1:], held[2:], strict=False):
        if after["held_on"] > months(before["held_on"], 6) and months(life.born, 21 * 12) > AS_OF:  # type: ignore[arg-type]
            yield True
            cancel(life, "reviews", gone)
            life.expect("CL-REV-03", "reviews", before, "not_met", "more than six months to the next")
            return
