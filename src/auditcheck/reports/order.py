"""When to act, and the one fixed order of every list, so that two people see the same rows in the same places."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

WHENS = ("Act today", "This week", "Plan")
SEVERITIES = ("high", "medium", "low")

#: Calendar days in one of each unit, only to put "longest first" in order across units.
_DAYS = {"working days": 7 / 5, "weeks": 7.0, "months": 30.4, "hours": 1 / 24, "minutes": 1 / 1440}

HOW = (
    "Act today: high severity, still open, and not done by the audit's date. This week: medium severity, still open, and not done. "
    "Plan: low severity, done since but late, or the record has since closed.",
    "Rows stand in this order: when to act, severity, longest over its limit, child id, rule. It never changes, "
    "so two people see the same list.",
)


def when_to_act(findings: pd.DataFrame) -> pd.Series:
    """One of `WHENS` for each finding (columns severity, standing, outcome, over, happened_at)."""
    import numpy as np
    import pandas as pd

    live = findings["standing"].eq("open").to_numpy() & findings["outcome"].eq("not_met").to_numpy()
    live &= ~done_since(findings).to_numpy(bool)
    high, medium = (live & findings["severity"].eq(severity).to_numpy() for severity in SEVERITIES[:2])
    return pd.Series(np.select([high, medium], WHENS[:2], WHENS[2]), index=findings.index)


def done_since(findings: pd.DataFrame) -> pd.Series:
    """Whether it was done in the end, only late: it can be learned from, no longer put right."""
    happened, due = findings["happened_at"].astype("object").fillna(""), findings["due_at"].astype("object").fillna("")
    return happened.ne("") & due.ne("") & happened.gt(due)


def days_over(findings: pd.DataFrame) -> pd.Series:
    """How far past its limit each finding is, in calendar days (float, NaN where it is not known)."""
    return findings["over"].astype("Float64") * findings["unit"].astype("object").map(_DAYS).fillna(1.0).astype("Float64")


def in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings sorted as every list shows them, with the columns ``when`` and ``days_over`` added."""
    whens = when_to_act(findings)
    keys = findings.assign(
        when=whens,
        days_over=days_over(findings),
        _when=whens.astype("object").map({w: n for n, w in enumerate(WHENS)}),
        _severity=findings["severity"].astype("object").map({s: n for n, s in enumerate(SEVERITIES)}).fillna(len(SEVERITIES)),
    )
    keys["_longest"] = -keys["days_over"]
    by = ["_when", "_severity", "_longest", "child_id", "rule_id", "record_id", "finding_id"]
    return keys.sort_values(by, kind="stable", na_position="last").drop(columns=["_when", "_severity", "_longest"])
