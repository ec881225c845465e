"""What a finding names beside its own record: the breaches in a row before it, and brothers and sisters of whom the same was missed."""

from __future__ import annotations

import pytest
from running import outcomes
from test_semantics import audit

from auditcheck.finding_table import finding_table
from auditcheck.results import Results


def found(results: Results, rule: str) -> dict[str, dict[str, str]]:
    """record -> finding of one rule."""
    return {row["record_id"]: row for row in finding_table(results).to_pylist() if row["rule_id"] == rule}


def core_groups(*held: str) -> dict[str, dict[str, str]]:
    """The findings on core groups held on those days, of a plan that began when the first was held."""
    tables = {
        "children": [{"child_id": "C1", "date_of_birth": "2008-01-01"}],
        "plans": [{"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": held[0]}],
        "core_groups": [{"core_group_id": f"G{n}", "child_id": "C1", "plan_id": "P1", "held_on": day} for n, day in enumerate(held)],
    }
    return found(audit(tables), "CG-NEXT-02")


def test_the_third_in_a_row_names_the_two_before_it() -> None:
    rows = core_groups("2015-01-12", "2015-02-20", "2015-04-10", "2015-06-01")
    assert {record: row["severity"] for record, row in rows.items()} == {"G1": "medium", "G2": "medium"}
    rows = core_groups("2014-12-01", "2015-02-02", "2015-04-04", "2015-06-06")
    assert {record: row["severity"] for record, row in rows.items()} == {"G0": "medium", "G1": "medium", "G2": "high"}
    assert rows["G2"]["because"] == "core_groups G3; CG-NEXT-02 core_groups G1 not_met; CG-NEXT-02 core_groups G0 not_met"
    assert "number 3 in a row" in rows["G2"]["message"]


@pytest.mark.parametrize(("sealed", "named"), [("", "P2"), ("yes", ""), ("?", "")])
def test_a_sealed_brother_or_sister_is_named_to_nobody(sealed: str, named: str) -> None:
    tables = {
        "children": [{"child_id": f"C{n}", "family_id": "F1", "restricted": sealed if n == 2 else ""} for n in (1, 2)],
        "plans": [{"plan_id": f"P{n}", "child_id": f"C{n}", "kind": "child_protection", "started_on": "2015-01-05"} for n in (1, 2)],
    }
    results = audit(tables)
    assert outcomes(results)["CPP-EXIST-01", "plans", "P1", ""] == "not_met"
    rows = found(results, "CPP-EXIST-01")
    assert ("The same is found of a brother or sister: plans P2." in rows["P1"]["message"]) == bool(named)
    assert "The same is found of a brother or sister: plans P1." in rows["P2"]["message"]


def test_another_day_or_another_family_is_not_the_same_missed_duty() -> None:
    tables = {
        "children": [{"child_id": f"C{n}", "family_id": "F1" if n < 3 else f"F{n}"} for n in (1, 2, 3)],
        "plans": [
            {"plan_id": f"P{n}", "child_id": f"C{n}", "kind": "child_protection", "started_on": "2015-02-05" if n == 2 else "2015-01-05"}
            for n in (1, 2, 3)
        ],
    }
    rows = found(audit(tables), "CPP-EXIST-01")
    assert len(rows) == 3 and not any("brother" in row["message"] for row in rows.values())
