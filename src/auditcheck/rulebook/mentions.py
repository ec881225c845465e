"""What a rule speaks of: every table, path, code, rule, setting, date and length in it, with its place and the table it is read in.

The schemas say which texts are names (``names``) and where they are read (``in``: ``subject``, or the sibling block whose ``table`` it is;
else the table of the block that it stands in). So a new kind of check needs its schema and nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from auditcheck.rulebook import schema
from auditcheck.yaml_text import Path

TESTS = ("any", "none", "unborn", "under_age", "first_in", "open")


@dataclass(frozen=True)
class Scope:
    """The tables that a bare path, ``subject.`` and ``event.`` are read in."""

    own: str
    subject: str
    event: str


@dataclass(frozen=True)
class Mention:
    """One text that names something. ``what``: path, code, table, column, rule, setting, date, length, figure, or measure (a length
    or a share).

    ``types``: what a path's field must be (empty: anything); ``words``: other texts that are right too; ``of``: a code's paths;
    ``covered``: neither needs nor uses has to name it.
    """

    what: str
    text: str
    where: Path
    scope: Scope
    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    covered: bool = False


def mentions(rule: dict[str, Any]) -> list[Mention]:
    """Everything that a rule of the right shape mentions, in the order of the schema."""
    subject = str(rule["subject"])
    return list(_walk(schema.schema("rule"), rule, (), Scope(subject, subject, _event_table(rule["requires"], subject))))


def _event_table(requires: dict[str, Any], subject: str) -> str:
    ((kind, body),) = requires.items()
    block = body.get(schema.kinds()[kind].get("event"))
    return str(block["table"]) if isinstance(block, dict) else subject


def _walk(part: dict[str, Any], value: Any, where: Path, scope: Scope, block: dict[str, Any] | None = None) -> Iterator[Mention]:
    part = _resolved(part)
    scope = _scoped(part, scope, block or {})
    if part.get("names") == "condition":
        yield from _condition(value, where, scope)
        return
    if "names" in part:
        of = tuple(map(str, _listed((block or {}).get(part.get("of", ""), []))))
        yield Mention(
            part["names"], str(value), where, scope, tuple(part.get("types", ())), tuple(part.get("or", ())), of, bool(part.get("covered"))
        )
        return
    for choice in map(_resolved, part.get("anyOf", ())):
        if _fits(choice, value):
            yield from _walk(choice, value, where, scope, block)
            break
    if isinstance(value, dict):
        yield from _inside(part, value, where, scope)
    elif isinstance(value, list) and "items" in part:
        for at, item in enumerate(value):
            yield from _walk(part["items"], item, (*where, at), scope, block)


def _inside(part: dict[str, Any], value: dict[str, Any], where: Path, scope: Scope) -> Iterator[Mention]:
    words = part.get("properties", {})
    if "table" in words and "table" in value:
        scope = replace(scope, own=str(value["table"]))
    for key, because in part.get("dates", {}).items():
        if set(because) & set(value):
            for path in _listed(value[key]):
                yield Mention("path", str(path), (*where, key), scope, ("date", "moment"))
    for key, inner in value.items():
        if key in words:
            yield from _walk(words[key], inner, (*where, key), scope, value)
        elif isinstance(part.get("additionalProperties"), dict):
            yield from _walk(part["additionalProperties"], inner, (*where, key), scope, value)


def _condition(value: dict[str, Any], where: Path, scope: Scope) -> Iterator[Mention]:
    words = schema.schema("rule")["$defs"]["condition"]["properties"]
    for key, test in value.items():
        at = (*where, key)
        if key in TESTS:
            yield from _walk(words[key], test, at, scope, value)
            continue
        yield Mention("path", key, at, scope)
        wanted: Any = test
        if isinstance(test, dict):
            for word in ("by", "after"):
                if word in test:
                    yield Mention("path", str(test[word]), (*at, word), scope, ("date", "moment"), ("as_of",))
                    yield Mention("path", key, at, scope, ("date", "moment"))
            wanted = test.get("not", [])
        for code in _listed(wanted):
            yield Mention("code", str(code), at, scope, of=(key,))


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: dict[str, Any] = schema.schema("rule")
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found | {key: value for key, value in part.items() if key != "$ref"}
    return part


def _scoped(part: dict[str, Any], scope: Scope, block: dict[str, Any]) -> Scope:
    where = part.get("in")
    if where is None:
        return scope
    return replace(scope, own=scope.subject if where == "subject" else str(block[where]["table"]))


def _fits(choice: dict[str, Any], value: Any) -> bool:
    if isinstance(value, dict):
        return choice.get("type") == "object" and ("properties" not in choice or value.keys() <= choice["properties"].keys())
    if isinstance(value, list):
        return bool(choice.get("type") == "array")
    return choice.get("type") in ("string", "integer") or "enum" in choice


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
