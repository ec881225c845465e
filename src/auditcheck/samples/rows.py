"""What came back, case by case: grades, verdicts, answers, the audits as case records hold them, and the free text."""

from __future__ import annotations

from collections.abc import Iterator

from auditcheck.grades import ORDERED, OVERALL
from auditcheck.ledger.action import OBSERVATION, Action
from auditcheck.samples.figures import headings
from auditcheck.samples.graded import Graded
from auditcheck.samples.layout import (
    ACTIONS,
    AFTER,
    ANSWER,
    FIELDS,
    NOT_FOUND,
    QUESTIONS,
    RESULTS,
    TABLES,
    entry,
)
from auditcheck.samples.reading import Form
from auditcheck.samples.results import FOUND

GRADES = ("sample", "case", "child_id", "theme", "auditor", "moderator", "agreed")
JUDGED = ("sample", "case", "child_id", "rule_id", "what", "finding_id", "verdict")
ANSWERS = ("sample", "case", "child_id", "rule_id", "answer")
#: The columns of the table `audits` of case records (docs/case-records.md), so that the next export can carry them.
AUDITS = (
    "audit_id", "child_id", "audited_on", "auditor_id", "grade", "moderated_by", "moderated_on", "moderated_grade", "family_feedback",
)  # fmt: skip
COMMENTS = ("sample", "case", "child_id", "form", "sheet", "row", "about", "text")


def grade_rows(case: Graded) -> Iterator[list[str]]:
    """`GRADES`: a row a theme that either of the two graded."""
    for theme in headings():
        given = case.grades(theme)
        if any(given):
            agreed = case.moderation.answer("agreed", AFTER) if case.moderation and theme == OVERALL else ""
            yield [*_whose(case.any), theme, *given, agreed]


def judged_rows(case: Graded, rule_of: dict[str, str]) -> Iterator[list[str]]:
    """`JUDGED`: what the auditor said of each result, and the rules that should have found something."""
    if case.audit is None:
        return
    for ref, verdict in case.audit.filled(RESULTS, "Auditor").items():
        group, _, name = ref.partition(":")
        finding = name if group == FOUND else ""
        yield [*_whose(case.audit), rule_of.get(name, name), group, finding, verdict]
    for rule in case.audit.filled(NOT_FOUND, next(iter(TABLES[case.audit.kind][NOT_FOUND]))).values():
        yield [*_whose(case.audit), rule, "not found", "", "missed"]


def answer_rows(case: Graded) -> Iterator[list[str]]:
    """`ANSWERS`: the answers to the rules of kind auditor."""
    if case.audit is not None:
        for rule, answer in case.audit.filled(QUESTIONS, ANSWER).items():
            yield [*_whose(case.audit), rule, answer]


def audit_rows(case: Graded) -> Iterator[list[str]]:
    """`AUDITS`: one row a case whose audit has a grade."""
    audit, moderation = case.audit, case.moderation
    if audit is None or audit.answer("grade") not in ORDERED:
        return
    second = [moderation.answer(ref) for ref in ("by", "on", "grade")] if moderation else ["", "", ""]
    if second[2] not in ORDERED:
        second[2] = ""
    name = "-".join(audit.case)
    yield [name, audit.child_id, audit.answer("on"), audit.answer("by"), audit.answer("grade"), *second, audit.answer("family_asked")]


def comment_rows(case: Graded) -> Iterator[list[str]]:
    """`COMMENTS`: everything written in words, in the order of the form."""
    for form in filter(None, (case.audit, case.moderation)):
        for (sheet, ref, heading), text in form.values.items():
            asked = entry(form.kind, sheet, ref, heading)
            if asked is not None and asked.kind == "text":
                question = FIELDS[form.kind].get(sheet, {}).get(ref, (heading, asked))[0]
                yield [*_whose(form), form.kind, sheet, ref, question, text]


def actions_of(case: Graded) -> Iterator[Action]:
    """What the auditor wants done, for the register; not yet checked."""
    audit = case.audit
    for ref in audit.refs.get(ACTIONS, ()) if audit else ():
        assert audit is not None
        what, owner, due, theme = (audit.answer(ref, ACTIONS, heading) for heading in TABLES[audit.kind][ACTIONS])
        if what or owner or due or theme:
            yield Action("", OBSERVATION, "", audit.child_id, theme, what, owner, audit.answer("on"), due)


def _whose(form: Form) -> list[str]:
    return [*form.case, form.child_id]
