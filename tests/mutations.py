"""What can be changed in a rule, one thing at a time: a figure by one unit, a date by one day, a condition dropped, a comparison turned.

`KINDS` says what kinds of change there are. A change is (kind, what, changed): ``what`` says where, from and to. No file is touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from auditcheck import contract
from auditcheck.clock import Length
from auditcheck.rulebook.model import Dated, Limit, Rule, Share

Change = tuple[str, str, Any]

KINDS = {
    "figure": "a limit, a setting, an age or a multiple moved by one",
    "boundary": "the day on which one limit gives way to another, or on which the first or the last ends, moved by one day",
    "condition": "a condition, exemption, source, premise, test or option left out",
    "turned": "a comparison, a choice or an order turned round",
    "word": "one value left out of a list of values",
    "flag": "an option of `within` added that the rule does not have",
}

#: Parts of a check that may be left out.
_OPTIONS = {
    *("early", "awaits_trigger", "under", "passes_on", "doubtful_if", "excused", "recent", "once_past", "once", "or_reason", "is"),
    *("not_same_as", "not_before", "not_after", "not_on", "as", "starts", "blank_at", "or_justified", "overdue", "also_blank", "known"),
    *("lasts_until", "blank", "through"),
}
_CHOICES = {
    "anchors": ("all", "first", "later"),
    "if_blank": ("not_met", "cannot_tell", "met"),
    "no_earlier": ("not_met", "cannot_tell", "not_applicable", "met"),
    "pick": ("first", "last"),
    "of": ("due", "happened", "started"),  # of a rate
}
_CONDITIONS = frozenset({"where", "when", "doubtful_if"})


@dataclass(frozen=True)
class Mutant:
    """A rule with one thing changed."""

    rule: Rule
    kind: str
    what: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every mutant of a rule."""
    for field, changes in (
        ("limit", _limits(rule.limit)),
        ("settings", _lengths(rule.settings)),
        ("examples", _figures_of_examples(rule)),
        ("where", _conditions(rule.where)),
        ("unless", _exemptions(rule)),
        ("body", _parts(rule.body)),
        ("body", _flags(rule)),
        *((name, _left_out(getattr(rule, name))) for name in ("justified_by", "superseded_by")),
    ):
        for kind, what, changed in changes:
            yield Mutant(replace(rule, **{field: changed}), kind, f"{rule.check if field == 'body' else field} {what}")
    if rule.escalates:
        for after in (rule.escalates.after + 1, rule.escalates.after - 1):
            changed = replace(rule.escalates, after=after)
            yield Mutant(replace(rule, escalates=changed), "figure", f"escalates after {rule.escalates.after} -> {after}")
    if rule.ends:
        yield Mutant(replace(rule, ends=None), "condition", "ends dropped")


# ------------------------------------------------------------------------------------------------------------------------ figures


def _moved(figure: Any) -> Iterator[tuple[str, Any]]:
    """A length or a share, one more and one less where there is one."""
    for step in (1, -1):
        if (other := _stepped(figure, step)) != figure:
            yield f"{figure} -> {other}", other


def _lengths(given: Mapping[str, Any]) -> Iterator[Change]:
    for name, length in given.items():
        for what, other in _moved(length):
            yield "figure", f"{name}: {what}", {**given, name: other}


def _limits(limit: Limit) -> Iterator[Change]:
    """Each dated value one unit more and less, and the days between them: where nothing changes on a day, moving it changes nothing."""
    values = limit.values
    for place, value in enumerate(values):
        if value.is_ is not None:
            for what, other in _moved(value.is_):
                yield "figure", f"from {value.from_}: {what}", replace(limit, values=_put(values, place, replace(value, is_=other)))
        before = values[place - 1] if place else None
        for day in _beside(value.from_):
            changed = _put(values, place, replace(value, from_=day))
            if before is not None and before.is_ != value.is_:
                changed = _put(changed, place - 1, replace(before, until=day))
            elif before is not None or value.is_ is None or value.edition is None:  # one figure for any time has no day of its own
                continue
            yield "boundary", f"from {value.from_} -> {day}", replace(limit, values=changed)
    if values and values[-1].until is not None:
        for day in _beside(values[-1].until):
            changed = _put(values, len(values) - 1, replace(values[-1], until=day))
            yield "boundary", f"until {values[-1].until} -> {day}", replace(limit, values=changed)


