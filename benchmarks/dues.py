"""What is owed, and what would settle it: the parts of the rules that no engine is needed for, and that pandas works out for both."""

from __future__ import annotations

import pandas as pd
from frames import Records, by_id, ended, said, utc, working_days


def enquiries_owed(r: Records) -> pd.DataFrame:
    """Enquiries that need a conference, with ``day``, ``due`` (15 working days) and the end of what they hang on, ``own``."""
    outcome = r.enquiries["outcome"].isin(["not_substantiated", "substantiated_no_conference"])
    owed = r.enquiries[(r.enquiries["conference_required"] != "no") & ~outcome].copy()
    owed["day"] = by_id(r.strategies.set_index("strategy_id")["day"], owed["strategy_id"]).fillna(owed["day"])
    owed["due"] = working_days(owed["day"], 15)
    owed["own"] = by_id(r.referrals.set_index("referral_id")["closed_on"], owed["referral_id"])
    return owed


def reviews_owed(r: Records) -> pd.DataFrame:
    """Protection plans, with ``day`` (of the conference that they count from), ``due`` (3 months) and ``own``."""
    owed = r.plans[r.plans["kind"] == "child_protection"].copy()
    moved = r.meetings[r.meetings["kind"] == "transfer_in"].groupby("plan_id")["day"].max()
    initial = r.meetings[r.meetings["kind"].isin(["initial", "pre_birth"])].groupby("plan_id")["day"].min()
    owed["day"] = by_id(moved, owed["plan_id"]).fillna(by_id(initial, owed["plan_id"])).fillna(owed["starts"])
    owed["due"] = owed["day"] + pd.DateOffset(months=3)
    return owed.assign(own=owed["ended_on"])


def visits_owed(r: Records) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What starts an interval (``record``, ``day``, ``due``, ``visit``: 0 for the plan's own start), and visits that may count."""
    plans = r.plans[r.plans["kind"] == "child_protection"].merge(r.children[["child_id", "born", "expected"]], on="child_id")
    plans = plans[~plans["expected"]].rename(columns={"ended_on": "own"})
    plans["every"] = pd.to_numeric(plans["visit_every"].str.split(" ").str[0], errors="coerce").fillna(10).astype(int)
    other = r.visits["kind"].isin(["child_in_need", "looked_after", "private_fostering", "care_leaver"])
    columns = ["plan_id", "child_id", "starts", "born", "every", "own"]
    counted = r.visits[~other].drop(columns="child_id").merge(plans[columns], on="plan_id")
    counted = counted[counted["starts"].isna() | (counted["day"] >= counted["starts"])]
    seen = (counted["child_seen"] == "yes") | (counted["born"] > counted["day"])
    series = counted[seen].drop_duplicates(["plan_id", "day"]).assign(record=lambda v: v["visit_id"], visit=1)
    begins = plans[plans["starts"].notna()].assign(record=lambda p: p["plan_id"], visit=0, day=lambda p: p["starts"])
    anchors = pd.concat([begins, series], ignore_index=True).sort_values(["plan_id", "day", "visit"])
    anchors["due"] = working_days(anchors["day"], anchors["every"])
    return anchors, counted[(counted["child_seen"] == "") & ~seen]


def closures(r: Records) -> pd.DataFrame:
    """Closures before which a visit is asked for: ``day`` (the referral's) and ``ends``."""
    closed = r.referrals[r.referrals["closed_on"].notna() & (r.referrals["no_further_action"] != "yes")]
    closed = closed[~closed["closure_reason"].str.lower().isin(["rc2", "rc5", "died", "transferred"])].copy()
    closed["day"] = closed["received_at"].dt.normalize()
    closed["ends"] = ended(r.ends, closed, closed["closed_on"])
    return closed[closed["ends"] > closed["day"]]


def returns(r: Records) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Referrals that say nothing of the closure before, and the closures that count."""
    counts = r.referrals["closed_on"].notna() & (r.referrals["no_further_action"] != "yes")
    closed = r.referrals[counts & ~r.referrals["closure_reason"].str.lower().isin(["rc5", "transferred"])]
    return r.referrals[~said(r.referrals["earlier_closure_review"]) & r.referrals["received_at"].notna()], closed


def plans_ended(r: Records) -> pd.DataFrame:
    """Plans that ended, other than with the child coming into care."""
    plans = r.plans[r.plans["kind"].isin(["child_protection", "child_in_need"]) & r.plans["ended_on"].notna()]
    return plans[~plans["end_reason"].str.lower().isin(["care", "in care", "looked after"])]


def actions_left(r: Records) -> pd.DataFrame:
    """Actions that nothing but having been done in time would settle."""
    status, why = r.actions["status"], said(r.actions["abandoned_reason"])
    settled = ((status == "completed") & r.actions["day"].isna()) | (status.isin(["abandoned", "superseded"]) & why)
    return r.actions[~settled & ~said(r.actions["carried_over_to"])]


def unseen(r: Records) -> pd.DataFrame:
    """Visits at which a child who was born was not seen, and no reason is given."""
    visits = r.visits[~r.visits["kind"].isin(["looked_after", "private_fostering", "care_leaver"])]
    visits = visits.merge(r.children[["child_id", "born", "expected"]], on="child_id")
    born = ~visits["expected"] & (visits["born"] <= visits["day"])
    return visits[born & (visits["child_seen"] == "no") & ~said(visits["not_seen_reason"])]


def meetings_held(r: Records) -> pd.DataFrame:
    """Conferences, with the last moment at which a report is in time (``limit``, UTC), whether the duty still stood (``owed``) and
    whether the child is old enough to have one."""
    held = r.meetings.merge(r.children[["child_id", "born", "expected"]], on="child_id")
    held["limit"] = utc(held["moment"]) - pd.Timedelta(hours=24)
    due = held["limit"].dt.tz_convert("Europe/London").dt.tz_localize(None).dt.normalize()
    held["owed"] = due <= ended(r.ends, held, by_id(r.plans.set_index("plan_id")["ended_on"], held["plan_id"]))
    grown = held["day"] >= held["born"] + pd.DateOffset(years=4)
    return held.assign(old=grown & ~held["expected"] & (held["child_participation"] != "too_young"))
