"""What the audit of one set of children leaves for the reports. What several sets leave adds up to what all of them would together.

An `Audited` is small: the rows of the big tables lie in files beside it, where there is a folder for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import clock
from auditcheck.audit import RULE_ERROR
from auditcheck.casefile import CaseFile, sealed
from auditcheck.checks.gathered import Counted, Gathered, added
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_MET, NOT_YET_DUE, OUTCOMES, Observations
from auditcheck.completeness import Records
from auditcheck.conservation import Account
from auditcheck.contract import OF_NO_CHILD
from auditcheck.finding_table import LAST_DAY, finding_table
from auditcheck.measured_months import FAR_BACK, day_of, measured_months
from auditcheck.measured_months import added as months_added
from auditcheck.measured_table import in_order as measured_in_order
from auditcheck.measured_table import measured_table
from auditcheck.measures import Named
from auditcheck.raw import Problem
from auditcheck.results import Results
from auditcheck.rulebook.model import Profile
from auditcheck.taking_part import in_order
from auditcheck.texts import iso
from auditcheck.tidy import shorten

Outcomes = npt.NDArray[np.int64]
#: Whether a finding belongs on people's lists; a column beside those of findings.csv.
LISTED = "#listed"
#: The outcomes that say something either way of a duty that has fallen due.
JUDGED = (MET, JUSTIFIED, NOT_MET)
WAITING = ("rule_id", "title", "severity", "child_id", "table", "record_id", "class", "due_at", "team", "worker_id", "message")


@dataclass(frozen=True)
class Tables:
    """The rows: ``findings`` and ``waiting`` (by outcome) in order, ``observations`` by rule, table, class and record."""

    observations: pa.Table
    findings: pa.Table
    waiting: Mapping[int, pa.Table]


@dataclass(frozen=True)
class Audited:
    """``runs``: rule -> (status, why); ``outcomes``: rule -> how many observations of each outcome; ``records``: by table; ``counted``:
    what the measures are made of; ``listed``: findings on the lists by severity; ``sealed``: ids of restricted children; ``children``:
    children.parquet; ``taking_part``: taking_part.parquet; ``measured``: measured.parquet; ``measured_months``:
    measured_months.parquet; ``eligible``: see `_eligible`; ``unaudited``: why some children are not among them, a sentence each."""

    runs: dict[str, tuple[str, str]]
    outcomes: dict[str, Outcomes]
    problems: dict[Problem, None]
    records: dict[str, int]
    sealed: frozenset[str]
    quality: Records
    counted: dict[tuple[str, int], Gathered | str]
    listed: Counter[str]
    unjudged: int
    account: Account
    children: pa.Table
    taking_part: pa.Table
    measured: pa.Table
    measured_months: pa.Table
    eligible: Mapping[str, tuple[int, int]]
    tables: tuple[Tables | Path, ...]
    unaudited: tuple[str, ...] = ()

    @classmethod
    def of(cls, results: Results, profile: Profile, asked: Sequence[tuple[Named, int]], folder: Path | None = None) -> Audited:
        """What ``results`` leave; ``asked``: the figures that will be made, and their days. With a ``folder`` the rows go there."""
        cf, findings = results.cf, _findings(results, profile)
        counted, months = _counted(results, asked), _months(results, asked)
        tables = Tables(results.table(), findings, {outcome: _waiting(results, outcome, profile) for outcome in (CANNOT_TELL, NOT_YET_DUE)})
        return cls(
            _runs(results),
            _outcomes(results),
            dict.fromkeys([*results.seen.problems, *lines_on(cf, results.judged.unjudged)]),
            {name: len(table) for name, table in cf.tables.items() if name != "cases"},
            _sealed(results),
            Records.of(cf),
            {key: replace(one, records=()) if isinstance(one, Counted) else one for key, one in counted.items()},
            _by_severity(findings),
            len(results.judged.unjudged),
            Account.of(results),
            results.children(),
            results.taking_part(),
            measured_table(cf, {name: one for (name, day), one in counted.items() if day == results.seen.duties.as_of}),
            months,
            _eligible(results),
            (tables,) if folder is None else (kept(tables, folder),),
        )

    def holders(self, children: Iterable[str]) -> dict[str, tuple[str, str, str]]:
        """Team, worker and manager of those of these children (ids) whom the export holds."""
        some = self.children.filter(pc.is_in(self.children["child_id"], pa.array(sorted(children), pa.string())))
        columns = (some[name].fill_null("").to_pylist() for name in ("child_id", "team", "worker_id", "manager_id"))
        return {child: (team, worker, manager) for child, team, worker, manager in zip(*columns, strict=True)}

    @classmethod
    def added(cls, several: Sequence[Audited]) -> Audited:
        """What several sets of children leave together. A table that is no child's was there whole each time."""
        first = several[0]
        outcomes = {rule: sum((one.outcomes[rule] for one in several if rule in one.outcomes), np.zeros(len(OUTCOMES), np.int64))
                    for rule in dict.fromkeys(rule for one in several for rule in one.outcomes)}  # fmt: skip
        records = {name: n if name in OF_NO_CHILD else sum(one.records[name] for one in several) for name, n in first.records.items()}
        asked = dict.fromkeys(key for one in several for key in one.counted)
        return cls(
            {rule: _worst([one.runs[rule] for one in several]) for rule in first.runs},
            outcomes,
            {problem: None for one in several for problem in one.problems},
            records,
            frozenset().union(*(one.sealed for one in several)),
            Records.added([one.quality for one in several]),
            {key: added([one.counted[key] for one in several]) for key in asked},
            sum((one.listed for one in several), Counter[str]()),
            sum(one.unjudged for one in several),
            Account.added([one.account for one in several]),
            pa.concat_tables([one.children for one in several]).sort_by("child_id"),
            in_order(pa.concat_tables([one.taking_part for one in several])),
            measured_in_order(pa.concat_tables([one.measured for one in several])),
            months_added([one.measured_months for one in several]),
            _added([one.eligible for one in several]),
            tuple(table for one in several for table in one.tables),
        )


