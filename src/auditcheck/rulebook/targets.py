"""What a profile wants of measures and rules: read, and held against the measure's own unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from auditcheck.clock import Length
from auditcheck.rulebook.model import Amount, Asked, Target
from auditcheck.rulebook.problems import nearest, wrong
from auditcheck.yaml_text import Path

Complaint = tuple[Path, bool, str]

#: When a target is to be reached; left out: at every run.
SHAPES = ("by", "average_by", "at_any_time", "within")
QUOTE = 20
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(%|[a-z][a-z ]*)?")


def units(rules: Mapping[str, Any]) -> dict[str, str]:
    """What a target may be set on, and the unit of each: every rule (of its share met), every measure and the figures beside it.

    ``rules``: by id, as they are written or as they are built; a question for a person has nothing to measure and is left out.
    """
    found: dict[str, str] = {}
    for rule_id, rule in rules.items():
        body = rule.get("requires", {}) if isinstance(rule, Mapping) else {rule.check: rule.body}
        if not isinstance(body, Mapping) or "asks" in body:
            continue
        measure = body.get("measure")
        found[rule_id] = unit_of(measure) if isinstance(measure, Mapping) else "%"
        for more in measure.get("also", ()) if isinstance(measure, Mapping) else ():
            found[f"{rule_id}.{more['name']}"] = unit_of(more)
    return found


def unit_of(spec: Mapping[str, Any]) -> str:
    """The unit of a measure's figure: ``%``, or what its mean or ratio is told in."""
    return str(next((spec[shape]["in"] for shape in ("mean", "ratio") if shape in spec), "%"))


def amount(value: str | int) -> Amount:
    """Read ``65%``, ``18`` or ``26 weeks``, of the shape that the schema has passed."""
    found = _AMOUNT.fullmatch(str(value).strip())
    assert found is not None
    return Amount(Fraction(found[1]), (found[2] or "").strip())


def targets(value: Mapping[str, Any]) -> tuple[Target, ...]:
    """The targets of a profile in the order in which they are written."""
    return tuple(_target(name, one) for name, several in value.items() for one in several)


def _target(name: str, value: Mapping[str, Any]) -> Target:
    low, high = value.get("at_least"), value.get("at_most")
    if "between" in value:
        low, high = value["between"]
    shape = next((word for word in SHAPES if word in value), "standing")
    on = value.get("by", value.get("average_by"))
    baseline = value.get("baseline")
    return Target(
        measure=name,
        at_least=None if low is None else amount(low),
        at_most=None if high is None else amount(high),
        shape=shape,
        by=date.fromisoformat(on) if on else None,
        within=Length.parse(value["within"]) if "within" in value else None,
        baseline=f"{baseline['value']} ({baseline['when']})" if baseline else "",
        comparators=tuple(f"{one['value']} {one['whose']} ({one['when']})" for one in value.get("comparators", ())),
        asked_by=tuple(Asked(one["source"], one["says"]) for one in value.get("asked_by", ())),
    )


def notice_start(value: Mapping[str, str] | None) -> date | None:
    """The day on which a notice began, where it is known."""
    return None if value is None or value["start"] == "given" else date.fromisoformat(value["start"])


def notice_problems(value: Mapping[str, str], where: Path) -> Iterator[Complaint]:
    """What is wrong with `notice`."""
    if value["start"] != "given":
        yield from _day(value["start"], (*where, "start"))


def target_problems(value: Mapping[str, Any], where: Path, unit: Callable[[str], str | None], known: list[str]) -> Iterator[Complaint]:
    """What is wrong with targets. ``unit``: that of a name (empty: not known here), None for a name that nothing bears."""
    for name, several in value.items():
        own = unit(name)
        if own is None:
            what = wrong(f"there is no measure or rule '{name}'", "one that has a figure")
            yield (*where, name), True, what + nearest(name, known)
            continue
        for at, one in enumerate(several):
            yield from _one(one, (*where, name, at), own)


def _one(value: Mapping[str, Any], where: Path, unit: str) -> Iterator[Complaint]:
    said = [word for word in SHAPES if word in value]
    if said and not {"at_least", "at_most", "between"} & value.keys():
        yield (*where, said[0]), True, wrong(f"'{said[0]}' beside a baseline alone", "at_least, at_most or between with it")
    if len(said) > 1:
        yield (*where, said[1]), True, wrong(f"'{said[1]}' beside '{said[0]}'", "one of them")
    for path, text in _amounts(value, where):
        yield from _unit(amount(text), path, unit)
    if "between" in value and amount(value["between"][0]).number > amount(value["between"][1]).number:
        yield (*where, "between"), False, "the first figure is the larger, expected the smaller first"
    for word in ("by", "average_by"):
        if word in value:
            yield from _day(value[word], (*where, word))
    if "within" in value:
        try:
            Length.parse(value["within"])
        except ValueError as error:
            yield (*where, "within"), False, str(error).replace(": expected", ", expected")
    for at, asked in enumerate(value.get("asked_by", ())):
        if (count := len(asked["says"].split())) > QUOTE:
            yield (*where, "asked_by", at, "says"), False, wrong(f"a quote of {count} words", f"at most {QUOTE}")


def _amounts(value: Mapping[str, Any], where: Path) -> Iterator[tuple[Path, str | int]]:
    for word in ("at_least", "at_most"):
        if word in value:
            yield (*where, word), value[word]
    for at, text in enumerate(value.get("between", ())):
        yield (*where, "between", at), text
    if "baseline" in value:
        yield (*where, "baseline", "value"), value["baseline"]["value"]
    for at, other in enumerate(value.get("comparators", ())):
        yield (*where, "comparators", at, "value"), other["value"]


def _unit(given: Amount, where: Path, unit: str) -> Iterator[Complaint]:
    if unit == "%" and given.unit != "%":
        yield where, False, wrong(f"'{given}' is not in per cent", f"'{Amount(given.number, '%')}'")
    elif unit and given.unit not in ("", unit):
        yield where, False, wrong(f"'{given}' is not in the measure's unit", [f"{Amount(given.number, unit)}"], given.unit)


def _day(text: str, where: Path) -> Iterator[Complaint]:
    try:
        date.fromisoformat(text)
    except ValueError:
        yield where, False, wrong(f"'{text}' is no date", "one such as 2015-04-01")
