"""A finished run for the tests of the reports: small, plain, and with what an unkind hand might have typed into a record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from auditcheck.findings import COLUMNS
from auditcheck.reports.view import RunView

FINDING = list(COLUMNS)
OBSERVATION = ["rule_id", "title", "severity", "child_id", "table", "record_id", "class", "due_at", "team", "worker_id", "message"]

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    'a "quoted", cell\nwith two lines',
    "@SUM(A1:A9)",
    "https://example.invalid/x",
    "{{ 7 * 7 }}",
    "\x00\x0b\x1b[31m",
)


def finding(number: int, **changed: Any) -> dict[str, Any]:
    """One finding: open, not met, high, 3 working days over."""
    return {
        **dict.fromkeys(FINDING, ""),
        "finding_id": f"f{number:05d}",
        "rule_id": "CPC-ICPC-01",
        "title": "Initial child protection conference held in time",
        "kind": "automated",
        "force": "SG",
        "severity": "high",
        "outcome": "not_met",
        "standing": "open",
        "child_id": f"C{number:05d}",
        "table": "section_47_enquiries",
        "record_id": f"E{number:05d}",
        "due_at": "2015-04-03",
        "over": 3,
        "unit": "working days",
        "team": "Crewe 1",
        "worker_id": "W7",
        "message": "The record shows no initial conference for this enquiry. It was due by 3 April 2015.",
        "action": "Hold the conference, or record why none is needed and who agreed.",
        "law": "Working Together to Safeguard Children, chapter 1",
        "edition": "WT2015",
        "limit": "15 working days",
        "verified": "secondary",
        **changed,
    }


def observation(number: int, **changed: Any) -> dict[str, Any]:
    """One observation that can't be told or is due soon."""
    return {
        **dict.fromkeys(OBSERVATION, ""),
        "rule_id": "CPP-VISIT-02",
        "title": "Child seen at least every six weeks",
        "severity": "medium",
        "child_id": f"C{number:05d}",
        "table": "plans",
        "record_id": f"P{number:05d}",
        "due_at": "2015-06-15",
        "team": "Crewe 1",
        "worker_id": "W7",
        "message": "The plan has no start date, so the limit can't be worked out.",
        **changed,
    }


def frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Rows as the engine hands them over: text, and ``over`` as Int64."""
    made = pd.DataFrame(rows, columns=columns)
    return made.astype({name: "Int64" if name == "over" else "str" for name in columns})


def view(findings: list[dict[str, Any]] | None = None, **changed: Any) -> RunView:
    """A complete run with these findings, all of them listed."""
    rows = frame([finding(1)] if findings is None else findings, FINDING)
    made = RunView(
        findings=rows,
        listed=np.ones(len(rows), dtype=np.bool_),
        cannot_tell=frame([], OBSERVATION),
        due_soon=frame([], OBSERVATION),
        rules=rules(("CPC-ICPC-01", "evaluated", "")),
        quality=quality(),
        info={"as_of": "2015-06-10", "data_up_to": "2015-06-09", "children": 118, "version": "0.1.0"},
        restricted=frozenset(),
        complete=True,
    )
    return replace(made, **changed)


def known(run: RunView, compared_with: str = "2015-06-09") -> RunView:
    """The run as a ledger leaves it that holds an earlier one."""
    run.info["nights"] = {"compared_with": compared_with}
    return run


def rules(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """rules.csv from (rule_id, status, why)."""
    same = {"kind": "automated", "force": "SG", "stage": "active"}
    made = [{"rule_id": rule, "title": f"Title of {rule}", **same, "status": status, "why": why} for rule, status, why in rows]
    columns = ["rule_id", "title", "kind", "force", "stage", "status", "why"]
    return pd.DataFrame(made, columns=columns).astype("str").assign(met=3, not_met=1)


def quality(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """quality.csv from (file, column, value, problem)."""
    made = [{"file": f, "row": n, "column": c, "value": v, "problem": p, "stopped": "no"} for n, (f, c, v, p) in enumerate(rows, 2)]
    return pd.DataFrame(made, columns=["file", "row", "column", "value", "problem", "stopped"])
