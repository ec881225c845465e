"""The pipeline, top to bottom: read, observe, judge, write. One call is one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from auditcheck import clock, exports, quality
from auditcheck.audit import EVALUATED, explained, observe
from auditcheck.completeness import completeness
from auditcheck.judgement.bridge import judge
from auditcheck.last_night import Alarm, compared, earlier, stale
from auditcheck.measures import Counting, Measures
from auditcheck.raw import BadExport, Export
from auditcheck.results import Results
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Profile, Rule, Rulebook
from auditcheck.rulebook.profile import apply, chosen
from auditcheck.summary import Summary

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What a run is asked to do. ``export``: a source, or several that are joined. ``fail_on``: high | medium | low | never.

    ``previous``: the folder of an earlier run, with which the export is compared. ``without``: reports to leave out (reports.OPTIONAL).
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

    @property
    def sources(self) -> list[Path]:
        return [self.export] if isinstance(self.export, Path) else list(self.export)


def run(order: Order, progress: Progress = lambda _: None) -> Summary:
    """Do the whole run. Raises BadExport, RulebookError, EngineMissing or OutputRefused (each a sentence) where nothing can be written."""
    from auditcheck.reports import write_reports
    from auditcheck.reports.folder import refuse_unless_free, whole
    from auditcheck.run_view import view

    started = time.perf_counter()
    refuse_unless_free(order.out, order.replace)
    progress("Reading the rules")
    book = load(order.rules, examples=False)
    profile = chosen(book, order.profile)
    if order.notice_start is not None:
        profile = replace(profile, notice_start=order.notice_start)
    rules = apply(book, profile)
    if not rules:
        raise BadExport("No rule is selected, so nothing would be checked. Look at the profile's rules.")
    progress("Reading the export")
    export = exports.read_all(order.sources, profile.sources)
    as_of = the_day(order.as_of, export)
    results = audit(export, rules, book, clock.day_number(as_of), progress)
    if not results.cf.n("children"):
        why = "".join(f" {p.file}: {p.problem}." for p in export.problems if p.stopped)
        raise BadExport(f"{' + '.join(source.name for source in order.sources)} holds no children, so there is nothing to audit.{why}")
    progress("Writing the lists")
    shown, summary = view(results, export, profile, rules, book, as_of, order.fail_on, _alarms(order, results, export, profile))
    shown.info["durations"]["total"] = round(time.perf_counter() - started, 3)
    with whole(order.out, order.replace) as folder:
        write_reports(folder, shown, results.table, order.without)
    return summary


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
    counting = Counting(seen, [*seen.observations, *judged.composed])
    return Results(seen, judged, book.editions, Measures.of(seen.runs, as_of, rules, counting))


def the_day(given: date | None, export: Export) -> date:
    """The day that a run speaks of: as asked, else as the export says. Raises BadExport where neither does."""
    if given is not None:
        return given
    if export.as_of:
        return date.fromisoformat(export.as_of)
    raise BadExport("No as-of date: say --as-of YYYY-MM-DD (the export does not say, in a form that can be read, which day it speaks of).")
