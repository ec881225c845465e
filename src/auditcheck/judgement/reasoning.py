"""Judgement's five ways of reasoning, written as joins: exemption, justification, supersession, escalation, composition.

Every rule of the rulebook goes through the same few joins, because what differs between rules (who supersedes whom, how many in a row)
comes as facts. Only composed rules have joins of their own.

Facts given: ``observed`` (an observation), ``link`` (on record ``to`` it can be superseded, or supersede), ``supersedes``, ``place``
(where in a series), ``bears`` (it is a premise about record ``to``), ``subject RULE`` (a record a composed rule could speak about).
Facts concluded that are read: ``exempted``, ``standing``, ``superseded LEVEL``, ``escalated``, ``evidence``, ``found RULE``,
``doubtful RULE``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .joins import MOST_RULES, Derived, Join, Pattern
from .shapes import Premise, RuleShape, Together

#: Every field of those facts.
FIELDS: Mapping[str, type] = {
    "i": int, "to": int, "level": int, "series": int, "place": int, "after": int,
    "rule": str, "outcome": str, "exempt": str, "reason": str, "by": str, "of": str, "premise": str, "forgiving": str, "sure": str,
}  # fmt: skip

#: What an observation that is not exempt comes to: (exempt, outcome, reason or either) -> outcome. Nothing reacts to any other.
_SETTLED = (
    ("unknown", "not_met", None, "cannot_tell"),
    ("unknown", "justified", None, "cannot_tell"),
    ("unknown", "cannot_tell", None, "cannot_tell"),
    ("no", "cannot_tell", None, "cannot_tell"),
    ("unknown", "not_yet_due", None, "not_yet_due"),
    ("no", "not_yet_due", None, "not_yet_due"),
    ("unknown", "met", None, "met"),
    ("no", "met", None, "met"),
    ("no", "justified", None, "justified"),
    ("no", "not_met", "yes", "justified"),
    ("no", "not_met", "no", "not_met"),
)


def reasoning(shapes: Sequence[RuleShape], levels: Mapping[str, int]) -> tuple[Join, ...]:
    """All joins for these rules; ``levels`` as `superseding_levels` gives them."""
    deepest = max(levels.values(), default=0)
    composed = [(shape.id, shape.together) for shape in shapes if shape.together]
    certain = list(_spread(_compositions(composed), deepest + 2))
    final = max((join.stratum for join in certain), default=deepest + 1) + 1
    return (
        *_settling(),
        *(join for level in range(deepest + 1) for join in _standing(level)),
        *_escalating(sorted({shape.escalates_after for shape in shapes if shape.escalates_after is not None})),
        *(_bearing() if composed else ()),
        *certain,
        *_spread((_doubtful(rule, together) for rule, together in composed), final),
    )


def superseding_levels(shapes: Sequence[RuleShape]) -> dict[str, int]:
    """Rule -> 0 where nothing supersedes it, else one more than the highest of those that do. Raises ValueError for a circle."""
    by = {shape.id: shape.superseded_by for shape in shapes}
    levels: dict[str, int] = {}

    def level(rule: str, path: tuple[str, ...]) -> int:
        if rule in path:
            raise ValueError(f"rules supersede each other in a circle: {' < '.join([*path[path.index(rule) :], rule])}")
        if rule not in levels:
            levels[rule] = max((level(other, (*path, rule)) + 1 for other in by.get(rule, ())), default=0)
        return levels[rule]

    for shape in shapes:
        level(shape.id, ())
    return levels


def premise_name(premise: Premise) -> str:
    """What tells a premise from the same rule's stricter one."""
    return f"{premise.rule} or justified" if premise.or_justified else premise.rule


def _settling() -> Iterator[Join]:
    exempt = Pattern("o", "observed", equal=(("exempt", "yes"),))
    yield Join("exempt", 1, (exempt,), (Derived("exempted", (("i", "o", "i"),)),))
    for exemption, outcome, reason, becomes in _SETTLED:
        equal = (("exempt", exemption), ("outcome", outcome)) + ((("reason", reason),) if reason else ())
        settled = Derived("settled", _copied("o", "i", "rule", "level"), (("outcome", becomes),))
        yield Join(f"settled {exemption} {outcome} {reason or 'either'}", 1, (Pattern("o", "observed", equal),), (settled,))


