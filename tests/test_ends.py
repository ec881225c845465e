"""Whose end ends a duty: that of the record and of the plan it hangs on, or (`ends: [child]`) only the child's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from commands import ROOT
from oracle import evaluate, load_rules
from running import export_of, outcomes

from auditcheck import clock
from auditcheck.nightly import audit
from auditcheck.rulebook.load import load

AS_OF = date(2015, 6, 30)
RULE = """\
id: OUR-CG-01
title: Minutes of the core group
area: core_group
kind: automated
force: LOCAL
severity: low
stage: draft
subject: core_groups
needs: [core_groups.held_on, core_groups.minutes_recorded_on]
requires: {within: {trigger: held_on, event: minutes_recorded_on}}
limit: 20 days
says: Due on {due}.
do: Write them.
law: ours
verified: local
"""
TABLES = {
    "children": [{"child_id": "C1", "date_of_birth": "2008-01-01", "died_on": "", "left_area_on": ""}],
    "referrals": [{"referral_id": "R1", "child_id": "C1", "received_at": "2014-12-01", "closed_on": "", "no_further_action": ""}],
    "plans": [{"plan_id": "P1", "child_id": "C1", "started_on": "2015-01-05", "ended_on": "2015-03-10"}],
    "core_groups": [{"core_group_id": "G1", "child_id": "C1", "plan_id": "P1", "held_on": "2015-03-01", "minutes_recorded_on": ""}],
}


@pytest.mark.parametrize(
    ("ends", "left", "outcome"),
    [
        ("", "", "not_applicable"),  # the plan ended before the minutes were due
        ("ends: [child]", "", "not_met"),
        ("ends: [child]", "2015-03-10", "not_applicable"),
    ],
)
def test_the_end_of_the_plan_ends_what_hangs_on_it_unless_only_the_childs_does(tmp_path: Path, ends: str, left: str, outcome: str) -> None:
    (tmp_path / "core_group").mkdir()
    (tmp_path / "core_group" / "OUR-CG-01.yaml").write_text(f"{RULE}{ends}\n", "utf-8")
    (tmp_path / "editions.yaml").write_bytes((ROOT / "rules" / "editions.yaml").read_bytes())
    tables = TABLES | {"children": [TABLES["children"][0] | {"left_area_on": left}]}
    slow, _ = evaluate(load_rules(tmp_path), tables, AS_OF, {}, {})
    key = ("OUR-CG-01", "core_groups", "G1", "")
    assert slow[key].outcome == outcome
    rules = load(tmp_path)
    fast = audit(export_of(tables), list(rules.rules.values()), rules, clock.day_number(AS_OF))  # a draft is in no profile
    assert outcomes(fast)[key] == outcome
