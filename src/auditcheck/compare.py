"""What a change of the rules would move: two sets of rules over one export, observation by observation and in totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from auditcheck import clock, exports
from auditcheck.audit import EVALUATED
from auditcheck.nightly import audit, the_day
from auditcheck.reports.view import plain
from auditcheck.results import Results
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rule, Rulebook
from auditcheck.rulebook.profile import apply

#: The word for the rules that come with auditcheck, as they are.
SHIPPED = "shipped"

_KEY = ["rule_id", "child_id", "table", "record_id", "class"]
_SHOWN = ["outcome", "severity", "due_at"]
_FINDINGS = ("not_met", "justified")


@dataclass(frozen=True)
class Comparison:
    """``moved``: a row an observation whose outcome, severity or due moment differs, by rule and record (`MOVED`). ``rules``: a row a
    rule that moved, with its findings before and after and how many appear and clear. ``unequal``: sentences on rules that only one
    side evaluates."""

    as_of: date
    moved: pd.DataFrame
    rules: pd.DataFrame
    unequal: list[str]


#: Columns of `Comparison.moved`; empty on the side on which the record is not observed.
MOVED = [*_KEY, *(f"{name}_{side}" for name in _SHOWN for side in ("before", "after"))]


def compare(old: str, new: str, export: Path, as_of: date | None = None, profile: str | None = None) -> Comparison:
    """Audit ``export`` under both sides. A side is a folder of rules, or a profile over the shipped rules, or `SHIPPED`.

    ``profile`` goes with folders. Raises BadExport or RulebookError (each a sentence).
    """
    sides = [_side(old, profile), _side(new, profile)]
    day = the_day(as_of, exports.read(export))
    before, after = (audit(exports.read(export), rules, book, clock.day_number(day)) for rules, book in sides)
    both = _seen(before).merge(_seen(after), on=_KEY, how="outer", suffixes=("_before", "_after")).fillna("")
    differs = pd.concat([both[f"{name}_before"] != both[f"{name}_after"] for name in _SHOWN], axis=1).any(axis=1)
    moved = both.loc[differs, MOVED].sort_values(_KEY, ignore_index=True)
    return Comparison(day, moved, _totals(both, moved["rule_id"].unique().tolist()), _unequal(before, after))


def _side(name: str, profile: str | None) -> tuple[Sequence[Rule], Rulebook]:
    folder = Path(name)
    book = load(folder if folder.is_dir() else None)
    return apply(book, profile if folder.is_dir() or name == SHIPPED else name), book


def _seen(results: Results) -> pd.DataFrame:
    frame = plain(results.table()).to_pandas()[[*_KEY, "outcome", "due_at"]].fillna("")
    frame["severity"] = frame["rule_id"].map({rule_id: run.rule.severity for rule_id, run in results.seen.runs.items()})
    return frame


def _totals(both: pd.DataFrame, moved: list[str]) -> pd.DataFrame:
    mine = both[both["rule_id"].isin(moved)]
    was, now = mine["outcome_before"].isin(_FINDINGS), mine["outcome_after"].isin(_FINDINGS)
    counts = pd.DataFrame({"rule_id": mine["rule_id"], "before": was, "after": now, "appear": now & ~was, "clear": was & ~now})
    return counts.groupby("rule_id", as_index=False).sum()


def _unequal(before: Results, after: Results) -> list[str]:
    def evaluated(results: Results) -> set[str]:
        return {rule_id for rule_id, run in results.seen.runs.items() if run.status == EVALUATED}

    def why(results: Results, rule_id: str) -> str:
        run = results.seen.runs.get(rule_id)
        return run.why if run else "not among its rules"

    old, new = evaluated(before), evaluated(after)
    gone = [f"{rule_id} is evaluated only before; after: {why(after, rule_id)}" for rule_id in sorted(old - new)]
    return gone + [f"{rule_id} is evaluated only after; before: {why(before, rule_id)}" for rule_id in sorted(new - old)]


def as_text(found: Comparison, most: int = 20) -> str:
    """The comparison for a terminal: totals a rule, then the first ``most`` rows."""
    lines = [f"As of {found.as_of.isoformat()}: {len(found.moved)} observations differ, in {len(found.rules)} rules.", *found.unequal]
    if len(found.rules):
        total = found.rules.sum(numeric_only=True).to_frame().T.assign(rule_id="all")
        lines += ["", "Findings by rule", pd.concat([found.rules, total]).to_string(index=False)]
        lines += ["", "What moves", *(_row(row) for _, row in found.moved.head(most).iterrows())]
    if len(found.moved) > most:
        lines.append(f"... and {len(found.moved) - most} more; --out FILE.csv writes them all.")
    return "\n".join(lines)


def _row(row: pd.Series) -> str:
    def side(name: str) -> str:
        outcome = str(row[f"outcome_{name}"]).replace("_", " ") or "not observed"
        due = f", due {row[f'due_at_{name}']}" if row[f"due_at_{name}"] else ""
        return f"{outcome}{due}" + (f", {row[f'severity_{name}']}" if row["severity_before"] != row["severity_after"] else "")

    record = f"{row['table']} {row['record_id']}" + (f" ({row['class']})" if row["class"] else "")
    return f"{row['rule_id']}  {row['child_id']}  {record}: {side('before')} -> {side('after')}"
