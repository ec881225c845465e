"""The running of a file: decisions, supervision, chronology, voices."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from auditcheck.synth.almanac import AS_OF, days, months
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    any_between,
    expect_case,
    in_order,
    open_referral,
    plans,
)

PLANTS = Plants()


def _watched_monthly(life: Life) -> bool:
    """An open case of a child with a protection plan in force or in care: decisions are owed every 31 days."""
    if not open_referral(life):
        return False
    return any(plan["ended_on"] is None for plan in plans(life, "child_protection")) or any(
        row["ended_on"] is None for row in life.rows.get("care_episodes", ())
    )


def _days_free(life: Life, gone: Row) -> bool:
    """Whether an action that fell due leans on this decision."""
    return not any(
        row["due_on"] and row["completed_on"] != row["due_on"]
        and str(row["due_on"]) <= str(gone["decided_on"]) <= str(days(row["due_on"], 14))
        and (not row["completed_on"] or row["completed_on"] > row["due_on"])
        for row in life.rows.get("plan_actions", ())
    )  # fmt: skip


@PLANTS.plant("MGT-OVS-01", "a manager's entry was left out")
def decision_left_out(life: Life) -> Steps:
    if not _watched_monthly(life):
        return
    made = in_order(life.rows["management_decisions"], "decided_on")
    for before, gone, after in zip(made, made[1:], made[2:], strict=False):
        if gone["about"] != "oversight" or not before["decided_on"] < gone["decided_on"] < after["decided_on"]:
            continue
        if after["decided_on"] > days(before["decided_on"], 31) and _days_free(life, gone):
            yield True
            life.drop("management_decisions", gone)
            life.expect("MGT-OVS-01", "management_decisions", before, "not_met", "more than 31 days to the next")
            life.lock(*made)
            return


@PLANTS.plant("MGT-OVS-01", "the next manager's entry 31 days later to the day", trap=True)
def thirty_one_days(life: Life) -> Steps:
    if not _watched_monthly(life):
        return
    made = in_order(life.rows["management_decisions"], "decided_on")
    for before, row, after in zip(made, made[1:], made[2:], strict=False):
        day = days(before["decided_on"], 31)
        if row["about"] == "oversight" and before["decided_on"] < row["decided_on"] <= day < after["decided_on"]:
            yield True
            row["decided_on"] = day
            life.expect("MGT-OVS-01", "management_decisions", before, "met", "31 days to the day")
            life.lock(row)
            return


def _supervised(life: Life) -> list[tuple[Row, Row, Row]]:
    """Supervisions with a neighbour on either side, all in one plan, or in a case without a plan whose supervision is judged."""
    held = in_order(life.rows.get("supervisions", []), "held_on")
    judged = [
        (plan["started_on"], plan["ended_on"] or AS_OF)
        for plan in life.rows.get("plans", ())
        if plan["kind"] in ("child_protection", "child_in_need")
    ]
    found = []
    for three in zip(held, held[1:], held[2:], strict=False):
        first, last = three[0]["held_on"], three[2]["held_on"]
        if any(after["held_on"] > days(before["held_on"], 28) for before, after in pairwise(three)):
            continue  # one case ended and another began between them
        if all(last < begun or first > over for begun, over in judged) or any(begun < first and last < over for begun, over in judged):
            found.append(three)
    return found


def _in_plan(life: Life, day: date) -> bool:
    return any(
        plan["started_on"] < day < (plan["ended_on"] or AS_OF)
        for plan in life.rows.get("plans", ())
        if plan["kind"] in ("child_protection", "child_in_need")
    )


@PLANTS.plant("SUP-REC-01", "a supervision was left out")
def supervision_left_out(life: Life) -> Steps:
    newly = life.worker == life.team.newly_qualified
    for before, gone, after in _supervised(life):
        if (
            newly
            or after["held_on"] <= months(before["held_on"], 1)
            or (life.rows.get("plan_actions") and not _undirected_is_fine(life, gone))
        ):
            continue
        yield True
        life.drop("supervisions", gone)
        life.expect("SUP-REC-01", "supervisions", before, "not_met", "more than 28 days to the next")
        if _in_plan(life, before["held_on"]):
            life.expect("SUP-FREQ-02", "supervisions", before, "not_met", "more than a month to the next")
        return


def _undirected_is_fine(life: Life, gone: Row) -> bool:
    """No action that was late leans on this supervision."""
    return not any(
        row["due_on"]
        and row["due_on"] <= gone["held_on"] <= days(row["due_on"], 14)
        and row["completed_on"]
        and row["completed_on"] > row["due_on"]
        for row in life.rows.get("plan_actions", ())
    )


@PLANTS.plant("SUP-FREQ-02", "a worker in the assessed year, supervised after a month")
def newly_qualified(life: Life) -> Steps:
    if life.worker != life.team.newly_qualified:
        return
    for before, gone, after in _supervised(life):
        if _in_plan(life, before["held_on"]) and days(before["held_on"], 14) < after["held_on"] <= days(before["held_on"], 28):
            yield True
            life.drop("supervisions", gone)
            life.expect("SUP-FREQ-02", "supervisions", before, "not_met", "fourteen days in the assessed year")
            life.expect("SUP-REC-01", "supervisions", before, "met", "within 28 days")
            life.lock(*life.rows["plans"])
            return


@PLANTS.plant("SUP-REC-01", "a supervision of which nothing was recorded")
def nothing_discussed(life: Life) -> Steps:
    for before, row, after in _supervised(life):
        if after["held_on"] > days(before["held_on"], 28):
            yield True
            row["discussion"] = "n/a"
            life.expect("SUP-REC-01", "supervisions", before, "not_met", "the next one says nothing")
            life.lock(row)
            return


def _chronology(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CHR-CURR-02", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        referral = open_referral(life)
        if not referral:
            return
        day = days(AS_OF, -number)
        kept = [row for row in life.rows["chronologies"] if row["updated_on"] < day]
        if not kept or str(referral["received_at"])[:10] >= str(day):
            return
        yield True
        life.drop("chronologies", *[row for row in life.rows["chronologies"] if row not in kept])
        life.add("chronologies", updated_on=day, last_event_on=day, entries="12")
        expect_case(life, referral, "CHR-CURR-02", outcome, words)


_chronology(91, "not_met", "the chronology was last updated 91 days ago")
_chronology(90, "met", "the chronology was last updated 90 days ago")


@PLANTS.plant("CHR-EXIST-01", "no chronology")
def no_chronology(life: Life) -> Steps:
    referral = open_referral(life)
    if referral and str(referral["received_at"])[:10] < str(days(AS_OF, -90)):
        yield True
        life.drop("chronologies", *life.rows["chronologies"])
        for spell in life.rows["referrals"]:
            if spell["no_further_action"] != "yes":
                day = str(spell["received_at"])[:10]
                if not spell["closed_on"] or spell["closed_on"] > days(date.fromisoformat(day), 90):
                    expect_case(life, spell, "CHR-CURR-02", "not_met", "no chronology")
                expect_case(life, spell, "CHR-EXIST-01", "not_met", "no chronology")


@PLANTS.plant("VOI-CHILD-01", "the child's voice was not recorded for more than ninety days")
def not_heard(life: Life) -> Steps:
    referral = open_referral(life)
    if not referral or life.born is None:
        return
    since = days(AS_OF, -90)
    heard = [("assessments", "authorised_on"), ("section_47_enquiries", "started_on"), ("conferences", "held_at")]
    if str(referral["received_at"])[:10] >= str(since) or any(any_between(life.rows.get(t, []), f, since, AS_OF) for t, f in heard):
        return
    yield True
    life.drop("voices", *[row for row in life.rows["voices"] if row["recorded_on"] >= since])
    expect_case(life, referral, "VOI-CHILD-01", "not_met", "not heard for more than ninety days")


@PLANTS.plant("RSK-FILE-01", "no assessment of risk on file")
def no_risk(life: Life) -> Steps:
    referral = open_referral(life)
    if not referral or len(life.rows["referrals"]) > 1 or life.rows.get("plans") or life.rows.get("care_episodes"):
        return
    if any(row["authorised_on"] for row in life.rows["assessments"]) or not life.rows.get("risk_assessments"):
        return
    yield True
    life.drop("risk_assessments", *life.rows["risk_assessments"])
    expect_case(life, referral, "RSK-FILE-01", "not_met", "no assessment of risk on file")


@PLANTS.plant("QA-COMP-08", "an upheld complaint led to nothing")
def nothing_done(life: Life) -> Steps:
    for complaint in life.rows.get("complaints", ()):
        yield True
        life.drop("complaint_actions", *life.all("complaint_actions", complaint_id=complaint["complaint_id"]))
        life.expect("QA-COMP-08", "complaints", complaint, "not_met", "an upheld complaint led to nothing")
        return
