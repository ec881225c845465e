"""The twelve rules naively in durable-rules: every record a fact of one session, a rule a pattern, "there is none" a negation.

Eleven, in truth: it cannot compare texts (ASM-SIB-07). It has no calendar either, so due days and the ends of duties are worked out
beforehand and stand in the facts as numbers. Three things are not naive, for without them it is wrong or dies: each rule waits for a
marker that is asserted last (a negation asked too early says yes), each pattern ends in a test that always holds (a last test between
facts that fails reads beyond its memory), and its timer threads stay away (they take matches from under an assertion that then returns
too soon: on a busy machine findings were lost). Meant for a process of its own that may be killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import dues
import pandas as pd
from durable.engine import Host, MessageNotHandledException
from durable.lang import assert_fact, c, m, none, ruleset, when_all
from frames import AGENCIES, NOW, OTHERS, Records, ended, read, said, utc
from rules12 import Finding, Tables

FAR = 10**9
told: set[Finding] = set()


def ready() -> None:
    """Make the rules."""
    Host._run = lambda self: None
    with ruleset("twelve"):
        _timed_rules()
        _say("VIS-SEEN-02", _is("visit", unseen=1))
        seen = _is("visit", seen=1) & (m.child == c.a.child) & (m.day >= c.a.since) & (m.day <= c.a.day)
        _say("CLS-SEEN-09", _is("closure"), none(seen & _always()))
        _say("CLS-ACT-02", _is("ended"), c.b << _of("action", left=1) & (m.day > c.a.day) & _always())
        _say("S47-STRAT-01", _is("begun"), none(_is("strategy") & (m.record == c.a.of) & (m.day <= c.a.day) & _always()))
        beside = _is("plan") & (m.child == c.a.child) & (m.nth < c.a.nth) & (m.day < c.a.until) & (m.until > c.a.day)
        _say("DQ-CPP-07", _is("plan"), c.b << beside & _always())
        for agency in sorted(AGENCIES):
            _say("S47-ATT-02", _is("strategy"), none(_of("came", who=agency) & _always()), none(_of("came", strange=1) & _always()))
        before = _is("closing") & (m.child == c.a.child) & (m.record != c.a.record) & (m.day <= c.a.day) & (m.until > c.a.day)
        _say("CLS-BACK-11", _is("back"), c.b << before & _always())


def _timed_rules() -> None:
    for rule, owed, event in (("CPC-ICPC-01", "enquiry", "conference"), ("CPC-RCPC1-11", "first", "review")):
        _say(rule, _is(owed, passed=1, owed=1), none(_of(event) & _always()))
        late, earlier = _of(event, reason=0) & (m.day > c.a.due), _of(event) & (m.day >= c.a.day) & (m.nth < c.b.nth)
        _say(rule, _is(owed, owed=1), c.b << late & _always(), none(earlier & _always()))
    inside = (m.day >= c.a.after) & (m.day <= c.a.due)
    visit, unclear = _of_plan("anchor", visit=1) & (m.nth > c.a.nth) & inside, _of_plan("unclear") & inside
    _say("VIS-CP-01", _is("anchor", passed=1, owed=1), none(visit & _always()), none(unclear & _always()))
    for class_ in ("parent", "child", "professional"):
        asked = _is("meeting", owed=1, **{f"for_{class_}": 1})
        _say("CPC-REP24-04", asked, none(_of("report", to=class_) & _always()), behind=class_)
        _say("CPC-REP24-04", asked, c.b << _of("report", to=class_, missing=1) & _always(), behind=class_)
        _say("CPC-REP24-04", asked, c.b << _of("report", to=class_) & (m.at > c.a.limit) & _always(), behind=class_)


def found(tables: Tables, _: None = None) -> set[Finding]:
    """The findings of the eleven rules; once a process."""
    told.clear()
    for number, fact in enumerate([*_facts(read(tables)), {"k": "marker", "t": 1}]):
        with suppress(MessageNotHandledException):  # no rule asks for it
            assert_fact("twelve", {"id": str(number), **fact})
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


def _in(table: pd.DataFrame, some: pd.DataFrame) -> pd.Series:
    return pd.Series(table.index.isin(some.index) * 1, table.index)


def _timed(r: Records, owed: pd.DataFrame, id_: str, **more: Any) -> pd.DataFrame:
    """Records (id, child) with ``day`` and ``due``, and whether the limit passed and was owed to its end."""
    inside = owed["due"] <= ended(r.ends, owed, owed["own"])
    return _frame(owed, id_, day=_days(owed["day"]), due=_days(owed["due"]), passed=(owed["due"] < NOW) * 1, owed=inside * 1, **more)


def _frames(r: Records) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every record as the rules ask for it: kind, and a row a fact."""
    yield "enquiry", _timed(r, dues.enquiries_owed(r), "enquiry_id")
    yield "first", _timed(r, dues.reviews_owed(r), "plan_id")
    yield from _conferences(r)
    yield from _visits(r)
    strategies = r.strategies[r.strategies["day"].notna()]
    yield "strategy", _frame(strategies, "strategy_id", day=_days(strategies["day"]))
    came = strategies.assign(who=strategies["agencies"].str.lower().str.split(";")).explode("who")
    strange = ~came["who"].isin(AGENCIES | OTHERS | {""})
    yield "came", pd.DataFrame({"of": came["strategy_id"], "who": came["who"], "strange": strange * 1})
    begun = r.enquiries[r.enquiries["day"].notna()]
    yield "begun", _frame(begun, "enquiry_id", of=begun["strategy_id"], day=_days(begun["day"]))
    plans = r.plans[(r.plans["kind"] == "child_protection") & r.plans["starts"].notna()].sort_values(["starts", "plan_id"])
    yield "plan", _frame(plans, "plan_id", day=_days(plans["starts"]), until=_days(plans["ended_on"]), nth=range(len(plans)))
    over, left = dues.plans_ended(r), dues.actions_left(r)
    yield "ended", _frame(over, "plan_id", day=_days(over["ended_on"]))
    yield "action", _frame(r.actions, "action_id", of=r.actions["plan_id"], day=_days(r.actions["day"]), left=_in(r.actions, left))
    back, closing = dues.returns(r)
    again = closing["closed_on"] + pd.DateOffset(months=12)
    yield "closing", _frame(closing, "referral_id", day=_days(closing["closed_on"]), until=_days(again))
    yield "back", _frame(back, "referral_id", day=_days(back["received_at"]))