def _beside(day: date) -> tuple[date, date]:
    return day - timedelta(1), day + timedelta(1)


def _put(values: tuple[Dated, ...], place: int, value: Dated) -> tuple[Dated, ...]:
    return (*values[:place], value, *values[place + 1 :])


def _premise_limit(value: Any) -> Iterator[Change]:
    """The limit of a premise, as the rule writes it."""
    if isinstance(value, dict):
        for step in (1, -1) if "times" in value else ():
            yield "figure", f"times {value['times']} -> {int(value['times']) + step}", {**value, "times": int(value["times"]) + step}
        return
    for place, dated in enumerate(value):
        for what, other in _moved(Length.parse(dated["is"])) if dated["is"] != "none" else ():
            changed = {**dated, "is": str(other)}
            yield "figure", f"from {dated['from']}: {what}", [*value[:place], changed, *value[place + 1 :]]
        for day in _beside(date.fromisoformat(dated["from"])) if not place else ():
            yield "boundary", f"from {dated['from']} -> {day}", [{**dated, "from": str(day)}, *value[1:]]


def _figures_of_examples(rule: Rule) -> Iterator[Change]:
    """The figures that examples give in a profile's stead: one is moved in every example that gives it."""
    categories = sorted({name for e in rule.examples if isinstance(e.limit, dict) for name in e.limit})
    settings = sorted({name for e in rule.examples for name in e.settings})
    for step in (1, -1):
        if any(isinstance(e.limit, Length) for e in rule.examples):
            changed = [replace(e, limit=_stepped(e.limit, step)) if isinstance(e.limit, Length) else e for e in rule.examples]
            yield "figure", f"limit {step:+d}", tuple(changed)
        for name in categories:
            changed = [replace(e, limit=_put_stepped(e.limit, name, step)) if isinstance(e.limit, dict) else e for e in rule.examples]
            yield "figure", f"limit {name} {step:+d}", tuple(changed)
        for name in settings:
            changed = [replace(e, settings=_put_stepped(e.settings, name, step)) for e in rule.examples]
            yield "figure", f"setting {name} {step:+d}", tuple(changed)


def _stepped(figure: Any, step: int) -> Any:
    if isinstance(figure, Share):
        return Share(min(max(figure.percent + step, 1), 100))
    return Length(max(figure.number + step, 0), figure.unit)


def _put_stepped(given: Mapping[str, Any], name: str, step: int) -> dict[str, Any]:
    return {n: _stepped(length, step) if n == name else length for n, length in given.items()}


# --------------------------------------------------------------------------------------------------------------------- conditions


def _exemptions(rule: Rule) -> Iterator[Change]:
    for place, one in enumerate(rule.unless):
        yield "condition", f"[{one.because}] dropped", (*rule.unless[:place], *rule.unless[place + 1 :])
        for kind, what, when in _conditions(one.when):
            if when:
                changed = (*rule.unless[:place], replace(one, when=when), *rule.unless[place + 1 :])
                yield kind, f"[{one.because}] {what}", changed


def _conditions(condition: Mapping[str, Any]) -> Iterator[Change]:
    """Each test dropped, each turned, at any depth."""
    for path, test in condition.items():
        yield "condition", f"{path}: {_short(test)} dropped", {p: t for p, t in condition.items() if p != path}
        if path in ("any", "none"):
            for kind, what, changed in _alternatives(test):
                yield kind, f"{path}{what}", {**condition, path: changed}
        else:
            for kind, what, changed in _tests(path, test):
                yield kind, f"{path}: {what}", {**condition, path: changed}


