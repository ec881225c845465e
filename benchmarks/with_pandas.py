"""The twelve rules by hand in pandas: what an analyst of the authority would write, one function a rule, merges and group-bys.

A rule answers with its breaches alone (child, record); where it can't be told, it is none.
"""

from __future__ import annotations

from collections.abc import Callable

import dues
import numpy as np
import pandas as pd
from alike import alike
from frames import AGENCIES, NEVER, NOW, OTHERS, Records, by_id, ended, read, said, utc
from rules12 import Finding, Tables


def ready() -> None:
    """Nothing to prepare."""


def found(tables: Tables, _: None = None) -> set[Finding]:
    """The findings of every rule."""
    records = read(tables)
    return {(rule, child, record) for rule, check in CHECKS.items() for child, record in check(records).itertuples(index=False)}


def late_or_never(ends: pd.DataFrame, asked: pd.DataFrame, events: pd.DataFrame, key: str) -> pd.DataFrame:
    """Rows of ``asked`` (key, day, due, own) whose first event from that day on comes late without a reason, or not at all."""
    pairs = asked[[key, "day"]].merge(events[[key, "day", "moment", "late_reason"]], on=key, suffixes=("", "_of"))
    after = pairs[pairs["day_of"] >= pairs["day"]].sort_values("moment").groupby(key).first()
    first, reason = by_id(after["day_of"], asked[key]), by_id(after["late_reason"], asked[key])
    before = asked[key].isin(pairs.loc[pairs["day_of"] < pairs["day"], key])
    never = first.isna() & ~before & (asked["due"] < NOW)
    return asked[(asked["due"] <= ended(ends, asked, asked["own"])) & (never | ((first > asked["due"]) & ~said(reason)))]


def conference_in_time(r: Records) -> pd.DataFrame:
    events = r.meetings[r.meetings["kind"].isin(["initial", "pre_birth"])]
    return late_or_never(r.ends, dues.enquiries_owed(r), events, "enquiry_id")[["child_id", "enquiry_id"]]


def first_review(r: Records) -> pd.DataFrame:
    reviews = r.meetings[r.meetings["kind"] == "review"]
    return late_or_never(r.ends, dues.reviews_owed(r), reviews, "plan_id")[["child_id", "plan_id"]]


def visited(r: Records) -> pd.DataFrame:
    gaps, unclear = dues.visits_owed(r)
    gaps["next"] = gaps.groupby("plan_id")["day"].shift(-1)
    late = np.where(gaps["next"].isna(), gaps["due"] < NOW, gaps["next"] > gaps["due"])
    wrong = gaps[(gaps["due"] <= ended(r.ends, gaps, gaps["own"])) & late]
    beside = wrong[["record", "plan_id", "day", "visit", "due"]].merge(unclear[["plan_id", "day"]], on="plan_id", suffixes=("", "_of"))
    inside = (beside["day_of"] >= beside["day"] + pd.to_timedelta(beside["visit"], "D")) & (beside["day_of"] <= beside["due"])
    return wrong.loc[~wrong["record"].isin(beside.loc[inside, "record"]), ["child_id", "record"]]


def reports_shared(r: Records) -> pd.DataFrame:
    asked = dues.meetings_held(r).merge(pd.DataFrame({"recipient": ["parent", "child", "professional"]}), how="cross")
    asked = asked[asked["owed"] & (asked["old"] | (asked["recipient"] != "child"))]
    undated, reason = r.reports["moment"].isna(), said(r.reports["not_shared_reason"])
    reports = r.reports.assign(early=utc(r.reports["moment"]), missing=undated & ~reason, excused=undated & reason, given=True)
    keys, how = ["conference_id", "recipient"], {"early": "max", "missing": "max", "excused": "min", "given": "max"}
    held = asked.merge(reports.groupby(keys).agg(how).reset_index(), on=keys, how="left")
    given, excused, missing = (held[name].eq(True) for name in ("given", "excused", "missing"))
    wrong = held[~given | (~excused & (missing | (held["early"] > held["limit"])))]
    return pd.DataFrame({"child_id": wrong["child_id"], "record": wrong["conference_id"] + "/" + wrong["recipient"]})


def child_seen(r: Records) -> pd.DataFrame:
    return dues.unseen(r)[["child_id", "visit_id"]]


def seen_before_closure(r: Records) -> pd.DataFrame:
    closed = dues.closures(r)
    visits = r.visits.loc[r.visits["child_seen"].isin(["yes", ""]), ["child_id", "day"]]
    pairs = closed[["referral_id", "child_id", "ends"]].merge(visits, on="child_id")
    recent = pairs[pairs["day"].between(pairs["ends"] - pd.Timedelta(days=20), pairs["ends"])]
    return closed.loc[~closed["referral_id"].isin(recent["referral_id"]), ["child_id", "referral_id"]]


