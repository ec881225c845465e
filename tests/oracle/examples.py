"""The examples that rule files carry, judged by the oracle."""

from __future__ import annotations

from datetime import date
from typing import Any

from .casefile import Row
from .judgement import Key, evaluate


def supplied(rules: list[dict[str, Any]], given: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The tables of an example, with every table and column that the rules name taken as supplied."""
    tables: dict[str, list[Row]] = {name: [dict(row) for row in rows] for name, rows in given.items()}
    for rule in rules:
        if rule["subject"] != "cases":
            tables.setdefault(rule["subject"], [])
        for named in [*rule.get("needs", []), *rule.get("uses", [])]:
            table, _, field = named.partition(".")
            if table != "cases":
                for row in tables.setdefault(table, []):
                    row.setdefault(field, "")
    return tables


def needed(rule: dict[str, Any], rules: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The rule and those that it rests on, in the order in which they are met."""
    found = {rule["id"]: rule}
    body = rule["requires"].get("together", {})
    named = [premise["rule"] for premise in [*body.get("all", []), *body.get("any", [])] if "rule" in premise]
    for rule_id in [*named, *rule.get("superseded_by", [])]:
        if rule_id in rules and rule_id not in found:
            found |= {one["id"]: one for one in needed(rules[rule_id], rules)}
    return list(found.values())


def disagreements(rule: dict[str, Any], rules: dict[str, dict[str, Any]], example: dict[str, Any]) -> list[str]:
    """What the oracle says otherwise than the example, one sentence each."""
    used = needed(rule, rules)
    own = {name: example[name] for name in ("limit", "settings") if name in example}
    local: dict[str, Any] = {one["id"]: own for one in used} if len(used) == 1 else {rule["id"]: own}
    tables = supplied(used, example.get("given", {}))
    results, left_out = evaluate(used, tables, date.fromisoformat(example["as_of"]), example.get("coverage"), local)
    if rule["id"] in left_out:
        return [f"not evaluated: {left_out[rule['id']]}"]
    outcomes = {key: result.outcome for key, result in results.items() if key[0] == rule["id"]}
    expect = example["expect"]
    return of_one(outcomes, expect) if isinstance(expect, str) else of_many(outcomes, expect)


def of_one(outcomes: dict[Key, str], expect: str) -> list[str]:
    """Of several observations all but one must be not_applicable."""
    that_apply = [outcome for outcome in outcomes.values() if outcome != "not_applicable"] or ["not_applicable"]
    return [] if that_apply == [expect] else [f"expected {expect}, found {that_apply}"]


def of_many(outcomes: dict[Key, str], expect: dict[str, str]) -> list[str]:
    named = {f"{key[2]}/{key[3]}" if key[3] else key[2]: outcome for key, outcome in outcomes.items()}
    wanted = dict.fromkeys(named, "not_applicable") | expect
    found = dict.fromkeys(expect, "not_applicable") | named
    return [f"{name}: expected {wanted[name]}, found {found[name]}" for name in sorted(found) if wanted[name] != found[name]]
