"""The vocabulary of case records: every table and field that a rule may name (docs/case-records.md; a test keeps the two equal).

One word a field: ``name``, then ``*`` for the key, ``:type`` (text where none is given), ``>table`` for what it refers to, ``=a|b`` for
its codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_TABLES = {
    "children": """
        child_id* family_id date_of_birth:date expected_birth_date:date sex ethnicity disabled:yesno died_on:date
        left_area_on:date restricted:yesno
        transition_planning_on:date
        immunisations_up_to_date:yesno immunisations_reason
    """,
    "involvements": """
        involvement_id* child_id worker_id>workers team role=lead|reviewing_officer|conference_chair|personal_adviser|other
        started_on:date ended_on:date
    """,
    "voices": """
        voice_id* child_id recorded_on:date method occasion used_in
    """,
    "workers": """
        worker_id*
        role=social_worker|practice_manager|group_manager|head_of_service|conference_chair|independent_reviewing_officer|personal_adviser|other
        experience=assessed_year|early_career|experienced|advanced qualified:yesno team manager_id>workers agency:yesno
        full_time_equivalent:number started_on:date left_on:date assessed_year_started_on:date
        exploitation_trained_on:date
        supervision_trained_on:date
        caseload_limit:number
    """,
    "posts": """
        post_id* team role worker_id>workers vacant_since:date
    """,
    "establishment": """
        establishment_id* counted_on:date team
        role=social_worker|practice_manager|group_manager|head_of_service|conference_chair|independent_reviewing_officer|personal_adviser|other
        established:number vacant:number
    """,
    "contacts": """
        contact_id* child_id>children received_at:moment source_agency decision decided_at:moment decided_by>workers
        rationale consent=given|refused|dispensed|not_sought consent_rationale
        on_open_case:yesno history_checked:yesno history_summary early_help_declined_reason incident_at:moment
    """,
    "referrals": """
        referral_id* child_id contact_id received_at:moment source_agency decided_at:moment decided_by>workers decision
        no_further_action:yesno team worker_id closed_on:date closure_reason closure_rationale closure_approved_by>workers
        closure_approved_on:date stepped_down_to=early_help|universal|child_in_need|none
        referrer_kind=professional|public|anonymous|family feedback_on:date re_referral:yesno earlier_closure_review
        receiving_lead receiving_plan
    """,
    "assessments": """
        assessment_id* child_id referral_id kind=initial|core|single|early_help started_on:date authorised_on:date
        authorised_by>workers child_seen:yesno not_seen_reason child_seen_alone:yesno not_alone_reason child_views
        parent_views views_not_obtained_reason risk_analysis history_considered:yesno outcome late_reason
        late_agreed_by>workers worker_id team
        closed_on:date closure_rationale adult_factors:list adult_services child_needs parenting_capacity
        family_environment risk_level identity_needs history_analysis
        decision_explained_on:date
        factors:list
    """,
    "strategy_discussions": """
        strategy_id* child_id referral_id held_at:moment agencies:list decision=section_47|single_agency|no_further_action
        actions rationale chaired_by>workers
        other_children=considered|not_considered|no_other_children
    """,
    "strategy_actions": """
        strategy_action_id* strategy_id child_id action owner due_on:date completed_on:date
    """,
    "section_47_enquiries": """
        enquiry_id* child_id referral_id strategy_id started_on:date child_seen_at:moment not_seen_reason
        child_seen_alone:yesno not_alone_reason child_views worker_id
        outcome=substantiated_conference|substantiated_no_conference|not_substantiated|ongoing outcome_recorded_on:date
        signed_off_by>workers signed_off_on:date conference_required:yesno
    """,
    "conferences": """
        conference_id* child_id kind=initial|review|transfer_in|pre_birth notified_on:date held_at:moment due_on:date
        agencies:list enquiry_id plan_id outcome=plan|no_plan|continue|end chair_id>workers quorate:yesno inquorate_reason
        cancelled:yesno child_participation=attended|attended_with_advocate|views_presented|not_involved|too_young
        child_views parent_attended:yesno parent_absence_reason late_reason late_agreed_by>workers
        late_agreed_by_chair>workers brought_forward_because
        move_permanent:yesno chair_saw_child:yesno chair_not_seen_reason minutes_sent_on:date
        parent_invited:yesno
    """,
    "conference_reports": """
        report_id* conference_id review_id child_id agency author_id>workers recipient=parent|child|professional
        shared_at:moment not_shared_reason
    """,
    "plans": """
        plan_id* child_id referral_id kind=child_protection|child_in_need|care|pathway|permanence started_on:date
        document_on:date ended_on:date end_reason category=neglect|physical|sexual|emotional|multiple
        latest_category=neglect|physical|sexual|emotional|multiple format needs risks contingency child_views parent_views
        lead_worker_id>workers team previous_plans:number transferred_in:yesno shared_with_family_on:date updated_on:date
        agreed_by visit_every core_group:list
        child_views_used previous_plans_analysis
        education_employment_target
        care_episode_id sections:list
    """,
    "plan_actions": """
        action_id* plan_id child_id need action owner outcome due_on:date timescale
        status=open|completed|abandoned|superseded completed_on:date abandoned_reason carried_over_to
        owner_agency=family|social_care|health|education|early_years|police|probation|housing|adult_services|youth_justice|voluntary|other
    """,
    "core_groups": """
        core_group_id* plan_id child_id held_on:date agencies:list parent_attended:yesno minutes_recorded_on:date
        parent_absence_reason family_views plan_updated_on:date impact_of_change
    """,
    "visits": """
        visit_id* child_id plan_id kind=child_protection|child_in_need|looked_after|private_fostering|care_leaver
        visited_at:moment child_seen:yesno child_seen_alone:yesno bedroom_seen:yesno not_seen_reason not_alone_reason
        worker_id recorded_on:date analysis
        purpose bedroom_not_seen_reason
        arrangement_id
    """,
    "reviews": """
        review_id* child_id plan_id kind=child_in_need|looked_after|pathway|early_help care_episode_id held_on:date
        due_on:date chair_id>workers child_participation cancelled:yesno late_reason brought_forward_because
    """,
    "circumstance_changes": """
        change_id* child_id occurred_on:date
        kind=new_incident|household_change|moved_home|parent_left|new_baby|missing|other description review_needed:yesno
        plan_id
        in_chronology_on:date
    """,
    "supervisions": """
        supervision_id* child_id worker_id manager_id>workers held_on:date discussion direction challenge
    """,
    "management_decisions": """
        decision_id* child_id decided_on:date manager_id>workers
        about=threshold|section_47|conference|plan|placement|legal|step_down|closure|review|drift|oversight|step_up subject_id
        decision rationale
    """,
    "risk_assessments": """
        risk_assessment_id* child_id plan_id
        kind=general|graded_care_profile|exploitation|domestic_abuse|placement_setting|return_home completed_on:date tool
        level=low|medium|high analysis
        panel_considered_on:date
    """,
    "chronologies": """
        chronology_id* child_id updated_on:date last_event_on:date entries:number
    """,
    "advocacy_offers": """
        offer_id* child_id offered_on:date accepted:yesno occasion
    """,
    "missing_episodes": """
        missing_id* child_id from_setting=home|care went_missing_at:moment returned_at:moment interview_offered:yesno
        interview_accepted:yesno interviewed_at:moment interview_analysis sent_to_worker_on:date used_in_plan_on:date
        interview_not_offered_reason interviewer_role=independent|social_worker|carer|other child_chose_interviewer:yesno
        interview_reasons interview_whereabouts interview_company interview_harm interview_prevention
    """,
    "care_episodes": """
        care_episode_id* child_id started_on:date ended_on:date end_reason legal_status reviewing_officer_id>workers
        independent_visitor_requested_on:date independent_visitor_matched_on:date independent_visitor_wait_reason
        reviewing_officer_contact_on:date
    """,
    "placements": """
        placement_id* child_id care_episode_id started_on:date ended_on:date
        kind=foster|connected_person|residential|supported_lodgings|foyer|with_parents|adoption|independent|other
        planned:yesno distance_miles:number in_area:yesno information_given_on:date delegated_authority_on:date
        approved_by>workers placement_plan_on:date
        placement_plan_signed_on:date notified_on:date approved_on:date intended_to_18:yesno fewer_visits_agreed_on:date
        suitability_assessed_on:date temporarily_approved_on:date approval_extended_on:date extension_panel_on:date
        extension_reviewing_officer_informed_on:date extension_approved_by>workers fully_approved_on:date
    """,
    "health_assessments": """
        health_id* child_id kind=initial|review|dental|immunisation|sdq due_on:date completed_on:date score:number
        care_episode_id not_done_reason
    """,
    "yearly_returns": """
        yearly_return_id* child_id year_started_on:date year_ended_on:date looked_after_twelve_months:yesno
        short_breaks_only:yesno sdq_score:number sdq_not_done_reason immunisations_up_to_date:yesno dental_check:yesno
        health_assessment:yesno substance_misuse:yesno
    """,
    "education_plans": """
        education_plan_id* child_id started_on:date reviewed_on:date targets quality_assured_by>workers
    """,
    "private_fostering": """
        arrangement_id* child_id notified_on:date started_on:date first_visit_on:date decided_on:date decided_by>workers
        checks_returned_on:date ended_on:date
        reviewing_officer_id>workers carer_relationship=parent|close_relative|other expected_28_days:yesno
    """,
    "connected_person_assessments": """
        assessment_id* child_id placement_id started_on:date completed_on:date signed_off_by>workers signed_off_on:date
    """,
    "pre_proceedings": """
        proceedings_id* child_id decided_on:date letter_sent_on:date concerns impact_on_child expectations timescales
        family_group_conference_offered_on:date first_meeting_on:date outcome outcome_on:date issued_in_court_on:date
        letter_not_sent_reason family_group_conference_not_offered_reason legal_meeting_on:date
        legal_meeting_chair_id>workers court_concluded_on:date court_extension_reason
    """,
    "adoptions": """
        adoption_id* child_id entered_care_on:date decided_on:date placement_order_on:date matched_on:date placed_on:date
        adopted_on:date reversed_on:date life_story_book_on:date later_life_letter_on:date
        permanence_report_updated_on:date panel_on:date
    """,
    "care_leavers": """
        care_leaver_id* child_id became_on:date last_in_touch_on:date in_touch:yesno
        accommodation=foster|connected_person|residential|supported_lodgings|foyer|with_parents|adoption|independent|other|homeless|custody|bed_and_breakfast
        accommodation_suitable:yesno homeless_oversight_on:date health_summary_on:date
        in_education_employment_training:yesno personal_adviser_id>workers
        exploitation_risk:yesno transitions_considered_on:date
        eligible_on:date needs_assessment_on:date not_in_touch_reason accommodation_provided:yesno
        accommodation_started_on:date accommodation_plan documents_given_on:date education_employment_action
        not_in_education_reason=illness_or_disability|pregnancy_or_parenting|other
    """,
    "practice_alerts": """
        alert_id* child_id raised_on:date raised_by>workers kind=concern|good_practice|dispute about responded_on:date
        resolved_on:date stage
    """,
    "audits": """
        audit_id* child_id audited_on:date auditor_id>workers kind=single_agency|multi_agency|themed|supervision
        grade=outstanding|good|requires_improvement|inadequate moderated_by>workers moderated_on:date
        moderated_grade=outstanding|good|requires_improvement|inadequate family_feedback:yesno
    """,
    "audit_actions": """
        audit_action_id* audit_id child_id action owner due_on:date completed_on:date verified_by>workers
    """,
    "complaints": """
        complaint_id* child_id received_on:date stage answered_on:date upheld:yesno learning
    """,
    "complaint_actions": """
        complaint_action_id* complaint_id action owner due_on:date completed_on:date
    """,
}

#: ``cases`` is worked out by the case file, never read (docs/rule-language.md).
_WORKED_OUT = {"cases": "case_id* child_id opened_on:date closed_on:date kind=looked_after|child_protection|child_in_need"}

#: The start and the end of a record that lasts. The end also ends the duties that hang on the record.
PERIODS = {
    "cases": ("opened_on", "closed_on"),
    "referrals": ("received_at", "closed_on"),
    "plans": ("started_on", "ended_on"),
    "care_episodes": ("started_on", "ended_on"),
    "placements": ("started_on", "ended_on"),
    "private_fostering": ("started_on", "ended_on"),
    "involvements": ("started_on", "ended_on"),
}

#: Records that start something without ending the duty that hangs on it: only the start places an unlinked event.
STARTS = {"section_47_enquiries": "started_on", "strategy_discussions": "held_at", "missing_episodes": "went_missing_at"}

#: Where a record without a period of its own looks for one, in this order.
PARENT_LINKS = ("plan_id", "care_episode_id", "referral_id", "enquiry_id", "strategy_id", "arrangement_id", "conference_id", "review_id")


@dataclass(frozen=True)
class Field:
    """One field: its ``type`` is text, date, moment, yesno, number or list."""

    name: str
    type: str = "text"
    key: bool = False
    refers_to: str | None = None
    codes: tuple[str, ...] = ()


def _field(word: str) -> Field:
    word, _, codes = word.partition("=")
    word, _, refers_to = word.partition(">")
    word, _, kind = word.partition(":")
    return Field(word.rstrip("*"), kind or "text", word.endswith("*"), refers_to or None, tuple(codes.split("|")) if codes else ())


@cache
def tables() -> dict[str, dict[str, Field]]:
    """Every table by name, each a mapping of field name to `Field`; references filled in."""
    read = {name: {f.name: f for f in map(_field, text.split())} for name, text in (_TABLES | _WORKED_OUT).items()}
    keys: dict[str, str] = {}
    for name, fields in read.items():
        keys.setdefault(next(f.name for f in fields.values() if f.key), name)
    for name in HAPPENED:  # any event table may say when the record was entered
        read[name].setdefault("recorded_at", Field("recorded_at", "moment"))
    return {
        name: {f.name: Field(f.name, f.type, f.key, f.refers_to or (None if f.key else keys.get(f.name)), f.codes) for f in fields.values()}
        for name, fields in read.items()
    }


def supplied() -> list[str]:
    """The tables that an export may hold: all but those worked out."""
    return list(_TABLES)


def key_of(table: str) -> str:
    """The name of a table's key field."""
    return next(f.name for f in tables()[table].values() if f.key)


