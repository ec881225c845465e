"""Dated limits: no gap, no overlap, and each says whose figure it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from auditcheck.rulebook.model import Edition
from auditcheck.rulebook.problems import wrong
from auditcheck.yaml_text import Path

Complaint = tuple[Path, bool, str]


def limit_problems(rule: dict[str, Any], editions: tuple[Edition, ...]) -> Iterator[Complaint]:
    """What is wrong with the limit of a rule and with those of its premises."""
    yield from _one(rule.get("limit"), ("limit",), rule["force"], editions)
    for group in ("all", "any"):
        for at, premise in enumerate(rule["requires"].get("together", {}).get(group, [])):
            yield from _one(premise.get("limit"), ("requires", "together", group, at, "limit"), rule["force"], editions)


def _one(limit: Any, where: Path, force: str, editions: tuple[Edition, ...]) -> Iterator[Complaint]:
    if not isinstance(limit, list):
        return
    for at, value in enumerate(limit):
        if value["is"] == "local":
            yield (*where, at, "is"), False, wrong("'local' inside a dated value", "a length or none")
        yield from _edition(value, (*where, at), force, editions)
        if (_day(value.get("until")) or date.max) <= (_day(value["from"]) or date.min):
            yield (*where, at, "until"), False, wrong(f"until {value['until']} is not after from {value['from']}", "a later day")
    for at, (earlier, later) in enumerate(pairwise(limit), start=1):
        yield from _joint(earlier, later, (*where, at, "from"))


def _joint(earlier: dict[str, Any], later: dict[str, Any], where: Path) -> Iterator[Complaint]:
    ends, begins = earlier.get("until"), later["from"]
    if ends is None or ends > begins:
        said = f"until {ends}" if ends else "without end"
        yield where, False, wrong(f"overlap: the value before holds {said}, this one from {begins}", f"until: {begins} in the one before")
    elif ends < begins:
        yield where, False, wrong(f"gap: no value from {ends} to {begins}", "one that says `is: none` where nothing was required")


def _edition(value: dict[str, Any], where: Path, force: str, editions: tuple[Edition, ...]) -> Iterator[Complaint]:
    named = value.get("edition")
    if named is None and force in ("REG", "NOTICE") and value["is"] != "none":
        yield where, False, wrong(f"a limit of force {force} without an edition would be reported as Working Together's", "'edition'")
    if named is not None and not named.upper().startswith("WT"):
        return
    ids = [edition.id for edition in editions]
    if named is not None and named not in ids:
        yield (*where, "edition"), False, wrong(f"there is no edition '{named}' in editions.yaml", ids, named)
        return
    start = next((edition.from_ for edition in editions if named is None or edition.id == named), None)
    begins = _day(value["from"])
    if (named or force == "SG") and begins and (start is None or start > begins):
        what = f"edition {named} came into force on {start}" if named else "no edition of Working Together is as early"
        yield (*where, "from"), False, wrong(f"{what}, this value holds from {begins}", "an edition in force on that day")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
