"""What the audit may claim, in the words of the design: never a breach that the records cannot show, never *met* where nobody could check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from auditcheck import contract
from auditcheck.nightly import FINDINGS, Order, run
from auditcheck.results import Results
from auditcheck.rulebook.model import Rulebook

from running import Rows, book, outcomes, results_of

Row = dict[str, str]
AS_OF = date(2015, 6, 30)


def filled(tables: Mapping[str, Rows]) -> dict[str, list[Mapping[str, str]]]:
    """The same tables with every column of the contract: a row of an unrelated child Z, otherwise blank, carries them."""
    result = {}
    for name, rows in tables.items():
        fields = contract.tables()[name]
        result[name] = [dict.fromkeys(fields, "") | {contract.key_of(name): f"Z-{name}"} | ({"child_id": "Z"} if "child_id" in fields else {}), *rows]
    return result


def audit(tables: Mapping[str, Rows], as_of: date = AS_OF, coverage: Mapping[str, str] | None = None, profile: str | None = "local-example") -> Results:
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
    return rows[0]


def plan(**said: str) -> Row:
    return {"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": "2015-01-05", "document_on": "2015-01-06"} | said


def visit(visit_id: str, at: str, **said: str) -> Row:
    return {"visit_id": visit_id, "child_id": "C1", "plan_id": "P1", "visited_at": at, "child_seen": "yes", "kind": "child_protection"} | said


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
        "children": CHILD, "workers": SENIOR, "plans": [plan(started_on="2013-06-01")],
        "management_decisions": [{"decision_id": "D9", "child_id": "C1", "decided_on": "2015-06-25", "about": "review", "manager_id": "M1"}],
    }  # fmt: skip
    assert seen(audit(tables, coverage={"management_decisions": "latest_only"}), "DRF-15M-01") == {"P1": "cannot_tell"}


def test_a_latest_conference_that_was_cancelled_does_not_show_that_no_review_was_held() -> None:
    tables = {
        "children": CHILD, "plans": [plan()],
        "conferences": [{"conference_id": "K9", "child_id": "C1", "plan_id": "P1", "kind": "review", "held_at": "2015-06-20", "cancelled": "yes"}],
    }  # fmt: skip
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
    tables["referrals"] = [*tables["referrals"], tables["referrals"][0] | {"closure_reason": "died"}]
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
        "children": CHILD, "workers": SENIOR, "plans": [plan(started_on="2013-06-01")], "management_decisions": [],
        "plan_actions": [{"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "x", "owner": "y", "due_on": "2015-03-01", "completed_on": "2015-02-01"}],
    }  # fmt: skip
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
        "children": CHILD, "referrals": [],
        "assessments": [{"assessment_id": "A1", "child_id": "C1", "referral_id": "R9", "kind": "single", "started_on": "2015-03-02", "authorised_on": "2015-04-01"}],
    }  # fmt: skip
    assert seen(audit(tables), "ASM-45-03") == {"A1": "cannot_tell"}


def test_an_assessment_is_not_the_first_of_its_referral_while_another_one_has_an_unreadable_start() -> None:
    tables = {
        "children": CHILD, "referrals": [{"referral_id": "R1", "child_id": "C1", "received_at": "2015-01-05"}],
        "assessments": [
            {"assessment_id": "A1", "child_id": "C1", "referral_id": "R1", "kind": "single", "started_on": "2015-13-05", "authorised_on": "2015-02-01"},
            {"assessment_id": "A2", "child_id": "C1", "referral_id": "R1", "kind": "single", "started_on": "2015-03-02", "authorised_on": "2015-04-01"},
        ],
    }  # fmt: skip
    assert seen(audit(tables), "ASM-45-03") == {"A1": "cannot_tell", "A2": "cannot_tell"}


@pytest.mark.parametrize("rows", [
    pytest.param([visit("V1", "2015-06-15T10:00", plan_id="P9")], id="a plan that is not in the export"),
    pytest.param([visit("V1", "2015-06-15T10:00", plan_id="P1"), visit("V1", "2015-06-15T10:00", plan_id="P7")], id="two plans for one visit"),
    pytest.param([visit("V1", "2015-06-15T10:00", plan_id="TBC")], id="a placeholder"),
])  # fmt: skip
def test_a_visit_to_the_child_whose_plan_cannot_be_told_is_not_held_to_be_no_visit(rows: Rows) -> None:
    tables = {"children": CHILD, "plans": [plan(started_on="2015-06-10", visit_every="1 week")], "visits": rows}
    assert seen(audit(tables), "VIS-CP-01")["P1"] == "cannot_tell"


def test_an_unlinked_visit_on_an_unreadable_day_may_have_been_in_time() -> None:
    tables = {"children": CHILD, "plans": [plan(started_on="2015-06-10", visit_every="1 week")], "visits": [visit("V1", "15.6.2015", plan_id="")]}
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
        "conference_reports": [report | {"report_id": "T1", "shared_at": "2015-06-05T10:00"}, report | {"report_id": "T2", "shared_at": "2051-06-05T10:00"}],
    }  # fmt: skip
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
    tables = {"children": CHILD, "section_47_enquiries": [{"enquiry_id": "E1", "child_id": "C1", "started_on": "2015-05-01", "child_seen_at": "2051-05-01T12:00"}]}
    results = audit(tables)
    assert seen(results, "S47-24H-04") == {"E1": "not_met"}
    assert [p.column for p in results.seen.problems if p.value.startswith("2051")] == ["child_seen_at"]


def test_a_missing_child_who_went_missing_again_is_not_still_awaited_from_the_first_time() -> None:
    tables = {
        "children": CHILD,
        "missing_episodes": [
            {"missing_id": "M1", "child_id": "C1", "went_missing_at": "2015-03-01T20:00"},
            {"missing_id": "M2", "child_id": "C1", "went_missing_at": "2015-05-01T20:00", "returned_at": "2015-05-02T09:00", "interviewed_at": "2015-05-03T09:00"},
        ],
    }  # fmt: skip
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
