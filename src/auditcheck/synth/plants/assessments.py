"""Assessments: too late by their clock, never looked at again, or just in time."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, day_of, days, months, past, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    expect_case,
    open_referral,
)

PLANTS = Plants()


def _first(life: Life, kind: str) -> Any:
    """The first assessment of the latest referral, of a born child, with what it was for."""
    if life.born is None or not life.rows.get("referrals"):
        return None
    referral = life.rows["referrals"][-1]
    mine = life.all("assessments", referral_id=referral["referral_id"])
    row = next((row for row in mine[: 2 if kind == "core" else 1] if row["kind"] == kind), None)
    return (referral, row) if row and row["authorised_on"] else None


def _authorise(row: Any, day: date) -> None:
    row.update(authorised_on=day, decision_explained_on=past(days(day, 2)) or day)


def _concluded(number: int, reason: str, words: str) -> None:
    """The first assessment of a referral authorised on the so-manieth working day after the referral."""

    @PLANTS.plant("ASM-45-03", words, trap=number <= 45 or bool(reason))
    def steps(life: Life) -> Steps:
        if found := _first(life, "single"):
            referral, row = found
            day = working(day_of(referral["received_at"]), number)
            if day > min(AS_OF, life.until(row)) or row["outcome"] == "child in need plan":
                return
            yield True
            _authorise(row, day)
            row["late_reason"] = reason
            late = number > 45
            life.expect("ASM-45-03", "assessments", row, ("justified" if reason else "not_met") if late else "met", words)
            life.expect("ASM-45R-04", "assessments", row, "not_met" if late and not reason else "met", words)


_concluded(46, "", "authorised on the forty-sixth working day, no reason")
_concluded(46, "father traced only in week eight", "authorised on the forty-sixth working day, with a reason")
_concluded(45, "", "authorised on the forty-fifth working day")


def _edition(kind: str, rule: str, number: int, words: str) -> None:
    """The clocks of the edition of 2010."""

    @PLANTS.plant(rule, words, trap=(rule == "ASM-IA-01" and number == 10) or number == 35)
    def steps(life: Life) -> Steps:
        if found := _first(life, kind):
            referral, row = found
            begun = day_of(referral["received_at"]) if kind == "initial" else row["started_on"]
            day = working(begun, number)
            if begun >= date(2013, 4, 15) or day > min(AS_OF, life.until(row)) or row["outcome"] == "child in need plan":
                return
            yield True
            _authorise(row, day)
            life.expect(rule, "assessments", row, "not_met" if number in (11, 36) else "met", words)


_edition("initial", "ASM-IA-01", 11, "authorised on the eleventh working day")
_edition("initial", "ASM-IA-01", 10, "authorised on the tenth working day")
_edition("core", "ASM-CA-02", 36, "authorised on the thirty-sixth working day")
_edition("core", "ASM-CA-02", 35, "authorised on the thirty-fifth working day")


@PLANTS.plant("ASM-45-03", "a later assessment, late by its own clock")
def late_by_its_own_clock(life: Life) -> Steps:
    for referral in life.rows.get("referrals", ()):
        again = life.all("assessments", referral_id=referral["referral_id"], kind="single")[1:]
        for row in again:
            if row["authorised_on"] and row["outcome"] == "continue the plan" and life.born:
                day = working(row["started_on"], 46)
                into_the_next = any(row["started_on"] < one["started_on"] < day for one in life.rows["assessments"])
                if day <= min(AS_OF, life.until(row)) and not into_the_next:
                    yield True
                    _authorise(row, day)
                    life.expect("ASM-45-03", "assessments", row, "not_met", "forty-sixth working day after its own start")
                    life.expect("ASM-45R-04", "assessments", row, "not_met", "late by its own clock, no reason")
                    return


@PLANTS.plant("ASM-UPD-12", "no assessment for more than a year")
def out_of_date(life: Life) -> Steps:
    referral = open_referral(life)
    if not referral or life.born is None:
        return
    year_ago = months(AS_OF, -12)
    mine = [row for row in life.rows["assessments"] if row["authorised_on"]]
    recent = [row for row in mine if row["authorised_on"] >= year_ago]
    if not recent or len(recent) == len(mine) or day_of(referral["received_at"]) >= days(year_ago, -30):
        return
    if all(row["outcome"] == "continue the plan" for row in recent):
        yield True
        life.drop("assessments", *recent)
        expect_case(life, referral, "ASM-UPD-12", "not_met", "no assessment for more than a year")


@PLANTS.plant("ASM-HOME-15", "went home without an assessment in the three months before")
def went_home(life: Life) -> Steps:
    for episode in life.all("care_episodes", end_reason="E4A"):
        recent = [
            row for row in life.rows["assessments"] if row["authorised_on"] and row["authorised_on"] >= days(episode["ended_on"], -93)
        ]
        year = months(episode["ended_on"], -12)
        kept = [row for row in life.rows["assessments"] if row["authorised_on"] and row["authorised_on"] >= year and row not in recent]
        if kept and recent and all(row["outcome"] == "return home" for row in recent):
            yield True
            life.drop("assessments", *recent)
            life.expect("ASM-HOME-15", "care_episodes", episode, "not_met", "no assessment in the three months before")
