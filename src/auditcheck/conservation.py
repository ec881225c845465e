"""Nothing is lost on the way: every row of the files is accounted for, every record, and every rule, in every run.

A row is a record, or a line of quality.csv says why it is none. A record is *audited* (some rule came to an answer about it), *outside*
(every rule that looked at it said that it does not apply, or none speaks of such records), or in *quality* (no child, not happened yet).
A rule that judges records one by one looked at every one of its table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from auditcheck.audit import EVALUATED
from auditcheck.casefile import CaseFile
from auditcheck.checks.verdict import NOT_APPLICABLE, Observations
from auditcheck.contract import OF_NO_CHILD
from auditcheck.duties import Duties
from auditcheck.raw import Export
from auditcheck.results import Results
from auditcheck.values import Mask

#: Kinds of check that do not speak of every record of their table: of those that start an interval, or of meetings that were held.
_NOT_OF_EACH = ("recurs", "before", "includes")


@dataclass(frozen=True)
class Fate:
    """Of the records of one table: how many were audited, are outside of every rule, or are only in quality.csv; the rest are lost."""

    audited: int
    outside: int
    quality: int

    @property
    def records(self) -> int:
        """All of them."""
        return self.audited + self.outside + self.quality

    def __add__(self, other: Fate) -> Fate:
        return Fate(self.audited + other.audited, self.outside + other.outside, self.quality + other.quality)


@dataclass(frozen=True)
class Account:
    """What became of the records of a set of children, by table; ``missed``: rule -> records of its table that it did not look at."""

    fates: dict[str, Fate]
    missed: dict[str, int]

    @classmethod
    def of(cls, results: Results) -> Account:
        """That of one audit."""
        duties = results.seen.duties
        return cls({table: _fate(results, duties, table) for table in results.cf.tables if table != "cases"}, _missed(results))

    @classmethod
    def added(cls, several: Sequence[Account]) -> Account:
        """That of several sets of children; a table that is no child's is the same in each."""
        fates = {
            table: fate if table in OF_NO_CHILD else sum((one.fates[table] for one in several), Fate(0, 0, 0))
            for table, fate in several[0].fates.items()
        }
        rules = dict.fromkeys(rule for one in several for rule in one.missed)
        return cls(fates, {rule: sum(one.missed.get(rule, 0) for one in several) for rule in rules})


def _fate(results: Results, duties: Duties, table: str) -> Fate:
    n = results.cf.n(table)
    told, seen = np.zeros(n, bool), np.zeros(n, bool)
    for o in results.every:
        for name, rows in ((o.table, o.rows), (o.subject_table, o.subject_rows)):
            if name == table:
                seen[rows] = True
                told[rows[o.verdict.outcome != NOT_APPLICABLE]] = True
    spoken_of = any(o.subject_table == table and o.rule.check not in _NOT_OF_EACH for o in results.every)
    set_aside = ~_counts(duties, table)
    outside = ~told & ~set_aside & (seen if spoken_of else True)
    return Fate(int(told.sum()), int(outside.sum()), int((set_aside & ~told).sum()))


def _counts(duties: Duties, table: str) -> Mask:
    """The records (n,) that rules look at: they have happened, and it is known whose they are."""
    there: Mask = ~duties.not_happened(table)
    return there if table in OF_NO_CHILD else there & (duties.cf.child(table) >= 0)


def _missed(results: Results) -> dict[str, int]:
    duties, by_rule = results.seen.duties, dict[str, list[Observations]]()
    for o in results.every:
        by_rule.setdefault(o.rule.id, []).append(o)
    found = {}
    for rule_id, run in results.seen.runs.items():
        if run.status == EVALUATED and run.rule.check not in (*_NOT_OF_EACH, "measure"):
            left = _counts(duties, run.rule.subject)
            for o in by_rule.get(rule_id, ()):
                left[o.subject_rows] = False
            found[rule_id] = int(left.sum())
    return {rule_id: number for rule_id, number in found.items() if number}


def unread(export: Export, cf: CaseFile) -> list[str]:
    """A sentence where not every row is in a record or told of in quality.csv, and where not every record that was made is there."""
    rows = export.accounted()
    unused = rows.read - rows.used - rows.idle
    records = sum(int((cf.row_in_file(name) > 0).sum()) for name in cf.tables)  # a child whom only other tables name has no row
    gone = rows.records + rows.idle - records - export.met_again - sum(problem.rows for problem in cf.problems)
    found = [f"{unused:,} row(s) of the export became no record, and quality.csv does not say so"] if unused else []
    return found + ([f"{gone:,} row(s) of the export are neither a record nor in quality.csv"] if gone else [])


def lost(records: Mapping[str, int], account: Account, runs: Iterable[str], rules: Iterable[str]) -> list[str]:
    """What is not accounted for, a sentence each. ``records``: by table, as they went into the audit; ``runs``: rules told of."""
    gone = {table: number - account.fates.get(table, Fate(0, 0, 0)).records for table, number in records.items()}
    found = [f"{number:,} record(s) of {table} are not accounted for" for table, number in gone.items() if number]
    found += [f"{rule} did not look at {number:,} record(s) that it speaks of" for rule, number in account.missed.items()]
    return found + [f"{rule} was selected, and nothing is said of it" for rule in sorted(set(rules).difference(runs))]


def told(account: Account, rules: int, gone: Sequence[str]) -> dict[str, Any]:
    """What run.json says of it."""
    total = sum(account.fates.values(), Fate(0, 0, 0))
    records = {"audited": total.audited, "outside": total.outside, "quality": total.quality}
    return {"holds": not gone, "records": records, "rules": rules, "lost": list(gone)}
