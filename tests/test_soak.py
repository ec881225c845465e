"""Long checks: the judgement of 50,000 cases in flat memory, and many more random case files than the short tests try."""

from __future__ import annotations

import random
import resource
from pathlib import Path

import pytest
from oracle import evaluate, load_rules
from oracle.random_cases import AS_OF, LOCAL, random_case_files
from running import outcomes, results_of

from auditcheck.judgement import Judge, Observed, Premise, RuleShape, Subject, Together

pytestmark = pytest.mark.deep
RULES = [
    RuleShape("PLAN"),
    RuleShape("OWNER", superseded_by=("PLAN",)),
    RuleShape("REVIEW", escalates_after=3),
    RuleShape("DRIFT", together=Together("plans", (Premise("REVIEW"),), (Premise("OWNER"), Premise("PLAN", or_justified=True)))),
]
OUTCOMES = ("met", "not_met", "not_met", "justified", "cannot_tell", "not_yet_due")


def a_case(rng: random.Random) -> tuple[list[Observed], list[Subject]]:
    plans = rng.randint(1, 3)
    observed = [
        Observed(
            rng.choice(("PLAN", "OWNER", "REVIEW")),
            rng.choice(OUTCOMES),
            rng.choice(("no", "no", "no", "yes", "unknown")),
            rng.choice(("no", "yes")),
            (("plans", plan), ("by PLAN", plan)),
            plan if rng.random() < 0.5 else -1,
            place,
        )
        for plan in range(plans)
        for place in range(rng.randint(1, 9))
    ]
    return observed, [Subject("DRIFT", ("plans", plan)) for plan in range(plans)]


def test_fifty_thousand_cases_in_flat_memory() -> None:
    judge, rng = Judge(RULES), random.Random(7)
    high_water = 0
    for n in range(50_000):
        assert judge.case(*a_case(rng)).unjudged is None
        if n == 10_000:
            high_water = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            judge._seen.clear()  # what is remembered is bounded; here only the engine's own memory is watched
        if n > 10_000 and n % 2_000 == 0:
            judge._seen.clear()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - high_water
    assert grown < 40_000  # KiB, over 40,000 cases


@pytest.mark.parametrize("seed", range(100, 105))
def test_the_slow_evaluator_agrees_on_many_more_case_files(seed: int) -> None:
    tables = random_case_files(seed, 400)
    slow, _ = evaluate(load_rules(Path(__file__).parents[1] / "rules"), tables, AS_OF, {}, LOCAL)
    fast = outcomes(results_of(tables, AS_OF))
    na = "not_applicable"
    keys = set(slow) | set(fast)
    assert [k for k in keys if fast.get(k, na) != (slow[k].outcome if k in slow else na)] == []