def _standing(level: int) -> Iterator[Join]:
    """Who is superseded at this level is known once all levels below stand; then what is not superseded stands."""
    settled = Pattern("o", "settled", equal=(("level", level),))
    mine = Pattern("mine", "link", join=(("i", "o", "i"),))
    for lower in range(level):
        shown = Pattern("shown", f"shown {lower}", join=(("to", "mine", "to"),))
        supersedes = Pattern("pair", "supersedes", join=(("of", "o", "rule"), ("by", "shown", "rule")))
        superseded = Derived(f"superseded {level}", (("i", "o", "i"), ("by", "pair", "by")))
        yield Join(f"superseded {level} by {lower}", level, (settled, mine, shown, supersedes), (superseded,))
    free = (Pattern("none", f"superseded {level}", join=(("i", "o", "i"),), negated=True),) if level else ()
    yield Join(f"standing {level}", level + 1, (settled, *free), (Derived("standing", _copied("o", "i", "rule", "outcome")),))
    not_met = Pattern("o", "settled", equal=(("level", level), ("outcome", "not_met")))
    shows = Derived(f"shown {level}", (("rule", "o", "rule"), ("to", "mine", "to")))
    yield Join(f"shown {level}", level + 1, (not_met, mine, *free), (shows,))


def _escalating(numbers: Iterable[int]) -> Iterator[Join]:
    for outcome in ("not_met", "justified"):
        standing = Pattern("o", "standing", equal=(("outcome", outcome),))
        place = Pattern("at", "place", join=(("i", "o", "i"),))
        yield Join(f"breach {outcome}", 1, (standing, place), (Derived("breach", _copied("at", "rule", "series", "place", "after")),))
        end = Pattern("end", "row")
        last = Pattern("at", "place", join=tuple((field, "end", field) for field in ("rule", "series", "place")))
        itself = Pattern("o", "standing", equal=(("outcome", outcome),), join=(("i", "at", "i"),))
        yield Join(f"escalated {outcome}", 1, (end, last, itself), (Derived("escalated", (("i", "o", "i"),)),))
    for number in numbers:
        yield Join(f"{number} in a row", 1, _in_a_row(number), (Derived("row", _copied(f"b{number}", "rule", "series", "place")),))


def _in_a_row(number: int) -> tuple[Pattern, ...]:
    def after(n: int) -> Pattern:
        before = f"b{n - 1}"
        same = (("rule", before, "rule"), ("series", before, "series"))
        return Pattern(f"b{n}", "breach", join=same, successor=(("place", before, "place"),))

    return (Pattern("b1", "breach", equal=(("after", number),)), *(after(n) for n in range(2, number + 1)))


def _bearing() -> Iterator[Join]:
    """What each standing observation says about the premises it bears on."""
    holds = (("not_met", None), ("justified", "yes"))
    for outcome, forgiving in (*holds, ("cannot_tell", None)):
        sure = outcome != "cannot_tell"
        standing = Pattern("o", "standing", equal=(("outcome", outcome),))
        bears = Pattern("x", "bears", equal=(("forgiving", forgiving),) if forgiving else (), join=(("i", "o", "i"),))
        to = (("to", "x", "to"),)
        evidence = Derived("evidence", _copied("x", "i", "premise", "to"), (("sure", "yes" if sure else "no"),))
        maybe = Derived("maybe", to, named_by=("x", "premise"))
        certain = (Derived("holds", to, named_by=("x", "premise")),) if sure else ()
        yield Join(f"bears {outcome}", 1, (standing, bears), (evidence, maybe, *certain))


def _compositions(composed: Iterable[tuple[str, Together]]) -> Iterator[Join]:
    for rule, together in composed:
        to = (("to", "x", "to"),)
        for word in ("holds", "maybe"):
            for name in _names(together.any):
                pair = _about(rule, (f"{word} {name}",))
                yield Join(f"one {word} {rule} {name}", 1, pair, (Derived(f"one {word} {rule}", to),))
        yield Join(f"found {rule}", 1, _about(rule, _needed(rule, together, "holds")), (Derived(f"found {rule}", to),))


def _doubtful(rule: str, together: Together) -> Join:
    """Nothing that is needed is ruled out, and yet not all is certain."""
    possible = _about(rule, _needed(rule, together, "maybe"))
    found = Pattern("found", f"found {rule}", join=(("to", "x", "to"),), negated=True)
    return Join(f"doubtful {rule}", 1, (*possible, found), (Derived(f"doubtful {rule}", (("to", "x", "to"),)),))


def _needed(rule: str, together: Together, word: str) -> tuple[str, ...]:
    one = (f"one {word} {rule}",) if together.any else ()
    return (*(f"{word} {name}" for name in _names(together.all)), *one)


def _about(rule: str, kinds: Sequence[str]) -> tuple[Pattern, ...]:
    """A subject of the rule, and a fact of each kind about the same record."""
    return (Pattern("x", f"subject {rule}"), *(Pattern(f"p{n}", kind, join=(("to", "x", "to"),)) for n, kind in enumerate(kinds)))


def _names(premises: Iterable[Premise]) -> list[str]:
    return list(dict.fromkeys(premise_name(premise) for premise in premises))


def _copied(alias: str, *fields: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((field, alias, field) for field in fields)


def _spread(joins: Iterable[Join], first: int) -> Iterator[Join]:
    """Put the joins into strata from ``first`` on, no more in each than the engine takes."""
    for n, join in enumerate(joins):
        yield Join(join.name, first + n // MOST_RULES, join.patterns, join.derives)
