"""The same lives as a children in need census (XML): what the census carries of them, child by child, and the keys that it lacks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

from auditcheck.synth.almanac import AS_OF, day_of
from auditcheck.synth.authority import Row
from auditcheck.synth.keys import natural
from auditcheck.synth.life import Life

#: The first day of the census year.
YEAR = date(AS_OF.year - 1, 4, 1)
_SOURCES = {"school": "2A", "police": "6", "health": "3A", "individual": "1A", "housing": "4", "local authority services": "5A"}
_ABUSE = {"neglect": "NEG", "physical": "PHY", "sexual": "SAB", "emotional": "EMO", "multiple": "MUL"}
_KINDS = {"assessments": "single", "conferences": "initial"}


class Census:
    """Writes the return. A child is in it whose episode was open in the year; an episode is given whole."""

    def __init__(self, place: Path) -> None:
        self.export = place / "cin-census.xml"
        self._file: TextIO = self.export.open("w", encoding="utf-8", newline="\n")
        self._file.write(
            '<?xml version="1.0" encoding="utf-8"?>\n<Message>\n<Header><CollectionDetails><Collection>CIN</Collection>'
            f"<Year>{AS_OF.year}</Year><ReferenceDate>{AS_OF}</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel>"
            "<LEA>000</LEA><SoftwareCode>auditcheck synth</SoftwareCode></Source></Header>\n<Children>\n"
        )

    def add(self, life: Life) -> None:
        inside = [row for row in life.rows["referrals"] if _in_year(row)]
        if inside:
            self._file.write(f"<Child>{_child(life)}{''.join(_episode(life, row) for row in inside)}</Child>\n")

    def close(self) -> None:
        self._file.write("</Children>\n</Message>\n")
        self._file.close()

    def record_id(self, life: Life, table: str, row: Row) -> str:
        """The name that a record without an id is given; empty for one that the census does not hold."""
        if table == "children":
            return life.child_id if any(_in_year(one) for one in life.rows["referrals"]) else ""
        referral = row if table == "referrals" else _referral(life, table, row)
        if referral is None or not _in_year(referral) or row.get("kind") == "early_help":
            return ""
        kind = "review" if row.get("kind") == "review" else _KINDS.get(table)
        return natural(life, table, row, kind)


def _in_year(referral: Row) -> bool:
    closed = referral["closed_on"]
    if referral["no_further_action"] == "yes":
        return day_of(referral["received_at"]) >= YEAR
    return closed is None or day_of(closed) >= YEAR


def _referral(life: Life, table: str, row: Row) -> Row | None:
    """The referral in whose episode a record stands."""
    if table == "conferences":
        plan = next(iter(life.all("plans", plan_id=row["plan_id"])), None)
        row = plan or {}
    return next(iter(life.all("referrals", referral_id=row.get("referral_id"))), None)


def _tag(name: str, value: object) -> str:
    """One element; none where there is nothing to say."""
    if value is None or value == "":
        return ""
    return f"<{name}>{escape(str(value)[:10] if isinstance(value, date) else str(value))}</{name}>"


def _child(life: Life) -> str:
    child = life.child
    code = {"yes": "LD", "no": "NONE"}.get(str(child["disabled"]), "")
    disabled = f"<Disabilities>{_tag('Disability', code)}</Disabilities>" if code else ""
    return (
        f"<ChildIdentifiers><LAchildID>{life.child_id}</LAchildID>{_tag('PersonBirthDate', child['date_of_birth'])}"
        f"{_tag('ExpectedPersonBirthDate', child['expected_birth_date'])}{_tag('Sex', child['sex'])}"
        f"{_tag('PersonDeathDate', child['died_on'])}"
        f"</ChildIdentifiers><ChildCharacteristics>{_tag('Ethnicity', child['ethnicity'])}"
        f"{disabled}</ChildCharacteristics>"
    )


def _episode(life: Life, referral: Row) -> str:
    key = referral["referral_id"]
    reason = referral["closure_reason"]
    parts = [
        _tag("CINreferralDate", day_of(referral["received_at"])),
        _tag("ReferralSource", _SOURCES.get(str(referral["source_agency"]), "1D")),
        _tag("PrimaryNeedCode", "N1"),
        _tag("CINclosureDate", referral["closed_on"]),
        _tag("ReasonForClosure", ("RC5" if reason == "RC5" else "RC7") if reason else ""),
    ]
    for row in life.all("assessments", referral_id=key):
        dates = _tag("AssessmentActualStartDate", row["started_on"]) + _tag("AssessmentAuthorisationDate", row["authorised_on"])
        parts.append(f"<Assessments>{dates}</Assessments>")
    for row in life.all("plans", referral_id=key, kind="child_in_need"):
        dates = _tag("CINPlanStartDate", row["started_on"]) + _tag("CINPlanEndDate", row["ended_on"])
        parts.append(f"<CINPlanDates>{dates}</CINPlanDates>")
    parts += [_enquiry(life, row) for row in life.all("section_47_enquiries", referral_id=key)]
    parts.append(_tag("ReferralNFA", "1" if referral["no_further_action"] == "yes" else "0"))
    parts += [_plan(life, row) for row in life.all("plans", referral_id=key, kind="child_protection")]
    return f"<CINdetails>{''.join(parts)}</CINdetails>"


def _enquiry(life: Life, row: Row) -> str:
    held = next((one["held_at"] for one in life.all("conferences", enquiry_id=row["enquiry_id"])), None)
    needed = {"yes": "0", "no": "1"}.get(str(row["conference_required"]), "")
    dates = _tag("S47ActualStartDate", row["started_on"]) + _tag("DateOfInitialCPC", day_of(held) if held else None)
    return f"<Section47>{dates}{_tag('ICPCnotRequired', needed)}</Section47>"


def _plan(life: Life, row: Row) -> str:
    held = [one for one in life.all("conferences", plan_id=row["plan_id"], kind="review") if one["cancelled"] != "yes"]
    days = "".join(_tag("CPPreviewDate", day_of(one["held_at"])) for one in held)
    reviews = f"<Reviews>{days}</Reviews>" if held else ""
    return (
        f"<ChildProtectionPlans>{_tag('CPPstartDate', row['started_on'])}{_tag('CPPendDate', row['ended_on'])}"
        f"{_tag('InitialCategoryOfAbuse', _ABUSE[str(row['category'])])}"
        f"{_tag('LatestCategoryOfAbuse', _ABUSE[str(row['latest_category'])])}"
        f"{_tag('NumberOfPreviousCPP', row['previous_plans'])}{reviews}</ChildProtectionPlans>"
    )
