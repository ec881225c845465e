"""The pipeline, top to bottom: read, cut into portions, audit each, write. One call is one run."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from auditcheck import clock, conservation, portions, quality, row_order
from auditcheck.audit import EVALUATED, Observed, explained, observe
from auditcheck.audited import Audited
from auditcheck.casefile import CaseFile
from auditcheck.freed_memory import share_freed_memory
from auditcheck.judgement.bridge import Judged, judge
from auditcheck.judgement.engine import ready
from auditcheck.last_night import Alarm, compared, earlier, stale
from auditcheck.ledger.store import usable
from auditcheck.ledger.waiver_file import Waivers, read_waivers
from auditcheck.mapping.sources import read_all
from auditcheck.measure_rows import asked
from auditcheck.measures import Counting, Measures
from auditcheck.raw import BadExport, Export
from auditcheck.results import Results
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Profile, Rule, Rulebook
from auditcheck.rulebook.profile import apply, chosen
from auditcheck.shelf import Shelf
from auditcheck.spread import each, processes
from auditcheck.summary import INCOMPLETE, Summary
from auditcheck.team import Undone
from auditcheck.unaudited import without

if TYPE_CHECKING:
    from auditcheck.reports.view import RunView

Progress = Callable[[str], None]
#: Where large tables, and portions and what was found in them, lie while a run works; gone from what it leaves.
_SHELF, _PORTIONS = ".shelf", ".portions"


@dataclass(frozen=True)
class Order:
    """What a run is asked to do. ``export``: a source, or several that are joined. ``fail_on``: high | medium | low | never.

    ``previous``: the folder of an earlier run, with which the export is compared. ``without``: reports to leave out (reports.OPTIONAL).
    ``mapping``: how files of the service's own layout are read. ``ledger``: the file in which the service's nights are kept; ``waivers``:
    that of findings that somebody answers for.
    ``jobs``: processes, None as many as pay; ``portions``: parts that are audited one by one, None by the size of the export;
    ``cluster``: the address of a Dask scheduler. ``audits``: what `auditcheck sample read` wrote, for the board's book.
    """

    export: Path | Sequence[Path]
    out: Path
    as_of: date | None = None
    profile: str | None = None
    rules: Path | None = None
    fail_on: str = "high"
    replace: bool = False
    notice_start: date | None = None
    previous: Path | None = None
    without: frozenset[str] = frozenset()
    ledger: Path | None = None
    waivers: Path | None = None
    mapping: Path | None = None
    jobs: int | None = None
    portions: int | None = None
    cluster: str = ""
    audits: Sequence[Path] = ()

    @property
    def sources(self) -> list[Path]:
        return [self.export] if isinstance(self.export, Path) else list(self.export)


@dataclass(frozen=True)
class Task:
    """What is asked of every portion alike. ``folder``: where it puts the rows that it finds; None: they stay in memory."""

    book: Rulebook
    profile: Profile
    rules: Sequence[Rule]
    as_of: int
    folder: Path | None = None


def run(order: Order, progress: Progress = lambda _: None) -> Summary:
    """Do the whole run. Raises BadExport, RulebookError, EngineMissing or OutputRefused (each a sentence) where nothing can be written."""
    from auditcheck.reports.folder import refuse_unless_free, whole

    started = time.perf_counter()
    share_freed_memory()
    refuse_unless_free(order.out, order.replace)
    if order.ledger is not None:
        usable(order.ledger)
    progress("Reading the rules")
    book = load(order.rules, examples=False)
    profile = chosen(book, order.profile)
    if order.notice_start is not None:
        profile = replace(profile, notice_start=order.notice_start)
    rules = apply(book, profile)
    if not rules:
        raise BadExport("No rule is selected, so nothing would be checked. Look at the profile's rules.")
    waivers = read_waivers(order.waivers, book.rules) if order.waivers is not None else None
    ready()
    # The ledger is written once the folder stands under its name: what is entered later is left earlier.
    with ExitStack() as afterwards, whole(order.out, order.replace) as folder:
        progress("Reading the export")
        shelf = Shelf(folder / _SHELF)
        export = read_all(order.sources, order.mapping, profile.sources, shelf)
        task = Task(book, profile, rules, clock.day_number(the_day(order.as_of, export)))
        cf = CaseFile.of(export, shelf)
        if not cf.n("children"):
            why = "".join(f" {p.file}: {p.problem}." for p in export.problems if p.stopped)
            raise BadExport(f"{' + '.join(source.name for source in order.sources)} holds no children, so there is nothing to audit.{why}")
        children, read, gone = cf.ids("children"), {name: len(table) for name, table in cf.tables.items()}, conservation.unread(export, cf)
        found = audit_all(order, cf, task, folder, progress)
        gone += conservation.lost(read, found.account, found.runs, (rule.id for rule in rules))
        alarms = _alarms(order, found, children, export, profile, clock.as_date(task.as_of))
        progress("Writing the lists")
        return _reported(order, task, export, found, alarms, gone, waivers, folder, afterwards, started)


def _reported(
    order: Order,
    task: Task,
    export: Export,
    found: Audited,
    alarms: Sequence[Alarm],
    gone: Sequence[str],
    waivers: Waivers | None,
    folder: Path,
    afterwards: ExitStack,
    started: float,
) -> Summary:
    """Write every report of what was found; with a ledger, what it knows goes in and tonight is kept there, both or neither."""
    from auditcheck.reports import needs_rows, write_reports
    from auditcheck.run_view import view

    rows = needs_rows(order.without) or order.ledger is not None or waivers is not None
    as_of = clock.as_date(task.as_of)
    shown, summary = view(
        found, export, task.profile, task.rules, task.book, as_of, order.fail_on, alarms, gone=gone, waivers=waivers, lists=rows
    )
    shown.info["durations"]["total"] = round(time.perf_counter() - started, 3)
    kept = None
    if order.ledger is not None:
        from auditcheck.ledger.night import Night
        from auditcheck.ledger.tonight import tonight
        from auditcheck.remembered import remembered

        night = Night.of(shown.info, shown.findings, shown.rules, row_order.every_observation(found, folder))
        kept = afterwards.enter_context(tonight(order.ledger, night, found.holders))
        shown = remembered(shown, summary, kept)
    refused = _board(folder, order, shown, lambda: row_order.observed(found, folder), task.book, task.profile)
    if refused:
        shown.info["warnings"].append(f"board/ holds no book: {refused}")
        summary.status = shown.info["exit_status"] = INCOMPLETE
    write_reports(folder, shown, row_order.observations(found), order.without, None if rows else row_order.findings(found))
    for done_with in (_SHELF, _PORTIONS):
        shutil.rmtree(folder / done_with, ignore_errors=True)
    if kept is not None:
        kept.about_to_appear(folder, order.out)
    return summary


def _board(
    folder: Path, order: Order, shown: RunView, observations: Callable[[], Iterable[pa.Table]], book: Rulebook, profile: Profile
) -> str:
    """The board's book of this run; why there is none, where there should be one: that costs the book, but never the night."""
    if "board" in order.without:
        return ""
    from auditcheck.board.of_run import write_of_run

    return write_of_run(folder / "board", order.out / "board", shown, observations, book, profile, order.audits)


