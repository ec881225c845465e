"""The folder of what came back: figures for all, rows in ids and codes, and apart from them what the service keeps to itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from auditcheck.grades import OVERALL
from auditcheck.register.workbook import write_register
from auditcheck.reports.tables import write_csv
from auditcheck.reports.words import count, in_words
from auditcheck.samples import book, figures, page, precision, rows
from auditcheck.samples.design import NAME, designs
from auditcheck.samples.graded import Graded, Returned
from auditcheck.samples.layout import ANSWERS
from auditcheck.samples.run_folder import RunFolder

#: For the service alone: what people wrote, and what was in cells that could not be taken.
OWN_USE = "own-use"
#: sheet of audits.xlsx -> the same as CSV.
_FILES = {"Grades": "spread", "Agreement": "agreement", "Annex": "agreement-annex", "The tool": "precision", "Questions": "questions"}
_PROBLEMS = ("file", "sheet", "cell", "value", "says")
_QUESTIONS = ("rule_id", "question", *ANSWERS)


def write_outcome(folder: Path, run: RunFolder, back: Returned, places: Sequence[Path]) -> None:
    """Write into an existing, empty folder; restricted children's rows under ``restricted/``. ``places``: where the forms lay."""
    rule_of = dict(zip(run.findings["finding_id"], run.findings["rule_id"], strict=True))
    sealed = set(run.children["child_id"][run.children["restricted"] == "yes"])
    day = date.fromisoformat(run.info["as_of"])
    _case_rows(folder, [case for case in back.cases if case.any.child_id not in sealed], rule_of, day)
    apart = [case for case in back.cases if case.any.child_id in sealed]
    if apart:
        _case_rows(folder / "restricted", apart, rule_of, day)
    problems = [[one.file, one.sheet, one.cell, one.value, one.says] for one in back.problems]
    _csv(folder / OWN_USE / "problems.csv", _PROBLEMS, problems)
    tables = _tables(run, back.cases, rule_of)
    for name, (columns, lines) in tables.items():
        _csv(folder / f"{_FILES[name]}.csv", columns, lines)
    drawn = json.dumps(designs(places, back.cases), indent=2, ensure_ascii=False)
    (folder / NAME).write_text(drawn + "\n", encoding="utf-8", newline="\n")
    book.write_book(folder / "audits.xlsx", said(back), tables, day)
    page.write_page(folder / "audits.html", in_words(run.info["as_of"]), said(back), tables)


def said(back: Returned) -> list[str]:
    """What the audits came to, in sentences: planned, done, moderated, agreement, and what could not be taken."""
    cases = back.cases
    planned = sum({case.any.facts["Sample"]: case.any.of for case in cases}.values())
    graded = [case for case in cases if case.grades(OVERALL)[0]]
    moderated = [case for case in graded if case.grades(OVERALL)[1]]
    ungraded = sum(case.audit is not None and not case.grades(OVERALL)[0] for case in cases)
    lines = [
        f"{count(planned, 'case')} planned, {len(graded)} audited with a grade, {len(moderated)} of them moderated.",
        figures.agreement_in_words(figures.double_grades(cases, OVERALL)),
    ]
    if ungraded:
        lines.append(f"{count(ungraded, 'audit form has', 'audit forms have')} no overall grade yet.")
    if back.problems:
        lines.append(f"{count(len(back.problems), 'entry or form', 'entries or forms')} could not be taken: {OWN_USE}/problems.csv.")
    return lines


def _case_rows(place: Path, cases: Sequence[Graded], rule_of: dict[str, str], day: date) -> None:
    (place / OWN_USE).mkdir(parents=True)
    _csv(place / "grades.csv", rows.GRADES, [row for case in cases for row in rows.grade_rows(case)])
    _csv(place / "judged.csv", rows.JUDGED, [row for case in cases for row in rows.judged_rows(case, rule_of)])
    _csv(place / "answers.csv", rows.ANSWERS, [row for case in cases for row in rows.answer_rows(case)])
    _csv(place / "audits.csv", rows.AUDITS, [row for case in cases for row in rows.audit_rows(case)])
    _csv(place / OWN_USE / "comments.csv", rows.COMMENTS, [row for case in cases for row in rows.comment_rows(case)])
    wanted = [action for case in cases for action in rows.actions_of(case)]
    if wanted:
        write_register(place / OWN_USE / "actions.xlsx", wanted, day, new_rows=0)


def _tables(run: RunFolder, cases: Sequence[Graded], rule_of: dict[str, str]) -> dict[str, book.Table]:
    """Sheet -> columns and rows of the figures for all cases."""
    judged = precision.precision_rows(precision.verdicts(cases, rule_of), precision.printed(cases, rule_of), run.titles)
    return {
        "Grades": (figures.SPREAD, list(figures.spread_rows(cases))),
        "Agreement": (figures.AGREEMENT, list(figures.agreement_rows(cases))),
        "Annex": (figures.ANNEX, list(figures.annex_rows(cases))),
        "The tool": (precision.PRECISION, list(judged)),
        "Questions": (_QUESTIONS, list(_questions(run, cases))),
    }


def _questions(run: RunFolder, cases: Sequence[Graded]) -> Iterator[book.Cells]:
    answers = Counter((rule, answer) for case in cases for *_, rule, answer in rows.answer_rows(case))
    for rule in sorted({rule for rule, _ in answers}):
        asked = run.book.get(rule)
        yield [rule, str(asked.body["question"]) if asked else "", *(answers[rule, code] for code in ANSWERS)]


def _csv(path: Path, columns: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    frame = pd.DataFrame(list(lines), columns=list(columns))
    write_csv(path, frame.astype({name: "str" for name in frame.columns if frame[name].dtype == object}))
