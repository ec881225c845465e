"""What the audit may claim: never a breach that the records cannot show, never *met* where nobody could check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from running import Rows, book, outcomes, results_of

from auditcheck import clock, contract, exports
from auditcheck.finding_table import finding_table
from auditcheck.nightly import Order, run
from auditcheck.nightly import audit as audit_of
from auditcheck.raw import Export, RawTable
from auditcheck.reports.view import plain
from auditcheck.results import Results
from auditcheck.rulebook.profile import apply
from auditcheck.summary import FINDINGS
from auditcheck.values import DIFFERS

Row = dict[str, str]
AS_OF = date(2015, 6, 30)


def filled(tables: Mapping[str, Rows]) -> dict[str, list[Mapping[str, str]]]:
    """The same tables with every column of the contract: a row of an unrelated child Z, otherwise blank, carries them."""
    result = {}
    for name, rows in tables.items():
        fields = contract.tables()[name]
        result[name] = [
            dict.fromkeys(fields, "") | {contract.key_of(name): f"Z-{name}"} | ({"child_id": "Z"} if "child_id" in fields else {}),
            *rows,
        ]
    return result


def audit(
    tables: Mapping[str, Rows], as_of: date = AS_OF, coverage: Mapping[str, str] | None = None, profile: str | None = "local-example"
) -> Results:
    return results_of(filled(tables), as_of, coverage, profile)


def seen(results: Results, rule: str) -> dict[str, str]:
    """record (or record/class) -> outcome of one rule, child Z left out."""
    table = results.table().to_pydict()
    rows = zip(table["rule_id"], table["child_id"], table["record_id"], table["class"], table["outcome"], strict=True)
    return {f"{record}/{c}" if c else record: outcome for r, child, record, c, outcome in rows if r == rule and child != "Z"}


def observed(results: Results, rule: str, record: str) -> dict[str, object]:
    """The one row of observations for a rule and record."""
    rows = [row for row in results.table().to_pylist() if row["rule_id"] == rule and row["record_id"] == record]
    assert len(rows) == 1
    found: dict[str, object] = rows[0]
    return found


def plan(**said: str) -> Row:
    return {"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": "2015-01-05", "document_on": "2015-01-06"} | said


def visit(visit_id: str, at: str, **said: str) -> Row:
    return {
        "visit_id": visit_id,
        "child_id": "C1",
        "plan_id": "P1",
        "visited_at": at,
        "child_seen": "yes",
        "kind": "child_protection",
    } | said


CHILD = [{"child_id": "C1", "date_of_birth": "2008-01-01"}]
SENIOR = [{"worker_id": "H1", "role": "head_of_service"}, {"worker_id": "M1", "role": "practice_manager"}]


# ---- what reaches people's lists


def test_a_past_breach_without_dates_of_its_own_still_fails_the_run_within_the_look_back(tmp_path: Path) -> None:
    """An enquiry with its outcome recorded is past; that nobody signed it off must not vanish from --fail-on because it has no due date."""
    export = tmp_path / "export"
    export.mkdir()
    (export / "children.csv").write_text("child_id,date_of_birth\nC1,2008-01-01\n")
    (export / "workers.csv").write_text("worker_id,role\nM1,practice_manager\n")
    (export / "section_47_enquiries.csv").write_text(
        "enquiry_id,child_id,started_on,outcome,outcome_recorded_on,worker_id,signed_off_by\nE1,C1,2015-06-01,not_substantiated,2015-06-20,W1,\n"
    )
    summary = run(Order(export, tmp_path / "out", AS_OF, fail_on="high"))
    assert summary.counts["not_met"] == 1
    assert summary.status == FINDINGS


# ---- latest only, and windows


def test_a_latest_visit_that_does_not_count_does_not_show_that_no_earlier_one_did() -> None:
    tables = {"children": CHILD, "plans": [plan()], "visits": [visit("V9", "2015-06-25T10:00", child_seen="no")]}
    found = seen(audit(tables, coverage={"visits": "latest_only"}), "VIS-CP-01")
    assert "not_met" not in found.values()


def test_the_latest_decision_by_another_manager_does_not_show_that_no_senior_one_was_made() -> None:
    tables = {
        "children": CHILD,
        "workers": SENIOR,
        "plans": [plan(started_on="2013-06-01")],
        "management_decisions": [
            {"decision_id": "D9", "child_id": "C1", "decided_on": "2015-06-25", "about": "review", "manager_id": "M1"}
        ],
    }
    assert seen(audit(tables, coverage={"management_decisions": "latest_only"}), "DRF-15M-01") == {"P1": "cannot_tell"}


def test_a_latest_conference_that_was_cancelled_does_not_show_that_no_review_was_held() -> None:
    tables = {
        "children": CHILD,
        "plans": [plan()],
        "conferences": [
            {"conference_id": "K9", "child_id": "C1", "plan_id": "P1", "kind": "review", "held_at": "2015-06-20", "cancelled": "yes"}
        ],
    }
    assert seen(audit(tables, coverage={"conferences": "latest_only"}), "CPC-RCPC1-11") == {"P1": "cannot_tell"}


def test_the_first_review_inside_a_window_need_not_be_the_first_review() -> None:
    tables = {
        "children": CHILD,
        "care_episodes": [{"care_episode_id": "X1", "child_id": "C1", "started_on": "2013-01-07"}],
        "reviews": [
            {"review_id": "R5", "child_id": "C1", "care_episode_id": "X1", "kind": "looked_after", "held_on": "2014-07-01"},
            {"review_id": "R6", "child_id": "C1", "care_episode_id": "X1", "kind": "looked_after", "held_on": "2014-12-15"},
        ],
    }  # fmt: skip
    found = seen(audit(tables, date(2015, 1, 31), {"reviews": "since 2014-06-01"}), "LAC-REV2-07")
    assert "not_met" not in found.values()


def test_a_high_risk_may_lie_before_the_window_of_the_risk_assessments() -> None:
    tables = {
        "children": CHILD, "workers": SENIOR,
        "referrals": [{
            "referral_id": "R1", "child_id": "C1", "received_at": "2015-01-05", "closed_on": "2015-06-01", "no_further_action": "no",
            "closure_rationale": "Work is done", "closure_approved_by": "M1", "closure_approved_on": "2015-05-30",
        }],
        "risk_assessments": [], "plans": [], "plan_actions": [],
    }  # fmt: skip
    assert seen(audit(tables), "CLS-PREM-03") == {"R1": "met"}
    assert seen(audit(tables, coverage={"risk_assessments": "since 2015-05-01"}), "CLS-PREM-03") == {"R1": "cannot_tell"}


# ---- composed findings


def closing(**said: str) -> dict[str, Rows]:
    return {
        "children": CHILD, "workers": SENIOR,
        "referrals": [{
            "referral_id": "R1", "child_id": "C1", "received_at": "2015-01-05", "closed_on": "2015-06-01", "no_further_action": "no",
            "closure_rationale": "Work is done", "closure_approved_by": "M1", "closure_approved_on": "2015-05-30",
        } | said],
    }  # fmt: skip


def test_a_composed_rule_is_not_met_only_where_its_exemption_can_be_read() -> None:
    """Two rows of one referral disagree on why it was closed: the child may have died, so premature closure cannot be told."""
    tables = closing(closure_rationale="", closure_reason="completed")
    tables["referrals"] = [*tables["referrals"], dict(tables["referrals"][0]) | {"closure_reason": "died"}]
    results = audit(tables)
    assert seen(results, "CLS-RAT-01") == {"R1": "cannot_tell"}
    assert seen(results, "CLS-PREM-03") == {"R1": "cannot_tell"}


def test_an_unreadable_date_of_birth_leaves_child_unseen_open_as_the_child_may_be_unborn() -> None:
    tables = {
        "children": [{"child_id": "C1", "date_of_birth": "2015-13-01", "expected_birth_date": "2015-09-01"}],
        "plans": [plan(visit_every="10 working days")], "visits": [], "core_groups": [],
    }  # fmt: skip
    assert seen(audit(tables), "VIS-UNSEEN-01") == {"P1": "cannot_tell"}


def test_a_composed_rule_with_a_premise_that_was_not_evaluated_is_not_met_or_cannot_be_told_but_never_met() -> None:
    """No conferences in the export: whether a review was late is unknown, the other premise of drift holds."""
    tables = {
        "children": CHILD,
        "workers": SENIOR,
        "plans": [plan(started_on="2013-06-01")],
        "management_decisions": [],
        "plan_actions": [
            {
                "action_id": "A1",
                "child_id": "C1",
                "plan_id": "P1",
                "action": "x",
                "owner": "y",
                "due_on": "2015-03-01",
                "completed_on": "2015-02-01",
            }
        ],
    }
    results = audit(tables)
    assert seen(results, "DRF-15M-01") == {"P1": "not_met"}
    assert results.seen.runs["CPC-RCPC1-11"].status == "not_evaluated"
    assert seen(results, "DRF-COMP-01") == {"P1": "cannot_tell"}


def test_premature_closure_is_not_met_or_unknown_but_never_met_where_risk_and_actions_are_not_in_the_export() -> None:
    results = audit(closing())
    row = observed(results, "CLS-PREM-03", "R1")
    assert row["outcome"] == "cannot_tell" or "could not be checked" in str(row["reason"])


def test_a_composed_finding_names_in_its_reason_what_could_not_be_checked() -> None:
    row = observed(audit(closing(closure_rationale="")), "CLS-PREM-03", "R1")
    assert row["outcome"] == "not_met"
    assert "could not be checked: risk_assessments" in str(row["reason"])


# ---- references that lead nowhere, and rows that name no subject


def test_an_assessment_whose_referral_is_not_in_the_export_is_not_counted_from_its_own_start() -> None:
    tables = {
        "children": CHILD,
        "referrals": [],
        "assessments": [
            {
                "assessment_id": "A1",
                "child_id": "C1",
                "referral_id": "R9",
                "kind": "single",
                "started_on": "2015-03-02",
                "authorised_on": "2015-04-01",
            }
        ],
    }
    assert seen(audit(tables), "ASM-45-03") == {"A1": "cannot_tell"}


def test_an_assessment_is_not_the_first_of_its_referral_while_another_one_has_an_unreadable_start() -> None:
    tables = {
        "children": CHILD,
        "referrals": [{"referral_id": "R1", "child_id": "C1", "received_at": "2015-01-05"}],
        "assessments": [
            {
                "assessment_id": "A1",
                "child_id": "C1",
                "referral_id": "R1",
                "kind": "single",
                "started_on": "2015-13-05",
                "authorised_on": "2015-02-01",
            },
            {
                "assessment_id": "A2",
                "child_id": "C1",
                "referral_id": "R1",
                "kind": "single",
                "started_on": "2015-03-02",
                "authorised_on": "2015-04-01",
            },
        ],
    }
    assert seen(audit(tables), "ASM-45-03") == {"A1": "cannot_tell", "A2": "cannot_tell"}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([visit("V1", "2015-06-15T10:00", plan_id="P9")], id="a plan that is not in the export"),
        pytest.param(
            [visit("V1", "2015-06-15T10:00", plan_id="P1"), visit("V1", "2015-06-15T10:00", plan_id="P7")], id="two plans for one visit"
        ),
        pytest.param([visit("V1", "2015-06-15T10:00", plan_id="TBC")], id="a placeholder"),
    ],
)
def test_a_visit_to_the_child_whose_plan_cannot_be_told_is_not_held_to_be_no_visit(rows: Rows) -> None:
    tables = {"children": CHILD, "plans": [plan(started_on="2015-06-10", visit_every="1 week")], "visits": rows}
    assert seen(audit(tables), "VIS-CP-01")["P1"] == "cannot_tell"


def test_an_unlinked_visit_on_an_unreadable_day_may_have_been_in_time() -> None:
    tables = {
        "children": CHILD,
        "plans": [plan(started_on="2015-06-10", visit_every="1 week")],
        "visits": [visit("V1", "15.6.2015", plan_id="")],
    }
    assert seen(audit(tables), "VIS-CP-01") == {"P1": "cannot_tell"}


def test_an_open_action_whose_plan_cannot_be_told_is_not_held_to_be_closed() -> None:
    action = {"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "Assess", "status": "open"}
    tables = {"children": CHILD, "plans": [plan(ended_on="2015-06-01")], "plan_actions": [action, action | {"plan_id": "P7"}]}
    assert seen(audit(tables), "CLS-ACT-02") == {"P1": "cannot_tell"}


def test_an_action_whose_text_two_rows_disagree_on_may_still_be_the_plans_action() -> None:
    action = {"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "Assess"}
    tables = {"children": CHILD, "plans": [plan()], "plan_actions": [action, action | {"action": "Assess again"}]}
    assert seen(audit(tables), "CPP-ACT-02") == {"P1": "cannot_tell"}


# ---- what has not happened yet


def test_a_report_dated_after_the_audit_is_ignored_beside_one_shared_in_time() -> None:
    report = {"child_id": "C1", "conference_id": "K1", "recipient": "parent"}
    tables = {
        "children": CHILD,
        "conferences": [{"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": "2015-06-10T10:00"}],
        "conference_reports": [
            report | {"report_id": "T1", "shared_at": "2015-06-05T10:00"},
            report | {"report_id": "T2", "shared_at": "2051-06-05T10:00"},
        ],
    }
    assert seen(audit(tables), "CPC-REP24-04")["K1/parent"] == "met"


def test_an_enquiry_is_not_dropped_because_the_strategy_discussion_it_names_lies_in_the_future() -> None:
    tables = {
        "children": CHILD, "conferences": [],
        "strategy_discussions": [{"strategy_id": "D1", "child_id": "C1", "held_at": "2051-05-01T10:00"}],
        "section_47_enquiries": [{"enquiry_id": "E1", "child_id": "C1", "strategy_id": "D1", "started_on": "2015-05-01"}],
    }  # fmt: skip
    results = audit(tables)
    assert seen(results, "CPC-ICPC-01") == {"E1": "not_met"}
    assert seen(results, "S47-24H-04") == {"E1": "not_met"}


def test_a_closure_that_is_only_planned_is_not_a_closure_without_a_rationale() -> None:
    results = audit(closing(closed_on="2015-08-01", closure_rationale="", closure_approved_by="", closure_approved_on=""))
    assert "not_met" not in seen(results, "CLS-RAT-01").values()
    assert "not_met" not in seen(results, "CLS-PREM-03").values()


def test_an_event_dated_after_the_audit_is_listed_as_it_could_not_be_taken_as_it_stood() -> None:
    tables = {
        "children": CHILD,
        "section_47_enquiries": [{"enquiry_id": "E1", "child_id": "C1", "started_on": "2015-05-01", "child_seen_at": "2051-05-01T12:00"}],
    }
    results = audit(tables)
    assert seen(results, "S47-24H-04") == {"E1": "not_met"}
    assert [p.column for p in results.seen.problems if p.value.startswith("2051")] == ["child_seen_at"]


def test_a_missing_child_who_went_missing_again_is_not_still_awaited_from_the_first_time() -> None:
    tables = {
        "children": CHILD,
        "missing_episodes": [
            {"missing_id": "M1", "child_id": "C1", "went_missing_at": "2015-03-01T20:00"},
            {
                "missing_id": "M2",
                "child_id": "C1",
                "went_missing_at": "2015-05-01T20:00",
                "returned_at": "2015-05-02T09:00",
                "interviewed_at": "2015-05-03T09:00",
            },
        ],
    }
    assert seen(audit(tables), "MIS-72H-02") == {"M1": "cannot_tell", "M2": "met"}


# ---- values that cannot be read


def test_a_kind_outside_the_list_leaves_open_whether_the_plan_is_a_child_protection_plan() -> None:
    tables = {"children": CHILD, "plans": [plan(kind="CP plan", document_on="")]}
    assert seen(audit(tables), "CPP-EXIST-01") == {"P1": "cannot_tell"}


def test_a_conference_of_an_unlisted_kind_may_be_the_initial_conference() -> None:
    tables = {
        "children": CHILD,
        "section_47_enquiries": [{"enquiry_id": "E1", "child_id": "C1", "started_on": "2015-05-01"}],
        "conferences": [{"conference_id": "K1", "child_id": "C1", "enquiry_id": "E1", "kind": "ICPC", "held_at": "2015-05-10"}],
    }  # fmt: skip
    assert seen(audit(tables), "CPC-ICPC-01") == {"E1": "cannot_tell"}


def test_a_child_whose_expected_birth_cannot_be_read_may_be_unborn() -> None:
    tables = {
        "children": [{"child_id": "C1", "expected_birth_date": "September 2015"}],
        "plans": [plan()], "visits": [visit("V1", "2015-06-15T10:00", child_seen="no")],
    }  # fmt: skip
    assert seen(audit(tables), "VIS-SEEN-02") == {"V1": "cannot_tell"}


def test_a_signature_is_not_shown_to_be_anothers_where_two_rows_disagree_on_the_enquirer() -> None:
    enquiry = {"enquiry_id": "E1", "child_id": "C1", "started_on": "2015-05-01", "outcome": "not_substantiated", "signed_off_by": "M1"}
    workers = [{"worker_id": "M1", "role": "practice_manager", "qualified": "yes"}]
    tables = {"children": CHILD, "workers": workers, "section_47_enquiries": [enquiry | {"worker_id": "W1"}, enquiry | {"worker_id": "M1"}]}
    assert seen(audit(tables), "S47-SIGN-07") == {"E1": "cannot_tell"}


def test_an_action_that_may_be_completed_on_an_unrecorded_day_is_not_held_to_be_overdue() -> None:
    action = {"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "x", "owner": "y", "due_on": "2015-03-01"}
    tables = {"children": CHILD, "plans": [plan()], "plan_actions": [action | {"status": "completed"}, action | {"status": "open"}]}
    assert seen(audit(tables), "CPP-DONE-20") == {"A1": "cannot_tell"}


# ---- the numbers beside an outcome


def test_nothing_is_said_to_be_over_its_limit_that_is_not_late() -> None:
    tables = {"children": CHILD, "plans": [plan(document_on="", ended_on="2015-01-10")]}
    row = observed(audit(tables), "CPP-EXIST-01", "P1")
    assert (row["outcome"], row["over"], row["unit"]) == ("not_applicable", None, None)


# ---- identity


def test_a_record_without_an_id_keeps_its_name_when_an_unrelated_child_is_added() -> None:
    """The table carries no child of its own: the child comes from the plan, and is part of the name all the same."""

    def names(*others: str) -> list[str]:
        plans = [plan(), *(plan(plan_id=f"P{c}", child_id=c) for c in others)]
        groups = [{"plan_id": "P1", "held_on": "2015-02-02"}, *({"plan_id": f"P{c}", "held_on": "2015-02-02"} for c in others)]
        table = results_of({"children": CHILD, "plans": plans, "core_groups": groups}, AS_OF).table().to_pylist()
        return [row["record_id"] for row in table if row["rule_id"] == "CG-NEXT-02" and row["child_id"] == "C1"]

    assert names("0") == names() != []


# ---- composed findings: exemptions and ties


def test_a_case_closed_with_a_high_risk_cannot_be_told_to_be_premature_while_two_rows_disagree_whether_the_child_died() -> None:
    tables = closing(closure_reason="completed")
    tables["referrals"] = [*tables["referrals"], dict(tables["referrals"][0]) | {"closure_reason": "died"}]
    tables["risk_assessments"] = [{"risk_assessment_id": "X1", "child_id": "C1", "completed_on": "2015-05-20", "level": "high"}]
    assert seen(audit(tables), "CLS-PREM-03") == {"R1": "cannot_tell"}


def test_child_unseen_cannot_be_told_of_a_child_who_may_be_unborn() -> None:
    tables = {
        "children": [{"child_id": "C1", "expected_birth_date": "September 2015"}],
        "plans": [plan(visit_every="10 working days")], "visits": [], "core_groups": [],
    }  # fmt: skip
    assert seen(audit(tables), "VIS-UNSEEN-01") == {"P1": "cannot_tell"}


def test_which_of_two_risk_assessments_of_one_day_is_the_latest_does_not_hang_on_their_names() -> None:
    def outcome(first: str, second: str) -> dict[str, str]:
        levels = [
            {"risk_assessment_id": first, "child_id": "C1", "completed_on": "2015-05-20", "level": "high"},
            {"risk_assessment_id": second, "child_id": "C1", "completed_on": "2015-05-20", "level": "low"},
        ]
        return seen(audit(closing() | {"risk_assessments": levels}), "CLS-PREM-03")

    assert outcome("X1", "X2") == outcome("X2", "X1")


def test_whether_a_late_review_is_justified_does_not_hang_on_the_names_of_two_records_of_one_day() -> None:
    def outcome(first: str, second: str) -> set[str]:
        held = {"child_id": "C1", "plan_id": "P1", "kind": "review"}
        tables = {
            "children": CHILD, "plans": [plan(started_on="2014-01-06")],
            "conferences": [
                held | {"conference_id": "K0", "held_at": "2014-04-01"},
                held | {"conference_id": first, "held_at": "2015-01-06", "late_reason": "the family was away"},
                held | {"conference_id": second, "held_at": "2015-01-06"},
            ],
        }  # fmt: skip
        return {outcome for record, outcome in seen(audit(tables), "CPC-RCPC2-12").items() if record == "K0"}

    assert outcome("K1", "K2") == outcome("K2", "K1")


def test_a_case_whose_plan_is_of_an_unlisted_kind_is_not_held_to_the_longest_interval() -> None:
    tables = {
        "children": CHILD, "plans": [plan(kind="CPP", started_on="2015-05-15")],
        "management_decisions": [{"decision_id": "D1", "child_id": "C1", "decided_on": "2015-06-29"}],
    }  # fmt: skip
    found = seen(audit(tables), "MGT-OVS-01")
    assert found["cases:C1:2015-05-15"] == "cannot_tell"


def test_the_actions_of_a_plan_that_has_not_begun_are_not_judged_yet() -> None:
    tables = {
        "children": CHILD, "plans": [plan(started_on="2015-08-01", document_on="")],
        "plan_actions": [{"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "x", "outcome": ""}],
    }  # fmt: skip
    assert "not_met" not in seen(audit(tables), "CPP-OUTC-04").values()


def test_the_latest_report_alone_does_not_show_that_the_parents_had_none() -> None:
    tables = {
        "children": CHILD,
        "conferences": [{"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": "2015-06-10T10:00"}],
        "conference_reports": [
            {"report_id": "T1", "child_id": "C1", "conference_id": "K1", "recipient": "child", "shared_at": "2015-06-05T10:00"}
        ],
    }
    found = seen(audit(tables, coverage={"conference_reports": "latest_only"}), "CPC-REP24-04")
    assert found["K1/child"] == "met"
    assert found["K1/parent"] == "cannot_tell"


def test_a_report_for_a_conference_that_cannot_be_told_is_not_held_to_be_no_report() -> None:
    report = {"report_id": "T1", "child_id": "C1", "recipient": "parent", "shared_at": "2015-06-05T10:00"}
    tables = {
        "children": CHILD,
        "conferences": [{"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": "2015-06-10T10:00"}],
        "conference_reports": [report | {"conference_id": "K1"}, report | {"conference_id": "K2"}],
    }  # fmt: skip
    assert seen(audit(tables), "CPC-REP24-04")["K1/parent"] == "cannot_tell"


def test_a_core_group_whose_plan_cannot_be_told_is_not_held_to_be_no_core_group() -> None:
    group = {"core_group_id": "G1", "child_id": "C1", "held_on": "2015-01-12"}
    tables = {
        "children": CHILD,
        "plans": [plan()],
        "conferences": [],
        "core_groups": [group | {"plan_id": "P1"}, group | {"plan_id": "P2"}],
    }
    assert seen(audit(tables), "CG-FIRST-01") == {"P1": "cannot_tell"}


def test_without_the_referrals_an_assessment_is_not_said_to_be_in_time_without_a_word() -> None:
    assessment = {
        "assessment_id": "A1",
        "child_id": "C1",
        "referral_id": "R9",
        "kind": "single",
        "started_on": "2015-03-02",
        "authorised_on": "2015-04-01",
    }
    row = observed(audit({"children": CHILD, "assessments": [assessment]}), "ASM-45-03", "A1")
    assert row["outcome"] == "cannot_tell" or "could not be checked" in str(row["reason"])


def test_an_export_without_conferences_does_not_break_the_rule_on_core_groups() -> None:
    group = {"core_group_id": "G1", "child_id": "C1", "plan_id": "P1", "held_on": "2015-01-12"}
    results = audit({"children": CHILD, "plans": [plan()], "core_groups": [group]})
    assert (results.seen.runs["CG-FIRST-01"].status, results.seen.runs["CG-FIRST-01"].why) == ("evaluated", "")


def test_a_review_is_not_the_first_while_an_earlier_one_may_count() -> None:
    """January's row is there twice, once as cancelled: April's may be the second review and not the first."""
    review = {"child_id": "C1", "care_episode_id": "X1", "kind": "looked_after"}
    tables = {
        "children": CHILD,
        "care_episodes": [{"care_episode_id": "X1", "child_id": "C1", "started_on": "2014-01-06"}],
        "reviews": [
            review | {"review_id": "R1", "held_on": "2014-01-20"},
            review | {"review_id": "R1", "held_on": "2014-01-20", "cancelled": "yes"},
            review | {"review_id": "R2", "held_on": "2014-04-14"},
            review | {"review_id": "R3", "held_on": "2014-09-22"},
        ],
    }
    assert "not_met" not in seen(audit(tables), "LAC-REV2-07").values()


def test_a_reason_that_cannot_be_read_excuses_no_report() -> None:
    report = {"report_id": "T1", "child_id": "C1", "conference_id": "K1", "recipient": "parent", "shared_at": ""}
    tables = {
        "children": CHILD, "conferences": [{"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": "2015-06-10T10:00"}],
        "conference_reports": [report, report | {"not_shared_reason": "parents abroad"}],
    }  # fmt: skip
    assert seen(audit(tables), "CPC-REP24-04")["K1/parent"] == "cannot_tell"


def test_the_duty_may_have_passed_to_an_episode_whose_beginning_cannot_be_read() -> None:
    tables = {
        "children": CHILD,
        "missing_episodes": [
            {"missing_id": "M1", "child_id": "C1", "went_missing_at": "2015-03-01T20:00", "returned_at": "2015-03-02T08:00"},
            {
                "missing_id": "M2",
                "child_id": "C1",
                "went_missing_at": "3.3.2015",
                "returned_at": "2015-03-04T09:00",
                "interviewed_at": "2015-03-05T09:00",
            },
        ],
    }
    assert seen(audit(tables), "MIS-72H-02") == {"M1": "cannot_tell", "M2": "met"}


def test_a_case_whose_plan_may_be_a_child_protection_plan_is_not_held_to_the_longest_interval() -> None:
    tables = {
        "children": CHILD, "plans": [plan(started_on="2015-05-15"), plan(started_on="2015-05-15", kind="child_in_need")],
        "management_decisions": [{"decision_id": "D1", "child_id": "C1", "decided_on": "2015-06-29"}],
    }  # fmt: skip
    assert seen(audit(tables), "MGT-OVS-01")["cases:C1:2015-05-15"] == "cannot_tell"


def test_a_child_whose_only_referral_has_an_unreadable_date_is_not_left_out() -> None:
    referral = {"referral_id": "R1", "child_id": "C1", "received_at": "1.6.2015", "no_further_action": "no"}
    found = seen(audit({"children": CHILD, "referrals": [referral], "risk_assessments": []}), "RSK-FILE-01")
    assert list(found.values()) == ["cannot_tell"]


def test_a_closure_is_not_called_sound_while_a_plan_with_open_actions_may_be_its_plan() -> None:
    ended = plan(ended_on="2015-05-29", referral_id="R1")
    tables = closing() | {
        "plans": [ended, ended | {"referral_id": "R2"}], "risk_assessments": [],
        "plan_actions": [{"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "Assess", "status": "open"}],
    }  # fmt: skip
    results = audit(tables)
    assert seen(results, "CLS-ACT-02") == {"P1": "not_met"}
    assert seen(results, "CLS-PREM-03") == {"R1": "cannot_tell"}


def test_the_core_group_is_not_counted_from_the_plans_start_while_the_conference_may_be_another_plans() -> None:
    conference = {"conference_id": "K1", "child_id": "C1", "kind": "transfer_in", "held_at": "2014-11-03T10:00"}
    tables = {
        "children": CHILD, "plans": [plan()], "conferences": [conference | {"plan_id": "P1"}, conference | {"plan_id": "P2"}],
        "core_groups": [{"core_group_id": "G1", "child_id": "C1", "plan_id": "P1", "held_on": "2015-01-12"}],
    }  # fmt: skip
    assert seen(audit(tables), "CG-FIRST-01") == {"P1": "cannot_tell"}


def test_a_window_hides_a_high_risk_that_may_have_been_the_latest() -> None:
    """The latest that the export shows was made after the closure; what was the latest before it, nobody can see."""
    after = [{"risk_assessment_id": "X9", "child_id": "C1", "completed_on": "2015-06-20", "level": "low"}]
    assert seen(audit(closing() | {"risk_assessments": after}, coverage={"risk_assessments": "latest_only"}), "CLS-PREM-03") == {
        "R1": "cannot_tell"
    }


# ---- boundaries that hold


@pytest.mark.parametrize(
    ("as_of", "decided", "outcome"),
    [
        (date(2015, 6, 29), "", "not_yet_due"),
        (date(2015, 6, 30), "", "not_met"),
        (date(2015, 6, 30), "2015-06-29T17:00", "met"),
        (date(2015, 6, 30), "2015-06-30", "not_met"),
        (date(2015, 6, 29), "2015-06-29T23:59", "met"),
        (date(2015, 6, 29), "2015-06-30", "not_yet_due"),
        (date(2015, 7, 10), "2015-06-25", "cannot_tell"),
        (date(2015, 7, 10), "29/06/2015", "cannot_tell"),
        (date(2015, 7, 10), "TBC", "cannot_tell"),
    ],
)
def test_a_decision_is_due_at_the_end_of_the_next_working_day(as_of: date, decided: str, outcome: str) -> None:
    tables = {
        "children": CHILD,
        "referrals": [{"referral_id": "R1", "child_id": "C1", "received_at": "2015-06-26T16:00", "decided_at": decided}],
    }
    assert seen(audit(tables, as_of), "REF-DEC-01") == {"R1": outcome}


@pytest.mark.parametrize(("started", "child_seen", "outcome", "over"), [
    ("2015-03-28T12:00", "2015-03-29T13:00", "met", None),
    ("2015-03-28T12:00", "2015-03-29T13:01", "not_met", 1),
    ("2014-10-25T12:00", "2014-10-26T11:00", "met", None),
    ("2014-10-25T12:00", "2014-10-26T11:01", "not_met", 1),
    ("2014-10-25T01:45", "2014-10-26T01:30", "cannot_tell", None),
    ("2014-10-25T00:30", "2014-10-26T01:30", "not_met", 60),
    ("2015-05-01T00:00", "2015-05-02T10:00", "cannot_tell", None),
    ("2015-05-01", "2015-05-01", "met", None),
    ("2015-05-01", "2015-05-03T00:01", "not_met", 2),
    ("2015-05-01T10:00", "2015-05-02", "cannot_tell", None),
    ("2015-05-01T10:00", "2015-05-03", "not_met", 840),
    ("2015-05-01T10:00", "2015-04-30T10:00", "cannot_tell", None),
    ("2015-03-29T01:30", "2015-03-29T12:00", "cannot_tell", None),
])  # fmt: skip
def test_twenty_four_hours_are_elapsed_hours_and_a_day_is_the_whole_day(
    started: str, child_seen: str, outcome: str, over: int | None
) -> None:
    tables = {
        "children": CHILD,
        "strategy_discussions": [{"strategy_id": "D1", "child_id": "C1", "held_at": started}],
        "section_47_enquiries": [
            {"enquiry_id": "E1", "child_id": "C1", "strategy_id": "D1", "started_on": started[:10], "child_seen_at": child_seen}
        ],
    }
    row = observed(audit(tables), "S47-24H-04", "E1")
    assert (row["outcome"], row["over"]) == (outcome, over)


@pytest.mark.parametrize(("held", "shared", "outcome"), [
    ("2015-06-10", "2015-06-08", "met"),
    ("2015-06-10", "2015-06-09", "cannot_tell"),
    ("2015-06-10", "2015-06-10", "not_met"),
    ("2015-06-10T10:00", "2015-06-09T10:00", "met"),
    ("2015-06-10T10:00", "2015-06-09T10:01", "not_met"),
    ("2015-06-10T10:00", "2015-06-09", "cannot_tell"),
    ("2015-06-10T10:00", "", "not_met"),
    ("2015-06-10T10:00", "9 June", "cannot_tell"),
    ("2015-03-29T12:00", "2015-03-28T11:00", "met"),
    ("2015-03-29T12:00", "2015-03-28T11:01", "not_met"),
])  # fmt: skip
def test_a_report_is_shared_a_whole_day_before_the_conference(held: str, shared: str, outcome: str) -> None:
    tables = {
        "children": CHILD, "conferences": [{"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": held}],
        "conference_reports": [{"report_id": "T1", "child_id": "C1", "conference_id": "K1", "recipient": "parent", "shared_at": shared}],
    }  # fmt: skip
    assert seen(audit(tables), "CPC-REP24-04")["K1/parent"] == outcome


@pytest.mark.parametrize(("held", "outcome"), [("2015-02-28", "met"), ("2015-03-01", "not_met"), ("", "not_met")])
def test_six_months_after_the_last_of_august_end_with_february(held: str, outcome: str) -> None:
    review = {"child_id": "C1", "plan_id": "P1", "kind": "review"}
    tables = {
        "children": CHILD, "plans": [plan(started_on="2014-06-02")],
        "conferences": [review | {"conference_id": "K1", "held_at": "2014-08-31"}, review | {"conference_id": "K2", "held_at": held}],
    }  # fmt: skip
    row = observed(audit(tables), "CPC-RCPC2-12", "K1")
    assert (row["outcome"], row["due_at"], row["trigger_at"]) == (outcome, "2015-02-28", "2014-08-31")


@pytest.mark.parametrize(("child", "ends", "outcome"), [
    ({}, {}, "not_met"),
    ({"died_on": "2015-01-18"}, {}, "not_applicable"),
    ({"died_on": "2015-01-19"}, {}, "not_met"),
    ({"left_area_on": "2015-01-18"}, {}, "not_applicable"),
    ({"date_of_birth": "1997-01-18"}, {}, "not_applicable"),
    ({"date_of_birth": "1997-01-19"}, {}, "not_met"),
    ({}, {"ended_on": "2015-01-18"}, "not_applicable"),
    ({}, {"ended_on": "2015-01-19"}, "not_met"),
    ({}, {"ended_on": "2051-01-18"}, "not_met"),
    ({}, {"ended_on": "18 January"}, "cannot_tell"),
    ({"died_on": "?"}, {}, "cannot_tell"),
])  # fmt: skip
def test_a_duty_that_falls_due_after_its_end_is_not_owed(child: Row, ends: Row, outcome: str) -> None:
    """The plan's document is due on Monday 19 January 2015."""
    tables = {"children": [CHILD[0] | child], "plans": [plan(document_on="", **ends)]}
    assert seen(audit(tables), "CPP-EXIST-01") == {"P1": outcome}