#: The moment at which a record happened. A record of these tables dated after the as-of date has not happened yet.
HAPPENED = {
    "contacts": "received_at",
    "referrals": "received_at",
    "assessments": "started_on",
    "strategy_discussions": "held_at",
    "section_47_enquiries": "started_on",
    "conferences": "held_at",
    "conference_reports": "shared_at",
    "plans": "started_on",
    "core_groups": "held_on",
    "visits": "visited_at",
    "reviews": "held_on",
    "circumstance_changes": "occurred_on",
    "supervisions": "held_on",
    "management_decisions": "decided_on",
    "risk_assessments": "completed_on",
    "chronologies": "updated_on",
    "voices": "recorded_on",
    "advocacy_offers": "offered_on",
    "missing_episodes": "went_missing_at",
    "care_episodes": "started_on",
    "placements": "started_on",
    "private_fostering": "notified_on",
    "pre_proceedings": "decided_on",
    "yearly_returns": "year_ended_on",
    "practice_alerts": "raised_on",
    "audits": "audited_on",
    "complaints": "received_on",
}


#: Tables whose records are no child's.
OF_NO_CHILD = ("workers", "posts", "establishment")


def own_date(table: str) -> str:
    """The field that dates a record: its start where it lasts, else when it happened; empty where records of the table have no date."""
    return PERIODS.get(table, (HAPPENED.get(table, ""),))[0]


#: Dates that may lie ahead of the as-of date. Any other that does has not happened: it counts as blank and is listed.
PLANNED = frozenset({"due_on", "expected_birth_date", "date_of_birth"})

#: Records that are entered before they happen: a date in the future is a plan, not a mistake.
MEETINGS = frozenset({"conferences", "reviews", "core_groups", "strategy_discussions", "supervisions", "conference_reports"})
