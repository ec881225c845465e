"""Conformance checking of the same records as an event log, by pm4py's DECLARE: what process mining can say of these rules.

DECLARE knows what comes before what, and what must or must not be there; no limits, working days, reasons or ends of duties. So one of
the twelve means the same there, S47-STRAT-01 (an enquiry, its discussion before it, by day), and its findings must be equal. What the
others ask is said as nearly as it can be (`NEAREST`), for what it costs: no finding of those is comparable.
"""

from __future__ import annotations

import os

import pandas as pd
from rules12 import AS_OF, Finding, Tables

CASE, WHAT, WHEN = "case:concept:name", "concept:name", "time:timestamp"
#: Rule -> template and activities, over everything that happened to a child.
NEAREST = {
    "CPC-ICPC-01": ("response", ("enquiry", "initial")),
    "CPC-RCPC1-11": ("response", ("plan", "review")),
    "VIS-CP-01": ("response", ("plan", "visit")),
    "CPC-REP24-04": ("precedence", ("report", "review")),
    "CLS-SEEN-09": ("precedence", ("visit", "closure")),
    "CLS-ACT-02": ("response", ("plan", "action")),
    "S47-STRAT-01": ("precedence", ("discussion", "enquiry")),
    "DQ-CPP-07": ("altsuccession", ("plan", "plan ended")),
    "CLS-BACK-11": ("nonsuccession", ("closure", "referral")),
}


def ready() -> None:
    """Import it; it greets whoever does."""
    os.environ["PM4PY_SHOW_PROGRESS_BAR"] = "False"
    import pm4py  # noqa: F401


def found(tables: Tables, _: None = None) -> set[Finding]:
    """Enquiries without a discussion before them: a trace an enquiry."""
    enquiries, discussions = tables["section_47_enquiries"].to_pandas(), tables["strategy_discussions"].to_pandas()
    both = enquiries[["enquiry_id", "strategy_id"]].merge(discussions[["strategy_id", "held_at"]], on="strategy_id")
    log = _log([_events(both, "enquiry_id", "discussion", "held_at"), _events(enquiries, "enquiry_id", "enquiry", "started_on")])
    child = dict(zip(enquiries["enquiry_id"], enquiries["child_id"], strict=True))
    wrong = _deviating(log, {"precedence": {("discussion", "enquiry"): {"support": 1, "confidence": 1}}})
    return {("S47-STRAT-01", child[case], case) for case in wrong}


def nearest(tables: Tables) -> set[str]:
    """Children to whom something happened out of order, by the constraints that come nearest to nine of the rules."""
    t = {name: table.to_pandas() for name, table in tables.items()}
    meetings, plans = t["conferences"], t["plans"][t["plans"]["kind"] == "child_protection"]
    parts = [
        ("referral", t["referrals"], "received_at"), ("closure", t["referrals"], "closed_on"), ("plan", plans, "started_on"),
        ("plan ended", plans, "ended_on"), ("discussion", t["strategy_discussions"], "held_at"),
        ("action", t["plan_actions"], "completed_on"), ("enquiry", t["section_47_enquiries"], "started_on"),
        ("report", t["conference_reports"], "shared_at"),
        *((kind, meetings[meetings["kind"] == kind], "held_at") for kind in ("initial", "review")),
        ("visit", t["visits"][t["visits"]["child_seen"] == "yes"], "visited_at"),
    ]  # fmt: skip
    model: dict[str, dict[tuple[str, str], dict[str, int]]] = {}
    for template, activities in NEAREST.values():
        model.setdefault(template, {})[activities] = {"support": 1, "confidence": 1}
    return _deviating(_log([_events(table, "child_id", what, at) for what, table, at in parts]), model)


def _events(table: pd.DataFrame, case: str, what: str, at: str) -> pd.DataFrame:
    return pd.DataFrame({CASE: table[case], WHAT: what, WHEN: pd.to_datetime(table[at].str[:10], errors="coerce", utc=True)})


def _log(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Days only, in order; what happened on one day as it is listed. Undated and future events are none."""
    log = pd.concat(parts, ignore_index=True)
    log = log[log[WHEN] < pd.Timestamp(AS_OF, tz="UTC") + pd.Timedelta(days=1)]
    return log.sort_values([CASE, WHEN], kind="stable").reset_index(drop=True)


def _deviating(log: pd.DataFrame, model: dict[str, dict[tuple[str, str], dict[str, int]]]) -> set[str]:
    import pm4py

    told = pm4py.conformance_declare(log, model)
    return {case for case, one in zip(log[CASE].unique(), told, strict=True) if not one["is_fit"]}