def _runs(results: Results) -> dict[str, tuple[str, str]]:
    """What became of each rule, but for the measures that can't be shown: that is told from all children together."""
    now, before = results.seen.runs, results.counting.before
    last = {rule_id: now[rule_id] if now[rule_id].status == RULE_ERROR else run for rule_id, run in before.items()}
    return {rule_id: (run.status, run.why) for rule_id, run in last.items()}


def lines_on(cf: CaseFile, children: Mapping[int, str]) -> list[Problem]:
    """A line in quality.csv for each of these children (rows), with what it says; none for -1, which is no child."""
    table = cf.tables["children"]
    return [
        Problem(table.file_of(child), int(cf.row_in_file("children")[child]), "child_id", shorten(cf.ids("children")[child].as_py()), why)
        for child, why in sorted(children.items())
        if child >= 0
    ]


def _worst(runs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """What became of a rule: it failed where it failed on any of the children."""
    return next((run for run in runs if run[0] == RULE_ERROR), runs[0])


def _counted(results: Results, asked: Sequence[tuple[Named, int]]) -> dict[tuple[str, int], Gathered | str]:
    found: dict[tuple[str, int], Gathered | str] = {}
    for one, day in asked:
        found[one.id, day] = _unless_it_fails(results, one, partial(results.counting, one, day))
    return found


def _months(results: Results, asked: Sequence[tuple[Named, int]]) -> pa.Table:
    """The months of those figures that have some."""
    duties, found = results.seen.duties, dict[str, tuple[str, Counted]]()
    for one in (one for one, day in asked if day == duties.as_of and day_of(one.rule, one.spec)):
        counted = _unless_it_fails(results, one, partial(results.counting.over, one, FAR_BACK))
        if isinstance(counted, Counted):
            found[one.id] = day_of(one.rule, one.spec), counted
    return measured_months(duties, found)


def _unless_it_fails(results: Results, one: Named, count: Callable[[], Gathered | str]) -> Gathered | str:
    """What a figure is made of. One broken measure must not cost the others: it is reported and the run exits 2."""
    try:
        return count()
    except Exception as error:
        return results.measures.failed(one.rule, error)


def _outcomes(results: Results) -> dict[str, Outcomes]:
    found: dict[str, Outcomes] = {}
    for o in results.every:
        found[o.rule.id] = found.get(o.rule.id, np.zeros(len(OUTCOMES), np.int64)) + np.bincount(o.verdict.outcome, minlength=len(OUTCOMES))
    return found


def _sealed(results: Results) -> frozenset[str]:
    return frozenset(results.cf.ids("children").filter(pa.array(sealed(results.cf))).to_pylist())


def _eligible(results: Results) -> dict[str, tuple[int, int]]:
    """Of each rule how many children it could be judged of on a record that is open, and how many with those of whom it can't be told."""
    asked = (JUDGED, (*JUDGED, CANNOT_TELL))
    children: dict[str, npt.NDArray[np.bool_]] = {}
    for o in results.every:
        of = children.setdefault(o.rule.id, np.zeros((len(asked), results.cf.n("children")), bool))
        child, is_open = results.cf.child(o.table)[o.rows], results.standing(o)
        for row, outcomes in enumerate(asked):
            said = np.isin(np.arange(len(OUTCOMES)), outcomes)[o.verdict.outcome]
            of[row, child[said & is_open & (child >= 0)]] = True
    return {rule: (int(of[0].sum()), int(of[1].sum())) for rule, of in children.items()}


def _added(several: Sequence[Mapping[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    total: dict[str, tuple[int, int]] = {}
    for one in several:
        for rule, (judged, told) in one.items():
            before = total.get(rule, (0, 0))
            total[rule] = (before[0] + judged, before[1] + told)
    return total


def _findings(results: Results, profile: Profile) -> pa.Table:
    """The findings, and which are for people's lists: not met, of a living child, and open or past within the profile's look-back."""
    found, duties = finding_table(results), results.seen.duties
    since = int(clock.add(np.array([duties.as_of], np.int32), profile.look_back, -1)[0])
    recent = pc.or_(pc.equal(found["standing"], "open"), pc.greater_equal(found[LAST_DAY], since))
    died = results.cf.ids("children").filter(pa.array(duties.died("children")))
    alive = pc.invert(pc.is_in(found["child_id"], value_set=died))
    return found.append_column(LISTED, pc.and_(pc.equal(found["outcome"], "not_met"), pc.and_(recent, alive)))


def _by_severity(findings: pa.Table) -> Counter[str]:
    """How many findings are on the lists, by severity."""
    counted = pc.value_counts(findings["severity"].cast(pa.string()).filter(findings[LISTED]))
    return Counter({one["values"]: one["counts"] for one in counted.to_pylist()})


def _waiting(results: Results, outcome: int, profile: Profile) -> pa.Table:
    """Open observations that can't be told, or that fall due in the profile's next days, for living children."""
    duties = results.seen.duties
    until = int(clock.add(np.array([duties.as_of], np.int32), profile.due_soon)[0])
    parts = [pa.schema([(name, pa.string()) for name in WAITING]).empty_table()]
    for o in results.every:
        where = (o.verdict.outcome == outcome) & results.standing(o) & ~duties.died(o.subject_table)[o.subject_rows]
        if outcome == NOT_YET_DUE:
            where &= o.due.known & (o.due.day <= until)
        some = np.flatnonzero(where)
        if len(some):
            parts.append(_rows(results, o, some))
    return pa.concat_tables(parts)


def _rows(results: Results, o: Observations, some: npt.NDArray[np.intp]) -> pa.Table:
    cf, n = results.cf, len(some)
    child = pa.array(cf.child(o.table)[o.rows[some]])
    columns = {
        **{name: pa.repeat(text, n) for name, text in (("rule_id", o.rule.id), ("title", o.rule.title), ("severity", o.rule.severity))},
        "child_id": cf.ids("children").take(child),
        "table": pa.repeat(o.table, n),
        "record_id": cf.ids(o.table).take(pa.array(o.rows[some])),
        "class": pa.repeat(o.class_, n),
        "due_at": iso(o.due.take(some.astype(np.int32))).fill_null(""),
        "team": results.people.team.take(child),
        "worker_id": results.people.worker.take(child),
        "message": pa.array(o.verdict.reasons, pa.string()).take(pa.array(o.verdict.reason[some].astype(np.int32))),
    }
    return pa.table({name: columns[name] for name in WAITING})


def kept(tables: Tables, folder: Path) -> Path:
    """Put the rows into a folder of their own."""
    folder.mkdir(mode=0o700, exist_ok=True)  # whoever died of it may have begun
    named = {"observations": tables.observations, "findings": tables.findings}
    # Observations are read back once and whole: a tenth of the bytes, for less time than writing them takes. Of the rest a few rows at
    # a time are looked at where they lie.
    small = pa.ipc.IpcWriteOptions(compression="zstd")
    for name, table in (named | {str(outcome): table for outcome, table in tables.waiting.items()}).items():
        how = small if name == "observations" else None
        with pa.OSFile(str(folder / name), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=how) as writer:
            writer.write_table(table)
    return folder
