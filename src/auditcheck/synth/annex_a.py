"""The same lives as Ofsted's Annex A workbook: eleven lists, six months of work, the latest review and visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from auditcheck.synth.almanac import AS_OF, day_of, months
from auditcheck.synth.authority import Row
from auditcheck.synth.keys import natural
from auditcheck.synth.life import Life
from auditcheck.workbooks import put_down

_SINCE = months(AS_OF, -6)
_WHO = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
_DISABLED = "Does the Child have a Disability"
_TEAM = ["Allocated Team", "Allocated Worker"]
#: list -> its columns besides those about the child
_LISTS = {
    1: ["Date of Contact", "Contact Source"],
    2: ["Assessment start date", "Assessment completion date", "Organisation completing assessment"],
    3: ["Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months", *_TEAM],
    4: [_DISABLED, "Continuous Assessment Start Date", "Child Seen During Continuous Assessment",
        "Continuous Assessment Date of Authorisation",
        "Was the child assessed as requiring LA children's social care support?", *_TEAM],
    5: [_DISABLED, "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Was an Initial Child Protection Conference deemed unnecessary?",
        "Date of Initial Child Protection Conference", "Did the Initial Child Protection Conference Result in a Child Protection Plan",
        "Number of Section 47 Enquiries in the last 12 months", "Number of ICPCs in the last 12 months", *_TEAM],
    6: [_DISABLED, "CIN Start Date", "Primary Need Code", "Date Child Was Last Seen", "CIN Closure Date", "Reason for Closure",
        "Case Status", *_TEAM],
    7: [_DISABLED, "Child Protection Plan Start Date", "Initial Category of Abuse", "Latest Category of Abuse",
        "Date of the Last Statutory Visit",
        "Was the Child Seen Alone?", "Date of latest review conference", "Child Protection Plan End Date",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
        "Number of Previous Child Protection Plans", *_TEAM],
    8: [_DISABLED, "Date Started to be Looked After", "Child's Legal Status", "Date of Latest Statutory Review",
        "Date of Last Social Work Visit",
        "Date Ceased to be Looked After", "Reason Ceased to be Looked After", "Start Date of Most Recent Placement", "Placement Type",
        "Placement Location", *_TEAM],
    9: [_DISABLED, *_TEAM, "Allocated Personal Advisor", "Eligibility Category", "Latest Pathway Plan Review Date", "LA in Touch",
        "Latest Date of Contact", "Type of Accommodation", "Suitability of Accommodation", "Activity Status"],
    10: [_DISABLED, "Date the Child Entered Care", "Date of Decision that Child Should be Placed for Adoption", "Date of Placement Order",
         "Date of Matching Child and Prospective Adopters", "Date Placed for Adoption", "Date of Adoption Order",
         "Date of Decision that Child Should No Longer be Placed for Adoption"],
    11: ["Individual adopter identifier"],
}  # fmt: skip
_SEX = {"F": "b) Female", "M": "a) Male"}
_YES = {"yes": "a) Yes", "no": "b) No"}
_ABUSE = {
    "neglect": "a) Neglect",
    "physical": "b) Physical Abuse",
    "sexual": "c) Sexual Abuse",
    "emotional": "d) Emotional Abuse",
    "multiple": "e) Multiple",
}
_HOMES = {"independent": "k) Independent living", "supported_lodgings": "d) Supported lodgings",
    "with_parents": "a) With parents or relatives",
          "foyer": "j) Foyers", "foster": "o) With Former Foster Carer", "other": "p) Other accommodation",
          "homeless": "i) No fixed abode / homeless"}  # fmt: skip
_PLACES = {"foster": "a) Foster placement", "with_parents": "c) Placed with parents", "residential": "h) Children's Homes",
    "other": "n) Other placements",
           "connected_person": "a) Foster placement"}  # fmt: skip


def _recent(value: object) -> bool:
    return bool(value) and _SINCE <= day_of(value) <= AS_OF


class AnnexA:
    """Writes the workbook. Rows are kept until the end: the lists are six months of work, not a history."""

    def __init__(self, place: Path) -> None:
        self.export = place / "annex-a.xlsx"
        # Rows wait in files: in the hidden folder of the draft, which goes if this fails.
        options = {"constant_memory": True, "tmpdir": str(place), "default_date_format": "dd/mm/yyyy"}
        self._book = xlsxwriter.Workbook(self.export, options)
        self._book.set_properties({"created": _midnight(AS_OF)})
        self._rows: dict[int, list[list[object]]] = {number: [] for number in _LISTS}

    def add(self, life: Life) -> None:
        for number, row in _lists(life):
            self._rows[number].append([*_who(life), *row])
        for one in life.rows["assessments"] if life.born is None else ():
            if one["authorised_on"]:
                life.expect("ASM-SEEN-05", "assessments", one, "cannot_tell", "the lists do not say that the child is not yet born")

    def close(self) -> None:
        for number, columns in _LISTS.items():
            sheet = self._book.add_worksheet(f"List {number}")
            sheet.write_row(0, 0, [*_WHO, *columns] if number < 11 else columns)
            for place, row in enumerate(self._rows[number], start=1):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(place, column, _midnight(value))
                    elif value not in (None, ""):
                        sheet.write_string(place, column, str(value))
        put_down(self._book)

    def record_id(self, life: Life, table: str, row: Row) -> str:
        """The name of a record that the lists show; empty for another."""
        shown: dict[str, Callable[[], bool]] = {
            "assessments": lambda: _listed(row), "section_47_enquiries": lambda: _recent(row["started_on"]),
            "conferences": lambda: row in [_latest(life, "conferences", plan, "held_at") for plan in _protected(life)],
            "visits": lambda: row in [_latest(life, "visits", plan, "visited_at") for plan in _protected(life)],
            "plans": lambda: row in _protected(life),
            "care_leavers": lambda: True, "adoptions": lambda: True,
        }  # fmt: skip
        return natural(life, table, row) if table in shown and shown[table]() else ""


def _midnight(day: date) -> Any:
    from datetime import datetime

    return datetime(day.year, day.month, day.day)


def _who(life: Life) -> list[object]:
    return [life.child_id, _SEX.get(str(life.child["sex"]), "d) Neither"), "a) White", life.born, max(life.age(AS_OF), 0)]


def _listed(row: Row) -> bool:
    return _recent(row["started_on"]) or _recent(row["authorised_on"])


def _protected(life: Life) -> list[Row]:
    return [row for row in life.all("plans", kind="child_protection") if row["ended_on"] is None or _recent(row["ended_on"])]


def _latest(life: Life, table: str, plan: Row, field: str) -> Row | None:
    """The latest review or visit of a plan; before birth a visit to the parents is the statutory one."""
    kind = "review" if table == "conferences" else "child_protection"
    held = [row for row in life.all(table, plan_id=plan["plan_id"], kind=kind) if row.get("cancelled") != "yes" and row[field]]
    found = [row for row in held if row.get("child_seen", "yes") == "yes" or life.age(day_of(row[field])) < 0]
    return max(found, key=lambda row: str(row[field]), default=None)


def _day(row: Row | None, field: str) -> date | None:
    return day_of(row[field]) if row and row[field] else None


def _lists(life: Life) -> list[tuple[int, list[object]]]:
    """Every list's rows about one child."""
    team: list[object] = [life.team.name, life.worker]
    disabled = {"yes": "a) Yes", "no": "b) No"}.get(str(life.child["disabled"]), "c) Unknown")
    found: list[tuple[int, list[object]]] = []
    found += [(1, [day_of(row["received_at"]), "b) Schools"]) for row in life.rows["contacts"] if _recent(row["received_at"])]
    for row in life.rows["assessments"]:
        if row["kind"] == "early_help" and _listed(row):
            found.append((2, [row["started_on"], row["authorised_on"], "Early help"]))
        elif row["kind"] != "early_help" and _listed(row):
            seen = _YES.get(str(row["child_seen"]), "c) Unknown")
            needs = ("b) No" if row["outcome"] == "no further action" else "a) Yes") if row["outcome"] else ""
            found.append((4, [disabled, row["started_on"], seen, row["authorised_on"], needs, *team]))
    for row in life.rows["referrals"]:
        if _recent(row["received_at"]):
            found.append((3, [day_of(row["received_at"]), "b) Schools", _YES[str(row["no_further_action"])], 1, *team]))
    for row in life.rows["section_47_enquiries"]:
        if _recent(row["started_on"]):
            held = next(iter(life.all("conferences", enquiry_id=row["enquiry_id"])), None)
            unneeded = {"yes": "b) No", "no": "a) Yes"}.get(str(row["conference_required"]), "")
            found.append((5, [disabled, row["started_on"], unneeded, _day(held, "held_at"), "a) Yes" if held else "", 1, 1, *team]))
    for row in life.all("plans", kind="child_in_need"):
        if row["ended_on"] is None or _recent(row["ended_on"]):
            found.append(
                (6, [disabled, row["started_on"], "a) Abuse or neglect", None, row["ended_on"], "", "c) Child in need plan", *team])
            )
    for row in _protected(life):
        visit, review = _latest(life, "visits", row, "visited_at"), _latest(life, "conferences", row, "held_at")
        alone = _YES.get(str(visit["child_seen_alone"]), "c) Unknown") if visit else ""
        kinds = [_ABUSE[str(row["category"])], _ABUSE[str(row["latest_category"])]]
        found.append((7, [disabled, row["started_on"], *kinds, _day(visit, "visited_at"), alone, _day(review, "held_at"), row["ended_on"],
                          "b) No", row["previous_plans"], *team]))  # fmt: skip
    return found + _care(life, disabled, team)


