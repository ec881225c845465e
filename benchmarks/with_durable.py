"""The twelve rules naively in durable-rules: every record a fact of one session, a rule a pattern, "there is none" a negation.

Eleven, in truth: it cannot compare texts (ASM-SIB-07). It has no calendar either, so due days and the ends of duties are worked out
beforehand and stand in the facts as numbers. Two things are not naive, for without them it is wrong or dies: each rule waits for a marker
that is asserted last (a negation asked too early says yes), and each pattern ends in a test that always holds (a last test between facts
that fails reads beyond its memory). Meant for a process of its own that may be killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from durable.engine import MessageNotHandledException
from durable.lang import assert_fact, c, m, none, ruleset, when_all
from rules12 import RULES, Finding, Tables
from with_pandas import AGENCIES, NOW, OTHERS, Records, by_id, ended, read, said, utc, working_days

CAN = [rule for rule in RULES if rule != "ASM-SIB-07"]
FAR = 10**9
told: set[Finding] = set()


def ready() -> None:
    """Make the rules."""
    with ruleset("twelve"):
        for rule, owed, event in (("CPC-ICPC-01", "enquiry", "conference"), ("CPC-RCPC1-11", "first", "review")):
            _say(rule, _is(owed, passed=1, owed=1), none(_is(event) & (m.of == c.a.record) & _always()))
            _say(rule, _is(owed, owed=1), c.b << _of(event, reason=0) & (m.day > c.a.due) & _always(),
                 none(_of(event) & (m.day >= c.a.day) & (m.nth < c.b.nth) & _always()))  # fmt: skip
        _say("VIS-CP-01", _is("anchor", passed=1, owed=1), none(_of_plan("anchor") & (m.nth < c.a.nth) & (m.day == c.a.day) & (m.visit == c.a.visit) & _always()),
             none(_of_plan("anchor", visit=1) & (m.nth > c.a.nth) & (m.day >= c.a.after) & (m.day <= c.a.due) & _always()),
             none(_of_plan("unclear") & (m.day >= c.a.after) & (m.day <= c.a.due) & _always()))  # fmt: skip
        for class_ in ("parent", "child", "professional"):
            asked = _is("meeting", owed=1, **{f"for_{class_}": 1})
            _say("CPC-REP24-04", asked, none(_of("report", to=class_) & _always()), behind=class_)
            _say("CPC-REP24-04", asked, c.b << _of("report", to=class_, missing=1) & _always(), behind=class_)
            _say("CPC-REP24-04", asked, c.b << _of("report", to=class_) & (m.at > c.a.limit) & _always(), behind=class_)
        _say("VIS-SEEN-02", _is("visit", unseen=1))
        _say("CLS-SEEN-09", _is("closure"), none(_is("visit", seen=1) & (m.child == c.a.child) & (m.day >= c.a.since) & (m.day <= c.a.day) & _always()))
        _say("CLS-ACT-02", _is("ended"), c.b << _of("action", left=1) & (m.day > c.a.day) & _always())
        _say("S47-STRAT-01", _is("begun"), none(_is("strategy") & (m.record == c.a.of) & (m.day <= c.a.day) & _always()))
        _say("DQ-CPP-07", _is("plan"), c.b << _is("plan") & (m.child == c.a.child) & (m.nth < c.a.nth) & (m.day < c.a.until) & (m.until > c.a.day) & _always())
        for agency in sorted(AGENCIES):
            _say("S47-ATT-02", _is("strategy"), none(_of("came", who=agency) & _always()), none(_of("came", strange=1) & _always()))
        _say("CLS-BACK-11", _is("back"), c.b << _is("closing") & (m.child == c.a.child) & (m.record != c.a.record) & (m.day <= c.a.day) & (m.until > c.a.day) & _always())


def found(tables: Tables, _: None = None) -> set[Finding]:
    """The findings of the eleven rules; once a process."""
    told.clear()
    for number, fact in enumerate([*_facts(read(tables)), {"k": "marker", "t": 1}]):
        try:
            assert_fact("twelve", {"id": str(number), **fact})
        except MessageNotHandledException:
            pass  # no rule asks for it
    return set(told)


def _is(kind: str, **fields: int | str) -> Any:
    test = m.k == kind
    for name, value in fields.items():
        test = test & (getattr(m, name) == value)
    return test


def _of(kind: str, **fields: int | str) -> Any:
    return _is(kind, **fields) & (m.of == c.a.record)


def _of_plan(kind: str, **fields: int | str) -> Any:
    return _is(kind, **fields) & (m.of == c.a.of)


def _always() -> Any:
    return m.t == c.marker.t


def _say(rule: str, first: Any, *others: Any, behind: str = "") -> None:
    """A rule on the marker, ``first`` (the record that owes something, ``a``) and others."""

    @when_all(c.marker << m.k == "marker", c.a << first & _always(), *others)
    def say(found: Any) -> None:
        told.add((rule, found.a.child, found.a.record + (f"/{behind}" if behind else "")))


def _facts(r: Records) -> Iterator[dict[str, Any]]:
    for kind, frame in _frames(r):
        for fact in frame.to_dict("records"):
            yield {"k": kind, "t": 1, **fact}


def _days(moments: pd.Series, missing: int = FAR) -> pd.Series:
    return ((moments - pd.Timestamp(0)) // pd.Timedelta(days=1)).fillna(missing).astype(int)


def _minutes(moments: pd.Series, missing: int) -> pd.Series:
    return ((moments - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(minutes=1)).fillna(missing).astype(int)


def _frame(frame: pd.DataFrame, id_: str, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"record": frame[id_], "child": frame["child_id"], **columns})


def _timed(r: Records, owed: pd.DataFrame, id_: str, own: pd.Series, **more: Any) -> pd.DataFrame:
    """Records (id, child) with ``day`` and ``due``, and whether the limit passed and was owed to its end."""
    inside = owed["due"] <= ended(r.ends, owed, own)
    return _frame(owed, id_, day=_days(owed["day"]), due=_days(owed["due"]), passed=(owed["due"] < NOW) * 1, owed=inside * 1, **more)


def _frames(r: Records) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every record as the rules ask for it: kind, and a row a fact."""
    yield from _conferences(r)
    yield from _visits(r)
    yield from _closures(r)
    strategies = r.strategies[r.strategies["day"].notna()]
    yield "strategy", _frame(strategies, "strategy_id", day=_days(strategies["day"]))
    came = strategies.assign(who=strategies["agencies"].str.lower().str.split(";")).explode("who")
    strange = ~came["who"].isin(AGENCIES | OTHERS | {""})
    yield "came", pd.DataFrame({"of": came["strategy_id"], "who": came["who"], "strange": strange * 1})
    begun = r.enquiries[r.enquiries["day"].notna()]
    yield "begun", _frame(begun, "enquiry_id", of=begun["strategy_id"], day=_days(begun["day"]))
    plans = r.plans[(r.plans["kind"] == "child_protection") & r.plans["starts"].notna()].sort_values(["starts", "plan_id"])
    yield "plan", _frame(plans, "plan_id", day=_days(plans["starts"]), until=_days(plans["ended_on"]), nth=range(len(plans)))
    over = r.plans[r.plans["kind"].isin(["child_protection", "child_in_need"]) & r.plans["ended_on"].notna()]
    over = over[~over["end_reason"].str.lower().isin(["care", "in care", "looked after"])]
    yield "ended", _frame(over, "plan_id", day=_days(over["ended_on"]))
    status, why = r.actions["status"], said(r.actions["abandoned_reason"])
    settled = (status == "completed") & r.actions["day"].isna() | status.isin(["abandoned", "superseded"]) & why
    left = ~settled & ~said(r.actions["carried_over_to"])
    yield "action", _frame(r.actions, "action_id", of=r.actions["plan_id"], day=_days(r.actions["day"]), left=left * 1)


