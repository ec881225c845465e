"""waivers.yml: findings that somebody answers for, for a time. What is wrong with one waiver makes that one void, and is said with its
line; only a file that says nothing that can be read is refused whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditcheck.rulebook.problems import Problem, nearest, wrong
from auditcheck.values import is_placeholder
from auditcheck.yaml_text import Document, of_file, read

_ANSWERED_BY = ("reason", "owner", "approver")
_REQUIRED = ("id", *_ANSWERED_BY, "granted", "expires")
_WHAT = ("finding", "rule", "child")
_LONGEST = 60
_ID = re.compile(r"[\w.\-/]+")
_FINDING = re.compile(r"[0-9a-f]{16}")


class WaiversRefused(Exception):
    """The file of waivers can't be read as one. The message is a sentence; exit 2."""


@dataclass(frozen=True)
class Waiver:
    """A finding, or all of a rule for a child, that ``owner`` answers for from ``granted`` to ``expires``, both days included."""

    id: str
    line: int
    finding: str
    rule: str
    child: str
    reason: str
    owner: str
    approver: str
    granted: date
    expires: date


@dataclass(frozen=True)
class Waivers:
    """What a file holds: the waivers that are well formed, and what is wrong with the others (``rule`` of a problem is the waiver's id)."""

    waivers: tuple[Waiver, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_waivers(path: Path, rules: Collection[str]) -> Waivers:
    """The waivers of a file. ``rules``: the ids of the rulebook. Raises WaiversRefused."""
    try:
        document = read(of_file(path))
    except OSError as problem:
        raise WaiversRefused(f"{path}: the waivers can't be read: {problem.strerror}.") from problem
    items = document.value.get("waivers", ...) if isinstance(document.value, dict) else ...
    items = [] if items is None else items
    starts = [document.place(("waivers", at))[0] for at in range(len(items))] if isinstance(items, list) else []
    outside = [problem for problem in document.problems if not starts or problem[0] < starts[0]]
    if outside:
        raise WaiversRefused("\n".join(f"{path.name}:{line}:{column}: {text}" for line, column, text in outside))
    if not isinstance(items, list) or set(document.value) != {"waivers"}:
        raise WaiversRefused(
            f"{path.name}:1:1: this is no file of waivers, expected 'waivers:' and below it a list of them, each with '- id:'."
        )
    return _sorted_out(path.name, document, items, starts, rules)


def _sorted_out(file: str, document: Document, items: list[Any], starts: list[int], rules: Collection[str]) -> Waivers:
    waivers, problems = [], []
    seen: dict[str, int] = {}
    for at, item in enumerate(items):
        end = starts[at + 1] if at + 1 < len(starts) else float("inf")
        name = _text(item, "id")[:_LONGEST] or f"number {at + 1}"
        found = [Problem(file, line, column, name, text) for line, column, text in document.problems if starts[at] <= line < end]
        found += [Problem(file, *document.place(("waivers", at, *where), True), name, text) for where, text in _wrong(item, rules)]
        if name in seen:
            found.append(
                Problem(file, *document.place(("waivers", at, "id")), name, f"the id is that of the waiver on line {seen[name]} too")
            )
        seen.setdefault(name, starts[at])
        problems += found
        if not found:
            waivers.append(_waiver(item, starts[at]))
    return Waivers(tuple(waivers), tuple(problems))


def _wrong(item: Any, rules: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where and what is wrong with one waiver."""
    if not isinstance(item, dict):
        yield (), "this is no waiver, expected 'id:', 'reason:' and so on, each on a line of its own"
        return
    known = (*_REQUIRED, *_WHAT)
    yield from (((key,), wrong(f"'{key}' is nothing that a waiver says", known, key)) for key in item if key not in known)
    for key in (*_REQUIRED, *_WHAT):
        if key in item and (isinstance(item[key], dict | list) or not _text(item, key)):
            yield (key,), f"'{key}' says nothing, expected a text"
    yield from (((), f"'{key}' is missing") for key in _REQUIRED if key not in item)
    yield from _wrong_target(item, rules)
    yield from _wrong_answer(item)
    yield from _wrong_days(item)


def _wrong_target(item: Mapping[str, Any], rules: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    if ("finding" in item) == ("rule" in item or "child" in item):
        yield (), "expected either 'finding', or 'rule' and 'child'"
    elif "finding" not in item and not {"rule", "child"} <= set(item):
        yield (), "expected both 'rule' and 'child'"
    finding, rule = _text(item, "finding"), _text(item, "rule")
    if finding and not _FINDING.fullmatch(finding):
        yield ("finding",), f"'{finding}' is no finding's id, expected the 16 digits in the first column of findings.csv"
    if rule and rule not in rules:
        yield ("rule",), f"there is no rule '{rule}'" + nearest(rule, rules)
    if _text(item, "id") and not (_ID.fullmatch(_text(item, "id")) and len(_text(item, "id")) <= _LONGEST):
        yield ("id",), f"expected an id of letters, digits, '.', '-', '_' and '/', at most {_LONGEST}"


def _wrong_answer(item: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    for key in _ANSWERED_BY:
        if _text(item, key) and is_placeholder(_text(item, key)):
            yield (key,), f"'{_text(item, key)}' only holds a place, expected the {key} itself"
    owner, approver = (" ".join(_text(item, key).casefold().split()) for key in ("owner", "approver"))
    if owner and owner == approver:
        yield ("approver",), "the approver is the owner, expected somebody else"


def _wrong_days(item: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    days = {key: _day(_text(item, key)) for key in ("granted", "expires")}
    for key, day in days.items():
        if day is None and _text(item, key):
            yield (key,), f"'{_text(item, key)}' is no date, expected one such as 2015-06-30"
    granted, expires = days.values()
    if granted and expires and expires < granted:
        yield ("expires",), f"it expires on {expires}, before it was granted on {granted}"


def _waiver(item: Mapping[str, Any], line: int) -> Waiver:
    texts = {key: _text(item, key) for key in ("id", *_WHAT, *_ANSWERED_BY)}
    return Waiver(
        line=line, granted=date.fromisoformat(_text(item, "granted")), expires=date.fromisoformat(_text(item, "expires")), **texts
    )


def _text(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return str(value).strip() if isinstance(value, str | int) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
