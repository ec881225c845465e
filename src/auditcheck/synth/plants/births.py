"""Births: expected, late, or of a day that nobody wrote down."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, day_of, days
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps

PLANTS = Plants()

#: Forty weeks.
_PREGNANCY = 280


def _bear(life: Life, day: date, expected: date | None) -> None:
    """The child is born on ``day``: what was recorded before it was of an unborn child."""
    life.born = day
    life.child.update(date_of_birth=day, expected_birth_date=expected, transition_planning_on=None)


def _only_assessed(life: Life) -> tuple[Row, Row] | None:
    """A referral and the one assessment that came of it, of a case that is closed and was nothing more."""
    if life.rows.get("plans") or life.rows.get("care_episodes") or len(life.rows.get("referrals", ())) != 1:
        return None
    referral, found = life.rows["referrals"][0], life.rows["assessments"]
    fits = referral["closed_on"] and len(found) == 1 and found[0]["authorised_on"] and not life.rows.get("section_47_enquiries")
    return (referral, found[0]) if fits and not life.disabled else None


def _assessed_before_birth(late: int, outcome: str, words: str) -> None:
    """The child is born after the case has closed; the assessment was authorised so many days after the birth was expected."""

    @PLANTS.plant("ASM-PREB-17", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if found := _only_assessed(life):
            referral, row = found
            born = days(referral["closed_on"], 3)
            if born > min(AS_OF, days(day_of(referral["received_at"]), _PREGNANCY)):
                return
            yield True
            _bear(life, born, days(row["authorised_on"], -late))
            life.expect("ASM-PREB-17", "referrals", referral, outcome, words)
            life.expect("DQ-REF-27", "referrals", referral, "met", words)
            life.expect("DQ-REF-28", "referrals", referral, "met", words)
            life.lock(row, life.child)


_assessed_before_birth(1, "not_met", "assessed on the day after the birth was expected")
_assessed_before_birth(0, "met", "assessed on the day on which the birth was expected")


def _expected_birth(late: int, outcome: str, words: str) -> None:
    """A birth expected forty weeks after the referral, or a day more."""

    @PLANTS.plant("DQ-REF-27", words, alone=False, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        referrals = life.rows.get("referrals", [])
        if life.born is None and len(referrals) == 1 and life.free(referrals[0]) and life.free(life.child):
            yield True
            life.child["expected_birth_date"] = days(day_of(referrals[0]["received_at"]), _PREGNANCY + late)
            life.lock(life.child)
            life.expect("DQ-REF-27", "referrals", referrals[0], outcome, words)


_expected_birth(1, "not_met", "the birth is expected forty weeks and a day after the referral")
_expected_birth(0, "met", "the birth is expected forty weeks after the referral")


def _turned_away(life: Life) -> Any:
    """A referral that led to nothing, of a child of whom nothing else is recorded."""
    found = life.rows.get("referrals", [])
    return found[0] if len(found) == 1 and found[0]["no_further_action"] == "yes" and found[0]["decided_at"] else None


def _born(late: int, outcome: str, words: str) -> None:
    """A child who was not yet born when the referral came."""

    @PLANTS.plant("DQ-REF-28", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if referral := _turned_away(life):
            born = days(day_of(referral["received_at"]), _PREGNANCY + late)
            if born <= AS_OF and not life.disabled:
                yield True
                _bear(life, born, None)
                life.expect("DQ-REF-28", "referrals", referral, outcome, words)
                life.lock(life.child)


_born(1, "not_met", "born forty weeks and a day after the referral")
_born(0, "met", "born forty weeks after the referral")


@PLANTS.plant("DQ-CHI-13", "neither a date of birth nor an expected one", alone=False)
def no_date_of_birth(life: Life) -> Steps:
    """Of a child of whom no more is recorded than a contact, or a referral that led to nothing: nothing else asks for an age there."""
    tables = {table for table, rows in life.rows.items() if rows}
    if tables <= {"children", "contacts", "referrals"} and life.free(life.child) and not life.disabled:
        yield True
        life.child["date_of_birth"] = None
        life.expect("DQ-CHI-13", "children", life.child, "not_met", "neither a date of birth nor an expected one")


@PLANTS.plant("DQ-CHI-13", "not yet born, the birth is expected", alone=False, trap=True)
def birth_expected(life: Life) -> Steps:
    if life.born is None and life.free(life.child):
        yield True
        life.expect("DQ-CHI-13", "children", life.child, "met", "not yet born, the birth is expected")
