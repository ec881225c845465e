"""The edition in force on the day of a trigger decides: both regimes in one file, and what nobody saw of the latest is marked as such."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import ROOT, audit, folder, invoke, rows

from auditcheck.rulebook import load
from auditcheck.rulebook.editions import rests_on_it

BOOK = load(ROOT / "rules")
LAST = BOOK.editions[-1]

#: One child, open through April 2013: referred and assessed under the 2010 edition, and again, three days later, under that of 2013.
SPANNING = {
    "children.csv": "child_id\nC1\n",
    "plans.csv": None,
    "conferences.csv": None,
    "referrals.csv": "referral_id,child_id,received_at,closed_on\nR1,C1,2013-04-12T10:00,\nR2,C1,2013-04-15T10:00,\n",
    "assessments.csv": (
        "assessment_id,child_id,referral_id,kind,started_on,authorised_on,late_reason\n"
        "A1,C1,R1,initial,2013-04-12,2013-04-29,\n"  # the eleventh working day
        "A2,C1,R1,core,2013-04-12,2013-06-05,\n"  # the thirty-sixth
        "A3,C1,R2,single,2013-04-15,2013-06-19,\n"  # the forty-fifth
        "A4,C1,R2,single,2013-04-16,2013-06-21,\n"  # the forty-sixth, of its own start
        "A5,C1,R2,initial,2013-04-15,2013-04-30,\n"  # an assessment of the old kind under the new edition
    ),
}


def test_a_file_that_spans_april_2013_shows_both_regimes_side_by_side(tmp_path: Path) -> None:
    run = audit(folder(tmp_path / "export", SPANNING), tmp_path / "out", "--fail-on", "never")
    rules = ("ASM-IA-01", "ASM-CA-02", "ASM-45-03")
    outside = "not_applicable"
    assert {name: tuple(run.outcomes[rule, name] for rule in rules) for name in ("A1", "A2", "A3", "A4", "A5")} == {
        "A1": ("not_met", outside, outside),
        "A2": (outside, "not_met", outside),
        "A3": (outside, outside, "met"),
        "A4": (outside, outside, "not_met"),
        "A5": (outside, outside, "met"),
    }
    found = {(row["rule_id"], row["record_id"]): (row["limit"], row["edition"], row["verified"]) for row in rows(run.out / "findings.csv")}
    assert found["ASM-IA-01", "A1"] == ("10 working days", "WT2010", "secondary")
    assert found["ASM-CA-02", "A2"] == ("35 working days", "WT2010", "secondary")
    assert found["ASM-45-03", "A4"] == ("45 working days", "WT2013", "secondary")


#: An enquiry before and one on the first day of the 2026 edition: without a discussion, and neither with the conference that it needed.
ACROSS = {
    "children.csv": "child_id\nC1\nC2\n",
    "plans.csv": None,
    "strategy_discussions.csv": (
        "strategy_id,child_id,held_at\nS1,C1,2026-03-18\nS2,C2,2026-03-19\n"  # each a day after the enquiry that it should come before
    ),
    "section_47_enquiries.csv": (
        "enquiry_id,child_id,strategy_id,started_on,outcome,outcome_recorded_on,conference_required\n"
        "E1,C1,S1,2026-03-17,substantiated_conference,2026-03-20,yes\nE2,C2,S2,2026-03-18,substantiated_conference,2026-03-20,yes\n"
    ),
    "conferences.csv": "conference_id,child_id,kind,held_at,enquiry_id\n",
    "referrals.csv": "referral_id,child_id,received_at,decided_at\nR1,C1,2026-03-17,\nR2,C2,2026-03-18,\n",
}


def test_a_finding_under_the_2026_edition_is_marked_unverified(tmp_path: Path) -> None:
    run = audit(folder(tmp_path / "export", ACROSS), tmp_path / "out", "--fail-on", "never", as_of="2026-06-30")
    found = {(row["rule_id"], row["record_id"]): row for row in rows(run.out / "findings.csv")}
    told = {key: (found[key]["limit"], found[key]["edition"], found[key]["verified"]) for key in found}
    assert told["REF-DEC-01", "R1"] == ("1 working day", "WT2023", "secondary")
    assert told["REF-DEC-01", "R2"] == ("1 working day", "WT2026", "unverified"), "a dated value says it"
    assert told["S47-STRAT-01", "E1"] == ("", "WT2023", "secondary")
    assert told["S47-STRAT-01", "E2"] == ("", "WT2026", "unverified"), "a rule without a limit too"
    assert found["S47-STRAT-01", "E2"]["law"].endswith("(WT2026: carried over from WT2023, not checked)")
    assert not found["S47-STRAT-01", "E1"]["law"].endswith("not checked)")
    why = invoke("why", found["S47-STRAT-01", "E2"]["finding_id"], "--run", run.out)[1]
    assert "not checked against the source" in why


def test_no_finding_under_2026_says_that_its_words_were_seen(tmp_path: Path) -> None:
    run = audit(folder(tmp_path / "export", ACROSS), tmp_path / "out", "--fail-on", "never", as_of="2026-06-30")
    under = [row for row in rows(run.out / "findings.csv") if row["edition"] == "WT2026"]
    assert len(under) > 2 and {row["verified"] for row in under} == {"unverified"}


def asked_in_2026() -> list[str]:
    """Rules of Working Together that still ask something under its latest edition."""
    rules = [rule for rule in BOOK.rules.values() if rests_on_it(rule) and rule.check != "asks"]
    return [rule.id for rule in rules if not rule.limit.values or ((value := rule.limit.on(LAST.from_)) and value.is_)]


def test_some_rules_of_working_together_ended_with_an_edition() -> None:
    statutory = {rule.id for rule in BOOK.rules.values() if rests_on_it(rule)}
    assert statutory - set(asked_in_2026()) == {"ASM-IA-01", "ASM-CA-02"}


@pytest.mark.parametrize("rule_id", asked_in_2026())
def test_explain_and_the_page_say_that_2026_is_carried_over(rule_id: str) -> None:
    from auditcheck.rulebook import pages

    assert LAST.id == "WT2026" and LAST.carries == "WT2023"
    page = " ".join(invoke("rules", "explain", rule_id)[1].split())
    value = BOOK.rules[rule_id].limit.on(LAST.from_)
    if value is not None and value.from_ == LAST.from_:
        assert (value.verified, value.is_) == ("unverified", BOOK.rules[rule_id].limit.values[-2].is_)
        assert "2026 edition: carried over from 2023, not checked; from memory: check it before relying on it" in page
    else:
        assert "From 18 March 2026 WT2026: carried over from WT2023, not checked. Check it before relying on it." in page
    assert "carried over from" in pages.page(BOOK.rules[rule_id], BOOK.editions)


@pytest.mark.parametrize("rule_id", ["REF-DRIFT-02", "CPP-RISKINF-13", "DRF-15M-01", "MIS-72H-02", "LAC-REV1-06"])
def test_a_figure_of_another_document_is_not_called_working_together_s(rule_id: str) -> None:
    told = " ".join(invoke("rules", "explain", rule_id)[1].split("How long")[1].split("\n\n")[0].split())
    assert re.match(r"\d+ \w+", told) and "Working Together" not in told, told
