"""The examples of a rule: enough of them, and in the words of the case records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from auditcheck.contract import tables
from auditcheck.rulebook.paths import no_such_field, no_such_table
from auditcheck.rulebook.problems import wrong
from auditcheck.rulebook.targets import notice_problems, target_problems
from auditcheck.yaml_text import Path

Complaint = tuple[Path, bool, str]


def example_problems(rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    """What is wrong with the examples of one rule; a draft may have too few, but not wrong ones. ``ids``: all rules of the book."""
    examples = rule.get("examples", [])
    measure = "measure" in rule["requires"]
    for at, example in enumerate(examples):
        yield from _given(example["given"], ("examples", at, "given"), measure)
        yield from _wanted(example, ("examples", at), rule, ids)
        for setting in example.get("settings", {}):
            if setting not in rule.get("settings", {}):
                yield ("examples", at, "settings", setting), True, wrong(f"no setting '{setting}'", rule.get("settings", {}), setting)
        if "escalated" in example and "escalates" not in rule:
            yield ("examples", at, "escalated"), True, "the rule has no 'escalates', so nothing is escalated"
    if rule["stage"] != "draft" and rule["kind"] != "auditor":
        for missing in _missing_figures(rule, examples) if measure else _missing(rule, examples):
            yield ("examples",), "examples" in rule, wrong("too few examples", missing)


def _wanted(example: dict[str, Any], where: Path, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    """Targets, the notice and the figures beside the main one belong in the examples of measures alone."""
    for word in ("notice", "targets"):
        if word in example and "measure" not in rule["requires"]:
            yield (*where, word), True, f"'{word}' says nothing here, expected it in an example of a measure"
    if "measure" not in rule["requires"]:
        return
    if "notice" in example:
        yield from notice_problems(example["notice"], (*where, "notice"))
    yield from target_problems(example.get("targets", {}), (*where, "targets"), lambda name: "" if name in ids else None, ids)
    names = [more["name"] for more in rule["requires"].get("measure", {}).get("also", ())]
    for name in example["expect"].get("also", {}):
        if name not in names:
            yield (*where, "expect", "also", name), True, wrong(f"no figure '{name}'", names, name)


def _given(given: dict[str, Any], where: Path, measure: bool) -> Iterator[Complaint]:
    for table, rows in given.items():
        if table not in tables() or table == "cases":
            worked_out = "'cases' is worked out, expected the records it comes from"
            yield (*where, table), True, worked_out if table == "cases" else no_such_table(table)
            continue
        for at, row in enumerate(rows):
            if not isinstance(row, dict):
                yield (*where, table, at), False, wrong(f"a row of {table} is no mapping", "field: value")
                continue
            if measure and "repeat" in row:
                yield from _repeat(row, (*where, table, at))
                row = {name: value for name, value in row.items() if name != "repeat"}
            yield from _row(row, table, (*where, table, at))


def _row(row: dict[str, Any], table: str, where: Path) -> Iterator[Complaint]:
    for name, value in row.items():
        if name not in tables()[table] and name != "recorded_at":
            yield (*where, name), True, no_such_field(name, table)
        elif isinstance(value, dict | list):
            what = f"{table}.{name} is a {'mapping' if isinstance(value, dict) else 'list'}"
            yield (*where, name), False, wrong(what, "text (lists as 'a;b')")


def _repeat(row: dict[str, Any], where: Path) -> Iterator[Complaint]:
    if not isinstance(row["repeat"], int) or not 1 < row["repeat"] <= 2000:
        yield (*where, "repeat"), False, wrong(f"repeat: {row['repeat']}", "a whole number from 2 to 2000")
    elif not any("#" in str(value) for value in row.values()):
        yield (*where, "repeat"), True, "a repeated row without '#', expected one in its id, where 1, 2, ... will stand"


def _missing_figures(rule: dict[str, Any], examples: list[dict[str, Any]]) -> Iterator[str]:
    """A measure's examples: an ordinary figure, one with something unknown, one with nothing to count, and its limits' edges."""
    figures = [example["expect"] for example in examples]
    if not any(str(figure.get("value", "none")) != "none" for figure in figures):
        yield "one that expects a value"
    if not any(figure.get("unknown", 0) for figure in figures):
        yield "one for missing data: something unknown"
    if not any(str(figure.get("value")) == "none" and str(figure.get("denominator")) == "0" for figure in figures):
        yield "one with nothing to count: value: none, denominator: 0"
    names = [str(example["name"]).lower() for example in examples]
    if rule.get("limit") is not None or set(rule.get("settings", {})) - {"period"}:
        for start in ("at the limit", "one past the limit"):
            if not any(name.startswith(start) for name in names):
                yield f"one whose name starts '{start}'"


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
