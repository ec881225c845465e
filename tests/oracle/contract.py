"""The tables and fields of case records, read from the contract's own page, docs/case-records.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "case-records.md"
TYPES = ("date", "moment", "yesno", "list", "number")

#: docs/rule-language.md, "cases: a table that is worked out".
CASES = {"case_id": "text", "child_id": "text", "opened_on": "date", "closed_on": "date", "kind": "text"}

CASE_KINDS = ("child_in_need", "child_protection", "looked_after")
BRACKETS = re.compile(r"(\w+) \(([^)]*)\)")
CODES = re.compile(r"\w+(, \w+)+")
AS_ANOTHER = re.compile(r"(\w+) \(as (\w+\.\w+), also ([\w, ]+)\)")

#: The start and the end of the records that last.
PERIODS = {
    "cases": ("opened_on", "closed_on"),
    "referrals": ("received_at", "closed_on"),
    "plans": ("started_on", "ended_on"),
    "care_episodes": ("started_on", "ended_on"),
    "placements": ("started_on", "ended_on"),
    "private_fostering": ("started_on", "ended_on"),
    "involvements": ("started_on", "ended_on"),
}

#: The date that says when a record came about, where it is not the table's first date ("": the record has none).
CAME_ABOUT = {
    "children": "",
    "workers": "",
    "posts": "",
    "plan_actions": "",
    "strategy_actions": "",
    "audit_actions": "",
    "complaint_actions": "",
    "adoptions": "",
    "care_leavers": "",
    "conferences": "held_at",
    "health_assessments": "completed_on",
    "yearly_returns": "year_ended_on",
}


@cache
def tables() -> dict[str, dict[str, str]]:
    """Table -> field -> type (text, date, moment, yesno, list or number), in the page's order."""
    found = {"cases": dict(CASES)}
    for name, cell in rows():
        found[name] = {field: kind for field, kind, _ in fields(cell)}
    return found


@cache
def keys() -> dict[str, str]:
    """Table -> its key."""
    return {"cases": "case_id"} | {name: next(fields(cell))[0] for name, cell in rows()}


@cache
def references() -> dict[str, str]:
    """Field -> the table that it refers to, wherever it is not that table's own key.

    The name is a table's key, or the page gives the field an arrow (in any table).
    """
    found: dict[str, str] = {}
    for table, key in keys().items():
        found.setdefault(key, table)
    for _, cell in rows():
        found |= {field: target for field, _, target in fields(cell) if target}
    return found


@cache
def codes() -> dict[tuple[str, str], frozenset[str]]:
    """(table, field) -> the words that a coded field can hold: a text field for which the page gives a closed list of words."""
    found = {("cases", "kind"): frozenset(CASE_KINDS)}
    for table, cell in rows():
        for field, words in BRACKETS.findall(cell.replace("*", "")):
            if tables()[table].get(field) == "text" and CODES.fullmatch(words):
                found[table, field] = frozenset(word.strip() for word in words.split(","))
    for table, cell in rows():
        for field, other, more in AS_ANOTHER.findall(cell):
            found[table, field] = found[*other.split(".")] | frozenset(word.strip() for word in more.split(","))
    return found


def refers(table: str, field: str) -> str | None:
    """The table that this field refers to, if any."""
    return None if keys()[table] == field else references().get(field)


@cache
def links(table: str, target: str) -> list[str]:
    """The fields of a table that refer to another one."""
    return [name for name in tables()[table] if refers(table, name) == target]


def hangs_on(table: str) -> list[str]:
    """The fields of a table that refer to another record of the child's story."""
    return [name for name in tables()[table] if refers(table, name) not in (None, "children", "workers")]


def first_date(table: str) -> str | None:
    """The table's first date or moment."""
    return next((field for field, kind in tables()[table].items() if kind in ("date", "moment")), None)


def came_about(table: str) -> str | None:
    """The field that says when a record of this table came about."""
    return CAME_ABOUT.get(table, first_date(table)) or None


@cache
def rows() -> list[tuple[str, str]]:
    """Each line of the page's table of tables: its name and its cell of fields."""
    lines = [line.strip().strip("|").split("|", 1) for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [(cells[0].strip(), cells[1].strip()) for cells in lines if cells[0].strip() not in ("table", "---")]


def fields(cell: str) -> Iterator[tuple[str, str, str]]:
    """Yield (field, type, table referred to or "") for every field of a cell."""
    cell = re.sub(r"\([^)]*\)", "", cell)
    for part in cell.split(". ")[0].rstrip(".").split(","):
        words = part.replace("→", " → ").split()
        if words:
            kind = next((word for word in words[1:] if word in TYPES), "text")
            yield words[0].rstrip("*"), kind, words[words.index("→") + 1] if "→" in words else ""
