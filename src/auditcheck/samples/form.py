"""The forms of one case: an audit form with the automated results to judge, and a moderation form that knows nothing of the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditcheck.forms.spec import Cell, Row, Sheet
from auditcheck.grades import THEMES
from auditcheck.reports.words import count, in_words
from auditcheck.rulebook.model import Rule
from auditcheck.samples.draw import Sample
from auditcheck.samples.layout import (
    ACTIONS,
    AFTER,
    ANSWER,
    AUDIT,
    CASE,
    FIELDS,
    MODERATION,
    NOT_FOUND,
    QUESTIONS,
    RESULTS,
    RULES,
    TABLES,
    THEMES_SHEET,
)  # fmt: skip
from auditcheck.samples.results import GROUPS, Result

_FREE_ROWS = 12
_ALWAYS = "This form's automated part checks dates and records. It does not judge the quality of help: you do."
#: Questions of these areas are about the service, not about one child.
_OF_THE_SERVICE = ("quality_assurance",)


@dataclass(frozen=True)
class Case:
    """One drawn case, ready for its forms. ``facts``: heading -> text; ``tables``: those of which the run saw records of this child."""

    name: str
    child_id: str
    facts: dict[str, str]
    results: Sequence[Result]
    older: int
    tables: frozenset[str]


def audit_form(case: Case, rules: Iterable[Rule]) -> list[Sheet]:
    """The sheets of an audit form. ``rules``: those of the run."""
    rules = list(rules)
    return [
        _case(AUDIT, case, "Audit form", f"Fill in the bordered cells; the rest is locked. No names. {_ALWAYS}"),
        _results(AUDIT, case),
        _free(AUDIT, case, NOT_FOUND, "What the automated checks should have found and did not", (24, 28, 70)),
        _questions(case, [rule for rule in rules if rule.kind == "auditor" and rule.area not in _OF_THE_SERVICE]),
        _themes(AUDIT, case, (34, 42, 42, 30, 18, 30)),
        _free(AUDIT, case, ACTIONS, "Actions: each goes to the register", (70, 24, 14, 24)),
        _list_of_rules(rules),
    ]


def moderation_form(case: Case) -> list[Sheet]:
    """The sheets of a moderation form: the same facts and results, nothing that an auditor wrote."""
    says = f"Read the file and grade it before you see the auditor's form. Then fill in '{AFTER}'. No names. {_ALWAYS}"
    return [
        _case(MODERATION, case, "Moderation form", says),
        _results(MODERATION, case),
        _themes(MODERATION, case, (34, 42, 60, 18)),
        Sheet(
            AFTER,
            f"After both grades: {case.name}",
            "Only once both grades are in: the grade that you agree on, and why it differs where it does.",
            (("What", 34), (ANSWER, 76)),
            _asked(MODERATION, AFTER),
        ),
    ]


def _case(kind: str, case: Case, title: str, says: str) -> Sheet:
    given = [Row(f"is:{heading}", (heading, text)) for heading, text in ({"Form": kind, "Case": case.name} | case.facts).items()]
    return Sheet(CASE, f"{title}: {case.name}", says, (("What", 34), (ANSWER, 76)), [*given, *_asked(kind, CASE)])


def _asked(kind: str, sheet: str) -> list[Row]:
    return [Row(ref, (question, entry)) for ref, (question, entry) in FIELDS[kind][sheet].items()]


def _results(kind: str, case: Case) -> Sheet:
    entries = tuple(TABLES[kind].get(RESULTS, {}).items())
    says = "What the record shows, as the rules read it."
    if entries:
        says += (
            " Say of every finding whether you agree, and of the rows marked 'please check'; of the others where you looked."
            " 'Seen but not recorded' is a disagreement with the record, not with the finding: say so in the comment."
        )
    if case.older:
        says += f" {count(case.older, 'older finding')}, closed for over 12 months, {'is' if case.older == 1 else 'are'} in findings.csv."
    headings = [("Group", 13), ("Rule", 15), ("What it asks", 32), ("What the record shows", 56), ("Record", 20), ("Alike", 7)]
    widths = {"Auditor": 13, "Comment": 34}
    rows = [
        Row(one.ref, (GROUPS[one.group], one.rule_id, one.title, one.shows, one.record, one.like, *(entry for _, entry in entries)))
        for one in case.results
    ]
    headings += [(heading, widths[heading]) for heading, _ in entries]
    return Sheet(RESULTS, f"Automated results: {case.name}", says, tuple(headings), rows, landscape=True)


def _questions(case: Case, rules: Sequence[Rule]) -> Sheet:
    """Questions of rules, those of whose records the run saw some first."""
    seen = {True: "yes", False: "none seen"}
    asked = sorted((rule.subject not in case.tables | {"children", "cases"}, rule.id, rule) for rule in rules)
    entries = tuple(TABLES[AUDIT][QUESTIONS].values())
    rows: list[Row] = []
    for absent, _, rule in asked:
        cells: tuple[Cell, ...] = (
            rule.id,
            rule.body["question"],
            rule.do,
            f"{rule.subject.replace('_', ' ')}: {seen[not absent]}",
            *entries,
        )
        rows.append(Row(rule.id, cells))
    headings = (("Rule", 15), ("Question", 52), ("What to look at", 42), ("In the export", 18), (ANSWER, 15), ("What shows it", 40))
    return Sheet(
        QUESTIONS,
        f"Questions that only a reader can answer: {case.name}",
        "Answer each; 'Does not apply' is an answer.",
        headings,
        rows,
        True,
    )


def _themes(kind: str, case: Case, widths: tuple[int, ...]) -> Sheet:
    entries = TABLES[kind][THEMES_SHEET]
    rows = [Row(ref, (heading, look, *entries.values())) for ref, (heading, look) in THEMES.items()]
    headings = tuple(zip(("Theme", "What to look for", *entries), widths, strict=True))
    return Sheet(
        THEMES_SHEET, f"For a person to judge: {case.name}", "The tool prints these headings and never fills them.", headings, rows, True
    )


def _free(kind: str, case: Case, sheet: str, title: str, widths: tuple[int, ...]) -> Sheet:
    entries = TABLES[kind][sheet]
    rows = [Row(f"{number}", tuple(entries.values())) for number in range(1, _FREE_ROWS + 1)]
    says = "One a row; leave the rest blank. Short, and no names."
    return Sheet(sheet, f"{title}: {case.name}", says, tuple(zip(entries, widths, strict=True)), rows, True)


def _list_of_rules(rules: Sequence[Rule]) -> Sheet:
    rows = [Row(rule.id, (rule.id, rule.title)) for rule in rules if rule.kind not in ("auditor", "measure")]
    return Sheet(RULES, "The rules, for the list on 'Not found'", "For looking up.", (("Rule", 15), ("What it asks", 90)), rows)


def facts_of(child_id: str, about: Mapping[str, str], drawn: Mapping[str, Any], as_of: str, sample: Sample) -> dict[str, str]:
    """What a form says of its case. ``about``: the child's row of children.parquet; ``drawn``: the case's row of the sample."""
    plan = ", ".join(filter(None, (about["plan_kind"].replace("_", " "), about["plan_category"].replace("_", " "))))
    since = f" from {in_words(about['plan_started'])}" if about["plan_started"] else ""
    until = f" to {in_words(about['plan_ended'])}" if about["plan_ended"] else ""
    return {
        "Child": child_id,
        "Age": about["age"] or "not recorded",
        "Plan": f"{plan}{since}{until}" or "none recorded",
        "Team": about["team"] or "not recorded",
        "As at": as_of,
        "Drawn": f"one of {drawn['drawn']} from {drawn['drawn_from']} ({drawn['stratum']})",
        "Cases in all": str(len(sample.cases)),
        "Weight": drawn["weight"],
        "Sample": sample.name,
    }
