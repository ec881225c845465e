"""The sampling frame: the children of a run who may be drawn, the strata they lie in, and who is left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from auditcheck.samples.run_folder import BadSample, RunFolder

HIGH, MEDIUM, LOWER = "high", "medium", "lower"
RISK_SAYS = (
    "high: at least one open finding of high severity; medium: an open finding of medium severity, or an open check of high severity that "
    "could not be told; lower: neither. It is what the records show late or missing, not an assessment of the risk to the child."
)
#: What a sample can be stratified by: columns of children.parquet, and what is worked out from the run.
STRATA = ("team", "plan_kind", "risk", "age", "gender", "ethnicity", "disabled", "worker_id", "manager_id")
_BLANK = {"plan_kind": "no open plan"}
_AGES = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (200, "16 and over"))

DIED, RESTRICTED, CLOSED = "the child has died", "the child is restricted", "no record of the child that a rule looked at is open"


@dataclass(frozen=True)
class Frame:
    """``rows``: child_id, restricted, risk and each stratum's value; ``excluded``: why -> how many."""

    rows: pd.DataFrame
    strata: tuple[str, ...]
    excluded: dict[str, int]


def frame(run: RunFolder, strata: Sequence[str], with_restricted: bool, with_closed: bool) -> Frame:
    """The children who may be drawn. Raises BadSample where there are none, or a stratum is not known."""
    _check(strata)
    children = run.children
    why = pd.Series("", children.index)
    if not with_closed:
        why[~children["child_id"].isin(run.open_children)] = CLOSED
    if not with_restricted:
        why[children["restricted"] == "yes"] = RESTRICTED
    why[children["died"] == "yes"] = DIED
    excluded = {reason: int((why == reason).sum()) for reason in (DIED, RESTRICTED, CLOSED) if (why == reason).any()}
    rows = children[why == ""].reset_index(drop=True)
    if rows.empty:
        left_out = "; ".join(f"{count} because {reason}" for reason, count in excluded.items()) or "the run holds no children"
        raise BadSample(f"There is nobody to draw from: {left_out}.")
    shown = rows[["child_id", "restricted"]].copy()
    shown["risk"] = _risk(run, rows["child_id"])
    for name in strata:
        if name != "risk":
            shown[name] = _values(rows, name)
    return Frame(shown, tuple(strata), excluded)


def _check(strata: Sequence[str]) -> None:
    from auditcheck.rulebook.problems import nearest

    for name in strata:
        if name not in STRATA:
            near = nearest(name, STRATA) or "."
            raise BadSample(f"Children can't be stratified by '{name}'{near} They can by {', '.join(STRATA)}.")
    if len(set(strata)) < len(strata):
        raise BadSample(f"--strata {','.join(strata)} names one twice. Name each once.")


def _values(rows: pd.DataFrame, name: str) -> pd.Series:
    if name == "age":
        return rows["age"].map(_age_band)
    values = rows[name]
    if name == "plan_kind":
        values = values.where(rows["plan_ended"] == "", "")
    return values.where(values != "", _BLANK.get(name, "not recorded"))


def _age_band(age: str) -> str:
    return next(band for below, band in _AGES if int(age) < below) if age.isdigit() else age or "not recorded"


def _risk(run: RunFolder, ids: pd.Series) -> pd.Series:
    found = run.findings
    found = found[(found["outcome"] == "not_met") & (found["standing"] == "open")]
    severe = run.untold["rule_id"].map(lambda rule_id: run.book[rule_id].severity == HIGH)
    high = found["child_id"][found["severity"] == HIGH]
    medium = pd.concat([found["child_id"][found["severity"] == MEDIUM], run.untold["child_id"][severe.astype(bool)]])
    risk = pd.Series(LOWER, ids.index)
    risk[ids.isin(medium)] = MEDIUM
    risk[ids.isin(high)] = HIGH
    return risk
