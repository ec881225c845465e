"""A measure in plain English: what is counted, of what, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditcheck.rulebook import words
from auditcheck.rulebook.model import YEAR, Rule

_OF = {
    "due": "that fell due in the period",
    "happened": "of what happened in the period",
    "started": "of what began in the period",
    "open": "on records that are open on the as-of day",
}


def measure(rule: Rule) -> Iterator[str]:
    """A line for the figure itself, one for its period, and one for each figure beside it."""
    yield _capital(_figure(rule.body))
    if _looks_back(rule.body):
        yield f"The period: the {rule.settings.get('period', YEAR)} up to the as-of date, unless a profile says otherwise."
    if "good" in rule.body:
        yield {"higher": "Higher is better.", "lower": "Lower is better.", "neither": "Neither higher nor lower is better."}[
            rule.body["good"]
        ]
    if "theme" in rule.body:
        yield f"Theme of the performance framework: {rule.body['theme']} (our reading)."
    for more in rule.body.get("also", ()):
        yield f"Beside it {rule.id}.{more['name']}, {more['title']}: {_figure(more)}"


def about(rule: Rule) -> str:
    """Whom it is about, where that is not the records of the subject; empty where it is."""
    if "targets" in rule.body:
        return "The targets that the profile agrees."
    if "rules" in rule.body.get("rate", {}):
        return "The records that the rules named below look at."
    return ""


def _looks_back(spec: Mapping[str, Any]) -> bool:
    shapes = [spec, *spec.get("also", ())]
    return any(
        "day" in part or "at" in part or part.get("of", "due" if "rules" in part or "check" in part else "open") != "open"
        for one in shapes
        for name, part in one.items()
        if name in ("share", "rate", "mean", "ratio", "snapshots")
    )


def _figure(spec: Mapping[str, Any]) -> str:
    if "share" in spec:
        return _share(spec["share"])
    if "rate" in spec:
        return _rate(spec["rate"])
    if "mean" in spec:
        said = spec["mean"]
        return (
            f"the mean {said['in']} from {said['from']} to {said['to']}, of records whose {said['day']} lies in the period{_among(said)}."
        )
    if "ratio" in spec:
        return _ratio(spec["ratio"])
    if "snapshots" in spec:
        said = spec["snapshots"]
        return f"the sum of {said['sum']} in the sum of {said['of']}, on each day in the period on which they were counted ({said['at']})."
    return "the share of the agreed targets that are met as things stand."


def _share(said: Mapping[str, Any]) -> str:
    when = f" whose {said['day']} lies in the period" if "day" in said else " on the as-of day"
    each = f"groups by {said['each']} with a record" if "each" in said else "records"
    return f"the share of {each}{when}{_among(said)} that {_test(said['counts'])}."


def _rate(said: Mapping[str, Any]) -> str:
    what = "done at all, also late" if said.get("counts") == "happened" else "met"
    of = _OF[said.get("of", "due")]
    over = (
        ", ".join(said["rules"]) if "rules" in said else f"a check of its own ({'; '.join(words.body(next(iter(said['check'].values()))))})"
    )
    outlasts = ", those left out whose record had ended by then" if "outlasts" in said else ""
    return f"{what}, as a share of the observations {of} by {over}{outlasts}; late with a reason is not in time."


def _ratio(said: Mapping[str, Any]) -> str:
    when = f" of records whose {said['day']} lies in the period" if "day" in said else ""
    below = f"the sum of {said['sum']} over the different {said['each']}" if "sum" in said else f"the different {said['each']}"
    return f"the different {said['count']} for each {said['each']}, added up{when}{_among(said)}, divided by {below}."


def _among(said: Mapping[str, Any]) -> str:
    return f" and that {_test(said['among'])}" if "among" in said else ""


def _test(said: Mapping[str, Any]) -> str:
    ways = []
    if "meets" in said:
        ways.append(f"meet: {words.condition(said['meets'])}")
    if "lasted" in said:
        lasted = said["lasted"]
        word = "over" if "over" in lasted else "at_least"
        ways.append(f"have lasted {'more than' if word == 'over' else 'at least'} the {_named(lasted[word])} since {lasted['from']}")
    if "had" in said:
        ways.append(f"had {_had(said['had'])}")
    text = ", or ".join(ways)
    if "known_by" in said:
        text += f"; unknown without {_had(said['known_by'])}"
    if "doubtful_if" in said:
        text += f"; unknown where {words.condition(said['doubtful_if'])}"
    if "settled_by" in said:
        text += f"; known not to where {words.condition(said['settled_by'])}"
    return text


def _had(said: Mapping[str, Any]) -> str:
    many = (
        f"{said['times']} or more of "
        if "times" in said
        else f"more of them than {said['more_than']} says of "
        if "more_than" in said
        else ""
    )
    where = f" where {words.condition(said['where'])}" if "where" in said else ""
    over = f", {said['over']['field']} more than {said['over']['number']}" if "over" in said else ""
    before = f" before {said['before']}" if "before" in said else ""
    within = f", within the {_named(said['within'])}" if "within" in said else ""
    within += f", at least the {_named(said['ago'])} ago" if "ago" in said else ""
    went_on = " (by what went on then)" if "until" in said else ""
    return f"{many}{said['table'].replace('_', ' ')}.{said['at']} (by {said['match']}){where}{over}{before}{within}{went_on}"


def _named(setting: str) -> str:
    return "limit" if setting == "limit" else f"setting “{setting.replace('_', ' ')}”"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
