"""What a finished run shows: its tables, its counts, and which findings belong on people's lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from auditcheck import clock
from auditcheck.audit import EVALUATED, FOR_A_PERSON, RULE_ERROR, RuleRun
from auditcheck.casefile import sealed
from auditcheck.checks.verdict import CANNOT_TELL, NOT_YET_DUE, OUTCOMES, Observations
from auditcheck.completeness import completeness, lateness, spikes
from auditcheck.findings import COLUMNS, SEVERITIES
from auditcheck.last_night import Alarm
from auditcheck.ledger.waiver_file import Waivers
from auditcheck.ledger.waivers import REPORTED, SHOWN, Finding, Waived, waived
from auditcheck.measure_rows import measure_rows
from auditcheck.raw import Export, Problem
from auditcheck.reports.view import RecordsView, RunView
from auditcheck.results import Results
from auditcheck.rulebook.model import YEAR, Profile, Rule, Rulebook
from auditcheck.rulebook.profile import standard
from auditcheck.summary import CLEAN, FINDINGS, INCOMPLETE, Summary
from auditcheck.targets import Targets
from auditcheck.texts import iso

if TYPE_CHECKING:
    import numpy.typing as npt


def view(
    results: Results,
    export: Export,
    profile: Profile,
    rules: Sequence[Rule],
    book: Rulebook,
    as_of: date,
    fail_on: str,
    alarms: Sequence[Alarm] = (),
    waivers: Waivers | None = None,
) -> tuple[RunView, Summary]:
    """The tables that the reports are made of, and what the command says at the end."""
    measures = _measures(results, profile)  # before the errors are counted: a measure may fail on a target's own day
    columns, last_days = results.findings()
    findings = pd.DataFrame(columns, columns=list(COLUMNS), dtype="str")
    findings["over"] = pd.to_numeric(findings["over"], errors="coerce").astype("Int64")
    excused = _waived(waivers, findings, as_of) if waivers is not None else None
    listed = _listed(results, findings, last_days, profile)
    errors = [f"{run.rule.id}: {run.why}" for run in results.seen.runs.values() if run.status == RULE_ERROR]
    stopped = _stopped(results, errors) + [alarm.says for alarm in alarms if alarm.stops]
    status = INCOMPLETE if stopped else _status(findings, listed, fail_on)
    counts = _counts(results)
    rule_table = _rules(results, book, rules)
    info = _info(results, export, profile, book, rules, as_of, status, stopped)
    severities = Counter(findings["severity"][listed])
    info["warnings"] = [alarm.says for alarm in alarms if not alarm.stops] + (excused.warnings if excused else [])
    info["summary"] = {
        "findings": {name: int(severities.get(name, 0)) for name in SEVERITIES},
        "observations": counts,
        "rules": dict(sorted(Counter(_what_became_of(run) for run in results.seen.runs.values()).items())),
        "quality": len(results.seen.problems),
        **({"waived": len(excused.shown)} if excused else {}),
    }
    shown = RunView(
        findings,
        listed,
        _waiting(results, CANNOT_TELL, profile),
        _waiting(results, NOT_YET_DUE, profile),
        rule_table,
        _quality(results.seen.problems),
        info,
        _restricted(results),
        not stopped,
        measures,
        _records(results, rule_table),
        children=results.children(),
        taking_part=results.taking_part(),
        waivers=pd.DataFrame(excused.shown, columns=list(SHOWN), dtype="str") if excused else None,
        waiver_report=pd.DataFrame(excused.reported, columns=list(REPORTED), dtype="str") if excused else None,
    )
    return shown, Summary(status, info, counts, errors, stopped)


def _waived(waivers: Waivers, findings: pd.DataFrame, as_of: date) -> Waived:
    """Apply the waivers: the findings stay, and say which waives them."""
    excused = waived(waivers, [Finding(*row) for row in zip(*(findings[name] for name in Finding._fields), strict=True)], as_of)
    findings["waiver"] = pd.Series(excused.waiver, findings.index, dtype="str")
    return excused


def _records(results: Results, rules: pd.DataFrame) -> RecordsView:
    told = rules[(rules["force"] == "DQ") & (rules["status"] == EVALUATED)]
    quality = [
        {
            "rule_id": row["rule_id"],
            "title": row["title"],
            "differ": int(row["not_met"]),
            "unknown": int(row["cannot_tell"]),
            "met": int(row["met"]),
        }
        for row in told.to_dict("records")
    ]
    cf = results.cf
    return RecordsView(completeness(cf), spikes(cf), lateness(cf), quality)


def _measures(results: Results, profile: Profile) -> pd.DataFrame | None:
    if results.measures is None:
        return None
    targets = Targets(results.measures, profile.targets, profile.notice_start, profile.period or YEAR)
    return measure_rows(targets, profile.unknown_over)


def _what_became_of(run: RuleRun) -> str:
    if run.rule.kind == "measure" and run.status != RULE_ERROR:
        return "measures" if run.status == EVALUATED else "measures_not_evaluated"
    return "for_a_person" if run.why == FOR_A_PERSON else run.status


def _listed(results: Results, findings: pd.DataFrame, last_days: Sequence[int], profile: Profile) -> npt.NDArray[np.bool_]:
    """Findings for people's lists: not met, not waived, of a living child, and open or past within the profile's look-back."""
    if not len(findings):
        return np.zeros(0, bool)
    seen = results.seen
    since = int(clock.add(np.array([seen.duties.as_of], np.int32), profile.look_back, -1)[0])
    recent = (findings["standing"] == "open") | (np.array(last_days) >= since)
    died = results.cf.ids("children").filter(pa.array(seen.duties.died("children")))
    alive = ~findings["child_id"].isin(died.to_pylist())
    listed: npt.NDArray[np.bool_] = ((findings["outcome"] == "not_met") & (findings["waiver"] == "") & recent & alive).to_numpy(bool)
    return listed


def _status(findings: pd.DataFrame, listed: npt.NDArray[np.bool_], fail_on: str) -> int:
    if fail_on == "never":
        return CLEAN
    enough = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FINDINGS if findings["severity"][listed].isin(enough).any() else CLEAN


def _stopped(results: Results, errors: Sequence[str]) -> list[str]:
    """Why the audit is incomplete: whole tables set aside, rules that failed, cases that could not be judged."""
    said = [f"{p.file}: {p.problem}" for p in results.seen.problems if p.stopped]
    if errors:
        said.append(f"{len(errors)} rule(s) failed: {', '.join(error.split(':')[0] for error in errors)}")
    if results.judged.unjudged:
        said.append(f"{len(results.judged.unjudged)} case(s) could not be judged")
    return said


def _counts(results: Results) -> dict[str, int]:
    total = np.zeros(len(OUTCOMES), np.int64)
    for o in results.every:
        total += np.bincount(o.verdict.outcome, minlength=len(OUTCOMES))
    return {name: int(n) for name, n in zip(OUTCOMES, total, strict=True)}


def _rules(results: Results, book: Rulebook, rules: Sequence[Rule]) -> pd.DataFrame:
    """rules.csv: every rule of the run, what became of it, and its outcomes; those not selected say so."""
    by_rule: dict[str, npt.NDArray[np.int64]] = {}
    for o in results.every:
        by_rule[o.rule.id] = by_rule.get(o.rule.id, np.zeros(len(OUTCOMES), np.int64)) + np.bincount(
            o.verdict.outcome, minlength=len(OUTCOMES)
        )
    rows = []
    for rule in book.rules.values():
        run = results.seen.runs.get(rule.id)
        status, why = (run.status, run.why) if run else ("not_selected", "not active" if rule.stage != "active" else "not in the profile")
        judged = status == EVALUATED and rule.kind != "measure"  # a measure judges no record: its figure is in measures.csv
        counts = by_rule.get(rule.id, np.zeros(len(OUTCOMES), np.int64)) if judged else [""] * len(OUTCOMES)
        rows.append([rule.id, rule.title, rule.kind, rule.force, rule.stage, status, why, *map(str, counts)])
    return pd.DataFrame(rows, columns=["rule_id", "title", "kind", "force", "stage", "status", "why", *OUTCOMES], dtype="str")


def _quality(problems: Sequence[Problem]) -> pd.DataFrame:
    rows = sorted({(p.file, p.row, p.column, p.value, p.problem, p.stopped) for p in problems})
    text = [
        (file, str(row) if row else "", column, value, what, "yes" if stopped else "no") for file, row, column, value, what, stopped in rows
    ]
    return pd.DataFrame(text, columns=["file", "row", "column", "value", "problem", "stopped"], dtype="str")


def _restricted(results: Results) -> frozenset[str]:
    return frozenset(results.cf.ids("children").filter(pa.array(sealed(results.cf))).to_pylist())


def _info(
    results: Results,
    export: Export,
    profile: Profile,
    book: Rulebook,
    rules: Sequence[Rule],
    as_of: date,
    status: int,
    stopped: Sequence[str],
) -> dict[str, Any]:
    tables = {name: len(table) for name, table in results.cf.tables.items() if name != "cases"}
    return {
        "tool": "auditcheck",
        "version": version("auditcheck"),
        "rulebook": book.hash,
        "standard": standard(rules),
        "profile": profile.id,
        "profile_title": profile.title,
        "as_of": as_of.isoformat(),
        **({"notice_start": profile.notice_start.isoformat()} if profile.notice_start else {}),
        "data_up_to": (export.extracted_at or export.as_of or as_of.isoformat())[:10],
        "export": export.kind,
        "inputs": [{"name": i.name, "sha256": i.sha256, "rows": i.rows} for i in export.inputs],
        "coverage": {name: export.coverage.get(name, "complete (not declared)") for name in tables},
        "children": results.cf.n("children"),
        "records": sum(tables.values()),
        "tables": tables,
        "exit_status": status,
        "complete": not stopped,
        "incomplete": list(stopped),
        "durations": {},
    }


def _waiting(results: Results, outcome: int, profile: Profile) -> pd.DataFrame:
    """Open observations that can't be told, or that fall due in the profile's next days, for living children."""
    duties = results.seen.duties
    until = int(clock.add(np.array([duties.as_of], np.int32), profile.due_soon)[0])
    parts = []
    for o in results.every:
        where = (o.verdict.outcome == outcome) & results.standing(o) & ~duties.died(o.subject_table)[o.subject_rows]
        if outcome == NOT_YET_DUE:
            where &= o.due.known & (o.due.day <= until)
        some = np.flatnonzero(where)
        if len(some):
            parts.append(_rows(results, o, some))
    columns = ["rule_id", "title", "severity", "child_id", "table", "record_id", "class", "due_at", "team", "worker_id", "message"]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns, dtype="str")
    return frame.sort_values(["rule_id", "child_id", "record_id", "class"], kind="stable", ignore_index=True)


def _rows(results: Results, o: Observations, some: npt.NDArray[np.intp]) -> pd.DataFrame:
    cf, n = results.cf, len(some)
    child = pa.array(cf.child(o.table)[o.rows[some]])
    reasons = pa.array(o.verdict.reasons, pa.string()).take(pa.array(o.verdict.reason[some].astype(np.int32)))
    columns: Mapping[str, Any] = {
        "rule_id": [o.rule.id] * n,
        "title": [o.rule.title] * n,
        "severity": [o.rule.severity] * n,
        "child_id": cf.ids("children").take(child).to_pylist(),
        "table": [o.table] * n,
        "record_id": cf.ids(o.table).take(pa.array(o.rows[some])).to_pylist(),
        "class": [o.class_] * n,
        "due_at": [text or "" for text in iso(o.due.take(some.astype(np.int32))).to_pylist()],
        "team": results.people.team.take(child).to_pylist(),
        "worker_id": results.people.worker.take(child).to_pylist(),
        "message": reasons.to_pylist(),
    }
    return pd.DataFrame(columns, dtype="str")
