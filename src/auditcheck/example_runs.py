"""Runs the examples in rule files through the real pipeline, many in one pass: those of one as-of day and one set of figures together.

Every example gets its own children: ids are marked with the example's number, so that none can touch another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction

import pyarrow as pa

from auditcheck import clock, contract
from auditcheck.checks.figure import Figure, exactly, in_figures
from auditcheck.checks.verdict import OUTCOMES
from auditcheck.measures import named
from auditcheck.nightly import audit
from auditcheck.raw import Export, RawTable
from auditcheck.results import Results
from auditcheck.rulebook.model import Example, Profile, Rule, Rulebook
from auditcheck.rulebook.problems import RulebookError
from auditcheck.rulebook.profile import with_figures
from auditcheck.targets import Targets

_MARK = "\x1e"


@dataclass
class Tested:
    """What came of the examples: one line a failure."""

    rules: int
    batches: int = 0
    passed: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    rule: Rule
    example: Example
    number: int


def test_examples(book: Rulebook, ids: Sequence[str] = ()) -> Tested:
    """Run the examples of the rules named (all where none is). Raises RulebookError for an unknown id."""
    for name in ids:
        if name not in book.rules:
            near = get_close_matches(name.upper(), list(book.rules), 1)
            raise RulebookError([f"there is no rule {name}" + (f", did you mean {near[0]}?" if near else "")])
    rules = [rule for rule in book.rules.values() if (rule.id in ids or not ids) and rule.stage != "retired"]
    result = Tested(len(rules))
    batches: dict[tuple[object, ...], list[_Case]] = defaultdict(list)
    number = 0
    for rule in rules:
        if not rule.examples and rule.kind != "auditor":  # a question has no outcome to show
            result.failures.append(f"{rule.id}: it has no examples")
        for example in rule.examples:
            number += 1
            if rule.kind == "measure":  # it counts everything there is, so that it has an export of its own
                result.batches += 1
                _measure(book, _Case(rule, example, number), result)
                continue
            figures = (rule.id, str(example.limit), str(sorted(example.settings.items()))) if example.limit or example.settings else ()
            batches[(example.as_of, *figures)].append(_Case(rule, example, number))
    for (as_of, *_), cases in batches.items():
        result.batches += 1
        _run(book, cases, clock.day_number(as_of), result)  # type: ignore[arg-type]
    return result


def _run(book: Rulebook, cases: Sequence[_Case], as_of: int, result: Tested) -> None:
    wanted = {case.rule.id for case in cases}
    rules = {name: book.rules[name] for name in sorted(_with_premises(book, wanted))}
    first = cases[0]
    if first.example.limit or first.example.settings:
        for name in rules:
            if name == first.rule.id:
                rules[name] = with_figures(rules[name], first.example.limit, first.example.settings, "example")
    results = audit(_export(rules, cases), list(rules.values()), book, as_of)
    found: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    raised = _raised(results)
    for o in results.every:
        if o.rule.id in wanted:
            names = results.cf.ids(o.table).take(pa.array(o.rows)).to_pylist()
            for place, name in enumerate(names):
                number, record = _unmark(name)
                key = f"{record}/{o.class_}" if o.class_ else record
                found[o.rule.id, number][key] = OUTCOMES[o.verdict.outcome[place]]
    for case in cases:
        _compare(case, found[case.rule.id, case.number], raised[case.rule.id, case.number], results, result)


def _raised(results: Results) -> dict[tuple[str, int], list[str]]:
    """The records whose breach is escalated, by rule and example."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for n, places in results.judged.escalated.items():
        o = results.seen.observations[n]
        for place in sorted(places):
            number, record = _unmark(results.cf.ids(o.table)[int(o.rows[place])].as_py())
            found[o.rule.id, number].append(record)
    return found


def _measure(book: Rulebook, case: _Case, result: Tested) -> None:
    """Run one example of a measure and hold its figure, and those beside it, against what is expected."""
    example = case.example
    rules = {name: book.rules[name] for name in sorted(_with_premises(book, {case.rule.id, *(t.measure for t in example.targets)}))}
    rules[case.rule.id] = with_figures(case.rule, example.limit, example.settings, "example")
    results = audit(_export(rules, [case]), list(rules.values()), book, clock.day_number(example.as_of))
    assert isinstance(example.expect, dict)
    targets = Targets(results.measures, example.targets, example.notice_start)
    for name, expected in {"": example.expect, **example.expect.get("also", {})}.items():
        figure = targets.figure(f"{case.rule.id}.{name}" if name else case.rule.id, clock.day_number(example.as_of))
        where = f"{case.rule.file}: [{case.rule.id}] example “{example.name}”{f', {name}' if name else ''}"
        if isinstance(figure, str):
            result.failures.append(f"{where}: no figure: {figure}")
            return
        found = _told(figure)
        asked = {word: str(value).removesuffix(".0") for word, value in expected.items() if word != "also"}
        if wrong := [f"{word} {found[word]} (expected {value})" for word, value in asked.items() if found[word] != value]:
            result.failures.append(f"{where}: found {', '.join(wrong)}")
            return
    result.passed += 1


