"""The records as frames of pandas, their dates read: what both hand-written versions in Python begin with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from by_heart import BANK_HOLIDAYS, PLACEHOLDERS
from rules12 import AS_OF, Tables

NOW = pd.Timestamp(AS_OF)
NEVER = pd.Timestamp("2261-01-01")
HOLIDAYS = np.array(BANK_HOLIDAYS.split(), "datetime64[D]")
AGENCIES = {"social_care", "police", "health"}
#: Words for who came that surely are none of the three.
OTHERS = {
    "education", "early_years", "housing", "probation", "youth_justice", "adult_social_care", "fostering_service", "residential_care",
    "legal", "cafcass", "voluntary_sector",
}  # fmt: skip


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


def utc(local: pd.Series) -> pd.Series:
    return local.dt.tz_localize("Europe/London", ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")
