"""Natural keys: what a record says names it, whatever the order of the rows."""

from __future__ import annotations

import random

import pyarrow as pa

from auditcheck.exports.keys import names

VISITS = [
    {"child_id": "C1", "visited_at": day, "kind": "child_protection", "child_seen": seen}
    for day, seen in zip(
        ["2024-02-01T09:00", "2024-02-01T09:00", "2024-02-01T15:00", "2024-03-01"], ["yes", "no", "yes", "yes"], strict=True
    )
]


def named(table: str, rows: list[dict[str, str]]) -> list[str]:
    found: list[str] = names(table, {name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]}).to_pylist()
    return found


def test_the_key_holds_table_child_day_kind_and_ordinal_by_content() -> None:
    assert dict(zip([(v["visited_at"], v["child_seen"]) for v in VISITS], named("visits", VISITS), strict=True)) == {
        ("2024-02-01T09:00", "no"): "visits:C1:2024-02-01:child_protection:1",
        ("2024-02-01T09:00", "yes"): "visits:C1:2024-02-01:child_protection:2",
        ("2024-02-01T15:00", "yes"): "visits:C1:2024-02-01:child_protection:3",
        ("2024-03-01", "yes"): "visits:C1:2024-03-01:child_protection:1",
    }


def test_the_order_of_rows_makes_no_difference() -> None:
    expected = dict(zip(map(str, VISITS), named("visits", VISITS), strict=True))
    for seed in range(10):
        rows = list(VISITS)
        random.Random(seed).shuffle(rows)
        assert dict(zip(map(str, rows), named("visits", rows), strict=True)) == expected


def test_records_alike_in_everything_are_one_record() -> None:
    twins = [{"child_id": "C1", "received_at": "2024-01-01"}] * 2
    assert named("contacts", twins) == ["contacts:C1:2024-01-01:1"] * 2


def test_a_table_without_a_kind_leaves_it_out_and_one_without_a_date_leaves_it_blank() -> None:
    leaver = {"child_id": "C1", "last_in_touch_on": "2024-05-05"}
    conference = {"child_id": "C1", "held_at": "2024-05-05", "kind": "initial", "notified_on": "2024-05-01"}
    assert named("care_leavers", [leaver]) == ["care_leavers:C1::1"], "a date that moves every month may not name a record"
    assert named("conferences", [conference]) == ["conferences:C1:2024-05-05:initial:1"]