def _care(life: Life, disabled: str, team: list[object]) -> list[tuple[int, list[object]]]:
    found: list[tuple[int, list[object]]] = []
    for row in life.rows["care_episodes"]:
        if row["legal_status"] not in ("V3", "V4") and (row["ended_on"] is None or _recent(row["ended_on"])):
            place = max(life.rows["placements"], key=lambda one: str(one["started_on"]))
            reviews = [one["held_on"] for one in life.all("reviews", kind="looked_after", cancelled="no") if one["held_on"]]
            visits = [day_of(one["visited_at"]) for one in life.all("visits", kind="looked_after")]
            status = {"C1": "a) Interim care orders", "C2": "b) Full care orders", "E1": "d) Placement order granted"}.get(
                str(row["legal_status"]), "e) Accommodated under S20"
            )
            found.append((8, [disabled, row["started_on"], status, max(reviews, default=None), max(visits, default=None),
                row["ended_on"],
                              "d) Returned home to live with parents or relatives" if row["ended_on"] else "", place["started_on"],
                              _PLACES[str(place["kind"])], "a) In" if place["in_area"] == "yes" else "b) Out", *team]))  # fmt: skip
    for row in life.rows["care_leavers"]:
        touch = "a) In touch" if row["in_touch"] == "yes" else "b) Not in touch"
        suits = "a) Suitable" if row["accommodation_suitable"] == "yes" else "b) Not suitable"
        active = (
            "F2: Full time in education other than higher" if row["in_education_employment_training"] == "yes" else "G5: Not in education"
        )
        found.append((9, [disabled, *team, row["personal_adviser_id"], "b) Former relevant", None, touch, row["last_in_touch_on"],
                          _HOMES[str(row["accommodation"])], suits, active]))  # fmt: skip
    for row in life.rows["adoptions"]:
        fields = ("entered_care_on", "decided_on", "placement_order_on", "matched_on", "placed_on", "adopted_on", "reversed_on")
        found.append((10, [disabled, *(row[name] for name in fields)]))
    return found
