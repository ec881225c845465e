"""The audit of a set of children: every rule's checks over their case files. A pure function of the records, the rules and the as-of day.

A rule that cannot run is never silently passed: it is *not evaluated* (something it needs is not in the export, or no local limit was
set) or
it is a *rule error*; both carry why.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from auditcheck import checks, clock, contract
from auditcheck.casefile import CaseFile
from auditcheck.checks.carried import kind_not_carried
from auditcheck.checks.ground import CONTRADICTION, Ground
from auditcheck.checks.verdict import CANNOT_TELL, NOT_MET, UNSETTLED, Observations, Verdict
from auditcheck.duties import NO_END, Duties
from auditcheck.raw import Export, Problem
from auditcheck.rulebook import build
from auditcheck.rulebook.model import Limit, Rule
from auditcheck.tidy import shorten
from auditcheck.values import never

EVALUATED, NOT_EVALUATED, RULE_ERROR = "evaluated", "not_evaluated", "rule_error"

#: Why a rule of kind ``auditor`` is not evaluated: never a pretended check.
FOR_A_PERSON = "only a person who reads the file can answer"


@dataclass(frozen=True)
class RuleRun:
    """What became of one rule in a run: its status and, unless it was evaluated, why."""

    rule: Rule
    status: str
    why: str = ""


@dataclass
class Observed:
    """Everything that the checks saw. ``premises`` are observations of checks inside composed rules, named ``RULE.premise``."""

    duties: Duties
    runs: dict[str, RuleRun]
    observations: list[Observations]
    premises: list[Observations]
    problems: list[Problem] = field(default_factory=list)

    @property
    def cf(self) -> CaseFile:
        return self.duties.cf


def observe(records: Export | CaseFile, rules: Sequence[Rule], as_of: int) -> Observed:
    """Run every rule's checks; composed rules yield their premises only (judgement draws the conclusion).

    ``records``: an export, or the case files that were made of one.
    """
    duties = Duties(records if isinstance(records, CaseFile) else CaseFile.of(records), as_of)
    ground = Ground(duties)
    result = Observed(duties, {}, [], [])
    closed = {table: clock.day_number(date.fromisoformat(day)) for table, day in duties.cf.until.items()}

    def observed(rule: Rule) -> list[Observations]:
        found = checks.observe(ground, rule)
        for observations in found:
            beyond(observations, closed, as_of)
        return explained(duties.cf, rule, found)

    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        missing = why_not_evaluated(duties.cf, rule, by_id)
        if missing:
            result.runs[rule.id] = RuleRun(rule, NOT_EVALUATED, missing)
            continue
        try:
            if rule.check == "together":
                missing_premises = {item_name(rule, item) for item, why in _premises_state(duties.cf, rule, by_id) if why}
                result.premises += [_cannot_be_told(ground, rule, name) for name in sorted(missing_premises)]
                for premise in premises_of(rule, by_id):
                    if premise.id not in missing_premises:
                        result.premises += observed(premise)
            elif rule.check != "measure":  # a measure has no observations of its own: see auditcheck.measures
                result.observations += observed(rule)
            result.runs[rule.id] = RuleRun(rule, EVALUATED)
        except Exception as error:  # one broken rule must not cost the others; it is reported and the run exits 2
            result.runs[rule.id] = RuleRun(rule, RULE_ERROR, where_it_failed(error))
    result.problems = [*duties.cf.problems, *_contradictions(duties.cf, [*result.observations, *result.premises])]
    return result


def beyond(o: Observations, closed: Mapping[str, int], as_of: int) -> None:
    """What fell due after the return that would show it was closed can't be told: it may have been done since.

    A check without a due date of its own (something recent must exist) looks back from the as-of day, so it can't be told either.
    """
    day = closed.get(o.event_table or o.table, NO_END)
    if as_of <= day:
        return
    late = (o.due.known & (o.due.day >= day)) | (~o.due.known & (o.rule.check == "exists"))
    where = (o.verdict.outcome == NOT_MET) & ~o.happened.known & late
    if where.any():
        o.verdict.outcome[where] = UNSETTLED
        o.verdict.settle(where, CANNOT_TELL, f"Cannot tell: the export ends on {clock.as_date(day)}, and it may have been done since")


def where_it_failed(error: Exception) -> str:
    """The kind of fault and its place. Its own words are left out: they may hold what a case file says."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"


