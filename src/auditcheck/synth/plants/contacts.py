"""Contacts, referrals and early help: decided, helped, answered too late, or just in time."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, working
from auditcheck.synth.front_door import decide
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
)

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
