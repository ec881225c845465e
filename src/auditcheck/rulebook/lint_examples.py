"""The examples of a rule: enough of them, and in the words of the case records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from auditcheck.contract import tables
from auditcheck.rulebook.paths import no_such_field, no_such_table
from auditcheck.rulebook.problems import wrong
from auditcheck.rulebook.text import Path

Complaint = tuple[Path, bool, str]


def example_problems(rule: dict[str, Any]) -> Iterator[Complaint]:
    """What is wrong with the examples of one rule; a draft may have too few, but not wrong ones."""
    examples = rule.get("examples", [])
    for at, example in enumerate(examples):
        yield from _given(example["given"], ("examples", at, "given"))
        for setting in example.get("settings", {}):
            if setting not in rule.get("settings", {}):
                yield ("examples", at, "settings", setting), True, wrong(f"no setting '{setting}'", rule.get("settings", {}), setting)
        if "escalated" in example and "escalates" not in rule:
            yield ("examples", at, "escalated"), True, "the rule has no 'escalates', so nothing is escalated"
    if rule["stage"] != "draft" and rule["kind"] != "auditor":
        for missing in _missing(rule, examples):
            yield ("examples",), "examples" in rule, wrong("too few examples", missing)


def _given(given: dict[str, Any], where: Path) -> Iterator[Complaint]:
    for table, rows in given.items():
        if table not in tables() or table == "cases":
            worked_out = "'cases' is worked out, expected the records it comes from"
            yield (*where, table), True, worked_out if table == "cases" else no_such_table(table)
            continue
        for at, row in enumerate(rows):
            if not isinstance(row, dict):
                yield (*where, table, at), False, wrong(f"a row of {table} is no mapping", "field: value")
                continue
            yield from _row(row, table, (*where, table, at))


def _row(row: dict[str, Any], table: str, where: Path) -> Iterator[Complaint]:
    for name, value in row.items():
        if name not in tables()[table] and name != "recorded_at":
            yield (*where, name), True, no_such_field(name, table)
        elif isinstance(value, dict | list):
            what = f"{table}.{name} is a {'mapping' if isinstance(value, dict) else 'list'}"
            yield (*where, name), False, wrong(what, "text (lists as 'a;b')")


def _missing(rule: dict[str, Any], examples: list[dict[str, Any]]) -> Iterator[str]:
    outcomes = [outcome for example in examples for outcome in _outcomes(example)]
    names = [str(example["name"]).lower() for example in examples]
    for outcome in ("met", "not_met"):
        if outcome not in outcomes:
            yield f"one that expects {outcome}"
    if _has_figure(rule, examples):
        for start in ("at the limit", "one past the limit"):
            if not any(name.startswith(start) for name in names):
                yield f"one whose name starts '{start}'"
    if "escalates" in rule and not any("escalated" in example for example in examples):
        yield "one that says which breach is escalated"
    if "cannot_tell" not in outcomes and not any(re.search("missing|blank", name) for name in names):
        yield "one for missing data: cannot_tell, or 'missing' or 'blank' in its name"


def _outcomes(example: dict[str, Any]) -> list[str]:
    expect = example["expect"]
    return list(expect.values()) if isinstance(expect, dict) else [expect]


def _has_figure(rule: dict[str, Any], examples: list[dict[str, Any]]) -> bool:
    limit = rule.get("limit")
    if isinstance(limit, list):
        return any(value["is"] != "none" for value in limit)
    if isinstance(limit, dict) or limit == "local":
        return any("limit" in example for example in examples)
    return limit not in (None, "none")
