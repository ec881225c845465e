"""Two other ways to the same answer: a slow plain evaluator written apart, and every fact through durable-rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from oracle import evaluate, load_rules
from oracle.random_cases import AS_OF, LOCAL, random_case_files
from running import book, export_of, outcomes, results_of

from auditcheck import clock
from auditcheck.audit import EVALUATED, observe
from auditcheck.judgement.bridge import judge
from auditcheck.nightly import finished
from auditcheck.rulebook.load import load
from auditcheck.rulebook.profile import apply
from auditcheck.rulebook.suspensions import undated

RULES = Path(__file__).parents[1] / "rules"
PARTLY = {
    "conferences": "latest_only",
    "supervisions": "latest_only",
    "visits": "since 2014-06-01",
    "core_groups": "since 2014-09-01",
    "management_decisions": "since 2014-09-01",
    "risk_assessments": "since 2014-12-01",
    "chronologies": "since 2015-05-15",
    "conference_reports": "since 2014-06-01",
}


#: Children.
FEW, MANY = 90, 250
#: What some exports do not carry: a table or column that would do as well as another, and what tells an unborn child.
LACKING = {
    "risk_assessments": "",
    "voices": "",
    "plan_actions": "",
    "children": "expected_birth_date",
    "management_decisions": "decided_on",
}


def without(tables: dict[str, list[dict[str, str]]], lacking: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """The tables without those, or those columns of them."""
    kept = {name: rows for name, rows in tables.items() if lacking.get(name) != ""}
    return {name: [{c: text for c, text in row.items() if c != lacking.get(name)} for row in rows] for name, rows in kept.items()}


@pytest.mark.parametrize(("seed", "coverage", "lacking"), [(1, {}, {}), (4, PARTLY, {}), (6, PARTLY, LACKING)])
def test_the_slow_evaluator_agrees_on_every_observation(seed: int, coverage: dict[str, str], lacking: dict[str, str]) -> None:
    agrees(without(random_case_files(seed, FEW), lacking), coverage)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize(("coverage", "lacking"), [({}, {}), (PARTLY, {}), (PARTLY, LACKING)])
def test_the_slow_evaluator_agrees_on_many(seed: int, coverage: dict[str, str], lacking: dict[str, str]) -> None:
    agrees(without(random_case_files(seed, MANY), lacking), coverage)


def agrees(tables: dict[str, list[dict[str, str]]], coverage: dict[str, str]) -> None:
    """The same outcome of every observation, and the same rules that can't be asked."""
    slow, left_out = evaluate(load_rules(RULES), tables, AS_OF, coverage, LOCAL)
    results = results_of(tables, AS_OF, coverage)
    fast = outcomes(results)
    unjudged = {name for name, run in results.seen.runs.items() if run.status != EVALUATED and run.rule.kind != "measure"}
    assert set(left_out) == unjudged
    keys = set(slow) | set(fast)
    differing = {
        key: (fast.get(key, "not_applicable"), slow[key].outcome if key in slow else "not_applicable")
        for key in keys
        if fast.get(key, "not_applicable") != (slow[key].outcome if key in slow else "not_applicable")
    }
    assert len(keys) > 4_000 and not differing


def test_the_two_agree_on_what_is_suspended(tmp_path: Path) -> None:
    """Every rule that can be suspended, for half a year and another month."""
    times = [("2014-09-01", "2015-03-01"), ("2015-05-01", "2015-06-01")]
    shutil.copytree(RULES, tmp_path / "rules")
    for rule in book().rules.values():
        if not undated(rule.subject, rule.check, rule.body):
            said = [f"  - {{from: {a}, until: {b}, because: a test, law: none, verified: local}}" for a, b in times]
            path = tmp_path / "rules" / rule.file
            path.write_text(path.read_text("utf-8").rstrip() + "\nsuspended:\n" + "\n".join(said) + "\n", "utf-8")
    tables = random_case_files(5, FEW)
    slow, _ = evaluate(load_rules(tmp_path / "rules"), tables, AS_OF, {}, LOCAL)
    fast = outcomes(results_of(tables, AS_OF, rules=load(tmp_path / "rules")))
    free = outcomes(results_of(tables, AS_OF))
    keys = set(slow) | set(fast)
    told = {key: (fast.get(key, "not_applicable"), slow[key].outcome if key in slow else "not_applicable") for key in keys}
    assert {key: both for key, both in told.items() if both[0] != both[1]} == {}
    assert sum(fast[key] != free[key] for key in fast) > 400


@pytest.mark.parametrize("seed", [11, 12])
def test_asking_durable_rules_about_every_fact_changes_nothing(seed: int) -> None:
    tables = random_case_files(seed, 120)
    few = results_of(tables, AS_OF)
    rules = apply(book(), "local-example")
    seen = observe(export_of(tables), rules, clock.day_number(AS_OF))
    evaluated = [rule for rule in rules if seen.runs[rule.id].status == EVALUATED]
    judged = judge(seen.duties, evaluated, seen.observations, seen.premises, everything=True)
    assert not judged.unjudged
    assert outcomes(finished(seen, judged, rules, book(), clock.day_number(AS_OF))) == outcomes(few)
    # What it stands on, too: cases that look alike are judged once, and each is told of its own records.
    assert judged.because == few.judged.because and judged.unknown == few.judged.unknown and judged.escalated == few.judged.escalated
    assert len(judged.because) > 100 and any(judged.escalated.values())
