"""From plain values that the schema and the lint have passed to the frozen dataclasses of `model`."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.clock import Length
from auditcheck.rulebook.model import (
    Asked,
    Dated,
    Edition,
    Escalation,
    Example,
    Limit,
    LocalLimit,
    Profile,
    Rule,
    Unless,
)

_PLAIN = ("id", "title", "area", "kind", "force", "severity", "stage", "subject", "says", "do", "law", "verified")

#: A figure that no dated text limits (a notice, an inspection, a local standard) holds from here on.
ALWAYS = date(2010, 3, 1)


def limit(value: Any) -> Limit:
    """A limit as a rule (or a premise of ``together``) writes it: dated values, ``local``, one figure, ``{field:, values:}`` or None."""
    if value is None:
        return Limit()
    if value == "local":
        return Limit(local=True)
    if isinstance(value, dict):
        return Limit(field=value["field"], by_category={} if value.get("values") == "local" else None)
    if isinstance(value, str):
        return Limit(values=(Dated(ALWAYS, None, _figure(value), None, None, None),))
    return Limit(values=tuple(_dated(one) for one in value))


def _dated(value: dict[str, Any]) -> Dated:
    until = value.get("until")
    return Dated(
        from_=date.fromisoformat(value["from"]),
        until=date.fromisoformat(until) if until else None,
        is_=_figure(value["is"]),
        edition=value.get("edition"),
        law=value.get("law"),
        verified=value.get("verified"),
    )


def _figure(text: str) -> Length | None:
    return None if text == "none" else Length.parse(text)


def rule(value: dict[str, Any], file: str, line: int) -> Rule:
    """One rule; ``line`` is where it begins in its file."""
    ((check, body),) = value["requires"].items()
    escalates = value.get("escalates")
    return Rule(
        **{key: value[key] for key in _PLAIN},
        where=value.get("where", {}),
        needs=tuple(value["needs"]),
        uses=tuple(value.get("uses", ())),
        check=check,
        body=body,
        limit=limit(value.get("limit")),
        settings=settings(value.get("settings")),
        unless=tuple(Unless(one["when"], one["because"], one.get("class")) for one in value.get("unless", ())),
        justified_by=_texts(value.get("justified_by")),
        superseded_by=_texts(value.get("superseded_by")),
        escalates=Escalation(escalates["after"], escalates["to"]) if escalates else None,
        ends=tuple(value["ends"]) if "ends" in value else None,
        asked_by=tuple(Asked(one["source"], one["says"]) for one in value.get("asked_by", ())),
        examples=tuple(_example(one) for one in value.get("examples", ())),
        file=file,
        line=line,
    )


def settings(value: dict[str, str] | None) -> dict[str, Length]:
    """Named lengths of time."""
    return {name: Length.parse(text) for name, text in (value or {}).items()}


def _given_limit(value: Any) -> Length | dict[str, Length] | None:
    return settings(value) if isinstance(value, dict) else Length.parse(value) if value else None


def _texts(value: str | list[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _example(value: dict[str, Any]) -> Example:
    return Example(
        name=value["name"],
        as_of=date.fromisoformat(value["as_of"]),
        given={table: [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows] for table, rows in value["given"].items()},
        expect=value["expect"],
        limit=_given_limit(value.get("limit")),
        settings=settings(value.get("settings")),
        escalated=tuple(value.get("escalated", ())),
    )


def editions(value: dict[str, Any]) -> tuple[Edition, ...]:
    """The editions of Working Together, oldest first."""
    found = (Edition(one["id"], one["title"], date.fromisoformat(one["from"]), one["verified"]) for one in value["editions"])
    return tuple(sorted(found, key=lambda edition: edition.from_))


def profile(value: dict[str, Any]) -> Profile:
    """One profile; what it leaves out keeps the default."""
    given: dict[str, Any] = {key: value[key] for key in ("id", "title", "about", "unknown_over", "board_name") if key in value}
    given |= {key: Length.parse(value[key]) for key in ("look_back", "due_soon") if key in value}
    rules = value["rules"]
    return Profile(
        **given,
        rules=rules if isinstance(rules, str) else tuple(rules),
        exclude=tuple(value.get("exclude", ())),
        limits={rule_id: _local(one) for rule_id, one in value.get("limits", {}).items()},
    )


def _local(value: dict[str, Any]) -> LocalLimit:
    agreed_on = value.get("agreed_on")
    return LocalLimit(
        limit=_given_limit(value.get("limit")),
        settings=settings(value.get("settings")),
        agreed_by=value.get("agreed_by"),
        agreed_on=date.fromisoformat(agreed_on) if agreed_on else None,
        note=value.get("note"),
    )