def _alternatives(conditions: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    for place, one in enumerate(conditions):
        if len(conditions) > 1:
            yield "condition", f"[{place}] {_short(one)} dropped", _less(conditions, place)
        for kind, what, changed in _conditions(one):
            if changed:
                yield kind, f"[{place}] {what}", [*conditions[:place], changed, *conditions[place + 1 :]]


def _tests(path: str, test: Any) -> Iterator[Change]:
    if path == "under_age":
        for step in (1, -1):
            yield "figure", f"{test['years']} years {step:+d}", {**test, "years": int(test["years"]) + step}
    elif path == "open":
        yield "turned", f"{test} -> opposite", "false" if str(test) == "true" else "true"
    elif path in ("unborn", "first_in"):
        return
    elif not isinstance(test, dict):
        yield "turned", f"{_short(test)} -> not", {"not": test}
        yield from _words(test)
    elif "not" in test:
        yield "turned", f"not {_short(test['not'])} -> is", test["not"]
        for kind, what, left in _words(test["not"]):
            yield kind, f"not {what}", {"not": left}
    elif "blank" in test:
        other = "false" if test["blank"] == "true" else "true"
        yield "turned", f"blank {test['blank']} -> {other}", {"blank": other}
    else:
        ((word, side),) = test.items()
        other = {"by": "after", "after": "by"}[word]
        yield "turned", f"{word} {side} -> {other}", {other: side}


def _words(values: Any) -> Iterator[Change]:
    """A list of values, each left out in turn."""
    if isinstance(values, list) and len(values) > 1:
        for place, value in enumerate(values):
            yield "word", f"{value} left out", _less(values, place)


def _left_out(names: Sequence[str]) -> Iterator[Change]:
    for place, name in enumerate(names):
        yield "condition", f"{name} dropped", tuple(_less(names, place))


def _less(items: Sequence[Any], place: int) -> list[Any]:
    return [*items[:place], *items[place + 1 :]]


# ------------------------------------------------------------------------------------------------------------------------- checks


def _parts(body: Mapping[str, Any]) -> Iterator[Change]:
    """Each part of a check (or of a source, test or premise in it) dropped, turned or moved."""
    for one, other in (("earlier", "later"), ("starts", "ends"), ("from", "to")):
        if {one, other} <= body.keys() and body[one] != body[other]:
            yield "turned", f"{one} and {other} swapped", {**body, one: body[other], other: body[one]}
    if "field" in body and not {"all", "if_blank", "blank", "siblings", "number"} & body.keys():  # a test of `states`
        yield from (
            ("turned", f"{_short(body['field'])} if_blank -> {other}", {**body, "if_blank": other}) for other in ("cannot_tell", "met")
        )
    for key, value in body.items():
        if key in _OPTIONS and not (key == "starts" and "ends" in body):  # `alone` needs both
            yield "condition", f"{key}: {_short(value)} dropped", {k: v for k, v in body.items() if k != key}
        if key == "pick" and "when" in body:  # `absent` knows only the last
            continue
        for kind, what, changed in _part(key, value):
            yield kind, f"{key} {what}", {**body, key: changed}


def _part(key: str, value: Any) -> Iterator[Change]:
    if key in _CONDITIONS and isinstance(value, dict):
        yield from _conditions(value)
    elif key in _CHOICES and value in _CHOICES[key]:
        yield from (("turned", f"{value} -> {other}", other) for other in _CHOICES[key] if other != value)
    elif key == "limit" and not isinstance(value, str):
        yield from _premise_limit(value)
    elif key == "settings":
        for name, text in value.items():
            yield from (("figure", f"{name}: {what}", {**value, name: str(other)}) for what, other in _moved(Length.parse(text)))
    elif isinstance(value, dict):
        yield from _parts(value)
    elif isinstance(value, list):
        yield from _items(value)


def _items(values: list[Any]) -> Iterator[Change]:
    if not any(isinstance(value, dict) for value in values):
        yield from _words(values)
        return
    for place, value in enumerate(values):
        if len(values) > 1:
            yield "condition", f"[{place}] {_short(value)} dropped", _less(values, place)
        for kind, what, changed in _parts(value) if isinstance(value, dict) else ():
            yield kind, f"[{place}] {what}", [*values[:place], changed, *values[place + 1 :]]


def _flags(rule: Rule) -> Iterator[Change]:
    """Options that `within` does not have here: hours know no anniversary, and what has no date of its own awaits nothing."""
    if rule.check != "within" or "trigger" not in rule.body:
        return
    figures = [*(v.is_ for v in rule.limit.values), *(e.limit for e in rule.examples)]
    by_hours = any(isinstance(figure, Length) and figure.unit == "hours" for figure in figures)
    for flag in ("early", "awaits_trigger", "under"):
        awaits_nothing = flag == "awaits_trigger" and rule.subject not in contract.HAPPENED
        if flag not in rule.body and not awaits_nothing and not (flag == "under" and by_hours):
            yield "flag", f"{flag} added", {**rule.body, flag: "true"}


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("rule") or value.get("table") or value.get("field") or next(iter(value)))
    return ", ".join(map(_short, value)) if isinstance(value, list | tuple) else str(value)
