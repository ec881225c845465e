"""The small declarative form in which judgement's joins are written, and its translation for durable-rules.

durable-rules is right in one narrow form only, and silently wrong or fatal outside it: the marker of the stratum first, flat ``$and``
groups, an always-true test at the end of each, negations last, and only of kinds that are complete before that marker. Nothing else can
be said in this form; what would still step outside it is refused here, when the rules are loaded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Value = int | str
Fact = dict[str, Value]

#: Measured limits of the engine, each with room to spare: beyond them it loses facts, loops or crashes.
MOST_PATTERNS, MOST_TESTS, MOST_RULES, MOST_ON_A_KIND, MOST_KINDS = 15, 28, 200, 64, 480
MOST_BYTES, MOST_NUMBER = 1_000, 2**62 - 1

#: Words that the engine or the translation uses for itself.
_RESERVED = frozenset({"k", "t", "s", "id", "sid", "mk"})
_NAME = re.compile(r"[a-z][a-z_]*[0-9]*")


class RuleRefused(Exception):
    """A join that the engine could not judge safely. The message is a sentence that names the join."""


@dataclass(frozen=True)
class Pattern:
    """One fact of ``kind`` that must be there (``negated``: must not be there).

    ``equal``: (field, constant). ``join``: (field, earlier alias, its field), equal. ``successor``: the same, one more than it.
    """

    alias: str
    kind: str
    equal: tuple[tuple[str, Value], ...] = ()
    join: tuple[tuple[str, str, str], ...] = ()
    successor: tuple[tuple[str, str, str], ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Derived:
    """The fact that a match adds. ``copied``: (field, alias, its field). ``named_by`` (alias, field) adds a word to the kind."""

    kind: str
    copied: tuple[tuple[str, str, str], ...] = ()
    equal: tuple[tuple[str, Value], ...] = ()
    named_by: tuple[str, str] | None = None

    def may_be(self, kind: str) -> bool:
        """Whether a fact of that kind can come of it."""
        return kind.startswith(f"{self.kind} ") if self.named_by else kind == self.kind


@dataclass(frozen=True)
class Join:
    """A rule: all patterns together, once the marker of its ``stratum`` (1, 2, ...) is in, add the ``derives``."""

    name: str
    stratum: int
    patterns: tuple[Pattern, ...]
    derives: tuple[Derived, ...]


def compiled(joins: Sequence[Join], fields: Mapping[str, type]) -> dict[str, object]:
    """The joins as durable-rules reads them.

    ``fields``: every field a pattern or a derived fact may name -> int or str; a field has one type in all kinds.
    Raises RuleRefused for whatever the engine is known to judge wrongly.
    """
    check_joins(joins, fields)
    rules: dict[str, object] = {"marker": {"all": [{"mk": {"$and": [{"k": "marker"}]}}]}}
    for join in joins:
        marker = {"mk": {"$and": [{"k": "marker"}, {"s": join.stratum}]}}
        ordered = sorted(join.patterns, key=lambda pattern: pattern.negated)
        rules[join.name] = {"all": [marker, *({_alias(pattern): {"$and": _tests(pattern)}} for pattern in ordered)]}
    return rules


def check_value(field: str, value: object, fields: Mapping[str, type]) -> str | None:
    """Why a value must not reach the engine, as a phrase; None where it may."""
    if type(value) is not fields.get(field):
        return f"{field} must be {fields[field].__name__}, not {type(value).__name__}" if field in fields else f"unknown field {field!r}"
    if isinstance(value, int):
        return None if abs(value) <= MOST_NUMBER else f"the number in {field} is too large"
    long = len(str(value).encode("utf-8", "surrogatepass")) > MOST_BYTES
    return f"the text in {field} is longer than {MOST_BYTES} bytes" if long else None


def check_joins(joins: Sequence[Join], fields: Mapping[str, type]) -> None:
    """Raises RuleRefused, with a sentence, for the first thing that the engine is known to judge wrongly."""
    for name, kind in fields.items():
        if kind not in (int, str) or name in _RESERVED or not _NAME.fullmatch(name):
            raise RuleRefused(f"field {name!r}: only int and str, lower-case names, and none of {', '.join(sorted(_RESERVED))}")
    for join in joins:
        _check_join(join, fields)
    _check_counts(joins)
    _check_hashes({*fields, *_RESERVED, *(p.alias for j in joins for p in j.patterns)})
    _check_hashes({"marker", *(join.name for join in joins)})
    _check_negations(joins)


def _alias(pattern: Pattern) -> str:
    return f"{pattern.alias}$not" if pattern.negated else pattern.alias


def _tests(pattern: Pattern) -> list[dict[str, object]]:
    tests: list[dict[str, object]] = [{"k": pattern.kind}]
    tests += [{field: value} for field, value in pattern.equal]
    tests += [{field: {alias: theirs}} for field, alias, theirs in pattern.join]
    tests += [{field: {"$add": {"$l": {alias: theirs}, "$r": 1}}} for field, alias, theirs in pattern.successor]
    # A false last comparison between facts makes the engine read past its end mark; this one is never false.
    return [*tests, {"t": {"mk": "t"}}]


def _check_join(join: Join, fields: Mapping[str, type]) -> None:
    def refuse(why: str) -> RuleRefused:
        return RuleRefused(f"{join.name}: {why}")

    if type(join.stratum) is not int or join.stratum < 1:
        raise refuse("strata are numbered from 1")
    if len(join.patterns) > MOST_PATTERNS:
        raise refuse(f"{len(join.patterns)} patterns, at most {MOST_PATTERNS}")
    if all(pattern.negated for pattern in join.patterns):
        raise refuse("at least one pattern must not be negated")
    known: set[str] = set()
    for pattern in sorted(join.patterns, key=lambda p: p.negated):
        for why in _wrong_in(pattern, known, fields):
            raise refuse(why)
        if not pattern.negated:
            known.add(pattern.alias)
    if len({pattern.alias for pattern in join.patterns}) < len(join.patterns):
        raise refuse("two patterns have the same alias")
    for derived in join.derives:
        for why in _wrong_in_derived(derived, known, fields):
            raise refuse(why)


def _wrong_in(pattern: Pattern, known: set[str], fields: Mapping[str, type]) -> Iterable[str]:
    if not _NAME.fullmatch(pattern.alias) or pattern.alias in _RESERVED:
        yield f"alias {pattern.alias!r}: lower-case letters, and none of {', '.join(sorted(_RESERVED))}"
    yield from _wrong_kind(pattern.kind)
    yield from filter(None, (check_value(field, value, fields) for field, value in pattern.equal))
    yield from _wrong_references((*pattern.join, *pattern.successor), known, fields)
    if any(fields[field] is not int for field, _, _ in pattern.successor):
        yield "only whole numbers have a successor"
    if len(pattern.join) + len(pattern.successor) > MOST_TESTS:
        yield f"more than {MOST_TESTS} comparisons between facts in one pattern"


def _wrong_in_derived(derived: Derived, known: set[str], fields: Mapping[str, type]) -> Iterable[str]:
    yield from _wrong_kind(derived.kind)
    yield from filter(None, (check_value(field, value, fields) for field, value in derived.equal))
    yield from _wrong_references(derived.copied, known, fields)
    if derived.named_by:
        yield from _wrong_references(((derived.named_by[1], *derived.named_by),), known, fields)


def _wrong_kind(kind: str) -> Iterable[str]:
    if not kind or kind == "marker" or len(kind.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        yield f"{kind[:40]!r} cannot be a kind"


def _wrong_references(found: Iterable[tuple[str, str, str]], known: set[str], fields: Mapping[str, type]) -> Iterable[str]:
    for field, alias, theirs in found:
        if alias not in known:
            yield f"{alias!r} is not an earlier pattern (and a negated one cannot be referred to)"
        for name in (field, theirs):
            if name not in fields:
                yield f"unknown field {name!r}"
        if fields.get(field) is not fields.get(theirs):
            yield f"{field} and {theirs} are of different types"


def _check_counts(joins: Sequence[Join]) -> None:
    names = Counter(join.name for join in joins)
    if names and (names.most_common(1)[0][1] > 1 or "marker" in names):
        raise RuleRefused(f"two joins are named {names.most_common(1)[0][0]!r}, or one is named 'marker'")
    for stratum, count in Counter(join.stratum for join in joins).items():
        if count > MOST_RULES:
            raise RuleRefused(f"stratum {stratum}: {count} joins, at most {MOST_RULES}")
    kinds = Counter(pattern.kind for join in joins for pattern in join.patterns)
    for kind, count in kinds.items():
        if count > MOST_ON_A_KIND:
            raise RuleRefused(f"{kind!r}: {count} patterns on one kind of fact, at most {MOST_ON_A_KIND}")
    if len(kinds) > MOST_KINDS:
        raise RuleRefused(f"{len(kinds)} kinds of facts, at most {MOST_KINDS}")


def _check_hashes(names: Iterable[str]) -> None:
    """The engine knows names by a 32-bit hash only: two that share one would be the same to it."""
    seen: dict[int, str] = {}
    for name in sorted(names):
        number = fnv1a(name)
        if number in seen or number == 0:
            raise RuleRefused(f"the engine cannot tell the names {seen.get(number, '')!r} and {name!r} apart")
        seen[number] = name


def fnv1a(name: str) -> int:
    """The engine's 32-bit hash of a name."""
    number = 2166136261
    for byte in name.encode("utf-8", "surrogatepass"):
        number = (number ^ byte) * 16777619 & 0xFFFFFFFF
    return number