def _conferences(r: Records) -> Iterator[tuple[str, pd.DataFrame]]:
    asked = (r.enquiries["conference_required"] != "no") & ~r.enquiries["outcome"].isin(["not_substantiated", "substantiated_no_conference"])
    owed = r.enquiries[asked].copy()
    owed["day"] = by_id(r.strategies.set_index("strategy_id")["day"], owed["strategy_id"]).fillna(owed["day"])
    owed["due"] = working_days(owed["day"], 15)
    yield "enquiry", _timed(r, owed, "enquiry_id", by_id(r.referrals.set_index("referral_id")["closed_on"], owed["referral_id"]))
    plans = r.plans[r.plans["kind"] == "child_protection"].copy()
    days = {kinds: r.meetings[r.meetings["kind"].isin(kinds)].groupby("plan_id")["day"] for kinds in (("transfer_in",), ("initial", "pre_birth"))}
    moved, initial = days["transfer_in",].max(), days["initial", "pre_birth"].min()
    plans["day"] = by_id(moved, plans["plan_id"]).fillna(by_id(initial, plans["plan_id"])).fillna(plans["starts"])
    plans["due"] = plans["day"] + pd.DateOffset(months=3)
    yield "first", _timed(r, plans, "plan_id", plans["ended_on"])
    meetings = r.meetings.sort_values("moment").assign(nth=range(len(r.meetings)))
    for kind, kinds, of in (("conference", ["initial", "pre_birth"], "enquiry_id"), ("review", ["review"], "plan_id")):
        some = meetings[meetings["kind"].isin(kinds)]
        yield kind, _frame(some, "conference_id", of=some[of], day=_days(some["day"]), nth=some["nth"], reason=said(some["late_reason"]) * 1)
    held = meetings.merge(r.children[["child_id", "born", "expected"]], on="child_id")
    limit = utc(held["moment"]) - pd.Timedelta(hours=24)
    due = limit.dt.tz_convert("Europe/London").dt.tz_localize(None).dt.normalize()
    ends = ended(r.ends, held, by_id(r.plans.set_index("plan_id")["ended_on"], held["plan_id"]))
    small = held["expected"] | (held["child_participation"] == "too_young") | ~(held["day"] >= held["born"] + pd.DateOffset(years=4))
    yield "meeting", _frame(held, "conference_id", limit=_minutes(limit, 0), owed=(due <= ends) * 1, for_child=~small * 1, for_parent=1, for_professional=1)
    at, why = _minutes(utc(r.reports["moment"]), 0), said(r.reports["not_shared_reason"])
    missing = r.reports["moment"].isna() & ~why
    yield "report", _frame(r.reports, "report_id", of=r.reports["conference_id"], to=r.reports["recipient"], at=at, missing=missing * 1)