def _conferences(r: Records) -> Iterator[tuple[str, pd.DataFrame]]:
    meetings = r.meetings.sort_values("moment").assign(nth=range(len(r.meetings)))
    for kind, kinds, of in (("conference", ["initial", "pre_birth"], "enquiry_id"), ("review", ["review"], "plan_id")):
        some = meetings[meetings["kind"].isin(kinds)]
        reason = said(some["late_reason"]) * 1
        yield kind, _frame(some, "conference_id", of=some[of], day=_days(some["day"]), nth=some["nth"], reason=reason)
    held = dues.meetings_held(r)
    asked = {"for_child": held["old"] * 1, "for_parent": 1, "for_professional": 1}
    yield "meeting", _frame(held, "conference_id", limit=_minutes(held["limit"], 0), owed=held["owed"] * 1, **asked)
    at, missing = _minutes(utc(r.reports["moment"]), 0), r.reports["moment"].isna() & ~said(r.reports["not_shared_reason"])
    yield "report", _frame(r.reports, "report_id", of=r.reports["conference_id"], to=r.reports["recipient"], at=at, missing=missing * 1)


def _visits(r: Records) -> Iterator[tuple[str, pd.DataFrame]]:
    seen = r.visits["child_seen"].isin(["yes", ""]) * 1
    unseen_ = r.visits["visit_id"].isin(dues.unseen(r)["visit_id"]) * 1
    yield "visit", _frame(r.visits, "visit_id", day=_days(r.visits["day"]), seen=seen, unseen=unseen_)
    anchors, unclear = dues.visits_owed(r)
    yield "unclear", _frame(unclear, "visit_id", of=unclear["plan_id"], day=_days(unclear["day"]))
    after = _days(anchors["day"]) + anchors["visit"]
    more = {"of": anchors["plan_id"], "visit": anchors["visit"], "nth": range(len(anchors)), "after": after}
    yield "anchor", _timed(r, anchors, "record", **more)
    closed = dues.closures(r)
    yield "closure", _frame(closed, "referral_id", day=_days(closed["ends"]), since=_days(closed["ends"]) - 20)
