"""Every rule's own examples, judged by the oracle: the rule's author and a second reader of the language must agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from oracle import evaluate, load_rules
from oracle.examples import disagreements
from oracle.random_cases import AS_OF, LOCAL, random_case_files

RULES = {rule["id"]: rule for rule in load_rules(Path(__file__).parents[1] / "rules")}
EXAMPLES = [(rule_id, example) for rule_id, rule in RULES.items() for example in rule.get("examples", [])]


@pytest.mark.parametrize(("rule_id", "example"), EXAMPLES, ids=[f"{rule_id}: {example['name']}" for rule_id, example in EXAMPLES])
def test_example(rule_id: str, example: dict[str, Any]) -> None:
    assert disagreements(RULES[rule_id], RULES, example) == []


def test_a_wrong_example_is_noticed() -> None:
    rule_id, example = next((rule_id, example) for rule_id, example in EXAMPLES if example["expect"] == "met")
    assert disagreements(RULES[rule_id], RULES, example | {"expect": "not_met"}) == ["expected not_met, found ['met']"]


@pytest.mark.deep
def test_random_case_files_put_many_rules_to_the_test() -> None:
    """Those are met somewhere and breached somewhere, or the comparison with the fast path would prove nothing."""
    results, _ = evaluate(list(RULES.values()), random_case_files(1, 250), AS_OF, {}, LOCAL)
    seen = {(key[0], result.outcome) for key, result in results.items()}
    assert len([rule_id for rule_id in RULES if {(rule_id, "met"), (rule_id, "not_met")} <= seen]) >= 46


def test_random_case_files_are_the_same_for_the_same_seed() -> None:
    assert random_case_files(3, 20) == random_case_files(3, 20)
    assert random_case_files(3, 20) != random_case_files(4, 20)
