"""What the automated checks say of one case, as an auditor judges it: findings one by one, the rest by rule, with each rule's latest record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from auditcheck import clock
from auditcheck.clock import Length
from auditcheck.findings import SEVERITIES
from auditcheck.reports.words import in_words
from auditcheck.sampling import drawn

#: Past findings are on the form for as long; the others are in findings.csv.
LOOK_BACK = Length(12, "months")
#: How many rules that were met an auditor is asked to try again, chosen by the seed: so misses are looked for where nobody expects one.
CHECKS = 5

FOUND, UNTOLD, CHECK, MET, WAITING = "found", "untold", "check", "met", "waiting"
GROUPS = {
    FOUND: "Found",
    UNTOLD: "Cannot tell",
    CHECK: "Met: please check",
    MET: "Met",
    WAITING: "Not yet due",
}
_OF_OUTCOME = {"cannot_tell": UNTOLD, "met": MET, "not_yet_due": WAITING}
_FOUND_SAYS = {"not_met": "Not met", "justified": "Late, with a reason"}


@dataclass(frozen=True)
class Result:
    """One row of a form. ``ref``: its group and the finding or rule; ``like``: how many records the rule says the same of."""

    ref: str
    group: str
    rule_id: str
    title: str
    shows: str
    record: str
    like: int


def results_of(findings: pd.DataFrame, seen: pd.DataFrame, titles: dict[str, str], as_of: date, seed: str) -> tuple[list[Result], int]:
    """The rows of one child's form, in the order in which they are judged; and how many older findings are left out.

    ``findings``, ``seen``: the child's rows of the run's findings and observations; ``titles``: of every rule.
    """
    today = np.array([clock.day_number(as_of)], np.int32)
    since = clock.as_date(int(clock.add(today, LOOK_BACK, -1)[0])).isoformat()
    recent = (findings["standing"] == "open") | (_last_day(findings[["due_at", "happened_at"]]) >= since)
    shown = findings[recent].assign(rank=findings["severity"].map(SEVERITIES.index))
    shown = shown.sort_values(["outcome", "standing", "rank", "rule_id", "record_id", "finding_id"], ascending=[False, True, *[True] * 4])
    rows = [_finding(row) for row in shown.to_dict("records")]
    rows += _by_rule(seen, titles, seed)
    return rows, int((~recent).sum())


def _finding(row: dict[str, str]) -> Result:
    shows = f"{_FOUND_SAYS[row['outcome']]}. {row['message']}"
    return Result(f"{FOUND}:{row['finding_id']}", FOUND, row["rule_id"], row["title"], shows, _record(row), 1)


def _by_rule(seen: pd.DataFrame, titles: dict[str, str], seed: str) -> Iterator[Result]:
    seen = seen[seen["outcome"].isin(_OF_OUTCOME)]
    seen = seen.assign(group=seen["outcome"].map(_OF_OUTCOME), day=_last_day(seen[["trigger_at", "due_at", "happened_at"]]))
    latest = seen.sort_values(["day", "table", "record_id"]).groupby(["group", "rule_id"]).agg("last").reset_index()
    latest["like"] = latest.set_index(["group", "rule_id"]).index.map(seen.groupby(["group", "rule_id"]).size())
    to_check = drawn(latest["rule_id"][latest["group"] == MET], CHECKS, seed)
    latest.loc[(latest["group"] == MET) & latest["rule_id"].isin(to_check), "group"] = CHECK
    order = list(GROUPS)
    for row in sorted(latest.to_dict("records"), key=lambda row: (order.index(row["group"]), row["rule_id"])):
        shows = f"{row['reason']}.{_dates(row)}"
        yield Result(
            f"{row['group']}:{row['rule_id']}", row["group"], row["rule_id"], titles[row["rule_id"]], shows, _record(row), row["like"]
        )


def _dates(row: dict[str, str]) -> str:
    said = [f"{word} {in_words(row[name])}" for name, word in (("due_at", "due"), ("happened_at", "recorded")) if row[name]]
    return f" {', '.join(said).capitalize()}." if said else ""


def _record(row: dict[str, str]) -> str:
    return f"{row['table'].replace('_', ' ')} {row['record_id']}"


def _last_day(columns: pd.DataFrame) -> pd.Series:
    """The latest of the days of each row, as ISO text; '' where there is none."""
    days = columns.apply(lambda column: column.str[:10])
    return days.max(axis=1) if len(days) else pd.Series([], dtype="str")
