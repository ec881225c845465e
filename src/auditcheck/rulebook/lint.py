"""What a rule of the right shape can still have wrong: names that lead nowhere, limits with gaps, words nothing fills in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from auditcheck.clock import Length
from auditcheck.contract import HAPPENED, OF_NO_CHILD, tables
from auditcheck.rulebook import schema, suspensions
from auditcheck.rulebook.lint_examples import example_problems
from auditcheck.rulebook.lint_limits import limit_problems
from auditcheck.rulebook.lint_measures import measure_problems
from auditcheck.rulebook.mentions import Mention, mentions
from auditcheck.rulebook.model import Edition, figure
from auditcheck.rulebook.paths import follow, no_such_field, no_such_table
from auditcheck.rulebook.problems import nearest, wrong
from auditcheck.yaml_text import Path

MEASURED = ("value", "numerator", "denominator", "unknown", "from", "to")
PLACEHOLDERS = ("due", "happened", "trigger", "over", "limit", "class", "record", "event", "reason")
QUOTE = 20

Complaint = tuple[Path, bool, str]


def lint(
    rule: dict[str, Any], stem: str, folder: str, ids: list[str], editions: tuple[Edition, ...], examples: bool = True
) -> Iterator[Complaint]:
    """Everything wrong with one rule: (path, whether it is about the key there, text). ``ids``: all rules of the book."""
    yield from _names(rule, stem, folder)
    found = mentions(rule)
    for mention in found:
        yield from _CHECKS[mention.what](mention, rule, ids)
    yield from _uncovered(rule, found)
    yield from _words(rule)
    yield from _check_and_kind(rule)
    yield from _of_a_child(rule)
    yield from _undated(rule, rule["subject"], ())
    yield from _awaited(rule)
    yield from limit_problems(rule, editions)
    yield from suspensions.of_rule(rule)
    if examples:
        yield from example_problems(rule, ids)


def _of_a_child(rule: dict[str, Any]) -> Iterator[Complaint]:
    """A finding is about a child's record; of what is no child's (workers, posts) there are only figures."""
    if rule["subject"] in OF_NO_CHILD and rule["kind"] != "measure":
        text = wrong(f"'{rule['subject']}' are no child's records, of which nothing can be found", "another table, or kind: measure")
        yield ("subject",), False, text


def _names(rule: dict[str, Any], stem: str, folder: str) -> Iterator[Complaint]:
    if rule["id"] != stem:
        yield ("id",), False, wrong(f"'{rule['id']}' is not the name of its file", f"'{stem}'")
    if rule["area"] != folder:
        yield ("area",), False, wrong(f"'{rule['area']}' is not the folder of its file", f"'{folder}'")


def _path(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    if mention.text in mention.words:
        return
    way = follow(mention.text, mention.scope)
    in_condition = bool(mention.where) and mention.where[-1] == mention.text
    if mention.text.startswith("subject.") and not _one_subject(rule, mention.where):
        yield (
            mention.where,
            in_condition,
            f"'{mention.text}' can't be told here: a record found by child_id may answer several {rule['subject']}",
        )
    if way.problem:
        yield mention.where, in_condition, way.problem
    elif way.end and mention.types and way.end.type not in mention.types:
        yield mention.where, in_condition, wrong(f"'{mention.text}' is {_a(way.end.type)} field", f"a {' or '.join(mention.types)}")


def _one_subject(rule: dict[str, Any], where: Path) -> bool:
    """Whether each record spoken of at a place answers one subject record: it is found by a link, not by the child, nor beside it."""
    inner: Any = rule
    match = ""
    for step in where[:-1]:
        inner = inner[step]
        if isinstance(inner, dict):
            match = inner.get("match", "child_id" if "table" in inner else match)
    return bool(match != "child_id")


def _a(kind: str) -> str:
    return "a yes/no" if kind == "yesno" else f"a {kind}"


def _code(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    for path in mention.of:
        end = follow(path, mention.scope).end
        codes = ("yes", "no") if end and end.type == "yesno" else end.codes if end else ()
        if codes and mention.text.strip().lower() not in codes:
            yield mention.where, False, wrong(f"'{mention.text}' is no value of {path}", codes, mention.text)


def _table(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    if mention.text not in tables():
        yield mention.where, False, no_such_table(mention.text)


def _column(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    table, dot, name = mention.text.partition(".")
    if not dot:
        yield mention.where, False, wrong(f"'{mention.text}' is no column", "table.field")
    elif table not in tables():
        yield mention.where, False, no_such_table(table)
    elif name not in tables()[table]:
        yield mention.where, False, no_such_field(name, table)


def _rule(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    if mention.text == rule["id"]:
        yield mention.where, False, f"'{mention.text}' is this rule itself, expected another"
    elif mention.text not in ids:
        yield mention.where, False, wrong(f"there is no rule '{mention.text}'", f"one of {len(ids)} rules") + nearest(mention.text, ids)


def _setting(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    premise = _premise(rule, mention.where)
    has_limit = "limit" in premise or "limit" in rule
    known = (["limit"] if has_limit else []) + [*rule.get("settings", {}), *premise.get("settings", {})]
    if mention.text not in known:
        yield mention.where, False, wrong(f"'{mention.text}' is not set in this rule", known, mention.text)
        return
    held = {**rule.get("settings", {}), **premise.get("settings", {})}.get(mention.text, "")
    if ("%" in held) != ("share" in mention.types):
        expected = "a share such as 90%" if "share" in mention.types else "a length of time"
        yield mention.where, False, wrong(f"'{mention.text}' is {'a share' if '%' in held else 'a length of time'}", expected)


def _premise(rule: dict[str, Any], where: Path) -> dict[str, Any]:
    # A premise of a composed rule carries its own limit and settings.
    found: Any = rule
    for step in where[:4]:
        found = found[step]
    return found if where[:2] == ("requires", "together") and isinstance(found, dict) else {}


def _date(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    try:
        date.fromisoformat(mention.text)
    except ValueError:
        yield mention.where, False, wrong(f"'{mention.text}' is no date", "one such as 2015-04-01")


def _length(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    try:
        Length.parse(mention.text)
    except ValueError as error:
        yield mention.where, False, str(error).replace(": expected", ", expected")


def _measure(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    try:
        figure(mention.text)
    except ValueError as error:
        yield mention.where, False, str(error).replace(": expected", ", expected")


def _figure(mention: Mention, rule: dict[str, Any], ids: list[str]) -> Iterator[Complaint]:
    if mention.text not in ("none", "local"):
        yield from _length(mention, rule, ids)


_CHECKS: dict[str, Callable[[Mention, dict[str, Any], list[str]], Iterator[Complaint]]] = {
    "path": _path,
    "code": _code,
    "table": _table,
    "column": _column,
    "rule": _rule,
    "setting": _setting,
    "date": _date,
    "length": _length,
    "measure": _measure,
    "figure": _figure,
}


def _uncovered(rule: dict[str, Any], found: list[Mention]) -> Iterator[Complaint]:
    listed = {*rule["needs"], *rule.get("uses", [])}
    said: set[str] = set()
    for mention in found:
        if mention.what != "path" or mention.covered or mention.text in mention.words:
            continue
        for table, field in follow(mention.text, mention.scope).columns:
            column = f"{table}.{field.name}"
            if table != "cases" and not field.key and field.name != "child_id" and column not in listed | said:
                said.add(column)
                yield mention.where, False, wrong(f"{column} is read here", "it in needs or uses")
    for column in rule["needs"]:
        if column in rule.get("uses", []):
            yield ("uses", rule["uses"].index(column)), False, wrong(f"'{column}' is in needs and in uses", "it in one of them")


def _undated(value: Any, subject: str, where: Path) -> Iterator[Complaint]:
    # It asks which record of the subject came first; some tables have no date on which a record comes about.
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "first_in" and subject not in HAPPENED:
            yield (*where, key), True, f"'{key}' can't be told here: {subject} have no date on which they come about"
        elif key != "examples":
            yield from _undated(inner, subject, (*where, key))


def _words(rule: dict[str, Any]) -> Iterator[Complaint]:
    known = MEASURED if rule["kind"] == "measure" else PLACEHOLDERS
    for placeholder in re.findall(r"\{([^{}]*)\}", rule["says"]):
        if placeholder not in known:
            yield ("says",), False, wrong(f"nothing fills in '{{{placeholder}}}'", known, placeholder)
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", rule["says"])):
        yield ("says",), False, "a brace stands alone, expected a pair such as {due}"
    for at, asked in enumerate(rule.get("asked_by", [])):
        if (words := len(asked["says"].split())) > QUOTE:
            yield ("asked_by", at, "says"), False, wrong(f"a quote of {words} words", f"at most {QUOTE}")


def _awaited(rule: dict[str, Any]) -> Iterator[Complaint]:
    """`awaits_trigger` waits for the end of the record itself, and asks which of the child's records came later."""
    for where, body in _bodies(rule, "within"):
        if "awaits_trigger" not in body:
            continue
        at = (*where, "awaits_trigger")
        triggers = body.get("trigger", [])
        if any(isinstance(one, dict) and "table" in one for one in (triggers if isinstance(triggers, list) else [triggers])):
            yield at, True, "'awaits_trigger' with a trigger in another table, expected a date of the record itself, which it awaits"
        elif rule["subject"] not in HAPPENED:
            yield (
                at,
                True,
                f"'awaits_trigger' on {rule['subject']}, whose records have no date that says which came later, expected another subject",
            )


