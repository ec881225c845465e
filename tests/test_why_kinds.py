"""`auditcheck why` for a finding of every kind of check: dates counted, holidays skipped, the limit with edition and law, records used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from commands import ROOT, invoke, rows

from auditcheck import nightly
from auditcheck.rulebook.load import load

TEXT = "Jack is often hungry and late for school because nobody at home gets up in the morning"
SMALL = {
    "children": "child_id,family_id,date_of_birth\nC1,F1,2008-01-01\nC2,F1,2009-01-01\n",
    "assessments": (
        "assessment_id,child_id,started_on,risk_analysis\n"
        f"A1,C1,2015-04-01,{TEXT}\nA2,C2,2015-04-03,{TEXT.replace('Jack', 'Emily')}\n"
    ),
    "referrals": (
        "referral_id,child_id,received_at,no_further_action,closed_on,earlier_closure_review\n"
        "R1,C1,2014-02-03,no,2014-09-15,\nR2,C1,2015-05-20T10:00,no,,\nR3,C1,2015-06-01,no,,\n"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    place = tmp_path_factory.mktemp("runs")
    (place / "small").mkdir()
    for name, text in SMALL.items():
        (place / "small" / f"{name}.csv").write_text(text, "utf-8")
    for export, name in ((ROOT / "fixtures" / "northshire", "northshire"), (place / "small", "of-two")):
        done = nightly.run(nightly.Order(export, place / name, date(2015, 6, 30), "local-example", fail_on="never"))
        assert done.status == 0
    return [place / "northshire", place / "of-two"]


def why(runs: list[Path], rule: str, record: str) -> str:
    """What the command says of one finding, on one line."""
    for run in runs:
        for row in rows(run / "findings.csv"):
            if (row["rule_id"], row["record_id"]) == (rule, record):
                status, said, _ = invoke("why", row["finding_id"], "--run", run)
                assert status == 0
                return " ".join(said.split())
    raise AssertionError(f"no finding of {rule} on {record}")


@pytest.mark.parametrize(
    ("kind", "rule", "record", "says"),
    [
        ("within", "ASM-45-03", "A25-01", [
            "From Mon 13 October 2014 at 10:00, 45 working days, to Mon 15 December 2014.",
            "nor are bank holidays in England: none in that time", "Recorded on Tue 16 December 2014: 1 working day past the limit.",
            "45 working days, WT2013", "The date authorised is recorded after the limit",
        ]),
        ("recurs", "CPC-RCPC2-12", "K06-03", [
            "From Thu 23 January 2014 at 14:00, 6 months, to Wed 23 July 2014.", "What it stands on conferences K06-05", "6 months, WT2013",
        ]),
        ("before", "CPC-REP24-04", "K13-01", [
            "Back from Fri 22 August 2014 at 14:00, 24 hours, to Thu 21 August 2014 at 14:00.", "1 minute past the limit",
            "What it stands on conference_reports KR13-01", "24 hours, Improvement notice, Cheshire West and Chester, 2011",
        ]),
        ("exists", "DRF-15M-01", "P17-01", [
            "is past 15 months; no senior manager's review", "From Fri 1 November 2013, 15 months, to Sun 1 February 2015.",
            "One was due by Sun 24 May 2015.", "Recorded on Tue 24 February 2015: 37 days past the limit.",
            "15 months, Ofsted, Cheshire East 2015",
            "What it stands on management_decisions ",
        ]),
        ("absent", "CLS-ACT-02", "P31-01", ["Begins on Thu 19 February 2015.", "What it stands on plan_actions PA31-03"]),
        ("compares", "S47-STRAT-01", "E08-01", [
            "Due on Tue 4 November 2014. Recorded on Wed 5 November 2014 at 10:00: 1 day past the limit.",
            "The date held does not come before the date started", "What it stands on strategy_discussions S08-01",
        ]),
        ("includes", "S47-ATT-02", "S11-01", ["Not recorded as taking part: health.", "Begins on Wed 8 October 2014 at 10:00."]),
        ("states", "S47-OUT-06", "E01-01", [
            "From Wed 3 September 2014, 15 working days, to Wed 24 September 2014.", "The outcome is not recorded",
            "15 working days, Improvement notice, Cambridgeshire",
        ]),
        ("together", "DRF-COMP-01", "P17-01", [
            "What it stands on CPC-RCPC2-12 conferences K17-02 justified DRF-15M-01 plans P17-01 not_met",
        ]),
        ("distinct", "ASM-SIB-07", "A2", [
            "The risk analysis is 100% the same", "Begins on Fri 3 April 2015.", "What it stands on assessments A1",
        ]),
        ("apart", "CLS-BACK-11", "R2", [
            "within 12 months of 15 September 2014, the day on which referral R1 of the same child was closed",
            "From Mon 15 September 2014, 12 months, to Tue 15 September 2015.", "Recorded on Wed 20 May 2015 at 10:00.",
            "What it stands on referrals R1",
        ]),
        ("alone", "DQ-REF-10", "R3", [
            "Referral R3 was received while an earlier referral", "Begins on Mon 1 June 2015.", "What it stands on referrals R2",
        ]),
    ],
)  # fmt: skip
def test_a_finding_of_each_kind_explains_itself(runs: list[Path], kind: str, rule: str, record: str, says: list[str]) -> None:
    assert load().rules[rule].check == kind
    text = why(runs, rule, record)
    for part in [*says, "How far that text was verified:", "What to do"]:
        assert part in text, text


def test_every_kind_of_check_has_a_finding_here() -> None:
    kinds = {rule.check for rule in load().rules.values()} - {"asks", "measure"}
    marks = test_a_finding_of_each_kind_explains_itself.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == kinds


def test_bank_holidays_between_are_named(runs: list[Path]) -> None:
    assert "nor are bank holidays in England: Thu 25 December 2014, Fri 26 December 2014, Thu 1 January 2015." in why(
        runs, "ASM-45-03", "A26-01"
    )


def test_what_was_missed_for_a_whole_family_names_the_others(runs: list[Path]) -> None:
    assert "The same is found of brothers and sisters: plans P01-01, plans P03-01." in why(runs, "CPP-NEGL-18", "P02-01")