def audit_all(order: Order, cf: CaseFile, task: Task, folder: Path, progress: Progress = lambda _: None) -> Audited:
    """Audit all children: together, or where they are many in portions, whose observations are written into ``folder`` as they come."""
    from auditcheck.reports.tables import parquet_file

    number = order.portions or portions.fitting(sum(map(len, cf.tables.values())))
    problems = dict.fromkeys(cf.problems)
    several = portions.cut(cf, number if portions.can_be_cut(task.rules) else 1, folder / _PORTIONS)
    if len(several) == 1:
        progress("Checking the records and judging the cases")
        return audited(several[0], task)
    found, undone = list[Audited](), list[Undone]()
    task = replace(task, folder=folder / _PORTIONS)
    jobs = processes(order.jobs, len(several))
    with parquet_file(folder / "observations.parquet") as write:
        for one in each(partial(audited, task=task), several, jobs, folder / _PORTIONS, order.cluster, portions.smaller):
            if isinstance(one, Undone):
                undone.append(one)
                continue
            found.append(one)
            progress(f"Audited {min(len(found), len(several))} of {len(several)} portions")
            write(row_order.take_observations(one))
    if not found:
        raise BadExport(f"Nothing could be audited: every process that tried ended ({undone[-1].how}).")
    total = without(undone, Audited.added(found))
    return replace(total, problems=problems | total.problems)


def audited(portion: portions.Portion, task: Task) -> Audited:
    """The audit of one portion of the children: a pure function of their records and the task, wherever it runs."""
    results = audit(portion.case_files(), task.rules, task.book, task.as_of)
    figures = asked(task.rules, task.profile, task.as_of)
    return Audited.of(results, task.profile, figures, task.folder and task.folder / f"found-{portion.name}")


def _alarms(order: Order, found: Audited, children: pa.Array, export: Export, profile: Profile, as_of: date) -> list[Alarm]:
    """What is odd about the export as a whole, beside the earlier run where one is named. Raises BadExport where that is none."""
    said = (export.extracted_at or export.as_of or "")[:10]
    up_to = min(date.fromisoformat(said), as_of) if said else as_of
    alarms = stale(found.quality, clock.day_number(up_to), profile.shrinkage)
    if order.previous is not None:
        before = earlier(order.previous)
        alarms = compared(found.records, children.to_pylist(), found.quality.fills, before, profile.shrinkage) + alarms
    return alarms


def audit(records: Export | CaseFile, rules: Sequence[Rule], book: Rulebook, as_of: int, progress: Progress = lambda _: None) -> Results:
    """The audit of an export, or of case files: a pure function of them, the rules and the day. Raises EngineMissing."""
    progress("Checking the records")
    seen = observe(records, rules, as_of)
    seen.problems += quality.problems(seen.duties)
    progress("Judging the cases")
    evaluated = [rule for rule in rules if seen.runs[rule.id].status == EVALUATED and rule.check != "measure"]
    judged = judge(seen.duties, evaluated, seen.observations, seen.premises)
    for composed in judged.composed:
        explained(seen.cf, composed.rule, [composed])
    return finished(seen, judged, rules, book, as_of)


def finished(seen: Observed, judged: Judged, rules: Sequence[Rule], book: Rulebook, as_of: int) -> Results:
    """What was observed and judged, with the figures that are counted in it."""
    counting = Counting(seen, [*seen.observations, *judged.composed])
    return Results(seen, judged, book.editions, counting, Measures.of(seen.runs, as_of, rules, counting))


def the_day(given: date | None, export: Export) -> date:
    """The day that a run speaks of: as asked, else as the export says. Raises BadExport where neither does."""
    if given is not None:
        return given
    if export.as_of:
        return date.fromisoformat(export.as_of)
    raise BadExport("No as-of date: say --as-of YYYY-MM-DD (the export does not say, in a form that can be read, which day it speaks of).")
