"""Two other ways to the same answer: a slow plain evaluator written apart, and every fact through durable-rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from oracle import evaluate, load_rules
from oracle.random_cases import AS_OF, LOCAL, random_case_files
from running import book, export_of, outcomes, results_of

from auditcheck import clock
from auditcheck.audit import EVALUATED, observe
from auditcheck.judgement.bridge import judge
from auditcheck.results import Results
from auditcheck.rulebook.profile import apply

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


@pytest.mark.parametrize(("seed", "coverage"), [(1, {}), (2, {}), (3, {}), (1, PARTLY), (4, PARTLY)])
def test_the_slow_evaluator_agrees_on_every_observation(seed: int, coverage: dict[str, str]) -> None:
    tables = random_case_files(seed, 250)
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
    assert len(keys) > 10_000 and not differing


@pytest.mark.parametrize("seed", [11, 12])
def test_asking_durable_rules_about_every_fact_changes_nothing(seed: int) -> None:
    tables = random_case_files(seed, 120)
    few = outcomes(results_of(tables, AS_OF))
    rules = apply(book(), "local-example")
    seen = observe(export_of(tables), rules, clock.day_number(AS_OF))
    evaluated = [rule for rule in rules if seen.runs[rule.id].status == EVALUATED]
    judged = judge(seen.duties, evaluated, seen.observations, seen.premises, everything=True)
    assert not judged.unjudged
    assert outcomes(Results(seen, judged, book().editions)) == few