def _bodies(rule: dict[str, Any], kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every check of a kind in a rule, premises included, with its place."""
    if kind in rule["requires"]:
        yield ("requires", kind), rule["requires"][kind]
    for group in ("all", "any"):
        for at, premise in enumerate(rule["requires"].get("together", {}).get(group, [])):
            if kind in premise.get("check", {}):
                yield ("requires", "together", group, at, "check", kind), premise["check"][kind]


def _check_and_kind(rule: dict[str, Any]) -> Iterator[Complaint]:
    (kind,) = rule["requires"]
    if (rule["kind"] == "composed") != (kind == "together"):
        expected = "'composed' with 'together', and neither without the other"
        yield ("kind",), False, wrong(f"kind '{rule['kind']}' with the check '{kind}'", expected)
    if (rule["kind"] == "auditor") != (kind == "asks"):
        expected = "'auditor' with 'asks', and neither without the other"
        yield ("kind",), False, wrong(f"kind '{rule['kind']}' with the check '{kind}'", expected)
    if (rule["kind"] == "measure") != (kind == "measure"):
        expected = "'measure' with 'measure', and neither without the other"
        yield ("kind",), False, wrong(f"kind '{rule['kind']}' with the check '{kind}'", expected)
    elif kind == "measure":
        yield from measure_problems(rule)
    classes = rule["requires"][kind].get("each", []) if kind == "before" else []
    for at, entry in enumerate(rule.get("unless", [])):
        if "class" in entry and entry["class"] not in classes:
            yield ("unless", at, "class"), False, wrong(f"'{entry['class']}' is no class of this rule", classes, entry["class"])
    fragment = schema.kinds()[kind]
    if fragment.get("needs_limit") and "limit" not in rule and fragment.get("instead") not in rule["requires"][kind]:
        expected = f"'limit' or '{fragment['instead']}'" if "instead" in fragment else "'limit'"
        yield ("requires", kind), True, wrong(f"'{kind}' has no limit", expected)
