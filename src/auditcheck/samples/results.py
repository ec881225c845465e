"""What the automated checks say of one case, as an auditor judges it: findings singly, other outcomes by rule with its latest record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
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
#: One row of findings or observations; '' where nothing is recorded.
Seen = Mapping[str, str]
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
    every = findings.to_dict("records")
    shown = [row for row in every if row["standing"] == "open" or _last_day(row) >= since]
    shown.sort(
        key=lambda row: (row["outcome"] != "not_met", row["standing"], SEVERITIES.index(row["severity"]), row["rule_id"], row["finding_id"])
    )
    rows = [_finding(row) for row in shown]
    rows += _by_rule(seen, titles, seed)
    return rows, len(every) - len(shown)


def _finding(row: Seen) -> Result:
    shows = f"{_FOUND_SAYS[row['outcome']]}. {row['message']}"
    return Result(f"{FOUND}:{row['finding_id']}", FOUND, row["rule_id"], row["title"], shows, _record(row), 1)


def _by_rule(seen: pd.DataFrame, titles: dict[str, str], seed: str) -> list[Result]:
    """The latest record of each rule and outcome, in the order of `GROUPS`."""
    alike: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for row in seen.to_dict("records"):
        if row["outcome"] in _OF_OUTCOME:
            alike[_OF_OUTCOME[row["outcome"]], row["rule_id"]].append(row)
    to_check = drawn((rule for group, rule in alike if group == MET), CHECKS, seed)
    made = []
    for (group, rule), rows in alike.items():
        row = max(rows, key=lambda row: (_last_day(row), row["table"], row["record_id"], row["class"], row["reason"]))
        shown = CHECK if group == MET and rule in to_check else group
        made.append(Result(f"{shown}:{rule}", shown, rule, titles[rule], f"{row['reason']}.{_dates(row)}", _record(row), len(rows)))
    return sorted(made, key=lambda one: (list(GROUPS).index(one.group), one.rule_id))


def _dates(row: Seen) -> str:
    said = ((word, row[name]) for word, name in (("Due", "due_at"), ("Recorded", "happened_at")))
    return "".join(f" {word} {in_words(moment)}." for word, moment in said if moment)


def _record(row: Seen) -> str:
    return f"{row['table'].replace('_', ' ')} {row['record_id']}"


def _last_day(row: Seen) -> str:
    """The latest day that a row speaks of, as ISO text; '' where it names none."""
    return max(row.get(name, "")[:10] for name in ("trigger_at", "due_at", "happened_at"))
