"""The twelve rules by hand in pandas: what an analyst of the authority would write, one function a rule, merges and group-bys.

A rule answers with its breaches alone (child, record); where it can't be told, it is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from alike import alike
from by_heart import BANK_HOLIDAYS, PLACEHOLDERS
from rules12 import AS_OF, Finding, Tables

NOW = pd.Timestamp(AS_OF)
NEVER = pd.Timestamp("2261-01-01")
HOLIDAYS = np.array(BANK_HOLIDAYS, "datetime64[D]")
AGENCIES = {"social_care", "police", "health"}
OTHERS = set("education early_years housing probation youth_justice adult_social_care fostering_service residential_care legal cafcass voluntary_sector".split())


@dataclass
class Records:
    """The tables with their dates read; ``ends``: for each child the day on which nothing is owed to it, and on which its case closed."""

    children: pd.DataFrame
    referrals: pd.DataFrame
    strategies: pd.DataFrame
    enquiries: pd.DataFrame
    meetings: pd.DataFrame
    reports: pd.DataFrame
    plans: pd.DataFrame
    actions: pd.DataFrame
    visits: pd.DataFrame
    assessments: pd.DataFrame
    ends: pd.DataFrame


def ready() -> None:
    """Nothing to prepare."""


def found(tables: Tables, _: None = None) -> set[Finding]:
    """The findings of every rule."""
    records = read(tables)
    return {(rule, child, record) for rule, check in CHECKS.items() for child, record in check(records).itertuples(index=False)}


def read(tables: Tables) -> Records:
    held = {name: table.to_pandas() for name, table in tables.items()}
    children, referrals, plans, care = (held[name] for name in ("children", "referrals", "plans", "care_episodes"))
    children["born"] = pd.to_datetime(children["date_of_birth"], errors="coerce")
    children["expected"] = children["born"].isna() & (children["expected_birth_date"] != "")
    for table, name in ((referrals, "closed_on"), (plans, "ended_on"), (care, "ended_on"), (referrals, "received_at")):
        table[name] = happened(table[name])
    for table, name in (("strategy_discussions", "held_at"), ("section_47_enquiries", "started_on"), ("conferences", "held_at"),
                        ("conference_reports", "shared_at"), ("plan_actions", "completed_on"), ("visits", "visited_at"),
                        ("assessments", "started_on")):  # fmt: skip
        held[table]["moment"] = happened(held[table][name])
        held[table]["day"] = held[table]["moment"].dt.normalize()
    plans["starts"], care["starts"] = (pd.to_datetime(table["started_on"], errors="coerce") for table in (plans, care))
    plans, care = plans[~(plans["starts"] > NOW)], care[~(care["starts"] > NOW)]
    meetings, visits = held["conferences"], held["visits"]
    return Records(
        children, referrals, held["strategy_discussions"], held["section_47_enquiries"],
        meetings[(meetings["cancelled"] != "yes") & meetings["moment"].notna()], held["conference_reports"], plans, held["plan_actions"],
        visits[visits["moment"].notna()].sort_values(["moment", "visit_id"]), held["assessments"], ends(children, referrals, plans, care),
    )  # fmt: skip


def happened(texts: pd.Series) -> pd.Series:
    moment = pd.to_datetime(texts, errors="coerce", format="ISO8601")
    return moment.where(moment < NOW + pd.Timedelta(days=1))


def by_id(values: pd.Series, ids: pd.Series) -> pd.Series:
    """The value that each id has, by the index of ``values``."""
    return values.reindex(ids).set_axis(ids.index)


def said(texts: pd.Series) -> pd.Series:
    return ~texts.fillna("").str.strip().str.lower().isin(PLACEHOLDERS)


def ends(children: pd.DataFrame, referrals: pd.DataFrame, plans: pd.DataFrame, care: pd.DataFrame) -> pd.DataFrame:
    adult = children["born"] + pd.DateOffset(years=18)
    owed = pd.concat([happened(children["died_on"]), happened(children["left_area_on"]), adult], axis=1).min(axis=1).fillna(NEVER)
    spells = pd.concat([
        referrals.loc[referrals["no_further_action"] != "yes", ["child_id", "closed_on"]].rename(columns={"closed_on": "ended_on"}),
        plans[["child_id", "ended_on"]], care[["child_id", "ended_on"]],
    ])  # fmt: skip
    closed = spells.assign(ended_on=spells["ended_on"].fillna(NEVER)).groupby("child_id")["ended_on"].max()
    return pd.DataFrame({"child_id": children["child_id"], "owed": owed, "closed": by_id(closed, children["child_id"]).fillna(NEVER)})


def ended(ends: pd.DataFrame, owed: pd.DataFrame, own: pd.Series) -> pd.Series:
    """The end of the duty of each row of ``owed``, which began on its ``day``; ``own``: that of the record or of what it hangs on."""
    theirs = owed[["child_id"]].merge(ends, on="child_id", how="left")
    closed = theirs["closed"].where(owed["day"].values <= theirs["closed"], NEVER)
    return pd.concat([theirs["owed"], closed, own.reset_index(drop=True).fillna(NEVER)], axis=1).min(axis=1).set_axis(owed.index)


def working_days(day: pd.Series, number: pd.Series | int) -> pd.Series:
    """So many working days after a day."""
    known, due = day.notna(), pd.Series(pd.NaT, day.index, "datetime64[us]")
    count = number[known].to_numpy() if isinstance(number, pd.Series) else number
    counted = np.busday_offset(day[known].to_numpy().astype("datetime64[D]"), count, roll="backward", holidays=HOLIDAYS)
    due[known] = counted.astype("datetime64[us]")
    return due


def late_or_never(owed: pd.DataFrame, events: pd.DataFrame, key: str) -> pd.DataFrame:
    """Rows of ``owed`` (key, day, due, ends) whose first event from that day on comes late without a reason, or not at all."""
    pairs = owed[[key, "day"]].merge(events[[key, "day", "moment", "late_reason"]], on=key, suffixes=("", "_of"))
    after = pairs[pairs["day_of"] >= pairs["day"]].sort_values("moment").groupby(key).first()
    first, reason = by_id(after["day_of"], owed[key]), by_id(after["late_reason"], owed[key])
    before = owed[key].isin(pairs.loc[pairs["day_of"] < pairs["day"], key])
    never = first.isna() & ~before & (owed["due"] < NOW)
    return owed[(owed["due"] <= owed["ends"]) & (never | ((first > owed["due"]) & ~said(reason)))]


def conference_in_time(r: Records) -> pd.DataFrame:
    asked = (r.enquiries["conference_required"] != "no") & ~r.enquiries["outcome"].isin(["not_substantiated", "substantiated_no_conference"])
    owed = r.enquiries[asked].copy()
    owed["day"] = by_id(r.strategies.set_index("strategy_id")["day"], owed["strategy_id"]).fillna(owed["day"])
    owed["due"] = working_days(owed["day"], 15)
    owed["ends"] = ended(r.ends, owed, by_id(r.referrals.set_index("referral_id")["closed_on"], owed["referral_id"]))
    events = r.meetings[r.meetings["kind"].isin(["initial", "pre_birth"])]
    return late_or_never(owed, events, "enquiry_id")[["child_id", "enquiry_id"]]


def first_review(r: Records) -> pd.DataFrame:
    owed = r.plans[r.plans["kind"] == "child_protection"].copy()
    moved = r.meetings[r.meetings["kind"] == "transfer_in"].groupby("plan_id")["day"].max()
    initial = r.meetings[r.meetings["kind"].isin(["initial", "pre_birth"])].groupby("plan_id")["day"].min()
    owed["day"] = by_id(moved, owed["plan_id"]).fillna(by_id(initial, owed["plan_id"])).fillna(owed["starts"])
    owed["due"] = owed["day"] + pd.DateOffset(months=3)
    owed["ends"] = ended(r.ends, owed, owed["ended_on"])
    return late_or_never(owed, r.meetings[r.meetings["kind"] == "review"], "plan_id")[["child_id", "plan_id"]]


def visited(r: Records) -> pd.DataFrame:
    plans = r.plans[r.plans["kind"] == "child_protection"].merge(r.children[["child_id", "born", "expected"]], on="child_id")
    plans = plans[~plans["expected"]]
    plans["every"] = pd.to_numeric(plans["visit_every"].str.split(" ").str[0], errors="coerce").fillna(10).astype(int)
    other = r.visits["kind"].isin(["child_in_need", "looked_after", "private_fostering", "care_leaver"])
    counted = r.visits[~other].drop(columns="child_id").merge(plans[["plan_id", "child_id", "starts", "born"]], on="plan_id")
    counted = counted[counted["starts"].isna() | (counted["day"] >= counted["starts"])]
    seen = (counted["child_seen"] == "yes") | (counted["born"] > counted["day"])
    unclear = counted[(counted["child_seen"] == "") & ~seen]
    series = counted[seen].drop_duplicates(["plan_id", "day"]).rename(columns={"visit_id": "record"})[["plan_id", "record", "day"]].assign(visit=1)
    begins = plans.loc[plans["starts"].notna(), ["plan_id", "starts"]].assign(record=lambda p: p["plan_id"], visit=0)
    gaps = pd.concat([begins.rename(columns={"starts": "day"}), series]).sort_values(["plan_id", "day", "visit"])
    gaps["next"] = gaps.groupby("plan_id")["day"].shift(-1)
    gaps = gaps.merge(plans[["plan_id", "child_id", "every", "ended_on"]], on="plan_id")
    gaps["due"] = working_days(gaps["day"], gaps["every"])
    gaps["ends"] = ended(r.ends, gaps, gaps["ended_on"])
    wrong = gaps[(gaps["due"] <= gaps["ends"]) & np.where(gaps["next"].isna(), gaps["due"] < NOW, gaps["next"] > gaps["due"])]
    beside = wrong[["record", "plan_id", "day", "visit", "due"]].merge(unclear[["plan_id", "day"]], on="plan_id", suffixes=("", "_of"))
    inside = (beside["day_of"] >= beside["day"] + pd.to_timedelta(beside["visit"], "D")) & (beside["day_of"] <= beside["due"])
    return wrong.loc[~wrong["record"].isin(beside.loc[inside, "record"]), ["child_id", "record"]]


def reports_shared(r: Records) -> pd.DataFrame:
    asked = r.meetings.merge(r.children[["child_id", "born", "expected"]], on="child_id")
    asked["ends"] = ended(r.ends, asked, by_id(r.plans.set_index("plan_id")["ended_on"], asked["plan_id"]))
    asked = asked.merge(pd.DataFrame({"recipient": ["parent", "child", "professional"]}), how="cross")
    small = asked["expected"] | (asked["child_participation"] == "too_young") | ~(asked["day"] >= asked["born"] + pd.DateOffset(years=4))
    asked = asked[(asked["recipient"] != "child") | ~small]
    reports = r.reports.assign(
        early=utc(r.reports["moment"]), undated=r.reports["moment"].isna(), reason=said(r.reports["not_shared_reason"]), given=True
    )
    reports["missing"], reports["excused"] = reports["undated"] & ~reports["reason"], reports["undated"] & reports["reason"]
    how = {"early": "max", "missing": "max", "excused": "min", "given": "max"}
    keys = ["conference_id", "recipient"]
    held = asked.merge(reports.groupby(keys).agg(how).reset_index(), on=keys, how="left")
    begins = utc(held["moment"])
    due = (begins - pd.Timedelta(hours=24)).dt.tz_convert("Europe/London").dt.tz_localize(None).dt.normalize()
    late = (begins - held["early"]) < pd.Timedelta(hours=24)
    wrong = held[(due <= held["ends"]) & (held["given"].isna() | ((held["excused"] == False) & ((held["missing"] == True) | late)))]  # noqa: E712
    return pd.DataFrame({"child_id": wrong["child_id"], "record": wrong["conference_id"] + "/" + wrong["recipient"]})


def utc(local: pd.Series) -> pd.Series:
    return local.dt.tz_localize("Europe/London", ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")


def child_seen(r: Records) -> pd.DataFrame:
    visits = r.visits[~r.visits["kind"].isin(["looked_after", "private_fostering", "care_leaver"])]
    visits = visits.merge(r.children[["child_id", "born", "expected"]], on="child_id")
    born = ~visits["expected"] & (visits["born"] <= visits["day"])
    return visits.loc[born & (visits["child_seen"] == "no") & ~said(visits["not_seen_reason"]), ["child_id", "visit_id"]]


def seen_before_closure(r: Records) -> pd.DataFrame:
    closed = r.referrals[r.referrals["closed_on"].notna() & (r.referrals["no_further_action"] != "yes")]
    closed = closed[~closed["closure_reason"].str.lower().isin(["rc2", "rc5", "died", "transferred"])].copy()
    closed["day"] = closed["received_at"].dt.normalize()
    closed["ends"] = ended(r.ends, closed, closed["closed_on"])
    closed = closed[closed["ends"] > closed["day"]]
    visits = r.visits.loc[r.visits["child_seen"].isin(["yes", ""]), ["child_id", "day"]]
    pairs = closed[["referral_id", "child_id", "ends"]].merge(visits, on="child_id")
    recent = pairs[pairs["day"].between(pairs["ends"] - pd.Timedelta(days=20), pairs["ends"])]
    return closed.loc[~closed["referral_id"].isin(recent["referral_id"]), ["child_id", "referral_id"]]


def actions_left(r: Records) -> pd.DataFrame:
    plans = r.plans[r.plans["kind"].isin(["child_protection", "child_in_need"]) & r.plans["ended_on"].notna()]
    plans = plans[~plans["end_reason"].str.lower().isin(["care", "in care", "looked after"])]
    left = r.actions.drop(columns="child_id").merge(plans[["plan_id", "child_id", "ended_on"]], on="plan_id")
    undone = left["day"].isna() | (left["day"] > left["ended_on"])
    closed = ((left["status"] == "completed") & left["day"].isna()) | (
        left["status"].isin(["abandoned", "superseded"]) & said(left["abandoned_reason"])
    )
    return left.loc[undone & ~closed & ~said(left["carried_over_to"]), ["child_id", "plan_id"]].drop_duplicates()


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
    counts = r.referrals["closed_on"].notna() & (r.referrals["no_further_action"] != "yes")
    closed = r.referrals.loc[counts & ~r.referrals["closure_reason"].str.lower().isin(["rc5", "transferred"])]
    back = r.referrals[~said(r.referrals["earlier_closure_review"]) & r.referrals["received_at"].notna()]
    pairs = back[["referral_id", "child_id", "received_at"]].merge(closed[["referral_id", "child_id", "closed_on"]], on="child_id", suffixes=("", "_of"))
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
    "CLS-ACT-02": actions_left,
    "S47-STRAT-01": strategy_first,
    "DQ-CPP-07": plans_overlap,
    "S47-ATT-02": everyone_came,
    "ASM-SIB-07": own_text,
    "CLS-BACK-11": long_enough_after,
}