def _check_negations(joins: Sequence[Join]) -> None:
    """A negated kind must be complete before the marker: nothing that can still fire afterwards may derive it."""
    last = _last_strata(joins)
    for join in joins:
        for pattern in join.patterns:
            if not pattern.negated:
                continue
            adding = [n for n, other in enumerate(joins) if any(derived.may_be(pattern.kind) for derived in other.derives)]
            late = [joins[n].name for n in adding if last[n] >= join.stratum]
            if late:
                raise RuleRefused(f"{join.name}: {pattern.kind!r} is negated before it is complete ({late[0]} can still add to it)")


def _last_strata(joins: Sequence[Join]) -> list[int]:
    """For each join the stratum after whose marker it can no longer fire: its own, or the last of whatever feeds it."""
    wanting: dict[str, list[int]] = {}
    for n, join in enumerate(joins):
        for pattern in join.patterns:
            wanting.setdefault(pattern.kind, []).append(n)
    fed = [{n for d in join.derives for kind in _kinds(d, wanting) for n in wanting[kind]} for join in joins]
    last = [join.stratum for join in joins]
    waiting = list(range(len(joins)))
    while waiting:
        a = waiting.pop()
        for b in fed[a]:
            if last[a] > last[b]:
                last[b] = last[a]
                waiting.append(b)
    return last


def _kinds(derived: Derived, wanting: Mapping[str, object]) -> Iterable[str]:
    if derived.named_by:
        return [kind for kind in wanting if derived.may_be(kind)]
    return [derived.kind] if derived.kind in wanting else []
