"""Conditions, limits and the bodies of checks in plain English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from auditcheck.clock import Length
from auditcheck.rulebook.model import Dated, Limit, Suspension

SAYS = {
    "primary": "the text itself was seen",
    "secondary": "seen as another body quotes or describes it",
    "local": "a local standard, not law",
    "notice": "the wording of an improvement notice",
    "inspection": "the wording of an inspection report",
    "unverified": "from memory: check it before relying on it",
}


def condition(given: dict[str, Any]) -> str:
    """A condition as a phrase: ``kind is initial or review, and held_at is filled in``."""
    return ", and ".join(_test(path, test) for path, test in given.items())


def _test(path: str, test: Any) -> str:
    if path in ("any", "none"):
        inner = "; or ".join(condition(one) for one in test)
        return f"{'at least one holds' if path == 'any' else 'none holds'}: ({inner})"
    if path == "unborn":
        return f"the child was not yet born ({_path(test)})"
    if path == "under_age":
        return f"the child was younger than {test['years']} ({_path(test['on'])})"
    if path == "first_in":
        return f"the earliest in its {_path(test)}"
    if path == "open":
        return f"the record is {'' if test == 'true' else 'not '}open"
    return f"{_path(path)} {_value(test)}"


def _value(test: Any) -> str:
    if not isinstance(test, dict):
        return f"is {_either(test)}"
    ((word, value),) = test.items()
    if word == "blank":
        return "is blank" if value == "true" else "is filled in"
    if word == "not":
        return f"is not {_either(value)}"
    return f"is {'on or before' if word == 'by' else 'after'} {_path(value)}"


def _either(values: Any) -> str:
    texts = [str(value).replace("_", " ") for value in (values if isinstance(values, list) else [values])]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def _path(path: Any) -> str:
    return "the as-of date" if path == "as_of" else str(path).replace("subject.", "its own ")


def body(given: dict[str, Any]) -> Iterator[str]:
    """The mapping of a check, a line for each of its words."""
    for key, value in given.items():
        yield f"{key.replace('_', ' ')}: {_part(value)}"


def _part(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_part, value))
    if not isinstance(value, dict):
        return "yes" if value == "true" else str(value)
    if "table" in value and "at" in value:
        where = f" where {condition(value['where'])}" if value.get("where") else ""
        return f"{value['table']}.{value['at']} (by {value['match']}){where}" + (f", the {value['pick']}" if "pick" in value else "")
    return ", ".join(
        f"{key} {condition(inner) if key in ('when', 'where') and isinstance(inner, dict) else _part(inner)}"
        for key, inner in value.items()
    )


def limit(given: Limit) -> str:
    """A limit on one line; empty where the rule has none."""
    if given.local:
        return "set locally"
    if given.field is not None and given.by_category is not None:
        figures = ", ".join(f"{category} {length}" for category, length in given.by_category.items())
        return f"by {given.field}: {figures or 'set locally'}"
    if given.field is not None:
        return f"as {given.field} says, else {given.fallback or 'not set'}"
    return "; ".join(dated(value) for value in given.values)


def given(value: Length | dict[str, Length]) -> str:
    """A figure that a profile gives, or one for each category."""
    return ", ".join(f"{name} {length}" for name, length in value.items()) if isinstance(value, dict) else str(value)


def dated(value: Dated) -> str:
    """``45 working days from 15 April 2013``."""
    until = f" until the day before {day(value.until)}" if value.until else ""
    return f"{value.is_ or 'nothing required'} from {day(value.from_)}{until}"


def suspended(value: Suspension) -> str:
    """``Suspended from 24 April 2020 until the day before 25 September 2020: why (the law; how that was seen)``."""
    time = f"from {day(value.from_)} until the day before {day(value.until)}"
    return f"Suspended {time}: {value.because} ({value.law}; {SAYS[value.verified]})"


def day(value: date) -> str:
    """``3 April 2026``."""
    return f"{value.day} {value:%B %Y}"
