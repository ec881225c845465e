"""The same lives as an extract of the Standard Safeguarding Dataset: a CSV or Parquet file a table, its own names and codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from auditcheck.synth.almanac import day_of
from auditcheck.synth.authority import Row, Team, staff
from auditcheck.synth.folder import TableFiles
from auditcheck.synth.life import Life

_YN = {"yes": "Y", "no": "N"}
_ABUSE = {
    "neglect": "Neglect",
    "physical": "Physical abuse",
    "sexual": "Sexual abuse",
    "emotional": "Emotional abuse",
    "multiple": "Multiple",
}
_PLACES = {"foster": "U4", "connected_person": "U1", "with_parents": "P1", "residential": "K2", "other": "T0"}
_HEALTH = {"initial": "Initial health assessment", "review": "Health assessment", "dental": "Dental check"}
_HOMES = {"independent": "U", "supported_lodgings": "E", "with_parents": "B", "foyer": "T", "foster": "Z", "other": "K", "homeless": "S"}

#: Where two tables of the dataset make one of ours, the audit keeps their ids apart: (table, kind) -> what it puts before the id.
_PREFIX = {
    ("plans", "child_protection"): "cp-", ("plans", "child_in_need"): "cin-", ("visits", "child_protection"): "cp-",
    ("visits", "child_in_need"): "cin-", ("visits", "looked_after"): "cla-", ("conferences", "initial"): "icpc-",
    ("conferences", "pre_birth"): "icpc-",
    ("conferences", "transfer_in"): "icpc-", ("conferences", "review"): "review-",
}  # fmt: skip

#: The one member of the outcome that a rule asks for; the dataset keeps outcomes as JSON.
_CONFERENCE = {"yes": '{"CP_CONFERENCE_FLAG": "Y"}', "no": '{"CP_CONFERENCE_FLAG": "N"}'}

_Cell = str | Callable[[Life, Row], object]


def _yes(field: str) -> _Cell:
    return lambda life, row: _YN.get(str(row[field]), "")


def _day(field: str) -> _Cell:
    return lambda life, row: day_of(row[field]) if row[field] else None


def _child(life: Life, row: Row) -> object:
    return life.child_id


def _always(value: str) -> _Cell:
    return lambda life, row: value


#: table of the dataset -> (table of the lives, which of its records, column -> the field or how it is made)
_TABLES: dict[str, tuple[str, Callable[[Row], bool], dict[str, _Cell]]] = {
    "ssd_person": ("children", lambda row: True, {
        "pers_person_id": "child_id", "pers_sex": "sex", "pers_ethnicity": "ethnicity", "pers_dob": "date_of_birth",
        "pers_expected_dob": "expected_birth_date", "pers_death_date": "died_on"}),
    "ssd_contacts": ("contacts", lambda row: True, {
        "cont_contact_id": "contact_id", "cont_person_id": _child, "cont_contact_date": _day("received_at"),
        "cont_contact_source_code": "source_agency"}),
    "ssd_cin_episodes": ("referrals", lambda row: True, {
        "cine_referral_id": "referral_id", "cine_person_id": _child, "cine_referral_date": _day("received_at"),
        "cine_referral_source_code": "source_agency", "cine_referral_nfa": _yes("no_further_action"), "cine_close_reason": "closure_reason",
        "cine_close_date": "closed_on", "cine_referral_team": "team", "cine_referral_worker_id": "worker_id"}),
    "ssd_cin_assessments": ("assessments", lambda row: row["kind"] != "early_help", {
        "cina_assessment_id": "assessment_id", "cina_person_id": _child, "cina_referral_id": "referral_id",
        "cina_assessment_start_date": "started_on", "cina_assessment_child_seen": _yes("child_seen"),
        "cina_assessment_auth_date": "authorised_on", "cina_assessment_team": "team", "cina_assessment_worker_id": "worker_id"}),
    "ssd_cin_plans": ("plans", lambda row: row["kind"] == "child_in_need", {
        "cinp_cin_plan_id": "plan_id", "cinp_referral_id": "referral_id", "cinp_person_id": _child,
        "cinp_cin_plan_start_date": "started_on",
        "cinp_cin_plan_end_date": "ended_on", "cinp_cin_plan_team": "team", "cinp_cin_plan_worker_id": "lead_worker_id"}),
    "ssd_cin_visits": ("visits", lambda row: row["kind"] == "child_in_need", {
        "cinv_cin_visit_id": "visit_id", "cinv_person_id": _child, "cinv_cin_visit_date": _day("visited_at"),
        "cinv_cin_visit_seen": _yes("child_seen"), "cinv_cin_visit_seen_alone": _yes("child_seen_alone"),
        "cinv_cin_visit_bedroom": _yes("bedroom_seen")}),
    "ssd_s47_enquiry": ("section_47_enquiries", lambda row: True, {
        "s47e_s47_enquiry_id": "enquiry_id", "s47e_referral_id": "referral_id", "s47e_person_id": _child,
        "s47e_s47_start_date": "started_on",
        "s47e_s47_end_date": "outcome_recorded_on",
        "s47e_s47_outcome_json": lambda life, row: _CONFERENCE.get(str(row["conference_required"]), ""),
        "s47e_s47_nfa": lambda life, row: {"not_substantiated": "Y", "": ""}.get(str(row["outcome"]), "N"),
        "s47e_s47_completed_by_worker_id": "worker_id"}),
    "ssd_initial_cp_conference": ("conferences", lambda row: row["kind"] in ("initial", "pre_birth", "transfer_in"), {
        "icpc_icpc_id": "conference_id", "icpc_s47_enquiry_id": "enquiry_id", "icpc_person_id": _child, "icpc_cp_plan_id": "plan_id",
        "icpc_icpc_transfer_in": lambda life, row: "Y" if row["kind"] == "transfer_in" else "N", "icpc_icpc_target_date": "due_on",
        "icpc_icpc_date": _day("held_at"),
        "icpc_icpc_outcome_cp_flag": _always("Y")}),
    "ssd_cp_plans": ("plans", lambda row: row["kind"] == "child_protection", {
        "cppl_cp_plan_id": "plan_id", "cppl_referral_id": "referral_id", "cppl_person_id": _child, "cppl_cp_plan_start_date": "started_on",
        "cppl_cp_plan_end_date": "ended_on", "cppl_cp_plan_initial_category": lambda life, row: _ABUSE[str(row["category"])],
        "cppl_cp_plan_latest_category": lambda life, row: _ABUSE[str(row["latest_category"])], "cppl_cp_plan_ola": _always("N")}),
    "ssd_cp_reviews": ("conferences", lambda row: row["kind"] == "review" and row["cancelled"] != "yes", {
        "cppr_cp_review_id": "conference_id", "cppr_person_id": _child, "cppr_cp_plan_id": "plan_id", "cppr_cp_review_due": "due_on",
        "cppr_cp_review_date": _day("held_at"), "cppr_cp_review_outcome_continue_cp": lambda life, row: "N" if row["outcome"] == "end"
        else "Y",
        "cppr_cp_review_quorate": _yes("quorate")}),
    "ssd_cp_visits": ("visits", lambda row: row["kind"] == "child_protection", {
        "cppv_cp_visit_id": "visit_id", "cppv_person_id": _child, "cppv_cp_plan_id": "plan_id", "cppv_cp_visit_date": _day("visited_at"),
        "cppv_cp_visit_seen": _yes("child_seen"), "cppv_cp_visit_seen_alone": _yes("child_seen_alone"),
        "cppv_cp_visit_bedroom": _yes("bedroom_seen")}),
    "ssd_cla_episodes": ("care_episodes", lambda row: True, {
        "clae_cla_episode_id": "care_episode_id", "clae_person_id": _child, "clae_cla_episode_start_date": "started_on",
        "clae_cla_episode_start_reason": _always("S"), "clae_cla_episode_ceased_date": "ended_on",
        "clae_cla_episode_ceased_reason": "end_reason",
        "clae_cla_id": "care_episode_id", "clae_entered_care_date": "started_on",
        "clae_cla_last_iro_contact_date": "reviewing_officer_contact_on"}),
    "ssd_cla_placement": ("placements", lambda row: True, {
        "clap_cla_placement_id": "placement_id", "clap_cla_placement_start_date": "started_on",
        "clap_cla_placement_type": lambda life, row: _PLACES[str(row["kind"])], "clap_cla_placement_distance": "distance_miles",
        "clap_cla_id": "care_episode_id", "clap_cla_placement_end_date": "ended_on", "clap_person_id": _child}),
    "ssd_cla_reviews": ("reviews", lambda row: row["kind"] == "looked_after", {
        "clar_cla_review_id": "review_id", "clar_cla_id": "care_episode_id", "clar_cla_review_due_date": "due_on",
        "clar_cla_review_date": "held_on", "clar_cla_review_cancelled": _yes("cancelled"),
        "clar_cla_review_participation": "child_participation"}),
    "ssd_cla_visits": ("visits", lambda row: row["kind"] == "looked_after", {
        "clav_cla_visit_id": "visit_id", "clav_person_id": _child, "clav_cla_visit_date": _day("visited_at"),
        "clav_cla_visit_seen": _yes("child_seen"), "clav_cla_visit_seen_alone": _yes("child_seen_alone")}),
    "ssd_cla_health": ("health_assessments", lambda row: row["kind"] in _HEALTH, {
        "clah_health_check_id": "health_id", "clah_person_id": _child, "clah_health_check_type": lambda life,
        row: _HEALTH[str(row["kind"])],
        "clah_health_check_date": "completed_on", "clah_health_check_status": _always("Completed")}),
    "ssd_missing": ("missing_episodes", lambda row: True, {
        "miss_table_id": "missing_id", "miss_person_id": _child, "miss_missing_episode_start_date": "went_missing_at",
        "miss_missing_episode_type": _always("M"), "miss_missing_episode_end_date": "returned_at",
        "miss_missing_rhi_offered": _yes("interview_offered"), "miss_missing_rhi_accepted": _yes("interview_accepted")}),
    "ssd_care_leavers": ("care_leavers", lambda row: True, {
        "clea_table_id": "care_leaver_id", "clea_person_id": _child, "clea_care_leaver_in_touch": _yes("in_touch"),
        "clea_care_leaver_latest_contact": "last_in_touch_on", "clea_care_leaver_accommodation": lambda life,
        row: _HOMES[str(row["accommodation"])],
        "clea_care_leaver_accom_suitable": _yes("accommodation_suitable"),
        "clea_care_leaver_activity": lambda life, row: "F2" if row["in_education_employment_training"] == "yes" else "G5",
        "clea_care_leaver_personal_advisor": "personal_adviser_id"}),
    "ssd_involvements": ("involvements", lambda row: True, {
        "invo_involvements_id": "involvement_id", "invo_professional_id": "worker_id",
        "invo_professional_role_id": _always("Allocated worker"),
        "invo_professional_team": "team", "invo_involvement_start_date": "started_on", "invo_involvement_end_date": "ended_on",
        "invo_person_id": _child}),
    "ssd_pre_proceedings": ("pre_proceedings", lambda row: True, {
        "prep_table_id": "proceedings_id", "prep_person_id": _child, "prep_pre_pro_decision_date": "decided_on",
        "prep_pre_pro_letter_date": "letter_sent_on", "prep_initial_pre_pro_meeting_date": "first_meeting_on",
        "prep_pre_pro_outcome": "outcome",
        "prep_agree_stepdown_issue_date": "outcome_on"}),
}  # fmt: skip
_STAFF = {"prof_professional_id": "worker_id", "prof_professional_department": "team", "prof_full_time_equivalency": "full_time_equivalent",
          "prof_agency_worker_flag": "agency"}  # fmt: skip


class SsdExtract:
    """The writer of the extract."""

    def __init__(self, place: Path, teams: list[Team], parquet: bool) -> None:
        self.export = place / "ssd"
        columns = {name: list(cells) for name, (_, _, cells) in _TABLES.items()} | {"ssd_professionals": list(_STAFF)}
        self._files = TableFiles(self.export, columns, parquet)
        self._files.add("ssd_professionals", ({column: row[field] for column, field in _STAFF.items()} for row in staff(teams)))

    def add(self, life: Life) -> None:
        for name, (table, held, cells) in _TABLES.items():
            rows = [row for row in life.rows.get(table, ()) if held(row)]
            if rows:
                self._files.add(name, [{column: _cell(life, row, cell) for column, cell in cells.items()} for row in rows])

    def close(self) -> None:
        self._files.close()

    def record_id(self, life: Life, table: str, row: Row) -> str:
        """The export's own id, with what the audit puts before it; empty for a record that the dataset has no table for."""
        if not any(table == known and held(row) for known, held, _ in _TABLES.values()):
            return ""
        return _PREFIX.get((table, str(row.get("kind"))), "") + str(next(iter(row.values())))


def _cell(life: Life, row: Row, cell: _Cell) -> object:
    return row[cell] if isinstance(cell, str) else cell(life, row)
