"""What a finished run shows: its tables, its counts, and which findings belong on people's lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from auditcheck import clock, texts
from auditcheck.audit import EVALUATED, FOR_A_PERSON, RULE_ERROR, RuleRun
from auditcheck.audited import LISTED, Audited
from auditcheck.checks.verdict import CANNOT_TELL, NOT_YET_DUE, OUTCOMES
from auditcheck.completeness import lateness, spikes
from auditcheck.conservation import told
from auditcheck.findings import SEVERITIES
from auditcheck.last_night import Alarm
from auditcheck.ledger.waiver_file import Waivers
from auditcheck.ledger.waivers import REPORTED, SHOWN, Finding, Waived, waived
from auditcheck.measure_rows import measure_rows
from auditcheck.measures import Measures
from auditcheck.raw import Export, Problem
from auditcheck.reports.view import LEFT_OUT, RecordsView, RunView
from auditcheck.row_order import finding_frame, waiting_frame
from auditcheck.rulebook.model import Profile, Rule, Rulebook
from auditcheck.rulebook.profile import standard
from auditcheck.summary import CLEAN, FINDINGS, INCOMPLETE, Summary
from auditcheck.targets import Targets


def view(
    found: Audited,
    export: Export,
    profile: Profile,
    rules: Sequence[Rule],
    book: Rulebook,
    as_of: date,
    fail_on: str,
    alarms: Sequence[Alarm] = (),
    gone: Sequence[str] = (),
    waivers: Waivers | None = None,
    lists: bool = True,
) -> tuple[RunView, Summary]:
    """The tables that the reports are made of, and what the command says at the end.

    ``gone``: what is not accounted for (see `conservation`).
    ``lists`` False: nobody looks at the rows of findings and observations, so they are not brought together.
    """
    runs = {rule.id: RuleRun(rule, *found.runs.get(rule.id, (RULE_ERROR, "the audit said nothing of it"))) for rule in rules}
    figures = Measures.of(runs, clock.day_number(as_of), rules, lambda one, day: found.counted[one.id, day])
    measures = measure_rows(Targets.of(figures, profile), profile.unknown_over)  # before the errors are counted: a measure may fail too
    errors = [f"{run.rule.id}: {run.why}" for run in runs.values() if run.status == RULE_ERROR]
    findings, listed, cannot_tell, due_soon = _listed(found) if lists else (LEFT_OUT, LEFT_OUT, LEFT_OUT, LEFT_OUT)
    excused = _waived(waivers, findings, listed, as_of) if waivers is not None else None
    severities = Counter(findings["severity"][listed]) if lists else found.listed
    stopped = (
        _stopped(found, runs, errors) + [f"Lost on the way: {what}" for what in gone] + [alarm.says for alarm in alarms if alarm.stops]
    )
    status = INCOMPLETE if stopped else _status(severities, fail_on)
    counts = dict(zip(OUTCOMES, sum(found.outcomes.values(), np.zeros(len(OUTCOMES), np.int64)).tolist(), strict=True))
    rule_table = _rules(found, runs, book)
    info = _info(found, export, profile, book, rules, as_of, status, stopped)
    info["warnings"] = [alarm.says for alarm in alarms if not alarm.stops] + (excused.warnings if excused else [])
    info["summary"] = {
        "findings": {name: severities[name] for name in SEVERITIES},
        "observations": counts,
        "rules": dict(sorted(Counter(_what_became_of(run) for run in runs.values()).items())),
        "quality": len(found.problems),
        "noted": sum(problem.noted for problem in found.problems),
        **({"waived": len(excused.shown)} if excused else {}),
    }
    info["conservation"] = told(found.account, len(runs), gone)
    shown = RunView(
        findings,
        listed,
        cannot_tell,
        due_soon,
        rule_table,
        _quality(found.problems),
        info,
        found.sealed,
        not stopped,
        measures,
        _records(found, rule_table),
        children=found.children,
        taking_part=found.taking_part,
        measured=found.measured,
        measured_months=found.measured_months,
        eligible=found.eligible,
        book=book,
        waivers=pd.DataFrame(excused.shown, columns=list(SHOWN), dtype="str") if excused else None,
        waiver_report=pd.DataFrame(excused.reported, columns=list(REPORTED), dtype="str") if excused else None,
    )
    return shown, Summary(status, info, counts, errors, stopped)


def _listed(found: Audited) -> tuple[pd.DataFrame, npt.NDArray[np.bool_], pd.DataFrame, pd.DataFrame]:
    """The rows that the lists are made of."""
    findings = finding_frame(found)
    listed = findings.pop(LISTED).to_numpy(bool, copy=True)
    return findings, listed, waiting_frame(found, CANNOT_TELL), waiting_frame(found, NOT_YET_DUE)


def _waived(waivers: Waivers, findings: pd.DataFrame, listed: npt.NDArray[np.bool_], as_of: date) -> Waived:
    """Apply the waivers: the findings stay, off the lists, and say which waives them."""
    excused = waived(waivers, [Finding(*row) for row in zip(*(findings[name] for name in Finding._fields), strict=True)], as_of)
    findings["waiver"] = pd.Series(excused.waiver, findings.index, dtype="str")
    listed &= (findings["waiver"] == "").to_numpy(bool)
    return excused


def _records(found: Audited, rules: pd.DataFrame) -> RecordsView:
    dq = rules[(rules["force"] == "DQ") & (rules["status"] == EVALUATED)]
    quality = [
        {
            "rule_id": row["rule_id"],
            "title": row["title"],
            "differ": int(row["not_met"]),
            "unknown": int(row["cannot_tell"]),
            "met": int(row["met"]),
        }
        for row in dq.to_dict("records")
    ]
    return RecordsView(found.quality.fills, spikes(found.quality), lateness(found.quality), quality)


def _what_became_of(run: RuleRun) -> str:
    if run.rule.kind == "measure" and run.status != RULE_ERROR:
        return "measures" if run.status == EVALUATED else "measures_not_evaluated"
    return "for_a_person" if run.why == FOR_A_PERSON else run.status


def _status(listed: Mapping[str, int], fail_on: str) -> int:
    if fail_on == "never":
        return CLEAN
    enough = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FINDINGS if any(listed.get(severity) for severity in enough) else CLEAN


def _stopped(found: Audited, runs: Mapping[str, RuleRun], errors: Sequence[str]) -> list[str]:
    """Why the audit is incomplete: whole tables set aside, rules that failed, none that could be evaluated, cases not judged or audited."""
    said = [f"{p.file}: {p.problem}" for p in found.problems if p.stopped]
    if errors:
        said.append(f"{texts.count(len(errors), 'rules')} failed: {', '.join(error.split(':')[0] for error in errors)}")
    if not any(run.status == EVALUATED for run in runs.values()):
        said.append("NOTHING WAS CHECKED: this export holds nothing that a selected rule needs, which is not the same as nothing wrong")
    if found.unjudged:
        said.append(f"{texts.count(found.unjudged, 'cases')} could not be judged")
    return [*said, *found.unaudited]


def _rules(found: Audited, runs: Mapping[str, RuleRun], book: Rulebook) -> pd.DataFrame:
    """rules.csv: every rule of the run, what became of it, and its outcomes; those not selected say so."""
    rows = []
    for rule in book.rules.values():
        run = runs.get(rule.id)
        status, why = (run.status, run.why) if run else ("not_selected", "not active" if rule.stage != "active" else "not in the profile")
        judged = status == EVALUATED and rule.kind != "measure"  # a measure judges no record: its figure is in measures.csv
        counts = found.outcomes.get(rule.id, np.zeros(len(OUTCOMES), np.int64)) if judged else [""] * len(OUTCOMES)
        rows.append([rule.id, rule.title, rule.kind, rule.force, rule.stage, status, why, *map(str, counts)])
    return pd.DataFrame(rows, columns=["rule_id", "title", "kind", "force", "stage", "status", "why", *OUTCOMES], dtype="str")


def _quality(problems: Iterable[Problem]) -> pd.DataFrame:
    rows = sorted({(p.file, p.row, p.column, p.value, p.problem, p.stopped) for p in problems})
    text = [
        (file, str(row) if row else "", column, value, what, "yes" if stopped else "no") for file, row, column, value, what, stopped in rows
    ]
    return pd.DataFrame(text, columns=["file", "row", "column", "value", "problem", "stopped"], dtype="str")


def _info(
    found: Audited,
    export: Export,
    profile: Profile,
    book: Rulebook,
    rules: Sequence[Rule],
    as_of: date,
    status: int,
    stopped: Sequence[str],
) -> dict[str, Any]:
    tables = found.records
    return {
        "tool": "auditcheck",
        "version": version("auditcheck"),
        "rulebook": book.hash,
        "standard": standard(rules),
        "profile": profile.id,
        "profile_title": profile.title,
        "as_of": as_of.isoformat(),
        "due_soon": str(profile.due_soon),
        **({"notice_start": profile.notice_start.isoformat()} if profile.notice_start else {}),
        "data_up_to": (export.extracted_at or export.as_of or as_of.isoformat())[:10],
        "export": export.kind,
        "inputs": [{"name": i.name, "sha256": i.sha256, "rows": i.rows} for i in export.inputs],
        "coverage": {name: export.coverage.get(name, "complete (not declared)") for name in tables}
        | {name: how for name, how in export.coverage.items() if "." in name},
        "children": tables["children"],
        "records": sum(tables.values()),
        "tables": tables,
        "exit_status": status,
        "complete": not stopped,
        "incomplete": list(stopped),
        "durations": {},
    }