def test_a_reason_justifies_a_late_conference_only_once_it_was_held() -> None:
    enquiry = {"enquiry_id": "E1", "child_id": "C1", "started_on": "2015-05-01"}
    conference = {"conference_id": "K1", "child_id": "C1", "enquiry_id": "E1", "kind": "initial", "late_reason": "chair ill"}

    def outcome(**said: str) -> dict[str, str]:
        return seen(audit({"children": CHILD, "section_47_enquiries": [enquiry], "conferences": [conference | said]}), "CPC-ICPC-01")

    assert outcome(held_at="2015-06-20") == {"E1": "justified"}
    assert outcome(held_at="2015-06-20", late_reason="n/a") == {"E1": "not_met"}
    assert outcome(held_at="2015-07-20") == {"E1": "not_met"}
    assert outcome(held_at="") == {"E1": "not_met"}


def test_a_visit_without_a_plan_belongs_to_the_child_protection_plan_of_its_day() -> None:
    tables = {
        "children": CHILD,
        "plans": [
            plan(plan_id="P1", started_on="2015-01-05", ended_on="2015-02-27", visit_every="1 week"),
            plan(plan_id="P2", kind="child_in_need", started_on="2015-02-01"),
            plan(plan_id="P3", started_on="2015-06-15", visit_every="3 weeks"),
        ],
        "visits": [
            visit("V1", "2015-02-25T10:00", plan_id=""),
            visit("V2", "2015-06-20T10:00", plan_id=""),
            visit("V3", "2015-04-01T10:00", plan_id=""),
        ],
    }
    assert seen(audit(tables), "VIS-CP-01") == {
        "P1": "not_met",
        "P3": "met",
        "V1": "not_applicable",
        "V2": "not_yet_due",
    }


