"""Points of the language that page, engine and oracle once read in different ways: the smallest records that show each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from oracle import evaluate, load_rules
from oracle.random_cases import AS_OF, LOCAL
from running import Rows, outcomes, results_of

from auditcheck import contract

RULES = {rule["id"]: rule for rule in load_rules(Path(__file__).parents[1] / "rules")}
BORN = {"child_id": "C1", "date_of_birth": "2008-01-01"}
REFERRAL = {"referral_id": "R1", "child_id": "C1", "received_at": "2014-10-01", "no_further_action": "no"}
CARE = {"care_episode_id": "E1", "child_id": "C1", "started_on": "2015-06-08"}
PLAN = {"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": "2013-07-01", "lead_worker_id": "W1"}
ACTION = {"action_id": "A1", "child_id": "C1", "plan_id": "P1", "due_on": "2015-07-27"}
SEEN = {"visit_id": "V1", "child_id": "C1", "visited_at": "2014-05-06", "child_seen": "yes"}
AWAY = {"missing_id": "M1", "child_id": "C1", "went_missing_at": "2014-10-20T10:00"}

CASES = {
    "a death before the case was opened ended the duty, whatever the date of birth": (
        "ASM-UPD-12", "cases:C1:2014-10-01", "not_applicable",
        {"children": [BORN | {"date_of_birth": "TBC", "died_on": "2012-07-15"}], "referrals": [REFERRAL]},
    ),
    "a birthday that nobody can read may have ended it before the first was due": (
        "LAC-IROM-24", "E1", "cannot_tell", {"children": [BORN | {"date_of_birth": "?"}], "care_episodes": [CARE]},
    ),
    "the eighteenth birthday comes before the first is due": (
        "LAC-IROM-24", "E1", "not_applicable", {"children": [BORN | {"date_of_birth": "1997-07-01"}], "care_episodes": [CARE]},
    ),
    "care that began on a day that is not recorded": (
        "LAC-IROM-24", "E1", "cannot_tell",
        {"children": [BORN], "referrals": [REFERRAL], "care_episodes": [CARE | {"started_on": ""}]},
    ),
    "care that began on a day that nobody can read, ended without a review": (
        "LAC-CEASE-29", "E1", "cannot_tell",
        {"children": [BORN], "referrals": [REFERRAL], "care_episodes": [CARE | {"started_on": "1899-12-31", "ended_on": "2014-01-09"}]},
    ),
    "which limit was in force when the referral came can't be told, though a visit is recorded": (
        "CLS-SEEN-09", "R1", "cannot_tell",
        {"children": [BORN], "referrals": [REFERRAL | {"received_at": "-", "closed_on": "2014-05-18"}], "visits": [SEEN]},
    ),
    "an action that falls due after the audit's day shows no drift, though the birthday can't be read": (
        "MGT-DIR-03", "A1", "not_yet_due", {"children": [BORN | {"date_of_birth": "TBC"}], "plans": [PLAN], "plan_actions": [ACTION]},
    ),
    "the next time missing begins at night on the last of five working days": (
        "CSE-TOOL-01", "M1", "not_applicable",
        {"children": [BORN], "missing_episodes": [
            AWAY | {"returned_at": "2014-12-02T23:00"}, AWAY | {"missing_id": "M2", "went_missing_at": "2014-12-09T01:30"},
        ]},
    ),
    "a supervision after the child had left, beside a plan of which nobody knows the kind": (
        "SUP-FREQ-02", "S1", "not_applicable",
        {"children": [BORN | {"left_area_on": "2013-09-07"}], "plans": [PLAN, PLAN | {"plan_id": "P2", "kind": "?", "started_on": ""}],
         "supervisions": [{"supervision_id": "S1", "child_id": "C1", "held_on": "2013-10-27"}]},
    ),
    "72 hours from some time on 24 October 2014 may be over at 23:30 on the 26th: the clocks went back": (
        "MIS-72H-02", "M1", "cannot_tell",
        {"children": [BORN], "missing_episodes": [
            AWAY | {"returned_at": "2014-10-24"}, AWAY | {"missing_id": "M2", "went_missing_at": "2014-10-26T23:30"},
        ]},
    ),
    "and 72 hours from some time on 28 March 2015 are not over at 00:30 on the 31st: they went forward": (
        "MIS-72H-02", "M1", "not_applicable",
        {"children": [BORN], "missing_episodes": [
            AWAY | {"returned_at": "2015-03-28"}, AWAY | {"missing_id": "M2", "went_missing_at": "2015-03-31T00:30"},
        ]},
    ),
}  # fmt: skip


def whole(tables: Mapping[str, Rows], rule_id: str) -> dict[str, list[dict[str, str]]]:
    """The tables with every field of the contract, and those that the rule needs, empty."""
    named = {column.split(".")[0] for column in [*RULES[rule_id]["needs"], *RULES[rule_id].get("uses", [])]}
    rows = {name: [*tables.get(name, [])] for name in {*tables, *named, "workers"}}
    return {
        name: [dict.fromkeys(contract.tables()[name], "") | dict(row) for row in (found or [{contract.key_of(name): "Z"}])]
        for name, found in rows.items()
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_both_read_it_so(case: tuple[str, str, str, Mapping[str, Rows]]) -> None:
    rule_id, record, outcome, tables = case
    rows = whole(tables, rule_id)
    slow, left_out = evaluate([RULES[rule_id]], rows, AS_OF, {}, LOCAL)
    assert not left_out
    found = {key[2]: value.outcome for key, value in slow.items()}
    assert found.get(record, "not_applicable") == outcome
    fast = outcomes(results_of(rows, date(2015, 6, 30)))
    assert {key[2]: value for key, value in fast.items() if key[0] == rule_id}.get(record, "not_applicable") == outcome
