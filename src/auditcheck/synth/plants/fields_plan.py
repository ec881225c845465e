"""What can be wrong with one record of a plan: its text, an action, a core group, a visit, a supervision."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plant, Plants

PLANTS = Plants()
_put = PLANTS.field


def _of(*kinds: str) -> Any:
    return lambda life, row: row["kind"] in kinds


def _cp(life: Life, row: Any) -> bool:
    """A child protection plan that has been written."""
    return row["kind"] == "child_protection" and bool(row["document_on"])


def _own(life: Life, row: Any) -> bool:
    """Such a plan that was not taken over from elsewhere."""
    return _cp(life, row) and row["transferred_in"] == "no"


def _cin(life: Life, row: Any) -> bool:
    return bool(row["kind"] == "child_in_need")


for _rule, _field, _words in (
    ("CPP-CONT-06", "contingency", "no contingency"),
    ("CPP-CORE-15", "core_group", "no core group named"),
    ("CPP-FORMAT-10", "format", "no format"),
    ("CPP-FREQ-16", "visit_every", "does not say how often the child is visited"),
    ("CPP-NEED-08", "needs", "no needs"),
    ("CPP-RISK-09", "risks", "no risks"),
):
    _put(_rule, _words, "plans", {_field: ""}, where=_own)
    if _field != "visit_every":
        _put(_rule, f"{_words}: a placeholder", "plans", {_field: "TBC"}, where=_own)
_put(
    "CPP-FORMAT-10",
    "taken over from another authority with its format",
    "plans",
    {"format": "", "transferred_in": "yes"},
    "not_applicable",
    _cp,
)
_put("CPP-SHARE-21", "the family was not given the plan", "plans", {"shared_with_family_on": None}, where=_cp)
_put(
    "CPP-VOICE-12",
    "the child's views missing",
    "plans",
    {"child_views": ""},
    where=lambda life, row: _cp(life, row) and life.age(row["started_on"]) >= 0,
)
_put(
    "CPP-VOICE-12",
    "not yet born when the plan began",
    "plans",
    {"child_views": ""},
    "not_applicable",
    lambda life, row: _cp(life, row) and life.age(row["started_on"]) < 0,
)
_put("CPP-LEAD-14", "led by a worker who is not qualified", "plans", lambda life, row: {"lead_worker_id": life.team.unqualified}, where=_cp)
_put("DRF-REP-03", "a second plan, the first not looked at", "plans", {"previous_plans": "1", "previous_plans_analysis": ""}, where=_cp)
_put(
    "DRF-REP-03",
    "the first plan: nothing to look at",
    "plans",
    {"previous_plans": "0", "previous_plans_analysis": ""},
    "not_applicable",
    _cp,
)
_put(
    "VOI-USED-03",
    "the plan does not say how the child's views were used",
    "plans",
    {"child_views_used": ""},
    where=lambda life, row: row["kind"] in ("child_protection", "child_in_need", "care") and life.age(row["started_on"]) >= 0,
)
_put("CIN-CONTG-03", "no contingency", "plans", {"contingency": "n/a"}, where=_cin)
_put(
    "CIN-LEAD-06",
    "led by a worker who is not qualified, nor is the manager",
    "plans",
    lambda life, row: {"lead_worker_id": life.team.unqualified},
    where=_cin,
)
_put("PRM-PROG-02", "no contingency", "plans", {"contingency": ""}, where=_of("permanence"))
_put("CL-CONTENT-04", "no target for education or work", "plans", {"education_employment_target": ""}, where=_of("pathway"))
_put(
    "LAC-CONT-02",
    "the health section is empty",
    "plans",
    {"sections": "permanence;education;contact;placement"},
    where=lambda life, row: row["kind"] == "care" and row["document_on"],
)


def _kind(life: Life, row: Any) -> str:
    return str(next(plan["kind"] for plan in life.all("plans") if plan["plan_id"] == row["plan_id"]))


def _action(kind: str) -> Any:
    return lambda life, row: _kind(life, row) == kind


_put("CPP-OUTC-04", "no outcome", "plan_actions", {"outcome": ""}, where=_action("child_protection"))
_put("CPP-OWN-03", "nobody owns it", "plan_actions", {"owner": ""}, where=_action("child_protection"))
_put("CPP-OWN-03", "everybody owns it", "plan_actions", {"owner": "All professionals"}, where=_action("child_protection"))
_put(
    {"CPP-TIME-05": "not_met"}, "no timescale", "plan_actions", {"due_on": None, "timescale": "ongoing"}, where=_action("child_protection")
)
_put("CIN-CONT-02", "nobody owns it", "plan_actions", {"owner": "everyone"}, where=_action("child_in_need"))
_put("CIN-CONT-02", "no timescale", "plan_actions", {"due_on": None, "timescale": ""}, where=_action("child_in_need"))
_put("CIN-CONT-02", "six weeks instead of a day", "plan_actions", {"due_on": None, "timescale": "6 weeks"}, "met", _action("child_in_need"))


def _written(life: Life, row: Any) -> bool:
    return bool(row["minutes_recorded_on"])


def _old(life: Life, row: Any) -> bool:
    return bool(row["minutes_recorded_on"]) and working(row["held_on"], 10) < min(AS_OF, life.until(row))


_put("CPP-REVPT-19", "no word of change for the child", "core_groups", {"impact_of_change": ""}, where=_written)
_put("CG-REC-03", "the family's view is missing", "core_groups", {"family_views": ""}, where=_old)
_put("CG-REC-03", "no parent there, and why", "core_groups", {"parent_attended": "no", "parent_absence_reason": "ill"}, "justified", _old)
_put(
    "CG-REC-03",
    "not written up on the tenth working day, as-of day included",
    "core_groups",
    {"family_views": ""},
    "not_yet_due",
    lambda life, row: working(row["held_on"], 10) >= AS_OF,
)
_put(
    "CG-REC-03",
    "written up before it was held",
    "core_groups",
    lambda life, row: {"minutes_recorded_on": days(row["held_on"], -1)},
    "cannot_tell",
    _old,
)

_put("SUP-QUAL-05", "supervised by somebody not qualified", "supervisions", lambda life, row: {"manager_id": life.team.locum})
_put(
    "VOI-U5-02",
    "under five, and how is not recorded",
    "voices",
    {"method": ""},
    where=lambda life, row: 0 <= life.age(row["recorded_on"]) < 5,
)
_put("VOI-U5-02", "five already", "voices", {"method": ""}, "not_applicable", lambda life, row: life.age(row["recorded_on"]) >= 5)
_put(
    "RSK-CONS-02",
    "no reasons for the level",
    "risk_assessments",
    {"analysis": "-"},
    where=lambda life, row: row["kind"] in ("general", "graded_care_profile", "exploitation"),
)
_put("VIS-PURP-05", "no purpose", "visits", {"purpose": ""}, where=_of("child_protection", "child_in_need"))
_put(
    "REC-TIME-01",
    "recorded on the sixth working day",
    "visits",
    lambda life, row: {"recorded_on": working(day_of(row["visited_at"]), 6)},
    where=lambda life, row: working(day_of(row["visited_at"]), 6) <= min(AS_OF, life.until(row)),
)
_put(
    "REC-TIME-01",
    "recorded on the fifth working day",
    "visits",
    lambda life, row: {"recorded_on": working(day_of(row["visited_at"]), 5)},
    "met",
    lambda life, row: working(day_of(row["visited_at"]), 5) <= AS_OF,
)
_put("LAC-ALONE-15", "not seen alone, no reason", "visits", {"child_seen_alone": "no"}, where=_of("looked_after"))
_put(
    "LAC-ALONE-15",
    "not seen alone, for a reason",
    "visits",
    {"child_seen_alone": "no", "not_alone_reason": "wanted her carer there"},
    "justified",
    _of("looked_after"),
)
_put("LAC-ALONE-15", "nobody recorded whether alone", "visits", {"child_seen_alone": ""}, "cannot_tell", _of("looked_after"))
_put("PF-ALONE-04", "not spoken to alone", "visits", {"child_seen_alone": "no"}, where=_of("private_fostering"))


def _extra(seen: dict[str, object], outcome: str, name: str) -> None:
    """A visit more than the plan asks for, at which the child was not seen; the others are as close as ever."""

    def find(life: Life) -> Any:
        for plan in life.all("plans"):
            lasts = days(plan["started_on"], 30) < (plan["ended_on"] or AS_OF)
            if lasts and plan["kind"] in ("child_protection", "child_in_need") and life.age(plan["started_on"]) >= 0:
                return plan
        return None

    def do(life: Life, plan: Any) -> None:
        day: date = working(plan["started_on"], 6)
        row = life.add(
            "visits",
            plan_id=plan["plan_id"],
            kind=plan["kind"],
            visited_at=at(day, "17:45"),
            child_seen_alone="",
            bedroom_seen="",
            not_alone_reason="",
            worker_id=life.worker,
            recorded_on=day,
            analysis="",
            purpose="unannounced",
            bedroom_not_seen_reason="",
            **seen,
        )
        life.expect("VIS-SEEN-02", "visits", row, outcome, name)

    PLANTS.all.append(Plant("VIS-SEEN-02", name, find, do, False, outcome == "justified"))


_extra({"child_seen": "no", "not_seen_reason": ""}, "not_met", "only the parent was seen")
_extra({"child_seen": "no", "not_seen_reason": "asleep"}, "justified", "child not seen, for a reason")
_extra({"child_seen": "", "not_seen_reason": ""}, "cannot_tell", "nobody recorded whether the child was seen")