def _told(figure: Figure) -> dict[str, str]:
    """A figure in the words of an example; whole figures without a decimal, as they are written there."""

    def short(number: Fraction | None) -> str:
        return in_figures(number).removesuffix(".0") or "none"

    return {
        "value": short(figure.told(Profile().unknown_over)),
        "low": short(figure.low),
        "high": short(figure.high),
        "highest": short(figure.highest),
        "numerator": exactly(figure.numerator),
        "denominator": exactly(figure.denominator),
        "unknown": str(figure.unknown),
        "from": clock.as_date(figure.from_).isoformat(),
    }


def _with_premises(book: Rulebook, wanted: set[str]) -> set[str]:
    """The rules asked for, and those whose observations they react to."""
    found = set(wanted)
    while True:
        more = set(found)
        for name in found:
            rule = book.rules[name]
            more.update(rule.superseded_by)
            if rule.check == "measure":
                rates = [one.spec.get("rate", {}) for one in named(rule)]
                more.update(rule_id for rate in rates for rule_id in rate.get("rules", ()))
            if rule.check == "together":
                items = (*rule.body.get("all", ()), *rule.body.get("any", ()))
                more.update(item["rule"] for item in items if "rule" in item)
        if more == found:
            return found
        found = more


def _export(rules: Mapping[str, Rule], cases: Sequence[_Case]) -> Export:
    """All examples as one export; every table and field that the rules name is there."""
    columns: dict[str, set[str]] = defaultdict(set)
    for rule in rules.values():
        for name in (*rule.needs, *rule.uses):
            table, column = name.split(".")
            columns[table].add(column)
        columns[rule.subject].add(contract.key_of(rule.subject))
    for case in cases:
        for table, rows in case.example.given.items():
            columns[table].update(*rows)
    columns.pop("cases", None)
    columns["children"].update(["child_id"])
    tables = {}
    for table, names in columns.items():
        fields = contract.tables()[table]
        every = names | {contract.key_of(table)} | ({"child_id"} if "child_id" in fields else set())
        numbered = [(case.number, row) for case in cases for row in case.example.given.get(table, [])]
        tables[table] = RawTable(
            table,
            {name: pa.array([_cell(fields[name], row.get(name, ""), n) for n, row in numbered], pa.string()) for name in sorted(every)},
            table,
        )
    return Export("examples", tables)


def _cell(about: contract.Field, text: str, number: int) -> str:
    marked = (about.key or about.refers_to is not None or about.name == "family_id") and text.strip()
    return f"{number}{_MARK}{text}" if marked else text


def _unmark(name: str) -> tuple[int, str]:
    head, mark, record = name.partition(_MARK)
    if not mark:
        return -1, name
    return int(head.rpartition(":")[2]), (head.rpartition(":")[0] + ":" + record if ":" in head else record)


def _compare(case: _Case, found: Mapping[str, str], raised: Sequence[str], results: Results, result: Tested) -> None:
    expect, where = case.example.expect, f"{case.rule.file}: [{case.rule.id}] example “{case.example.name}”"
    run = results.seen.runs[case.rule.id]
    if run.why:
        result.failures.append(f"{where}: the rule was {run.status}: {run.why}")
        return
    others = {}
    if isinstance(expect, str):
        telling = {k: v for k, v in found.items() if v != "not_applicable"} if len(found) > 1 else found
        good = list(telling.values()) == [expect] or (expect == "not_applicable" and set(found.values()) == {expect})
    else:
        good = all(found.get(record) == outcome for record, outcome in expect.items())
        others = {k: v for k, v in found.items() if k not in expect and v != "not_applicable"}
    if good and not others and sorted(raised) != sorted(case.example.escalated):
        expected = ", ".join(case.example.escalated) or "none"
        result.failures.append(f"{where}: expected {expected} to be escalated, found {', '.join(sorted(raised)) or 'none'}")
    elif good and not others:
        result.passed += 1
    else:
        result.failures.append(f"{where}: expected {expect}, found {dict(sorted(found.items())) or 'nothing'}")
