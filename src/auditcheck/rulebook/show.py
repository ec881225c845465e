"""Rules for people and for other programs: a list, JSON, and a page in plain English."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from auditcheck.rulebook import measure_words, schema, words
from auditcheck.rulebook.editions import carried_over, rests_on_it, says
from auditcheck.rulebook.model import Edition, Example, Rule

WIDTH = 100


def as_text_list(rules: Iterable[Rule]) -> str:
    """A line a rule: id, force, severity, stage, area, title."""
    rows = [(r.id, r.force, r.severity, r.stage, r.area, r.title) for r in rules]
    return _columns([("Rule", "Force", "Severity", "Stage", "Area", "Title"), *rows])


def as_rows(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """What a list of rules says of each, as plain values."""
    same = ("id", "title", "kind", "force", "area", "severity", "stage", "subject", "check", "verified", "law")
    return [
        {key: getattr(rule, key) for key in same}
        | {
            "limit": words.limit(rule.limit),
            "asked_by": [{"source": asked.source, "says": asked.says} for asked in rule.asked_by],
            "needs": list(rule.needs),
            "uses": list(rule.uses),
        }
        for rule in rules
    ]


def as_json(rules: Iterable[Rule]) -> str:
    """`as_rows` as JSON text."""
    return json.dumps(as_rows(rules), indent=2, ensure_ascii=False)


def parts(rule: Rule, editions: tuple[Edition, ...]) -> tuple[tuple[str, list[str]], ...]:
    """The whole of a rule in plain English: headings and the lines under each; a part without lines has nothing to say."""
    return (
        ("What the law says", [rule.law, f"How that text was seen: {words.SAYS[rule.verified]}.", *_carried(rule, editions)]),
        ("Who asked for it", [f"{asked.source}: {asked.says}" for asked in rule.asked_by]),
        ("How long", list(_limits(rule, editions))),
        ("Whom it is about", list(_population(rule))),
        ("What is looked at", [schema.kinds()[rule.check]["title"] + ".", *_body(rule)]),
        ("Exempt", [f"{one.because}{f' ({one.class_})' if one.class_ else ''}: {words.condition(one.when)}" for one in rule.unless]),
        ("When it did not bind", [words.suspended(one) for one in rule.suspended]),
        ("What it says" if rule.kind == "measure" else "What is flagged", [rule.says, *_softened(rule)]),
        ("What to do", [rule.do]),
        ("What it needs", list(rule.needs)),
        ("What it uses where it is given", list(rule.uses)),
    )


def _body(rule: Rule) -> Iterator[str]:
    yield from measure_words.measure(rule) if rule.kind == "measure" else words.body(rule.body)


def explain(rule: Rule, editions: tuple[Edition, ...]) -> str:
    """The whole of a rule as a page of plain English, for a terminal."""
    head = [f"{rule.id}  {rule.title}", f"{rule.kind}, {rule.force}, {rule.severity}, {rule.stage}; {rule.file}:{rule.line}"]
    sections = [f"{title}\n{_lines(lines)}" for title, lines in parts(rule, editions) if lines]
    if rule.examples:
        sections.append(f"Examples\n{textwrap.indent(_columns([('Case', 'As of', expected(rule)), *map(example, rule.examples)]), '  ')}")
    return "\n\n".join(["\n".join(head), *sections]) + "\n"


def _limits(rule: Rule, editions: tuple[Edition, ...]) -> Iterator[str]:
    if not rule.limit.values:
        yield from filter(None, [words.limit(rule.limit)])
    for value in rule.limit.values:
        edition = value.edition or (_in_force(value.from_, editions) if rests_on_it(rule) else "")
        source = (edition, value.law, words.SAYS.get(value.verified or ""))
        yield "; ".join(filter(None, (words.dated(value), *source)))
    for name, length in rule.settings.items():
        yield f"{name.replace('_', ' ')}: {length}"


def _in_force(day: Any, editions: tuple[Edition, ...]) -> str:
    found = [edition.title for edition in editions if edition.from_ <= day]
    return f"{found[-1]} and what followed it" if found else ""


def _carried(rule: Rule, known: tuple[Edition, ...]) -> Iterator[str]:
    """What is said of editions that nobody saw, where no dated value of the rule says it."""
    for edition in known:
        value = rule.limit.on(edition.from_)
        ended = bool(rule.limit.values) and (value is None or value.is_ is None)
        if rests_on_it(rule) and not ended and carried_over(edition, value):
            yield f"From {words.day(edition.from_)} {says(edition)}. Check it before relying on it."


def _population(rule: Rule) -> Iterator[str]:
    if rule.kind == "measure" and (about := measure_words.about(rule)):
        yield about
        return
    where = f" where {words.condition(rule.where)}" if rule.where else ""
    yield f"Every record of {rule.subject.replace('_', ' ')}{where}."
    if rule.ends:
        yield "The duty goes on past the end of the record and of what it hangs on: only the child's ends it."


def _softened(rule: Rule) -> Iterator[str]:
    if rule.justified_by:
        yield f"Late but justified where a reason is recorded in {' or '.join(rule.justified_by)}."
    if rule.superseded_by:
        yield f"Not flagged beside {' or '.join(rule.superseded_by)}."
    if rule.escalates:
        yield f"{rule.escalates.after} in a row raise the severity to {rule.escalates.to}."


def expected(rule: Rule) -> str:
    """What stands over what an example expects."""
    return "Figure" if rule.kind == "measure" else "Outcome"


def example(example: Example) -> tuple[str, str, str]:
    """Name, as-of date and outcome of an example."""
    expect = example.expect
    return example.name, example.as_of.isoformat(), expect if isinstance(expect, str) else _outcomes(expect)


def _outcomes(expect: dict[str, Any]) -> str:
    """Each record and its outcome, or each word of a figure; those beside it after their names."""
    beside = [f"{name}: {_outcomes(figure)}" for name, figure in expect.get("also", {}).items()]
    return "; ".join([", ".join(f"{what} {said}" for what, said in expect.items() if what != "also"), *beside])


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(textwrap.fill(" ".join(line.split()), WIDTH, initial_indent="  ", subsequent_indent="    ") for line in lines)


def _columns(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
