"""Writes a large, mostly well-run authority to measure with: ``make_authority.py OUT [--children N] [--seed S] [--format csv] [--busy]``.

About fifty records a child over the tables that the shipped rules read, 2012 to 30 June 2015; one thing in twenty is late or missing, one
date in a hundred blank and one in a thousand malformed. ``--busy``: few tables, about 550,000 records, nearly all visits and plan actions.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from columns import AS_OF, Columns, Days, Maker, Text, day


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("out", type=Path)
    ask.add_argument("--children", type=int, help="default 3,000, or 5,000 with --busy")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--format", choices=["csv", "parquet"], default="csv")
    ask.add_argument("--busy", action="store_true")
    given = ask.parse_args()
    make = busy if given.busy else authority
    tables = make(given.children or (5_000 if given.busy else 3_000), given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    for name, columns in tables.items():
        table = pa.table(columns)
        if given.format == "csv":
            pc.write_csv(table, given.out / f"{name}.csv", pc.WriteOptions(quoting_style="needed"))
        else:
            pq.write_table(table, given.out / f"{name}.parquet")
    (given.out / "manifest.yml").write_text("as_of: 2015-06-30\n", encoding="utf-8")
    print(f"{sum(len(next(iter(c.values()))) for c in tables.values()):,} records in {given.out}")


def authority(children: int, seed: int) -> dict[str, Columns]:
    """A whole authority: every third child on a protection plan, every third in need, one in ten looked after."""
    make = Maker(children, seed, missed=0.05)
    start = make.random.integers(day("2012-01-01"), AS_OF - 10, children)
    end = start + make.random.integers(80, 540, children)
    kind = make.random.choice(["protect", "need", "care", "assess"], children, p=[0.33, 0.33, 0.10, 0.24])
    end = np.where(kind == "assess", start + 50, end)
    everyone = np.arange(children)
    make.people()
    front_door(make, everyone, start, end)
    oversight(make, everyone, start, end)
    enquiries(make, everyone[kind == "protect"], start)
    for name, record in (("protect", "child_protection"), ("need", "child_in_need"), ("care", "care")):
        planned(make, everyone[kind == name], start, end, record)
    return make.tables


def busy(children: int, seed: int) -> dict[str, Columns]:
    """A plan a child, open for nearly two years on average: a visit every nine days, forty-four actions."""
    make = Maker(children, seed, missed=0.01)
    who = np.arange(children)
    start = make.random.integers(day("2012-01-01"), day("2015-03-01"), children)
    end = start + make.random.integers(400, 1200, children)
    make.people()
    referred(make, who, start - 20, end)
    plans(make, who, start, end, "child_protection")
    visits(make, who, start, end, "child_protection", 9)
    actions(make, who, start, end, np.full(children, 44))
    return make.tables


def front_door(make: Maker, who: Days, start: Days, end: Days) -> None:
    referred(make, who, start, end)
    single = start[who] >= day("2013-04-15")
    make.add(
        "assessments", who, referral_id=make.ids("R", who), kind=np.where(single, "single", "initial"),
        started_on=make.dates(start[who] + 1), authorised_on=make.dates(make.late(start[who] + np.where(single, 40, 9), 40)),
        authorised_by="M0", child_seen="yes", child_seen_alone="yes", risk_analysis="weighed", worker_id=make.workers(who), late_reason="",
    )  # fmt: skip


def referred(make: Maker, who: Days, start: Days, end: Days) -> None:
    make.add(
        "referrals", who, keys=make.ids("R", who), received_at=make.dates(start[who], "T10:00"),
        decided_at=make.dates(make.late(start[who], 9), "T16:00"), decided_by="M0", decision="assessment", no_further_action="no",
        team=make.teams(who), worker_id=make.workers(who), closed_on=make.dates(past(end[who])), closure_reason="needs met",
        closure_rationale=make.blanks(past(end[who]) < 0, "outcomes reached"), closure_approved_by="M0",
        closure_approved_on=make.dates(past(end[who])),
    )  # fmt: skip
    make.add(
        "involvements", who, worker_id=make.workers(who), team=make.teams(who), role="lead", started_on=make.dates(start[who]),
        ended_on=make.dates(past(end[who])),
    )  # fmt: skip


def oversight(make: Maker, who: Days, start: Days, end: Days) -> None:
    owner, when = make.series(who, start, end, 27)
    make.add(
        "management_decisions", owner, decided_on=make.dates(when), manager_id="M0", about="oversight", decision="continue",
        rationale="risk is falling",
    )  # fmt: skip
    owner, when = make.series(who, start, end, 26)
    make.add(
        "supervisions", owner, worker_id=make.workers(owner), manager_id="M0", held_on=make.dates(when), discussion="progress",
        direction="next steps",
    )  # fmt: skip
    owner, when = make.series(who, start, end, 80)
    make.add("chronologies", owner, updated_on=make.dates(when), last_event_on=make.dates(when), entries="9")
    risk_on = make.dates(start[who] + 10)
    make.add("risk_assessments", who, kind="general", completed_on=risk_on, tool="general", level="medium", analysis="weighed")
    make.add("voices", who, recorded_on=make.dates(start[who] + 3), method="in person", occasion="visit")


def enquiries(make: Maker, who: Days, start: Days) -> None:
    on = start[who] + 2
    strategy, enquiry = make.ids("S", who), make.ids("E", who)
    make.add(
        "strategy_discussions", who, keys=strategy, referral_id=make.ids("R", who), held_at=make.dates(on, "T09:00"),
        agencies="social_care;police;health", decision="section_47", chaired_by="M0",
    )  # fmt: skip
    make.add(
        "section_47_enquiries", who, keys=enquiry, referral_id=make.ids("R", who), strategy_id=strategy, started_on=make.dates(on),
        child_seen_at=make.dates(make.late(on, 4), "T17:00"), worker_id=make.workers(who), outcome="substantiated_conference",
        outcome_recorded_on=make.dates(on + 10), signed_off_by="M0", signed_off_on=make.dates(on + 11), conference_required="yes",
    )  # fmt: skip


def planned(make: Maker, who: Days, start: Days, end: Days, kind: str) -> None:
    """The plan and all that hangs on it."""
    begins = start + 18
    plans(make, who, begins, end, kind)
    actions(make, who, begins, end, make.random.integers(3, 8, make.children))
    if kind == "child_protection":
        visits(make, who, begins, end, kind, 12)
        conferences(make, who, begins, end)
        owner, when = make.series(who, begins - 26, end, 36)
        make.add("core_groups", owner, plan_id=make.ids("P", owner), held_on=make.dates(when), agencies="social_care;health")
        return
    visits(make, who, begins, end, "looked_after" if kind == "care" else kind, 25)
    owner, when = make.series(who, begins - 40, end, 60)
    held = make.add(
        "reviews", owner, plan_id=make.ids("P", owner), kind="looked_after" if kind == "care" else kind,
        care_episode_id=make.ids("CE", owner) if kind == "care" else "", held_on=make.dates(when), cancelled="no",
    )  # fmt: skip
    reports(make, owner, when, "review_id", held)
    if kind == "care":
        make.add(
            "care_episodes", who, keys=make.ids("CE", who), started_on=make.dates(begins[who]), ended_on=make.dates(past(end[who])),
            legal_status="V2",
        )  # fmt: skip
        gone = who[::3]
        back = begins[gone] + 31
        make.add(
            "missing_episodes", gone, from_setting="care", went_missing_at=make.dates(back - 1, "T22:00"),
            returned_at=make.dates(back, "T08:00"), interview_offered="yes", interview_accepted="yes",
            interviewed_at=make.dates(make.late(back + 2, 9), "T12:00"),
        )  # fmt: skip


def plans(make: Maker, who: Days, start: Days, end: Days, kind: str) -> None:
    make.add(
        "plans", who, keys=make.ids("P", who), referral_id=make.ids("R", who), kind=kind, started_on=make.dates(start[who]),
        document_on=make.dates(start[who]), ended_on=make.dates(past(end[who])), category="neglect", needs="warmth", risks="harm",
        contingency=make.blanks(make.chosen(len(who))), child_views=make.blanks(make.chosen(len(who))), lead_worker_id=make.workers(who),
        team=make.teams(who), visit_every="",
    )  # fmt: skip


def actions(make: Maker, who: Days, start: Days, end: Days, number: Days) -> None:
    owner = np.repeat(who, number[who])
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(number[who]) - number[who], number[who])
    due = np.minimum(start[owner] + 30 + nth * 20, end[owner])
    done = past(np.minimum(make.late(due - 5, 30), end[owner]))
    status = np.where(done < 0, "open", "completed")
    make.add(
        "plan_actions", owner, plan_id=make.ids("P", owner), need="safety", action="parenting course",
        owner=make.blanks(make.chosen(len(owner))), outcome=make.blanks(make.chosen(len(owner))), due_on=make.dates(due),
        status=status, completed_on=make.dates(done),
    )  # fmt: skip


def visits(make: Maker, who: Days, start: Days, end: Days, kind: str, step: int) -> None:
    owner, when = make.series(who, start, end, step)
    unseen = make.chosen(len(owner))
    make.add(
        "visits", owner, plan_id=make.ids("P", owner), kind=kind, visited_at=make.dates(when, "T15:30"),
        child_seen=np.where(unseen, "no", "yes"), child_seen_alone="yes", not_seen_reason=np.where(unseen, "family out", ""),
        worker_id=make.workers(owner), recorded_on=make.dates(when + 1),
    )  # fmt: skip


def conferences(make: Maker, who: Days, start: Days, end: Days) -> None:
    first = make.add(
        "conferences", who, kind="initial", held_at=make.dates(make.late(start[who], 20), "T14:00"), plan_id=make.ids("P", who),
        enquiry_id=make.ids("E", who), cancelled="no", late_reason="",
    )  # fmt: skip
    owner, when = make.series(who, start, end, 85)
    later = make.add(
        "conferences", owner, kind="review", held_at=make.dates(when, "T14:00"), plan_id=make.ids("P", owner), enquiry_id="",
        cancelled="no", late_reason="",
    )  # fmt: skip
    reports(make, np.concatenate([who, owner]), np.concatenate([start[who], when]), "conference_id", np.concatenate([first, later]))


def reports(make: Maker, owner: Days, when: Days, link: str, meeting: Text) -> None:
    other = {"conference_id": "review_id", "review_id": "conference_id"}[link]
    for recipient in ("parent", "child", "professional"):
        shared = make.dates(make.late(when - 7, 7), "T09:00")
        links: dict[str, Text | str] = {link: meeting, other: ""}
        make.add("conference_reports", owner, None, **links, recipient=recipient, shared_at=shared, not_shared_reason="")


def past(when: Days) -> Days:
    """Minus one for what has not happened by the as-of date."""
    return np.where(when <= AS_OF, when, -1)


if __name__ == "__main__":
    main()
