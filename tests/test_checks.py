"""What the checks say beside an outcome (when it was due, by how much it was late, why), and of a record that stands alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import NORTHSHIRE, ROOT
from running import book

from auditcheck import clock, exports
from auditcheck.example_runs import test_examples as run_examples
from auditcheck.nightly import audit
from auditcheck.rulebook.model import Example, Rule
from auditcheck.rulebook.profile import apply


@cache
def northshire() -> pa.Table:
    return audit(exports.read(NORTHSHIRE), apply(book(), "local-example"), book(), clock.day_number(date(2015, 6, 30))).table()


def comparable(table: pa.Table, names: list[str], rules: set[str]) -> list[tuple[Any, ...]]:
    rows = zip(*(["" if value is None else str(value) for value in table[name].to_pylist()] for name in names), strict=True)
    return sorted(row for row in rows if row[0] in rules)


def test_every_observation_of_northshire_is_as_it_is_published() -> None:
    """Its moments, figures and reasons too, of which the examples of the rules say nothing."""
    published = pq.read_table(ROOT / "reports" / "sample" / "observations.parquet")
    names = [name for name in published.column_names if name in northshire().column_names]
    assert {"rule_id", "record_id", "outcome", "due_at", "happened_at", "over", "reason"} <= set(names), names
    rules = set(published["rule_id"].to_pylist())  # a rule that is new is published with the next sample
    assert names[0] == "rule_id" and len(rules) > 140
    assert comparable(northshire(), names, rules) == comparable(published, names, rules)


KINDS = sorted({rule.check for rule in book().rules.values() if rule.examples and rule.kind != "measure"})


def told_apart(rule: Rule) -> list[Example]:
    """One example of each outcome, the last of each."""
    return list({str(example.expect): example for example in rule.examples}.values())


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_holds_alone_as_it_does_among_others(kind: str) -> None:
    """Its records are then the first of their tables, and there are no others: what stands at place 0 is not taken for nothing."""
    failures = []
    for rule in book().rules.values():
        if rule.check == kind and rule.stage != "retired":
            for example in told_apart(rule):
                alone = replace(book(), rules=book().rules | {rule.id: replace(rule, examples=(example,))})
                failures += run_examples(alone, [rule.id]).failures
    # An example may leave the table that its rule needs to the examples beside it.
    assert [failure for failure in failures if "the rule was not_evaluated" not in failure] == []
