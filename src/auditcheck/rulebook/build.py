"""From plain values that the schema and the lint have passed to the frozen dataclasses of `model`."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.clock import Length
from auditcheck.rulebook import notices, targets
from auditcheck.rulebook.model import (
    Asked,
    Dated,
    Edition,
    Escalation,
    Example,
    Figure,
    Limit,
    LocalLimit,
    Profile,
    Rule,
    Share,
    Shrinkage,
    Source,
    Suspension,
    Unless,
    figure,
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
        suspended=tuple(suspension(one) for one in value.get("suspended", ())),
    )


def suspension(value: dict[str, Any]) -> Suspension:
    """A time in which a duty did not bind."""
    first, end = (date.fromisoformat(value[key]) for key in ("from", "until"))
    return Suspension(first, end, value["because"], value["law"], value["verified"])


def settings(value: dict[str, str] | None) -> dict[str, Figure]:
    """Named figures: lengths of time, or shares."""
    return {name: figure(text) for name, text in (value or {}).items()}


def _given_limit(value: Any) -> Length | dict[str, Length] | None:
    if isinstance(value, dict):
        return {category: Length.parse(text) for category, text in value.items()}
    return Length.parse(value) if value else None


def _texts(value: str | list[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _example(value: dict[str, Any]) -> Example:
    return Example(
        name=value["name"],
        as_of=date.fromisoformat(value["as_of"]),
        given={table: [one for row in rows for one in _rows(row)] for table, rows in value["given"].items()},
        expect=value["expect"],
        limit=_given_limit(value.get("limit")),
        settings=settings(value.get("settings")),
        escalated=tuple(value.get("escalated", ())),
        targets=targets.targets(value.get("targets", {})),
        notice_start=targets.notice_start(value.get("notice")),
    )


def _rows(row: dict[str, Any]) -> list[dict[str, str]]:
    """One row of an example as text; a repeated one as often as it says, with 1, 2, ... in place of ``#``."""
    text = {name: "" if cell is None else str(cell) for name, cell in row.items() if name != "repeat"}
    if "repeat" not in row:
        return [text]
    return [{name: cell.replace("#", str(n)) for name, cell in text.items()} for n in range(1, row["repeat"] + 1)]


def editions(value: dict[str, Any]) -> tuple[Edition, ...]:
    """The editions of Working Together, oldest first."""
    found = (
        Edition(one["id"], one["title"], date.fromisoformat(one["from"]), one["verified"], one.get("carries")) for one in value["editions"]
    )
    return tuple(sorted(found, key=lambda edition: edition.from_))


def sources(value: dict[str, Any]) -> tuple[Source, ...]:
    """The documents that ask for rules, as the file orders them."""
    return tuple(Source(one["name"], one["about"]) for one in value["sources"])


def profile(value: dict[str, Any]) -> Profile:
    """One profile; what it leaves out keeps the default."""
    given: dict[str, Any] = {key: value[key] for key in ("id", "title", "about", "unknown_over", "board_name") if key in value}
    if "last_night" in value:
        given["shrinkage"] = _shrinkage(value["last_night"])
    given |= {key: Length.parse(value[key]) for key in ("look_back", "due_soon", "period") if key in value}
    rules = value["rules"]
    return Profile(
        **given,
        rules=rules if isinstance(rules, str) else tuple(rules),
        exclude=tuple(value.get("exclude", ())),
        sources=tuple(value.get("sources", ())),
        limits={rule_id: _local(one) for rule_id, one in value.get("limits", {}).items()},
        suspended=tuple((tuple(one["rules"]), suspension(one)) for one in value.get("suspended", ())),
        notice_start=targets.notice_start(value.get("notice")),
        notice=notices.notice(value.get("notice")),
        targets=targets.targets(value.get("targets", {})),
    )


def _shrinkage(value: dict[str, Any]) -> Shrinkage:
    usual = Shrinkage()
    warns, stops = (
        Share.parse(value[key]).percent if key in value else default
        for key, default in (("warns_at", usual.warns), ("stops_at", usual.stops))
    )
    return Shrinkage(warns, stops, int(str(value.get("older_than", usual.old)).split()[0]))


def _local(value: dict[str, Any]) -> LocalLimit:
    agreed_on = value.get("agreed_on")
    return LocalLimit(
        limit=_given_limit(value.get("limit")),
        settings=settings(value.get("settings")),
        agreed_by=value.get("agreed_by"),
        agreed_on=date.fromisoformat(agreed_on) if agreed_on else None,
        note=value.get("note"),
        verified=value.get("verified", "local"),
    )
