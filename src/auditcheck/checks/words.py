"""How a rule's things are called in a reason: the field's own name in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditcheck.checks.called import CALLED
from auditcheck.checks.timing import Words
from auditcheck.rulebook.model import Rule


def plain(path: str) -> str:
    """``strategy_id.held_at`` -> ``the date held``; ``started_on`` -> ``the date started``; some have words of their own (`called`)."""
    name = path.split(".")[-1]
    if name in CALLED:
        return CALLED[name]
    for ending in ("_on", "_at"):
        if name.endswith(ending):
            return f"the date {name.removesuffix(ending).replace('_', ' ')}"
    return "the " + name.replace("_", " ")


def thing(table: str) -> str:
    """The singular of a table's name: ``core_groups`` -> ``a core group``."""
    name = table.replace("_", " ")
    singular = "child" if name == "children" else name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")
    return ("an " if singular[0] in "aeio" else "a ") + singular


def of(rule: Rule) -> Words:
    """The trigger and the event of a timed rule."""
    body = rule.body
    trigger = body.get("due") or body.get("trigger") or body.get("starts") or ""
    event = body.get("event") or body.get("of") or ""
    return Words(_call(trigger) or "the date of the last one", _call(event) or "the event")


def _call(said: Any) -> str:
    first = said[0] if isinstance(said, list | tuple) and said else said
    if isinstance(first, Mapping):
        return thing(first["table"]) if "table" in first else plain(first["path"])
    return plain(first) if first else ""
