"""The pipeline, top to bottom: read, observe, judge, write. One call is one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck import clock, exports, quality
from auditcheck.audit import EVALUATED, explained, observe
from auditcheck.completeness import completeness
from auditcheck.judgement.bridge import judge
from auditcheck.last_night import Alarm, compared, earlier, stale
from auditcheck.ledger.store import usable
from auditcheck.ledger.waiver_file import read_waivers
from auditcheck.measures import Measures
from auditcheck.raw import BadExport, Export
from auditcheck.results import Results
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Profile, Rule, Rulebook
from auditcheck.rulebook.profile import apply, chosen
from auditcheck.summary import Summary

if TYPE_CHECKING:
    import pyarrow as pa

    from auditcheck.reports.view import RunView

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What a run is asked to do. ``export``: a source, or several that are joined. ``fail_on``: high | medium | low | never.

    ``previous``: the folder of an earlier run, with which the export is compared. ``without``: reports to leave out (reports.OPTIONAL).
    ``ledger``: the file in which the service's nights are kept. ``waivers``: the file of findings that somebody answers for.
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

    @property
    def sources(self) -> list[Path]:
        return [self.export] if isinstance(self.export, Path) else list(self.export)


def run(order: Order, progress: Progress = lambda _: None) -> Summary:
    """Do the whole run. Raises BadExport, RulebookError, EngineMissing or OutputRefused (each a sentence) where nothing can be written."""
    from auditcheck.reports.folder import refuse_unless_free
    from auditcheck.run_view import view

    started = time.perf_counter()
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
    progress("Reading the export")
    export = exports.read_all(order.sources, profile.sources)
    as_of = the_day(order.as_of, export)
    results = audit(export, rules, book, clock.day_number(as_of), progress)
    if not results.cf.n("children"):
        why = "".join(f" {p.file}: {p.problem}." for p in export.problems if p.stopped)
        raise BadExport(f"{' + '.join(source.name for source in order.sources)} holds no children, so there is nothing to audit.{why}")
    progress("Writing the lists")
    alarms = _alarms(order, results, export, profile)
    shown, summary = view(results, export, profile, rules, book, as_of, order.fail_on, alarms, waivers)
    shown.info["durations"]["total"] = round(time.perf_counter() - started, 3)
    _write(order, results, shown, summary, book, profile)
    return summary


def _write(order: Order, results: Results, shown: RunView, summary: Summary, book: Rulebook, profile: Profile) -> None:
    """Put the run's folder in its place; with a ledger, what it knows goes in and tonight is kept there, both or neither."""
    from auditcheck.reports import write_reports
    from auditcheck.reports.folder import whole

    observations = results.table()
    if order.ledger is None:
        with whole(order.out, order.replace) as folder:
            _board(folder, order, shown, observations, book, profile)
            write_reports(folder, shown, lambda: observations, order.without)
        return

    from auditcheck.ledger.night import Night
    from auditcheck.ledger.tonight import tonight
    from auditcheck.remembered import remembered

    night = Night.of(shown.info, shown.findings, shown.rules, observations)
    with tonight(order.ledger, night, results.holders) as kept, whole(order.out, order.replace) as folder:
        known = remembered(shown, summary, kept)
        _board(folder, order, known, observations, book, profile)
        write_reports(folder, known, lambda: observations, order.without)
        kept.about_to_appear(folder, order.out)


def _board(folder: Path, order: Order, shown: RunView, observations: pa.Table, book: Rulebook, profile: Profile) -> None:
    """The board's book of this run. What its commentary or its figures forbid costs the book, and a warning, but never the night."""
    if "board" in order.without:
        return
    from auditcheck.board.of_run import write_of_run

    refused = write_of_run(folder / "board", order.out / "board", shown, observations, book, profile)
    if refused:
        shown.info["warnings"].append(f"board/ holds no book: {refused}")


def _alarms(order: Order, results: Results, export: Export, profile: Profile) -> list[Alarm]:
    """What is odd about the export as a whole, beside the earlier run where one is named. Raises BadExport where that is none."""
    said = (export.extracted_at or export.as_of or "")[:10]
    up_to = min(clock.day_number(date.fromisoformat(said)), results.seen.duties.as_of) if said else results.seen.duties.as_of
    found = stale(results.cf, up_to, profile.shrinkage)
    if order.previous is not None:
        found = compared(results.cf, completeness(results.cf), earlier(order.previous), profile.shrinkage) + found
    return found


def audit(export: Export, rules: Sequence[Rule], book: Rulebook, as_of: int, progress: Progress = lambda _: None) -> Results:
    """The audit of an export: a pure function of it, the rules and the day. Raises EngineMissing."""
    progress("Checking the records")
    seen = observe(export, rules, as_of)
    seen.problems += quality.problems(seen.duties)
    progress("Judging the cases")
    evaluated = [rule for rule in rules if seen.runs[rule.id].status == EVALUATED and rule.check != "measure"]
    judged = judge(seen.duties, evaluated, seen.observations, seen.premises)
    for composed in judged.composed:
        explained(seen.cf, composed.rule, [composed])
    return Results(seen, judged, book.editions, Measures.of(seen, [*seen.observations, *judged.composed], rules))


def the_day(given: date | None, export: Export) -> date:
    """The day that a run speaks of: as asked, else as the export says. Raises BadExport where neither does."""
    if given is not None:
        return given
    if export.as_of:
        return date.fromisoformat(export.as_of)
    raise BadExport("No as-of date: say --as-of YYYY-MM-DD (the export does not say, in a form that can be read, which day it speaks of).")
