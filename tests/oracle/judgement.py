"""From rule files and tables to what stands: population, exemptions, recorded reasons, supersession, composed rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from . import cases, contract, values
from .casefile import CaseFile, Record, Row
from .clock import NO, UNKNOWN, YES, Answer, Moment
from .conditions import all_of, any_of, holds, look
from .duty import Duty, NotSetError, Observation, Spec
from .kinds import KINDS, sources
from .suspensions import after_suspensions
from .values import State

Key = tuple[str, str, str, str]
#: Where one record is judged twice (it belongs to two subjects), the first of these is kept.
PREFERRED = ("not_met", "cannot_tell", "justified", "not_yet_due", "met", "not_applicable")


@dataclass(frozen=True)
class Result:
    """One judgement: outcome, the moments as text (`YYYY-MM-DD` or with a time and offset, "" = none) and `open` or `past`."""

    outcome: str
    trigger: str = ""
    due: str = ""
    happened: str = ""
    standing: str = "open"


class NotEvaluatedError(Exception):
    """The rule cannot be evaluated on this export; the message says why."""


def evaluate(
    rules: list[Spec],
    tables: dict[str, list[Row]],
    as_of: date,
    coverage: dict[str, str] | None = None,
    local: dict[str, Spec] | None = None,
) -> tuple[dict[Key, Result], dict[str, str]]:
    """Judge every record by every rule.

    Returns (rule id, table, record id, class) -> Result, and rule id -> why it was not evaluated. A record that a rule says nothing of
    (it has not happened; it lies outside the population of a rule whose records are other records) is left out: read it as not_applicable.
    """
    run = Run(rules, tables, as_of, coverage, local or {})
    results: dict[Key, Result] = {}
    left_out: dict[str, str] = {}
    for rule in rules:
        try:
            found = run.standing(rule["id"])
        except NotEvaluatedError as why:
            left_out[rule["id"]] = str(why)
            continue
        for one in found:
            key = (rule["id"], one.record.table, one.record.id, one.kind)
            result = run.result(one)
            if key not in results or PREFERRED.index(result.outcome) < PREFERRED.index(results[key].outcome):
                results[key] = result
    return results, left_out


class Run:
    """The rules at work on one case file; each rule's judgement is worked out once."""

    def __init__(
        self, rules: list[Spec], tables: dict[str, list[Row]], as_of: date, coverage: dict[str, str] | None, local: dict[str, Spec]
    ) -> None:
        self.rules = {rule["id"]: rule for rule in rules}
        self.local = local
        self.case_file = CaseFile(tables, as_of, coverage)
        if "cases" not in tables and any(name in tables for name in ("referrals", "plans", "care_episodes")):
            self.case_file = CaseFile(tables | {"cases": cases.rows(self.case_file)}, as_of, coverage)
        self.done: dict[str, list[Observation] | NotEvaluatedError] = {}
        self.doing: list[str] = []

    def result(self, one: Observation) -> Result:
        standing = "past" if self.case_file.is_past(one.subject) else "open"
        return Result(one.outcome, text(one.trigger), text(one.due), text(one.happened), standing)

    def standing(self, rule_id: str) -> list[Observation]:
        """A rule's observations after judgement. Raises NotEvaluatedError."""
        if rule_id not in self.done:
            if rule_id in self.doing:
                raise ValueError(f"rules wait for each other: {self.doing}")
            self.doing.append(rule_id)
            try:
                self.done[rule_id] = self.judged(self.rules[rule_id])
            except NotSetError:
                self.done[rule_id] = NotEvaluatedError("no local standard set")
            except NotEvaluatedError as why:
                self.done[rule_id] = why
            self.doing.pop()
        found = self.done[rule_id]
        if isinstance(found, NotEvaluatedError):
            raise found
        return found

    def judged(self, rule: Spec) -> list[Observation]:
        if "asks" in rule["requires"]:
            raise NotEvaluatedError("only a person can answer")
        self.refuse_what_is_missing(rule)
        (name, body), *_ = rule["requires"].items()
        duty = Duty(self.case_file, rule, body, self.local.get(rule["id"], {}), self.local)
        if name == "exists" and not sources(duty):
            raise NotEvaluatedError("no source of it is in the export")
        refuse_unset(duty)
        if name == "together":
            self.refuse_what_rests_on_nothing(body)
        found: list[Observation] = []
        for subject in self.case_file.records[rule["subject"]]:
            if self.case_file.has_happened(subject) and self.has_child(subject):
                found += [self.settled(duty, one) for one in self.observe(duty, name, subject)]
        return [self.superseded(duty, one) for one in found]

    def refuse_what_rests_on_nothing(self, body: Spec) -> None:
        """A premise of `all`, or every one of `any`, that is another rule which cannot be evaluated."""
        for group, every in (("all", False), ("any", True)):
            missing = ["rule" in premise and not self.is_evaluated(premise["rule"]) for premise in body.get(group, [])]
            if missing and (all(missing) if every else any(missing)):
                raise NotEvaluatedError("it rests on a rule that is not evaluated")

    def is_evaluated(self, rule_id: str) -> bool:
        try:
            self.standing(rule_id)
        except (NotEvaluatedError, KeyError):
            return False
        return True

    def has_child(self, subject: Record) -> bool:
        return subject.table in ("workers", "posts") or bool(self.case_file.child_of(subject))

    def refuse_what_is_missing(self, rule: Spec) -> None:
        if rule["subject"] not in self.case_file.records:
            raise NotEvaluatedError(f"{rule['subject']}: table missing")
        for need in rule.get("needs", []):
            table, _, field = need.partition(".")
            if table not in self.case_file.records:
                raise NotEvaluatedError(f"{table}: table missing")
            if field and not self.case_file.has(table, field):
                raise NotEvaluatedError(f"{need}: field missing")

    def observe(self, duty: Duty, name: str, subject: Record) -> list[Observation]:
        member = duty.belongs_to_population(subject)
        if member is UNKNOWN and name in ("recurs", "before", "includes"):  # of what happened, and of no more
            return [replace(one, outcome="cannot_tell") for one in KINDS[name](duty, subject)]
        if member is not YES:
            outcome = "not_applicable" if member is NO else "cannot_tell"
            kinds = duty.check["each"] if name == "before" else [""]
            event = duty.check.get("event")
            happened = duty.look(subject, event).moment if isinstance(event, str) else None
            return [Observation(subject, outcome, subject, kind, happened=happened) for kind in kinds]
        if name == "together":
            return [self.together(duty, subject)]
        return KINDS[name](duty, subject)

    def settled(self, duty: Duty, one: Observation) -> Observation:
        """After suspensions, exemptions and recorded reasons."""
        if one.outcome == "not_met" and one.event and has_reason(duty, one):
            one = replace(one, outcome="justified")
        one = after_suspensions(duty, one)
        exempt = any_of([self.exempts(duty, one, exemption) for exemption in duty.rule.get("unless", [])])
        if exempt is YES:
            return replace(one, outcome="not_applicable")
        return replace(one, outcome="cannot_tell") if exempt is UNKNOWN and one.outcome in ("not_met", "justified") else one

    def exempts(self, duty: Duty, one: Observation, exemption: Spec) -> Answer:
        """An exemption whose columns the export does not carry cannot apply."""
        if exemption.get("class", one.kind) != one.kind or not self.carried(one.subject, exemption["when"]):
            return NO
        return holds(duty.scope(one.subject, one.event), exemption["when"])

    def carried(self, record: Record, condition: Any) -> bool:
        """Whether the export has every column that a condition names."""
        scope = Duty(self.case_file, {}, {}).scope(record)
        for path, test in condition.items():
            if path in ("any", "none"):
                if not all(self.carried(record, one) for one in test):
                    return False
            elif path in ("unborn", "under_age"):
                if not self.case_file.has("children", "date_of_birth"):
                    return False
            elif path not in ("open", "first_in") and look(scope, path).state is State.ABSENT:
                return False
        return True

    def superseded(self, duty: Duty, one: Observation) -> Observation:
        """Not applicable while what another rule misses on the same record, or on one it refers to, is still missing."""
        places = {one.subject, one.record} | self.parents(one.subject) | self.parents(one.record)
        for rule_id in duty.rule.get("superseded_by", []):
            if any(still_missing(other) and {other.record, other.subject} & places for other in self.elsewhere(rule_id)):
                return replace(one, outcome="not_applicable")
        return one

    def elsewhere(self, rule_id: str) -> list[Observation]:
        """Another rule's observations; none where it is not in this run."""
        try:
            return self.standing(rule_id) if rule_id in self.rules else []
        except NotEvaluatedError:
            return []

    def parents(self, record: Record) -> set[Record]:
        found = [self.case_file.follow(record, link) for link in contract.hangs_on(record.table)]
        return {parent for parent in found if parent}

    def together(self, duty: Duty, subject: Record) -> Observation:
        """Every premise of `all` and one of `any`."""
        answers = [self.premise(duty, subject, premise) for premise in duty.check.get("all", [])]
        if "any" in duty.check:
            answers.append(any_of([self.premise(duty, subject, premise) for premise in duty.check["any"]]))
        answer = all_of(answers)
        if answer is NO:
            return Observation(subject, self.ruled_out(duty, subject), subject)
        return Observation(subject, {YES: "not_met", UNKNOWN: "cannot_tell"}[answer], subject)

    def ruled_out(self, duty: Duty, subject: Record) -> str:
        """What a finding that does not hold comes to: met only where an answer rules out some premise."""
        premises = [*duty.check.get("all", []), *duty.check.get("any", [])]
        found = {outcome for premise in premises for outcome in self.outcomes(duty, subject, premise)}
        if "met" in found:
            return "met"
        return "not_yet_due" if "not_yet_due" in found else "not_applicable"

    def outcomes(self, duty: Duty, subject: Record, premise: Spec) -> list[str]:
        """What the premise's observations on this record came to; `met` for whatever rules the premise out."""
        if "check" in premise:
            return ["met" if outcome == "justified" else outcome for outcome in self.own_check(duty, subject, premise)]
        try:
            found = self.standing(premise["rule"]) if premise["rule"] in self.rules else []
        except NotEvaluatedError:
            return []
        joined = [one for one in found if self.joins(one.subject, subject) or self.joins(one.record, subject)]
        return ["met" if rules_out(one, premise) else one.outcome for one in joined]

    def own_check(self, duty: Duty, subject: Record, premise: Spec) -> list[str]:
        (check, body), *_ = premise["check"].items()
        rule = duty.rule | {"limit": premise.get("limit", duty.rule.get("limit"))}
        set_locally = {name: value for name, value in duty.set_locally.items() if name != "limit" or "limit" not in premise}
        if "where" in premise:
            rule |= {"where": duty.rule.get("where", {}) | premise["where"]}
        own = Duty(self.case_file, rule, body, set_locally, duty.profile)
        return [one.outcome for one in self.observe(own, check, subject)]

    def premise(self, duty: Duty, subject: Record, premise: Spec) -> Answer:
        if "check" in premise:
            return answer_of(self.own_check(duty, subject, premise), ("not_met",))
        wanted = ("not_met", "justified") if premise.get("or_justified") == "true" else ("not_met",)
        if premise["rule"] not in self.rules:
            return UNKNOWN
        try:
            found = self.standing(premise["rule"])
        except NotEvaluatedError:
            return UNKNOWN
        if premise.get("overdue") == "true":
            found = [one for one in found if one.happened is None]
        joined = [one for one in found if self.joins(one.subject, subject) or self.joins(one.record, subject)]
        answer = answer_of([one.outcome for one in joined], wanted)
        return UNKNOWN if answer is NO and any(self.may_join(one, subject) for one in found) else answer

    def may_join(self, one: Observation, subject: Record) -> bool:
        """Whether a breach, or a doubt, of the same child does not say which record of the subject's table it refers to."""
        child = self.case_file.child_of(subject)
        if one.outcome not in ("not_met", "justified", "cannot_tell") or self.case_file.child_of(one.subject) != child:
            return False
        links = contract.links(one.subject.table, subject.table)
        return bool(links) and not any(self.case_file.follow(one.subject, name) for name in links)

    def joins(self, record: Record, subject: Record) -> bool:
        """The record itself, or one that refers to it."""
        if record == subject:
            return True
        return any(self.case_file.follow(record, name) == subject for name in contract.links(record.table, subject.table))


