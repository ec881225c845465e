"""The frames of a run as people can read them: only characters that can be seen, records by name, standards as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditcheck.reports import words
from auditcheck.reports.order import SEVERITIES

if TYPE_CHECKING:
    import pandas as pd


def prepared(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The columns named, as text a reader can see (an absent column is blank), under a fresh index; with ``record`` where a
    table and its record are among them."""
    import pandas as pd

    blank = pd.Series("", index=frame.index, dtype="str")
    kept = {name: frame[name].astype("str").fillna("") if name in frame else blank for name in columns}
    clean = {name: text.str.replace(words.UNSEEN.pattern, "\ufffd", regex=True) for name, text in kept.items()}
    if "team" in clean:
        clean["team"] = clean["team"].str.strip()
    if "table" in clean:
        table, record = clean["table"], clean["record_id"]
        bare = [r if not t or r.startswith(f"{t}:") else f"{t} {r}" for t, r in zip(table, record, strict=True)]
        clean["record"] = pd.Series(bare, index=frame.index, dtype="str").str.replace("_", " ")
    return pd.DataFrame(clean).reset_index(drop=True)


def by(observations: pd.DataFrame, first: str) -> pd.DataFrame:
    """Observations sorted by one column, then severity, child, rule and record."""
    rank = observations["severity"].astype("object").map({s: n for n, s in enumerate(SEVERITIES)}).fillna(len(SEVERITIES))
    by = [first, "_severity", "child_id", "rule_id", "record_id", "class"]
    return observations.assign(_severity=rank).sort_values(by, kind="stable").drop(columns="_severity")


def status(findings: pd.DataFrame) -> pd.Series:
    import numpy as np
    import pandas as pd

    told = [findings["outcome"].eq("justified").to_numpy(), findings["standing"].eq("past").to_numpy()]
    return pd.Series(np.select(told, ["Late, reason recorded", "Record since closed"], "Open"), index=findings.index)


def standards(findings: pd.DataFrame) -> pd.Series:
    """What the rule rests on, one sentence: its force, law, edition and limit."""
    import pandas as pd

    parts = findings[["force", "law", "edition", "limit"]]
    known = {row: words.standard(*row) for row in parts.drop_duplicates().itertuples(index=False, name=None)}
    return pd.Series([known[row] for row in parts.itertuples(index=False, name=None)], index=findings.index, dtype="str")