@pytest.mark.parametrize(("every", "profile", "outcome"), [
    ("1 week", "local-example", "not_met"),
    ("4 weeks", "local-example", "not_yet_due"),
    ("", "local-example", "not_met"),
    ("", None, "cannot_tell"),
    ("fortnightly", "local-example", "cannot_tell"),
])  # fmt: skip
def test_the_interval_on_the_plan_goes_before_the_local_one(every: str, profile: str | None, outcome: str) -> None:
    tables = {"children": CHILD, "plans": [plan(started_on="2015-06-10", visit_every=every)], "visits": []}
    assert seen(audit(tables, profile=profile), "VIS-CP-01") == {"P1": outcome}


def test_what_lies_before_the_window_is_never_a_breach() -> None:
    tables = {"children": CHILD, "plans": [plan(visit_every="2 weeks")], "visits": [visit("V1", "2015-06-20T10:00")]}
    assert seen(audit(tables), "VIS-CP-01") == {"P1": "not_met", "V1": "not_yet_due"}
    assert seen(audit(tables, coverage={"visits": "since 2015-06-01"}), "VIS-CP-01") == {"P1": "cannot_tell", "V1": "not_yet_due"}
    assert seen(audit(tables, coverage={"visits": "latest_only"}), "VIS-CP-01") == {"V1": "not_yet_due"}