def text(moment: Moment | None) -> str:
    return moment.text() if moment else ""


def rules_out(one: Observation, premise: Spec) -> bool:
    """Whether a late observation rules the premise out all the same: forgiven, or no longer overdue."""
    if one.outcome == "justified" and premise.get("or_justified") != "true":
        return True
    return one.outcome in ("not_met", "justified") and premise.get("overdue") == "true" and one.happened is not None


def still_missing(one: Observation) -> bool:
    """Not met, and it has not happened since."""
    return one.outcome == "not_met" and one.happened is None


def answer_of(outcomes: list[str], wanted: tuple[str, ...]) -> Answer:
    if any(outcome in wanted for outcome in outcomes):
        return YES
    return UNKNOWN if "cannot_tell" in outcomes else NO


def has_reason(duty: Duty, one: Observation) -> bool:
    """Whether a path that the rule names for a reason is filled in, and not with a placeholder, on a record of the event."""
    named = duty.rule.get("justified_by", [])
    paths = [named] if isinstance(named, str) else named
    reasons = [look(duty.scope(one.subject, event), path) for event in (one.event, *one.same_day) for path in paths]
    return not all(values.counts_as_blank(value) for value in reasons)


def refuse_unset(duty: Duty) -> None:
    """Raises NotSetError for a limit or setting that only a profile gives, where it gives none."""
    given, local = duty.rule.get("limit"), duty.set_locally
    if "limit" not in local and (given == "local" or (isinstance(given, dict) and given.get("values") == "local")):
        raise NotSetError
    for name, value in duty.rule.get("settings", {}).items():
        if value == "local" and name not in local.get("settings", {}):
            raise NotSetError(name)
