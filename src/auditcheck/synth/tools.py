"""What plants that reach further have in common: moving meetings, finding neighbours in time, naming cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from auditcheck.synth.almanac import at, day_of, days, past, working
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life


def in_order(rows: list[Row], field: str) -> list[Row]:
    """Records by the day of a field; those without one are left out."""
    return sorted((row for row in rows if row.get(field)), key=lambda row: str(row[field]))


def move(life: Life, table: str, row: Row, day: date) -> None:
    """Hold a conference, review or core group on another day; what hangs on it moves along."""
    field = "held_at" if table == "conferences" else "held_on"
    old = day_of(row[field])
    row[field] = at(day, str(row[field])[11:]) if table == "conferences" else day
    if "due_on" in row:
        row["due_on"] = day
    if row.get("child_participation") == "too_young" and life.age(day) >= 4:
        row["child_participation"] = "attended"
    if table == "conferences":
        row["minutes_sent_on"] = past(working(day, 6))
    if table == "core_groups":
        row["minutes_recorded_on"] = row["plan_updated_on"] = past(days(day, 4))
        row["impact_of_change"] = "fewer missed meals" if row["minutes_recorded_on"] else ""
        return
    for report in reports(life, table, row):
        if report["shared_at"]:
            report["shared_at"] = at(day_of(report["shared_at"]) + (day - old), str(report["shared_at"])[11:])


def reports(life: Life, table: str, row: Row, recipient: str | None = None) -> list[Row]:
    """The reports for a meeting."""
    key = "conference_id" if table == "conferences" else "review_id"
    found = life.all("conference_reports", **{key: row[key]})
    return [report for report in found if recipient in (None, report["recipient"])]


def cancel(life: Life, table: str, *rows: Row) -> None:
    """Take meetings out, with their reports: they never were."""
    for row in rows:
        if table in ("conferences", "reviews"):
            life.drop("conference_reports", *reports(life, table, row))
    life.drop(table, *rows)


def plans(life: Life, kind: str, *, still: bool | None = None) -> Iterator[Row]:
    """The child's plans of a kind; ``still``: only those in force, or only those ended."""
    for plan in life.rows.get("plans", ()):
        if plan["kind"] == kind and still in (None, plan["ended_on"] is None):
            yield plan


def of_plan(life: Life, table: str, plan: Row, field: str, **where: object) -> list[Row]:
    return in_order(life.all(table, plan_id=plan["plan_id"], **where), field)


def episodes(life: Life, *, still: bool | None = None) -> Iterator[Row]:
    """The child's periods of care that are no short breaks."""
    for episode in life.rows.get("care_episodes", ()):
        if episode["legal_status"] not in ("V3", "V4") and still in (None, episode["ended_on"] is None):
            yield episode


def open_referral(life: Life) -> Row | None:
    """The referral of a case that is open; None where the case has closed."""
    found = [row for row in life.rows.get("referrals", ()) if row["no_further_action"] == "no" and not row["closed_on"]]
    return found[-1] if found else None


def expect_case(life: Life, referral: Row, rule: str, outcome: str, why: str) -> None:
    """What an audit must say of the case that began with a referral."""
    record = f"cases:{life.child_id}:{str(referral['received_at'])[:10]}"
    life.expect(rule, "cases", referral, outcome, why, record_id=record)


def dates(rows: list[Row], field: str) -> list[date]:
    return [day_of(row[field]) for row in rows]


def any_between(rows: list[Row], field: str, first: date, last: date) -> bool:
    """Whether one of them falls on one of those days, the first and the last included."""
    return any(first <= day_of(row[field]) <= last for row in rows if row.get(field))


Steps = Iterator[Any]