def why_not_evaluated(cf: CaseFile, rule: Rule, by_id: dict[str, Rule]) -> str:
    """Why a rule can't be evaluated on these case files, or what it stands on can't; empty where it can. ``by_id``: the selected rules."""
    return what_is_missing(cf, rule) or _premises_missing(cf, rule, by_id)


def what_is_missing(cf: CaseFile, rule: Rule) -> str:
    """Why a rule cannot be evaluated on these case files; empty where it can."""
    if rule.check == "asks":
        return FOR_A_PERSON
    for need in rule.needs:
        table, name = need.split(".")
        if not cf.has(table):
            return f"table missing: {table}"
        if not cf.has(table, name):
            return f"field missing: {need}"
    if rule.check == "measure" and ("rules" in rule.body.get("rate", {}) or "targets" in rule.body):
        return ""  # what it rests on says so itself
    if rule.subject == "cases" and not cf.has("cases"):
        return "tables missing: referrals, plans or care_episodes"
    if not cf.has(rule.subject):
        return f"table missing: {rule.subject}"
    return kind_missing(cf, rule) or ("no local standard set" if no_local_standard(cf, rule) else "")


def kind_missing(cf: CaseFile, rule: Rule) -> str:
    """Why records of a kind that a rule looks for can't be in this export, though others of their table are; empty where they can.

    Where any of several tables would do, all of them must be out of reach.
    """
    body = rule.body
    single = [body[name] for name in ("event", "of", "reports") if isinstance(body.get(name), Mapping)]
    single += [{"table": rule.subject, "where": rule.where}, *([body] if "table" in body else [])]
    said = [why for source in single if (why := kind_not_carried(cf, source))]
    others = [kind_not_carried(cf, source) for source in body.get("any", ()) if "table" in source]
    return said[0] if said else others[0] if others and all(others) else ""


def no_local_standard(cf: CaseFile, rule: Rule) -> bool:
    """Whether the rule rests on a local figure that nobody set."""
    limit = rule.limit
    if limit.field is None:
        return limit.local
    if limit.by_category is not None:
        return not limit.by_category
    table, _, name = (f"{rule.subject}.{limit.field}").rpartition(".")
    return limit.fallback is None and "." not in table and not cf.has(table, name)


def _premises_missing(cf: CaseFile, rule: Rule, by_id: dict[str, Rule]) -> str:
    """Why a composed rule has nothing to stand on: a premise that it needs can't be evaluated, or none of the alternatives can."""
    if rule.check != "together":
        return ""
    state = _premises_state(cf, rule, by_id)
    needed = len(rule.body.get("all", ()))
    missing = [why for _, why in state[:needed] if why]
    alternatives = [why for _, why in state[needed:]]
    if missing:
        return missing[0]
    return alternatives[0] if alternatives and all(alternatives) else ""


def _premises_state(cf: CaseFile, rule: Rule, by_id: dict[str, Rule]) -> list[tuple[dict[str, Any], str]]:
    """Every premise, those of ``all`` first, and why it can't be evaluated (empty where it can)."""
    own = {premise.id: premise for premise in premises_of(rule, by_id)}

    def why(item: dict[str, Any]) -> str:
        if "check" in item:
            premise = own[item_name(rule, item)]
            sources = [source["table"] for source in (*premise.body.get("any", ()), premise.body) if "table" in source]
            lost = [table for table in sources if not cf.has(table)]
            if lost:
                return f"table missing: {lost[0]}"
            if premise.check == "absent" and (unseen := _undone_unseen(cf, premise)):
                return f"field missing: {unseen}"
            return kind_missing(cf, premise) or ("no local standard set" if no_local_standard(cf, premise) else "")
        other = by_id.get(item["rule"])
        missing = what_is_missing(cf, other) if other else "it is not selected"
        return f"it rests on {item['rule']}, which is not evaluated: {missing}" if missing else ""

    return [(item, why(item)) for part in ("all", "any") for item in rule.body.get(part, ())]