def test_a_rule_whose_table_is_not_there_is_not_evaluated_and_says_so_once() -> None:
    results = audit({"children": CHILD, "plans": [plan()]}, profile=None)
    assert (results.seen.runs["VIS-CP-01"].status, results.seen.runs["VIS-CP-01"].why) == ("not_evaluated", "table missing: visits")
    assert seen(results, "VIS-CP-01") == {}
    groups = audit({"children": CHILD, "plans": [plan()], "core_groups": []}, profile=None)
    assert groups.seen.runs["CG-NEXT-02"].why == "no local standard set"


def test_no_rule_fails_on_a_table_of_blanks() -> None:
    results = audit({name: [] for name in contract.supplied()})
    assert {rule: run_.why for rule, run_ in results.seen.runs.items() if run_.status != "evaluated" and run_.rule.kind != "auditor"} == {}


def test_a_child_whom_only_another_table_names_is_audited() -> None:
    results = results_of({"children": CHILD, "plans": [plan(child_id="C7", document_on="")]}, AS_OF)
    assert seen(results, "CPP-EXIST-01") == {"P1": "not_met"}


def test_while_the_plan_is_not_written_its_contents_are_not_asked_for() -> None:
    action = {"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "x"}
    tables = {"children": CHILD, "plans": [plan(document_on="")], "plan_actions": [action]}
    results = audit(tables)
    assert seen(results, "CPP-EXIST-01") == {"P1": "not_met"}
    assert seen(results, "CPP-OWN-03") == {"A1": "not_applicable"}
    late = audit(tables | {"plans": [plan(document_on="2015-06-01")]})
    assert seen(late, "CPP-EXIST-01") == {"P1": "not_met"}
    assert seen(late, "CPP-OWN-03") == {"A1": "not_met"}


def test_the_third_late_review_in_a_row_is_more_severe_and_one_in_time_breaks_the_row() -> None:
    def severities(*held: str) -> list[str]:
        reviews = [
            {"review_id": f"R{n}", "child_id": "C1", "care_episode_id": "X1", "kind": "looked_after", "held_on": day}
            for n, day in enumerate(held)
        ]
        tables = {
            "children": CHILD,
            "care_episodes": [{"care_episode_id": "X1", "child_id": "C1", "started_on": "2011-05-03"}],
            "reviews": reviews,
        }
        found = finding_table(audit(tables)).to_pydict()
        return [s for s, rule in zip(found["severity"], found["rule_id"], strict=True) if rule == "LAC-REV3-08"]

    late = ("2011-05-20", "2011-08-01", "2012-03-01", "2012-10-01", "2013-05-01")
    assert sorted(severities(*late, "2013-10-01", "2014-03-01", "2014-08-01", "2015-01-20")) == ["high", "medium", "medium"]
    assert sorted(severities(*late[:4], "2013-03-01", "2013-10-01", "2014-03-01", "2014-08-01", "2015-01-20")) == [
        "medium",
        "medium",
        "medium",
    ]


def test_identical_rows_count_once_and_contradicting_ones_are_unreadable() -> None:
    referral = {"referral_id": "R1", "child_id": "C1", "received_at": "2015-06-01T10:00", "decided_at": "2015-06-02"}
    assert seen(audit({"children": CHILD, "referrals": [referral, referral]}), "REF-DEC-01") == {"R1": "met"}
    assert seen(audit({"children": CHILD, "referrals": [referral, referral | {"decided_at": "2015-06-20"}]}), "REF-DEC-01") == {
        "R1": "cannot_tell"
    }


def test_a_finding_keeps_its_id_when_everything_but_rule_child_record_and_class_changes() -> None:
    def ids(day: date, *others: Row) -> set[str]:
        found = finding_table(audit({"children": CHILD, "plans": [plan(document_on=""), *others]}, day)).to_pydict()
        return {
            i
            for i, rule, child in zip(found["finding_id"], found["rule_id"], found["child_id"], strict=True)
            if (rule, child) == ("CPP-EXIST-01", "C1")
        }

    assert ids(date(2015, 3, 1)) == ids(AS_OF, plan(plan_id="P0", child_id="C0", document_on="")) != set()


# ---- the same records told another way (the invented authority of Northshire)


@cache
def northshire() -> Export:
    return exports.read(Path(__file__).parents[1] / "fixtures" / "northshire")


def told(tables: Mapping[str, dict[str, pa.Array]]) -> Results:
    """The audit of whole columns."""
    raw = {name: RawTable(name, dict(columns), f"{name}.csv") for name, columns in tables.items()}
    rulebook = book()
    return audit_of(Export("test", raw, dict(northshire().coverage)), apply(rulebook, "local-example"), rulebook, clock.day_number(AS_OF))


def as_told() -> dict[str, dict[str, pa.Array]]:
    return {name: dict(table.columns) for name, table in northshire().tables.items()}


def told_in(
    tables: Mapping[str, dict[str, pa.Array]], keep: Callable[[str, dict[str, pa.Array]], list[int]]
) -> dict[str, dict[str, pa.Array]]:
    result = {}
    for name, columns in tables.items():
        rows = pa.array(keep(name, columns), pa.int64())
        result[name] = {field: column.take(rows) for field, column in columns.items()}
    return result


def lines(results: Results) -> list[str]:
    return sorted(str(row) for row in results.table().to_pylist())


def test_the_order_of_rows_changes_nothing() -> None:
    chance = Random(7)
    shuffled = told_in(
        as_told(), lambda _, columns: chance.sample(range(len(next(iter(columns.values())))), len(next(iter(columns.values()))))
    )
    one, other = told(as_told()), told(shuffled)
    assert lines(one) == lines(other)
    assert plain(finding_table(one)).equals(plain(finding_table(other)))


def test_half_the_families_get_the_same_audit_as_all_of_them() -> None:
    """Families with an even number and the records of their children, then the others; nothing else is shared but the workers."""
    tables = as_told()
    family = dict(zip(tables["children"]["child_id"].to_pylist(), tables["children"]["family_id"].to_pylist(), strict=True))
    plans = dict(zip(tables["plans"]["plan_id"].to_pylist(), tables["plans"]["child_id"].to_pylist(), strict=True))

    def half(number: int) -> list[str]:
        def mine(_: str, columns: dict[str, pa.Array]) -> list[int]:
            length = len(next(iter(columns.values())))
            child = columns["child_id"].to_pylist() if "child_id" in columns else [None] * length
            plan_of = columns["plan_id"].to_pylist() if "plan_id" in columns else [""] * length
            who = [c if c is None or c else plans.get(p, "") for c, p in zip(child, plan_of, strict=True)]
            return [i for i, c in enumerate(who) if c is None or sum(map(ord, family.get(c) or c)) % 2 == number]

        return lines(told(told_in(tables, mine)))

    assert sorted(half(0) + half(1)) == lines(told(tables))


def test_other_names_for_records_change_no_outcome() -> None:
    """Every id of a conference, visit, plan, referral ... is turned round, so that ties by id would fall the other way."""
    tables = as_told()
    keys = {contract.key_of(name): name for name in tables if name not in ("children", "workers")}
    other = {
        name: {
            field: pa.array(
                [f"{9_999_999 - sum(map(ord, x))}-{x[::-1]}" if x and field in keys else x for x in column.to_pylist()], pa.string()
            )
            for field, column in columns.items()
        }
        for name, columns in tables.items()
    }

    def counts(results: Results) -> Counter[tuple[str, ...]]:
        rows = results.table().to_pylist()
        return Counter(
            tuple(str(row[f]) for f in ("rule_id", "child_id", "class", "outcome", "trigger_at", "due_at", "happened_at", "over"))
            for row in rows
        )

    assert counts(told(tables)) == counts(told(other))


def test_a_day_later_nothing_that_was_met_is_undone_by_time_alone() -> None:
    """A deadline once kept stays kept: only what must be recent can grow old."""
    rulebook = book()
    growing_old = {rule for rule, said in rulebook.rules.items() if said.check in ("exists", "together")}

    def on(day: date) -> dict[object, str]:
        results = audit_of(northshire(), apply(rulebook, "local-example"), rulebook, clock.day_number(day))
        return {key: outcome for key, outcome in outcomes(results).items() if key[0] not in growing_old}

    before, after = on(date(2015, 6, 30)), on(date(2015, 7, 15))
    assert {key: after[key] for key, outcome in before.items() if outcome == "met" and after[key] != "met"} == {}


#: A date, a moment, references up and down, kinds, a yes or no, a text; the deep run tries the others.
UNREADABLE = [
    "children.date_of_birth", "conference_reports.recipient", "conferences.held_at", "core_groups.plan_id", "plan_actions.action",
    "plans.kind", "section_47_enquiries.strategy_id", "visits.child_seen", "workers.role",
]  # fmt: skip
MORE_UNREADABLE = [
    "assessments.authorised_on", "assessments.referral_id", "conference_reports.conference_id", "conference_reports.shared_at",
    "conferences.enquiry_id", "conferences.plan_id", "core_groups.held_on", "management_decisions.manager_id", "plan_actions.completed_on",
    "plan_actions.plan_id", "plans.ended_on", "plans.referral_id", "reviews.care_episode_id", "reviews.kind", "visits.plan_id",
    "visits.visited_at",
]  # fmt: skip


@pytest.mark.parametrize("field", [*UNREADABLE, *(pytest.param(field, marks=pytest.mark.deep) for field in MORE_UNREADABLE)])
def test_a_column_that_cannot_be_read_shows_no_breach_and_hides_none_behind_met(field: str) -> None:
    """Every value of the column is what contradicting rows leave behind: whatever rested on it can't be told."""
    table, name = field.split(".")
    tables = as_told()
    tables[table] = tables[table] | {name: pa.array([DIFFERS] * len(tables[table][name]), pa.string())}
    before, after = outcomes(told(as_told())), outcomes(told(tables))
    changed = Counter((key[0], was, after[key]) for key, was in before.items() if key in after and was != after[key])
    wrong = {("met", "not_met"), ("cannot_tell", "not_met"), ("not_applicable", "not_met"), ("not_met", "met"), ("cannot_tell", "met")}
    assert {change: n for change, n in changed.items() if change[1:] in wrong} == {}


def test_a_number_that_cannot_be_read_is_not_taken_for_recorded() -> None:
    said = {"previous_plans_analysis": "Looked at."}
    rows = [plan(previous_plans="several", **said), plan(plan_id="P2", previous_plans="1", **said)]
    assert seen(audit({"children": CHILD, "plans": rows}), "DRF-REP-03") == {"P1": "cannot_tell", "P2": "met"}


CARE: dict[str, Rows] = {
    "children": [{"child_id": "C1", "date_of_birth": "2008-05-01"}],
    "care_episodes": [
        {
            "care_episode_id": "A1",
            "child_id": "C1",
            "started_on": "2012-03-05",
            "ended_on": "2015-05-29",
            "end_reason": "",
            "legal_status": "",
        }
    ],
    "reviews": [{"review_id": "V1", "child_id": "C1", "kind": "looked_after", "care_episode_id": "A1", "held_on": "2014-01-10"}],
}


def test_what_an_export_cannot_hold_may_be_what_would_do_as_well() -> None:
    """Care that ended: a review, or an assessment of the return home. Without assessments in the export the second can't be told."""
    key = ("LAC-CEASE-29", "care_episodes", "A1", "")
    assert outcomes(results_of(CARE, AS_OF))[key] == "cannot_tell"
    carried = CARE | {
        "risk_assessments": [{"risk_assessment_id": "K1", "child_id": "C2", "kind": "return_home", "completed_on": "2015-05-20"}]
    }
    assert outcomes(results_of(carried, AS_OF))[key] == "not_met"
    late = CARE | {"reviews": [{**CARE["reviews"][0], "held_on": "2015-05-20"}]}
    assert outcomes(results_of(late, AS_OF))[key] == "met"


PLAN: dict[str, Rows] = {
    "plans": [{"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": "2015-01-05"}],
    "visits": [
        {"visit_id": "V1", "child_id": "C1", "plan_id": "P1", "visited_at": "2015-01-08", "child_seen": "no", "kind": "child_protection"}
    ],
}


@pytest.mark.parametrize(
    ("child", "outcome"),
    [
        ({"date_of_birth": ""}, "cannot_tell"),
        ({"date_of_birth": "", "expected_birth_date": ""}, "not_met"),
        ({"date_of_birth": "2010-01-01"}, "not_met"),
        ({"sex": "F"}, "not_met"),
    ],
)
def test_a_child_without_a_birth_may_be_unborn_where_no_expected_births_are_carried(child: dict[str, str], outcome: str) -> None:
    found = outcomes(results_of(PLAN | {"children": [{"child_id": "C1", **child}]}, AS_OF))
    assert found["VIS-CP-01", "plans", "P1", ""] == outcome


@pytest.mark.parametrize(("day", "outcome"), [("2015-31-01", "cannot_tell"), ("2014-12-20", "not_met")])
def test_a_series_that_only_a_doubtful_event_may_have_begun_is_not_passed_over(day: str, outcome: str) -> None:
    """The only review of a plan: on an unreadable day an interval began that nobody can follow."""
    tables: dict[str, Rows] = {
        "plans": [{"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": "2014-10-01"}],
        "conferences": [{"conference_id": "K1", "child_id": "C1", "plan_id": "P1", "kind": "review", "held_at": day, "cancelled": ""}],
    }
    found = {key[1:3]: one for key, one in outcomes(results_of(tables, date(2015, 9, 30))).items() if key[0] == "CPC-RCPC2-12"}
    assert found == {("plans", "P1") if outcome == "cannot_tell" else ("conferences", "K1"): outcome}


@pytest.mark.parametrize(("since", "outcome"), [("2015-01-01", "cannot_tell"), ("2014-01-01", "met")])
def test_what_stood_before_a_window_may_still_stand(since: str, outcome: str) -> None:
    """A plan that ended without an open action in sight: one from before the window may have been open."""
    tables: dict[str, Rows] = {
        "plans": [{"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": "2014-02-03", "ended_on": "2015-03-02"}],
        "plan_actions": [
            {
                "action_id": "X1",
                "plan_id": "P1",
                "child_id": "C1",
                "status": "completed",
                "completed_on": "2015-02-02",
                "carried_over_to": "",
            }
        ],
    }
    found = outcomes(results_of(tables, AS_OF, {"plan_actions": f"since {since}"}))
    assert found["CLS-ACT-02", "plans", "P1", ""] == outcome
