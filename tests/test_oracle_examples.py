"""Every rule's own examples, judged by the oracle: the rule's author and a second reader of the language must agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from oracle import load_rules
from oracle.examples import disagreements

RULES = {rule["id"]: rule for rule in load_rules(Path(__file__).parents[1] / "rules")}
EXAMPLES = [(rule_id, example) for rule_id, rule in RULES.items() for example in rule.get("examples", [])]


@pytest.mark.parametrize(("rule_id", "example"), EXAMPLES, ids=[f"{rule_id}: {example['name']}" for rule_id, example in EXAMPLES])
def test_example(rule_id: str, example: dict[str, Any]) -> None:
    assert disagreements(RULES[rule_id], RULES, example) == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 3 * len(RULES) > 0