def _undone_unseen(cf: CaseFile, premise: Rule) -> str:
    """A field that tells whether something was still undone, and that the export does not carry: everything would look undone."""
    table = premise.body["table"]
    told_by = [name for condition in premise.body.get("where", {}).get("none", ()) for name in condition]
    return next((f"{table}.{name}" for name in told_by if name in contract.tables()[table] and not cf.has(table, name)), "")


def item_name(rule: Rule, item: dict[str, Any]) -> str:
    """The name under which judgement knows a premise."""
    name = str(item["rule"]) if "rule" in item else f"{rule.id}.{item['name']}"
    return name + (".overdue" if str(item.get("overdue", "")) == "true" else "")


def _cannot_be_told(ground: Ground, rule: Rule, name: str) -> Observations:
    """A premise that nobody could check: cannot tell, for every record that the composed rule speaks about."""
    scope, _ = ground.population(rule)
    m = len(scope.rows)
    verdict = Verdict.of(m)
    verdict.settle(np.ones(m, bool), CANNOT_TELL, "Cannot tell: this export can't show it")
    premise = replace(rule, id=name, unless=(), says="nobody could check it with this export")
    none = never(m)
    return Observations(premise, rule.subject, scope.rows, verdict, rule.subject, scope.rows, none, none, none, np.full(m, -1, np.int32))


def premises_of(rule: Rule, by_id: dict[str, Rule]) -> Iterator[Rule]:
    """The checks that a composed rule brings along, each as a rule of its own named ``RULE.premise``."""
    for item in (*rule.body.get("all", ()), *rule.body.get("any", ())):
        if "check" in item:
            ((kind, body),) = item["check"].items()
            limit, times = _premise_limit(item.get("limit"), rule, by_id)
            body = dict(body) | ({"times": times} if times > 1 else {})
            yield replace(
                rule,
                id=f"{rule.id}.{item['name']}",
                where={**rule.where, **item.get("where", {})},
                check=kind,
                body=body,
                limit=limit,
                settings={**rule.settings, **build.settings(item.get("settings"))},
                unless=(),
                justified_by=(),
                superseded_by=(),
                escalates=None,
                suspended=(),
                says=item["says"],
            )


def _premise_limit(said: Any, rule: Rule, by_id: dict[str, Rule]) -> tuple[Limit, int]:
    if said is None:
        return rule.limit, 1
    if not isinstance(said, dict):
        return build.limit(said), 1
    limit = build.limit(said)
    like = by_id.get(str(said.get("like", "")))
    if like is not None:
        limit = replace(limit, fallback=like.limit.fallback)
    return limit, int(said.get("times", 1))


def explained(cf: CaseFile, rule: Rule, found: list[Observations]) -> list[Observations]:
    """Say in the reason of a breach which exemptions and reasons the export could not show."""
    absent = sorted(use for use in rule.uses if not cf.has(*use.split(".")))
    if absent:
        for observations in found:
            verdict = observations.verdict
            breaches = set(verdict.reason[verdict.outcome == NOT_MET].tolist())
            verdict.reasons = [
                f"{text} (could not be checked: {', '.join(absent)})" if i in breaches else text for i, text in enumerate(verdict.reasons)
            ]
    return found


def _contradictions(cf: CaseFile, every: Iterable[Observations]) -> list[Problem]:
    """A line in quality.csv for each record whose dates contradict each other, once a record and reason."""
    found: dict[tuple[str, int, str], Problem] = {}
    for observations in every:
        verdict = observations.verdict
        for code, text in enumerate(verdict.reasons):
            if text.startswith(CONTRADICTION):
                table = observations.table
                for row in observations.rows[verdict.reason == code].tolist():
                    name = cf.ids(table)[row].as_py()
                    file_row = int(cf.row_in_file(table)[row])
                    what = f"{text} ({observations.rule.id})"
                    found.setdefault((table, row, what), Problem(cf.tables[table].file_of(row), file_row, "", shorten(name), what))
    return list(found.values())