def nothing_left(r: Records) -> pd.DataFrame:
    left = dues.actions_left(r).drop(columns="child_id").merge(dues.plans_ended(r)[["plan_id", "child_id", "ended_on"]], on="plan_id")
    return left.loc[left["day"].isna() | (left["day"] > left["ended_on"]), ["child_id", "plan_id"]].drop_duplicates()


def strategy_first(r: Records) -> pd.DataFrame:
    discussed = by_id(r.strategies.set_index("strategy_id")["day"], r.enquiries["strategy_id"])
    wrong = r.enquiries["day"].notna() & (discussed.isna() | (discussed > r.enquiries["day"]))
    return r.enquiries.loc[wrong, ["child_id", "enquiry_id"]]


def plans_overlap(r: Records) -> pd.DataFrame:
    plans = r.plans.loc[(r.plans["kind"] == "child_protection") & r.plans["starts"].notna(), ["child_id", "plan_id", "starts", "ended_on"]]
    pairs = plans.assign(ended_on=plans["ended_on"].fillna(NEVER)).pipe(lambda p: p.merge(p, on="child_id", suffixes=("", "_of")))
    later = (pairs["starts"] > pairs["starts_of"]) | ((pairs["starts"] == pairs["starts_of"]) & (pairs["plan_id"] > pairs["plan_id_of"]))
    both = (pairs["starts"] < pairs["ended_on_of"]) & (pairs["starts_of"] < pairs["ended_on"])
    return pairs.loc[later & both, ["child_id", "plan_id"]].drop_duplicates()


def everyone_came(r: Records) -> pd.DataFrame:
    held = r.strategies[r.strategies["moment"].notna()]
    came = held["agencies"].str.lower().map(lambda said: {word for word in said.split(";") if word})
    return held.loc[came.map(lambda who: not who >= AGENCIES and who <= AGENCIES | OTHERS), ["child_id", "strategy_id"]]


def own_text(r: Records) -> pd.DataFrame:
    families = r.children[r.children["family_id"] != ""]
    size = families.groupby("family_id")["child_id"].transform("size")
    texts = r.assessments.merge(families.loc[size.between(2, 20), ["child_id", "family_id", "restricted"]], on="child_id")
    texts = texts.loc[texts["day"].notna(), ["family_id", "child_id", "assessment_id", "day", "risk_analysis", "child_needs", "restricted"]]
    pairs = texts.merge(texts, on="family_id", suffixes=("", "_of"))
    pairs = pairs[(pairs["child_id"] != pairs["child_id_of"]) & pairs["restricted_of"].isin(["no", ""])]
    low, high = pairs[["day", "day_of"]].min(axis=1), pairs[["day", "day_of"]].max(axis=1)
    pairs = pairs[high <= low + pd.DateOffset(months=6)]
    fields = [zip(pairs[name], pairs[name + "_of"], strict=True) for name in ("risk_analysis", "child_needs")]
    same = [any(alike(*texts) for texts in row) for row in zip(*fields, strict=True)]
    return pairs.loc[same, ["child_id", "assessment_id"]].drop_duplicates()


def long_enough_after(r: Records) -> pd.DataFrame:
    back, closed = dues.returns(r)
    pairs = back[["referral_id", "child_id", "received_at"]].merge(
        closed[["referral_id", "child_id", "closed_on"]], on="child_id", suffixes=("", "_of")
    )
    came = pairs["received_at"].dt.normalize()
    pairs = pairs[(pairs["referral_id"] != pairs["referral_id_of"]) & (pairs["closed_on"] <= came)]
    last = pairs.groupby(["referral_id", "child_id", "received_at"])["closed_on"].max().reset_index()
    return last.loc[last["received_at"].dt.normalize() < last["closed_on"] + pd.DateOffset(months=12), ["child_id", "referral_id"]]


CHECKS: dict[str, Callable[[Records], pd.DataFrame]] = {
    "CPC-ICPC-01": conference_in_time,
    "CPC-RCPC1-11": first_review,
    "VIS-CP-01": visited,
    "CPC-REP24-04": reports_shared,
    "VIS-SEEN-02": child_seen,
    "CLS-SEEN-09": seen_before_closure,
    "CLS-ACT-02": nothing_left,
    "S47-STRAT-01": strategy_first,
    "DQ-CPP-07": plans_overlap,
    "S47-ATT-02": everyone_came,
    "ASM-SIB-07": own_text,
    "CLS-BACK-11": long_enough_after,
}
