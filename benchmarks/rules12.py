"""The twelve rules that everybody answers, on the same tables, and what a finding is.

Every kind of check of one rule once: `within`, `recurs`, `before`, `states`, `exists`, `absent`, `compares`, `alone` (records that
overlap), `includes`, `distinct` and `apart`; `within`, to which every third automated rule belongs, twice: in working days over three
tables, and in months from the first of several triggers. Between them they need bank holidays, local time, references, records without
one, exemptions, recorded reasons, the end of a duty and values that leave an answer open.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

#: (rule, child, record): a breach that no recorded reason justifies. In `before` the class of people stands behind the record.
Finding = tuple[str, str, str]
Tables = dict[str, pa.Table]

AS_OF = "2015-03-31"
PROFILE = "local-example"
RULES = {
    "CPC-ICPC-01": "within 15 working days: a conference after the strategy discussion",
    "CPC-RCPC1-11": "within 3 months: the first review conference",
    "VIS-CP-01": "recurs every so many working days: visits at which the child was seen",
    "CPC-REP24-04": "before, by 24 hours: reports shared with parent, child and professional",
    "VIS-SEEN-02": "states: the child was seen, or why not",
    "CLS-SEEN-09": "exists: a visit in the 20 days before the closure",
    "CLS-ACT-02": "absent: no action is left open when the plan ends",
    "S47-STRAT-01": "compares: the strategy discussion comes before the enquiry",
    "DQ-CPP-07": "alone: protection plans of one child do not overlap",
    "S47-ATT-02": "includes: social care, police and health took part",
    "ASM-SIB-07": "distinct: no text of a brother's or sister's assessment",
    "CLS-BACK-11": "apart: twelve months from a closure to the next referral",
}
#: What the rules read, and what the end of a duty is worked out from.
COLUMNS = {
    "children": "child_id family_id date_of_birth expected_birth_date died_on left_area_on restricted",
    "referrals": "referral_id child_id received_at no_further_action closed_on closure_reason earlier_closure_review",
    "strategy_discussions": "strategy_id child_id referral_id held_at agencies",
    "section_47_enquiries": "enquiry_id child_id referral_id strategy_id started_on outcome conference_required",
    "conferences": "conference_id child_id enquiry_id plan_id kind held_at cancelled child_participation late_reason",
    "conference_reports": "report_id child_id conference_id recipient shared_at not_shared_reason",
    "plans": "plan_id child_id referral_id care_episode_id kind started_on ended_on end_reason visit_every",
    "plan_actions": "action_id child_id plan_id status completed_on abandoned_reason carried_over_to",
    "visits": "visit_id child_id plan_id kind visited_at child_seen not_seen_reason",
    "assessments": "assessment_id child_id referral_id started_on risk_analysis child_needs",
    "care_episodes": "care_episode_id child_id started_on ended_on",
}


def tables_of(folder: Path) -> Tables:
    """The columns that the rules read, as text, in memory."""
    return {name: pq.read_table(folder / f"{name}.parquet", columns=columns.split()).combine_chunks() for name, columns in COLUMNS.items()}