def _visits(r: Records) -> Iterator[tuple[str, pd.DataFrame]]:
    visits = r.visits.assign(nth=range(1, len(r.visits) + 1)).merge(r.children[["child_id", "born", "expected"]], on="child_id")
    born = ~visits["expected"] & (visits["born"] <= visits["day"])
    of_family = ~visits["kind"].isin(["looked_after", "private_fostering", "care_leaver"])
    unseen = of_family & born & (visits["child_seen"] == "no") & ~said(visits["not_seen_reason"])
    seen = visits["child_seen"].isin(["yes", ""])
    yield "visit", _frame(visits, "visit_id", day=_days(visits["day"]), seen=seen * 1, unseen=unseen * 1)
    plans = r.plans[r.plans["kind"] == "child_protection"].merge(r.children[["child_id", "expected"]], on="child_id")
    plans = plans[~plans["expected"]]
    plans["every"] = pd.to_numeric(plans["visit_every"].str.split(" ").str[0], errors="coerce").fillna(10).astype(int)
    kept = visits[of_family & (visits["kind"] != "child_in_need")].drop(columns=["child_id", "expected"])
    kept = kept.merge(plans[["plan_id", "child_id", "starts", "every", "ended_on"]], on="plan_id")
    kept = kept[kept["starts"].isna() | (kept["day"] >= kept["starts"])]
    counts = (kept["child_seen"] == "yes") | (kept["born"] > kept["day"])
    unclear = kept[(kept["child_seen"] == "") & ~counts]
    yield "unclear", _frame(unclear, "visit_id", of=unclear["plan_id"], day=_days(unclear["day"]))
    begins = plans[plans["starts"].notna()].assign(day=plans["starts"], nth=0)
    for anchors, id_, visit in ((begins, "plan_id", 0), (kept[counts].copy(), "visit_id", 1)):
        anchors["due"] = working_days(anchors["day"], anchors["every"])
        more = {"of": anchors["plan_id"], "nth": anchors["nth"], "visit": visit, "after": _days(anchors["day"]) + visit}
        yield "anchor", _timed(r, anchors, id_, anchors["ended_on"], **more)


def _closures(r: Records) -> Iterator[tuple[str, pd.DataFrame]]:
    closed = r.referrals[r.referrals["closed_on"].notna() & (r.referrals["no_further_action"] != "yes")]
    asked = closed[~closed["closure_reason"].str.lower().isin(["rc2", "rc5", "died", "transferred"])].copy()
    asked["day"] = asked["received_at"].dt.normalize()
    until = ended(r.ends, asked, asked["closed_on"])
    closure = _frame(asked, "referral_id", day=_days(until), since=_days(until) - 20)
    yield "closure", closure[until > asked["day"]]
    counts = closed[~closed["closure_reason"].str.lower().isin(["rc5", "transferred"])]
    again = counts["closed_on"] + pd.DateOffset(months=12)
    yield "closing", _frame(counts, "referral_id", day=_days(counts["closed_on"]), until=_days(again))
    back = r.referrals[~said(r.referrals["earlier_closure_review"]) & r.referrals["received_at"].notna()]
    yield "back", _frame(back, "referral_id", day=_days(back["received_at"]))
