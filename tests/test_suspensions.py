"""A time in which a duty did not bind: written in a profile or in a rule, it takes the duties of its days and no others, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import FIRST, LATER, WRITTEN, Run, audit, folder, invoke, small_book
from test_rulebook_load import RULE, book

from auditcheck.rulebook import RulebookError, load

TIME = "from: 2014-04-24, until: 2014-09-25, because: relaxed by regulations, law: an instrument, verified: unverified"
SAID = (
    "Suspended from 24 April 2014 until the day before 25 September 2014: relaxed by regulations (an instrument; from memory: check it "
    "before relying on it)"
)
#: The last day before, both days at the edges within, the first day after.
DAYS = {"P1": "2014-04-23", "P2": "2014-04-24", "P3": "2014-09-24", "P4": "2014-09-25"}
EDGES = {"P1": "not_met", "P2": "not_applicable", "P3": "not_applicable", "P4": "not_met"}


def profile(place: Path, suspended: str) -> Path:
    path = place / "profile.yaml"
    path.write_text(f"id: profile\ntitle: Ours\nrules: all\nsuspended:\n  - {{{suspended}}}\n", "utf-8")
    return path


def reasons(run: Run, place: Path) -> dict[tuple[str, str], str]:
    import pyarrow.parquet as pq

    held = pq.read_table(place / "observations.parquet", columns=["rule_id", "record_id", "reason"]).to_pylist()
    return {(row["rule_id"], row["record_id"]): row["reason"] for row in held}


def plans(days: dict[str, str]) -> dict[str, str]:
    """Plans that began on those days and have had no conference and no written plan since, one a child."""
    lines = [f"{plan},C{plan},child_protection,{day}," for plan, day in days.items()]
    return {
        "children.csv": "child_id\n" + "".join(f"C{plan}\n" for plan in days),
        "plans.csv": "plan_id,child_id,kind,started_on,document_on\n" + "\n".join(lines) + "\n",
        "conferences.csv": "conference_id,child_id,plan_id,kind,held_at\n",
    }


def test_a_profile_suspends_the_duties_of_its_days_and_no_others(tmp_path: Path) -> None:
    words = ["--rules", small_book(tmp_path / "book"), "--profile", profile(tmp_path, f"rules: [CPC-RCPC1-*], {TIME}")]
    run = audit(folder(tmp_path / "export", plans(DAYS)), tmp_path / "out", *words)
    assert {plan: run.outcomes[FIRST, plan] for plan in DAYS} == EDGES
    assert {plan: run.outcomes[WRITTEN, plan] for plan in DAYS} == dict.fromkeys(DAYS, "not_met"), "a rule that is not named"
    told = reasons(run, tmp_path / "out")
    assert (told[FIRST, "P2"], told[FIRST, "P3"]) == (SAID, SAID)
    assert not {(FIRST, "P2"), (FIRST, "P3")} & run.findings and {(FIRST, "P1"), (FIRST, "P4")} <= run.findings


@pytest.mark.parametrize("named", ["conference", "CPC-*", "CPC-RCPC2-12"])
def test_an_interval_is_suspended_by_the_day_that_it_begins(tmp_path: Path, named: str) -> None:
    held = {"K1": "2014-04-23", "K2": "2014-04-24", "K3": "2014-09-24", "K4": "2014-09-25"}
    files = plans({f"P{name}": "2014-01-02" for name in held})
    files["conferences.csv"] += "".join(f"{name},CP{name},P{name},review,{day}T10:00\n" for name, day in held.items())
    words = ["--rules", small_book(tmp_path / "book"), "--profile", profile(tmp_path, f"rules: [{named}], {TIME}")]
    run = audit(folder(tmp_path / "export", files), tmp_path / "out", *words)
    assert [run.outcomes[LATER, name] for name in held] == ["not_met", "not_applicable", "not_applicable", "not_met"]


def test_a_breach_whose_day_nobody_knows_is_not_told(tmp_path: Path) -> None:
    files = {
        "children.csv": "child_id\nC1\n",
        "plans.csv": "plan_id,child_id,kind,started_on,document_on\nP1,C1,child_protection,2014-01-10,2014-01-15\n",
        "conferences.csv": "conference_id,child_id,plan_id,kind,held_at\n",
        "management_decisions.csv": (
            "decision_id,child_id,decided_on,rationale\nD1,C1,soon,\nD2,C1,2014-05-01,\nD3,C1,2015-05-01,\nD4,C1,soon,why\n"
        ),
    }
    rules = small_book(tmp_path / "book", "oversight/MGT-RAT-02.yaml")
    words = ["--rules", rules, "--profile", profile(tmp_path, f"rules: [oversight], {TIME}")]
    run = audit(folder(tmp_path / "export", files), tmp_path / "out", *words)
    found = [run.outcomes["MGT-RAT-02", record] for record in ("D1", "D2", "D3", "D4")]
    assert found == ["cannot_tell", "not_applicable", "not_met", "met"]


def test_a_rule_may_carry_its_own_and_its_examples_try_both_edges(tmp_path: Path) -> None:
    rules = small_book(tmp_path / "book")
    path = rules / "plan" / f"{WRITTEN}.yaml"
    text, examples = path.read_text("utf-8").split("examples:\n")
    given = "given: {{plans: [{{plan_id: P1, child_id: C1, kind: child_protection, started_on: {day}}}]}}"
    case = "  - {{name: suspended from {day}, as_of: 2015-06-30, " + given + ", expect: {outcome}}}\n"
    more = "".join(case.format(day=day, outcome=EDGES[plan]) for plan, day in DAYS.items())
    path.write_text(f"{text}suspended:\n  - {{{TIME}}}\nexamples:\n{examples}{more}", "utf-8")
    assert invoke("rules", "check", rules)[0] == 0
    status, out, said = invoke("rules", "test", WRITTEN, "--rules", rules)
    assert (status, said) == (0, "") and "0 failed" in out
    path.write_text(path.read_text("utf-8").replace("until: 2014-09-25", "until: 2014-09-24"), "utf-8")
    assert "expected not_applicable, found" in invoke("rules", "test", WRITTEN, "--rules", rules)[2], "the last day is tried"
    page = " ".join(invoke("rules", "explain", WRITTEN, "--rules", rules)[1].split())
    assert f"When it did not bind {SAID.replace('25', '24')}" in page


def test_a_profile_s_suspension_is_explained_with_it(tmp_path: Path) -> None:
    words = ["--rules", small_book(tmp_path / "book"), "--profile", profile(tmp_path, f"rules: [{FIRST}], {TIME}")]
    assert SAID in " ".join(invoke("rules", "explain", FIRST, *words)[1].split())
    assert "Suspended" not in invoke("rules", "explain", LATER, *words)[1]


@pytest.mark.parametrize(
    ("suspended", "expected"),
    [
        (f"rules: [CPC-RCPC-11], {TIME}", "profile.yaml:5:14: [profile] 'CPC-RCPC-11' selects nothing, expected an area (conference, "
         f"plan), a rule or a glob of ids, did you mean '{FIRST}'?"),
        (f"rules: [all], {TIME.replace('2014-09-25', '2014-04-24')}", "until 2014-04-24 is not after from 2014-04-24"),
        (f"rules: [plan], {TIME.replace('2014-04-24', '2014-04-31')}", "'2014-04-31' is no date"),
        (f"rules: [plan], {TIME.replace('until: 2014-09-25, ', '')}", "'until' is missing"),
        (f"rules: [plan], {TIME.replace('unverified', 'hearsay')}", "'hearsay', expected one of primary"),
        (f"rules: [plan], {TIME}, limit: 5 days", "unknown word 'limit'"),
    ],
)  # fmt: skip
def test_what_a_suspension_gets_wrong_is_named_with_its_place(tmp_path: Path, suspended: str, expected: str) -> None:
    words = ["--rules", small_book(tmp_path / "book"), "--profile", profile(tmp_path, suspended)]
    run = audit(folder(tmp_path / "export"), tmp_path / "out", *words)
    assert run.status == 2 and expected in run.said and "profile.yaml:5:" in run.said, run.said


def test_rules_whose_records_have_no_date_cannot_be_suspended(tmp_path: Path) -> None:
    words = ["--profile", profile(tmp_path, f"rules: [CPP-O*], {TIME}")]
    status, _, said = invoke("rules", "list", *words)
    assert status == 2
    assert "profile.yaml:5:13: [profile] the records that CPP-OUTC-04, CPP-OWN-03 look at have no date" in said


@pytest.mark.parametrize(
    ("suspended", "expected"),
    [
        (TIME.replace("2014-09-25", "2014-04-01"), "until 2014-04-01 is not after from 2014-04-24"),
        (TIME.replace("2014-09-25", "2014-09-31"), "'2014-09-31' is no date"),
        (TIME.replace("law: an instrument, ", ""), "'law' is missing"),
    ],
)
def test_what_a_rule_s_own_gets_wrong_is_named(tmp_path: Path, suspended: str, expected: str) -> None:
    with pytest.raises(RulebookError) as caught:
        load(book(tmp_path, RULE.replace("settings:", f"suspended: [{{{suspended}}}]\nsettings:")))
    assert any(expected in problem and "CPC-ICPC-01.yaml:20:" in problem for problem in caught.value.problems), caught.value.problems
