"""Natural keys: what a record says names it, whatever the order of the rows."""

from __future__ import annotations

import random

from auditcheck.exports.keys import Record, assign


def visits() -> list[Record]:
    plan = Record("plans", 2, {"child_id": "C1", "started_on": "2024-01-01", "kind": "child_protection"})
    dates = ["2024-02-01T09:00", "2024-02-01T09:00", "2024-02-01T15:00", "2024-03-01"]
    seen = ["yes", "no", "yes", "yes"]
    said = [
        {"child_id": "C1", "visited_at": day, "kind": "child_protection", "child_seen": answer}
        for day, answer in zip(dates, seen, strict=True)
    ]
    return [plan, *(Record("visits", row, values, {"plan_id": plan}) for row, values in enumerate(said, start=2))]


def named(records: list[Record]) -> dict[tuple[str, str], str]:
    assign({table: [r for r in records if r.table == table] for table in ("visits", "plans")})
    return {(r.values["visited_at"], r.values["child_seen"]): r.values["visit_id"] for r in records if r.table == "visits"}


def test_the_key_holds_table_child_day_kind_and_ordinal_by_content() -> None:
    assert named(visits()) == {
        ("2024-02-01T09:00", "no"): "visits:C1:2024-02-01:child_protection:1",
        ("2024-02-01T15:00", "yes"): "visits:C1:2024-02-01:child_protection:3",
        ("2024-02-01T09:00", "yes"): "visits:C1:2024-02-01:child_protection:2",
        ("2024-03-01", "yes"): "visits:C1:2024-03-01:child_protection:1",
    }


def test_the_order_of_rows_makes_no_difference() -> None:
    expected = named(visits())
    for seed in range(10):
        records = visits()
        random.Random(seed).shuffle(records)
        assert named(records) == expected


def test_references_follow_and_a_record_that_is_not_there_leaves_them_blank() -> None:
    records = visits()
    named(records)
    assert {r.values["plan_id"] for r in records[1:]} == {"plans:C1:2024-01-01:child_protection:1"}
    records = visits()
    records[0].kept = False
    assign({"visits": records[1:]})
    assert {r.values["plan_id"] for r in records[1:]} == {""}


def test_records_alike_in_everything_are_one_record() -> None:
    twins = [Record("contacts", row, {"child_id": "C1", "received_at": "2024-01-01"}) for row in (2, 3)]
    assign({"contacts": twins})
    assert [r.values["contact_id"] for r in twins] == ["contacts:C1:2024-01-01:1"] * 2


def test_a_table_without_a_kind_leaves_it_out_and_one_without_a_date_leaves_it_blank() -> None:
    leaver = Record("care_leavers", 2, {"child_id": "C1", "last_in_touch_on": "2024-05-05"})
    conference = Record("conferences", 2, {"child_id": "C1", "held_at": "2024-05-05", "kind": "initial", "notified_on": "2024-05-01"})
    assign({"care_leavers": [leaver], "conferences": [conference]})
    assert leaver.values["care_leaver_id"] == "care_leavers:C1::1", "a date that moves every month may not name a record"
    assert conference.values["conference_id"] == "conferences:C1:2024-05-05:initial:1"
