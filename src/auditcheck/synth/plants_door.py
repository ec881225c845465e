"""Breaches and near misses of the front door that move dates: contacts, referrals, assessments, enquiries, closing."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, months, past, working
from auditcheck.synth.front_door import decide, visit
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, any_between, expect_case, open_referral

PLANTS = Plants()


def _lone_contact(life: Life) -> Any:
    """A contact that led to nothing else, long enough ago."""
    if life.rows.get("referrals") or life.rows.get("assessments") or life.rows.get("private_fostering"):
        return None
    found = [row for row in life.rows.get("contacts", ()) if row["decided_at"] and days(day_of(row["received_at"]), 25) < AS_OF]
    return found[0] if found else None


def _turned_away(life: Life) -> Any:
    found = [row for row in life.rows.get("referrals", ()) if row["no_further_action"] == "yes" and row["decided_at"]]
    return found[0] if found and len(life.rows["referrals"]) == 1 else None


def _decided(life: Life, contact: Any, day: date) -> None:
    contact["decided_at"] = at(day, "16:00")


@PLANTS.plant("REF-DRIFT-02", "undecided for eleven days, a manager's entry meanwhile")
def eleven_days(life: Life) -> Steps:
    if contact := _lone_contact(life):
        yield True
        start = day_of(contact["received_at"])
        _decided(life, contact, days(start, 11))
        decide(life, working(start, 2), "threshold", life.team.manager)
        life.expect("REF-DRIFT-02", "contacts", contact, "not_met", "decided on the eleventh day")
        life.expect("REF-OVS-03", "contacts", contact, "met", "a manager's entry meanwhile")


@PLANTS.plant("REF-DRIFT-02", "decided on the tenth day", trap=True)
def ten_days(life: Life) -> Steps:
    if contact := _lone_contact(life):
        yield True
        start = day_of(contact["received_at"])
        _decided(life, contact, days(start, 10))
        decide(life, working(start, 3), "oversight", life.team.manager)
        life.expect("REF-DRIFT-02", "contacts", contact, "met", "decided on the tenth day")
        life.expect("REF-OVS-03", "contacts", contact, "met", "a manager's entry on the third working day")


@PLANTS.plant("REF-DRIFT-02", "about a case that was open", trap=True)
def on_open_case(life: Life) -> Steps:
    if contact := _lone_contact(life):
        yield True
        contact["on_open_case"] = "yes"
        _decided(life, contact, days(day_of(contact["received_at"]), 20))
        life.expect("REF-DRIFT-02", "contacts", contact, "not_applicable", "about a case that was open")
        life.expect("REF-OVS-03", "contacts", contact, "not_applicable", "about a case that was open")


@PLANTS.plant("REF-OVS-03", "undecided for four working days without a manager's entry")
def no_entry(life: Life) -> Steps:
    if contact := _lone_contact(life):
        yield True
        start = day_of(contact["received_at"])
        _decided(life, contact, working(start, 4))
        decide(life, working(start, 3), "oversight", life.worker)
        life.expect("REF-OVS-03", "contacts", contact, "not_met", "the only entry is a social worker's")


#: Received, decided: the second says whether in time. Good Friday was 18 April 2014, Easter Monday the twenty-first.
_DECISIONS = (
    ("the second working day", "2014-05-13T09:00", "2014-05-15T09:00", "not_met"),
    ("the next working day, at its end", "2014-05-13T09:00", "2014-05-14T23:59", "met"),
    ("Tuesday, received before Good Friday", "2014-04-17T16:00", "2014-04-22T17:00", "met"),
    ("Wednesday, received before Good Friday", "2014-04-17T16:00", "2014-04-23T09:00", "not_met"),
    ("Monday, received on Saturday", "2014-05-17T22:00", "2014-05-19T12:00", "met"),
    ("Tuesday, received on Saturday", "2014-05-17T22:00", "2014-05-20T00:01", "not_met"),
    ("the next working day, no hours known", "2014-05-13", "2014-05-14", "met"),
    ("before it was received", "2014-05-13T09:00", "2014-05-12T09:00", "cannot_tell"),
)


def _decision(words: str, received: str, decided: str, outcome: str) -> None:
    @PLANTS.plant("REF-DEC-01", f"decided on {words}", trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if referral := _turned_away(life):
            if life.born and str(life.born) > received[:10]:
                return
            yield True
            contact = life.all("contacts", contact_id=referral["contact_id"])[0]
            contact.update(received_at=received[:10], decided_at=received[:10])
            if contact["incident_at"]:
                contact["incident_at"] = received[:10]
            referral.update(received_at=received, decided_at=decided, feedback_on=day_of(decided))
            life.expect("REF-DEC-01", "referrals", referral, outcome, f"decided on {words}")


for _one in _DECISIONS:
    _decision(*_one)


def _help(life: Life) -> Any:
    if life.rows.get("referrals"):
        return None
    for row in life.rows.get("assessments", ()):
        if row["kind"] == "early_help" and days(row["started_on"], 12) < AS_OF and row["authorised_on"]:
            return row
    return None


def _help_begins(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("REF-EH-07", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if row := _help(life):
            yield True
            contact = life.rows["contacts"][0]
            row["started_on"] = working(day_of(contact["decided_at"]), number)
            life.expect("REF-EH-07", "contacts", contact, outcome, words)


_help_begins(6, "not_met", "early help began on the sixth working day")
_help_begins(5, "met", "early help began on the fifth working day")


@PLANTS.plant("REF-EH-07", "early help was declined, and why", trap=True)
def declined(life: Life) -> Steps:
    if row := _help(life):
        yield True
        life.drop("assessments", row)
        contact = life.rows["contacts"][0]
        contact["early_help_declined_reason"] = "the family did not want it"
        life.expect("REF-EH-07", "contacts", contact, "not_applicable", "early help was declined, and why")


# Assessments


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

    @PLANTS.plant(rule, words, trap=rule == "ASM-IA-01" and number == 10 or number == 35)
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
        again = [row for row in life.all("assessments", referral_id=referral["referral_id"], kind="single")][1:]
        for row in again:
            if row["authorised_on"] and row["outcome"] == "continue the plan" and life.born:
                day = working(row["started_on"], 46)
                if day <= min(AS_OF, life.until(row)):
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
    if len(recent) < len(mine) and recent and day_of(referral["received_at"]) < days(year_ago, -30):
        if all(row["outcome"] == "continue the plan" for row in recent):
            yield True
            life.drop("assessments", *recent)
            expect_case(life, referral, "ASM-UPD-12", "not_met", "no assessment for more than a year")


@PLANTS.plant("ASM-HOME-15", "went home without an assessment in the three months before")
def went_home(life: Life) -> Steps:
    for episode in life.all("care_episodes", end_reason="E4A"):
        recent = [row for row in life.rows["assessments"] if row["authorised_on"] and row["authorised_on"] >= days(episode["ended_on"], -93)]
        if recent and all(row["outcome"] == "return home" for row in recent):
            yield True
            life.drop("assessments", *recent)
            life.expect("ASM-HOME-15", "care_episodes", episode, "not_met", "no assessment in the three months before")


# Enquiries


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
            met.update({name: life.team.senior if value == "senior" else life.team.chair if value == "chair" else value for name, value in changes.items()})
            life.expect("CPC-ICPC-01", "section_47_enquiries", row, outcome, words)
            life.expect("CPC-LATE-02", "section_47_enquiries", row, agreed, words)
            life.lock(met, strategy)
            return


_AGREED = {"late_reason": "mother in hospital", "late_agreed_by": "senior", "late_agreed_by_chair": "chair"}
_conferred(16, "not_met", "not_met", {}, "held on the sixteenth working day, no reason")
_conferred(16, "justified", "not_met", {"late_reason": "mother in hospital"}, "held on the sixteenth working day, a reason that nobody agreed")
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


# Closing


def _plain_case(life: Life) -> Any:
    """A closed case that was an assessment and nothing more, with the one visit before its closing."""
    if life.rows.get("plans") or life.rows.get("care_episodes"):
        return None
    for referral in life.rows.get("referrals", ())[-1:]:
        if referral["closed_on"] and referral["no_further_action"] == "no" and day_of(referral["received_at"]) < days(referral["closed_on"], -21):
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
