"""Visits in care, and how care ends."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, at, day_of, days, months
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    any_between,
    episodes,
    in_order,
)

PLANTS = Plants()


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
            if (
                len(near) != 1
                or day >= min(AS_OF, place["ended_on"] or AS_OF, life.until(place))
                or near[0] is _seen(life, date.min, AS_OF)[-1]
            ):
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
