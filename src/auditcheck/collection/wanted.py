"""The tables and fields that a set of rules reads: what to ask a service for, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditcheck import contract
from auditcheck.contract import Field
from auditcheck.rulebook.model import Rule

#: What every audit reads, whichever rules are asked for, and why.
_ALWAYS = {
    "children": {
        "child_id": "",
        "family_id": "brothers and sisters together",
        "date_of_birth": "age; every duty but those to care leavers ends at 18",
        "expected_birth_date": "a child not yet born",
        "died_on": "ends every duty, and the child is on no list",
        "left_area_on": "ends every duty",
        "restricted": "yes keeps the child off every list but the restricted one",
    },
    "involvements": {
        "child_id": "",
        "worker_id": "whose list a finding is on",
        "team": "whose list a finding is on",
        "role": "lead is whose list a finding is on",
        "started_on": "who held the case when",
        "ended_on": "who held the case when",
    },
    "workers": {"role": "who is a manager", "team": "whose list a finding is on", "manager_id": "whose manager reads it"},
}


@dataclass(frozen=True)
class Wanted:
    """One field to supply. ``rules``: ids of those that need it; ``uses``: of those that can do without; ``always``: what all want."""

    field: Field
    rules: tuple[str, ...]
    uses: tuple[str, ...]
    always: str = ""

    @property
    def of_use(self) -> str:
        """In words: key, which rules need it and which only use it."""
        parts = ["the record's own id" if self.field.key else "", self.always]
        parts += [f"{what} {_some(ids)}" if ids else "" for what, ids in (("needed by", self.rules), ("used by", self.uses))]
        return "; ".join(filter(None, parts)) or "links records"


def wanted(rules: Sequence[Rule], only: Iterable[str] = ()) -> dict[str, list[Wanted]]:
    """Table -> its fields, both in the contract's order; only the tables named, if any are.

    Keys and links to other tables that are asked for come along: records must find each other.
    """
    needs, uses = _readers(rules)
    named = {name.partition(".")[0] for name in (*needs, *uses)} | set(_ALWAYS)
    tables = [name for name in contract.supplied() if name in named and (not only or name in set(only))]
    return {table: list(_fields(table, named, needs, uses)) for table in tables}


def _fields(table: str, named: set[str], needs: Mapping[str, list[str]], uses: Mapping[str, list[str]]) -> Iterable[Wanted]:
    always = _ALWAYS.get(table, {})
    for field in contract.tables()[table].values():
        place = f"{table}.{field.name}"
        linked = field.refers_to in named and field.refers_to != "workers"
        if field.key or linked or field.name == "child_id" or place in needs or place in uses or field.name in always:
            yield Wanted(field, tuple(needs.get(place, ())), tuple(uses.get(place, ())), always.get(field.name, ""))


def _readers(rules: Sequence[Rule]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    needs: dict[str, list[str]] = {}
    uses: dict[str, list[str]] = {}
    for rule in rules:
        for place in rule.needs:
            needs.setdefault(place, []).append(rule.id)
        for place in rule.uses:
            uses.setdefault(place, []).append(rule.id)
    return needs, uses


def _some(ids: Sequence[str], most: int = 4) -> str:
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")
