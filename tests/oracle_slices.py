"""What the slow evaluator says of a few random case files, worked out once a process. Imports nothing of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import invented_rules
from oracle import Result, evaluate, load_rules
from oracle.judgement import Key
from oracle.random_cases import AS_OF, LOCAL, random_case_files
from oracle.random_records import TABLES

RULES = Path(__file__).parents[1] / "rules"
PARTLY = {
    "conferences": "latest_only",
    "supervisions": "latest_only",
    "visits": "since 2014-06-01",
    "core_groups": "since 2014-09-01",
    "management_decisions": "since 2014-09-01",
    "risk_assessments": "since 2014-12-01",
    "chronologies": "since 2015-05-15",
    "conference_reports": "since 2014-06-01",
}
#: What some exports do not carry: a table or column that would do as well as another, and what tells an unborn child.
LACKING = {
    "risk_assessments": "",
    "voices": "",
    "plan_actions": "",
    "children": "expected_birth_date",
    "management_decisions": "decided_on",
}
Tables = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Slice:
    """A case file and what is to be said of it. ``left_out``: rule id -> why the rule cannot be asked."""

    tables: Tables
    coverage: Mapping[str, str]
    results: Mapping[Key, Result]
    left_out: Mapping[str, str]


CHILDREN = 90
#: Handfuls of children: those from 200 on are of exports that hold another part of each table.
HANDFULS = (*range(40, 46), 202, 206, 211, 218, 220, 240)
#: Seed, what the export reaches back to, what it lacks.
KINDS: dict[str, tuple[int, dict[str, str], dict[str, str]]] = {
    "complete": (1, {}, {}),
    "reaching back a while": (4, PARTLY, {}),
    "lacking some tables": (6, PARTLY, LACKING),
}


@cache
def known(kind: str) -> Slice:
    """One of `KINDS`."""
    seed, coverage, lacking = KINDS[kind]
    return slice_of(seed, CHILDREN, coverage, lacking)


@cache
def of_invented_rules(kind: str) -> Slice:
    """What the rules of `invented_rules` say, without any profile."""
    seed, coverage, lacking = KINDS[kind]
    tables = _without(random_case_files(seed + 20, CHILDREN // 2), lacking)
    return Slice(tables, coverage, *evaluate(invented_rules.rules(), tables, AS_OF, coverage, {}))


@cache
def handful(seed: int) -> Slice:
    """What the invented rules say of two to four children."""
    tables = random_case_files(seed, 2 + seed % 3)
    coverage = _parts(Random(seed)) if seed >= 200 else PARTLY if seed % 2 else {}
    return Slice(tables, coverage, *evaluate(invented_rules.rules(), tables, AS_OF, coverage, {}))


def _parts(random: Random) -> dict[str, str]:
    """What an export may hold of each table. Records without a day of their own are whole: the two readers take them otherwise."""
    days = ("2014-06-01", "2014-12-24", "2015-01-01", "2015-03-29", "2015-05-31", "2015-06-29")
    shares = {table: random.random() for table in TABLES if table not in ("children", "workers", "plan_actions")}
    held = {table: "latest_only" if share < 0.3 else f"since {random.choice(days)}" for table, share in shares.items() if share < 0.65}
    return held


def slice_of(seed: int, children: int, coverage: dict[str, str], lacking: dict[str, str]) -> Slice:
    tables = _without(random_case_files(seed, children), lacking)
    return Slice(tables, coverage, *evaluate(_rules(), tables, AS_OF, coverage, LOCAL))


@cache
def _rules() -> list[dict[str, object]]:
    return load_rules(RULES)


def _without(tables: Tables, lacking: dict[str, str]) -> Tables:
    """The tables without those, or those columns of them."""
    kept = {name: rows for name, rows in tables.items() if lacking.get(name) != ""}
    return {name: [{c: text for c, text in row.items() if c != lacking.get(name)} for row in rows] for name, rows in kept.items()}
