"""Section 7: what the records show, subject by subject, what audits found, and what became of actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditcheck.board import bars, sentences, themes
from auditcheck.board.actions import MONTHS, ActionsShown, Stretch
from auditcheck.board.audit_quarters import Quarter
from auditcheck.board.audit_tables import AuditsShown
from auditcheck.board.book import Book
from auditcheck.board.page_tables import plain, table
from auditcheck.board.periods import short
from auditcheck.board.shown import Figure, Shown, in_words
from auditcheck.board.stages import NAME
from auditcheck.board.voice import without
from auditcheck.grades import FEWEST
from auditcheck.reports.words import count
from auditcheck.rulebook.model import Rule
from auditcheck.taking_part import STRATEGY, VOICE

#: The rules of a subject in the section, and in the annex.
FIRST, MOST = 2, 6
#: The columns of the voice of the child by stage.
BY_STAGE = ("Stage", "Children", "Met", "n of d", "95% range", "With what can't be told", "Can't be told")


def subjects(book: Book) -> list[tuple[str, list[tuple[Shown, str, Figure]]]]:
    """Of each subject the rules that can be shown, least met first: no sum, so that nothing is added up across what is joined."""
    order = book.order
    rules = [order.book.rules[rule] for rule in order.run.evaluated if rule in order.book.rules]
    found = []
    for subject in themes.subjects(rules):
        lines = [
            (whole, label, figure)
            for whole in (book.shown["due-rule"], book.shown["record-rule"])
            for label, figure in whole.lines
            if label in subject.rules and figure.value is not None
        ]
        found.append((subject.title, sorted(lines, key=lambda line: (line[2].value, line[1]))))
    return found


def least(book: Book) -> dict[str, Any]:
    """One table: of each subject the rules that are met least."""
    rows = []
    for title, lines in subjects(book):
        for whole, rule, figure in [line for line in lines if line[2].n != line[2].d][:FIRST]:
            said = figure.words()
            what = f"{book.order.book.rules[rule].title} ({rule}; {'due in the period' if whole.key.startswith('due') else 'on record'})"
            rows.append((title, [what, said["percent"], f"{said['n']} of {said['d']}", said["range"]]))
        if not lines:
            rows.append((title, ["Too little to show, or nothing to count", "", "", ""]))
        elif all(figure.n == figure.d for *_, figure in lines):
            rows.append((title, [f"{count(len(lines), 'rule')} can be shown, and all that they ask is met", "", "", ""]))
    return plain("The rules met least, by subject", ["Subject", "Rule", "Met", "n of d", "95% range"], rows, {"Rule"})


def more(book: Book) -> Iterator[dict[str, Any]]:
    """The annex's tables: more rules of each subject, and what agencies did."""
    for title, lines in subjects(book):
        for whole in dict.fromkeys(line[0].key for line in lines):
            own = [line for line in lines if line[0].key == whole]
            notes = (f"The {MOST} met least; {len(own) - MOST} more are in the table by rule.",) if len(own) > MOST else ()
            shown, some = own[0][0], tuple((rule, figure) for _, rule, figure in own[:MOST])
            yield table(Shown(shown.key, title, shown.dimension, some, notes, shown.about), book.order.book.rules)
    for key, one in book.shown.items():
        if key.startswith("agency-") and key != f"agency-{VOICE}":
            yield table(one, book.order.book.rules)


def ways(book: Book) -> str:
    """How children's views were heard, in words: counts of records, no rate."""
    one = book.shown.get(f"agency-{VOICE}")
    if one is None:
        return "No record of children's views says how they were heard."
    told = [f"{label.lower()} {in_words(figure.n)}" for label, figure in one.lines]
    return f"Records of children's views by the way they were heard, {_inside(one.about)}: {'; '.join(told)}."


def voice(book: Book) -> dict[str, Any]:
    """How children were heard, and by stage whether they were: tables, what is hidden of them, and the stages without a figure."""
    made: list[dict[str, Any]] = []
    notes: list[str] = []
    for one in book.voice:
        rows = [(stage, [ages, *_columns(figure)]) for stage, ages, figure in one.lines if not figure.hidden]
        hidden = [f"{stage}, {_inside(ages)}" for stage, ages, figure in one.lines if figure.hidden]
        notes += [f"Too little to show of {_inside(one.about)}: {'; '.join(one.left_out)}."] if one.left_out else []
        if rows:
            made.append(plain(f"{NAME}. {one.about}", BY_STAGE, rows, {"Children"}))
            notes += [f"Hidden (c) of {_inside(one.about)}: {'; '.join(hidden)}."] if hidden else []
            notes += one.notes
    if missing := without(book.voice, _selected(book)):
        notes.append(f"No figure of: {'; '.join(missing)}. The rules there were not evaluated, or judge no record that these tables count.")
    says = [ways(book), *([] if made else ["By stage there is too little to show."])]
    return {"says": says, "tables": made, "notes": list(dict.fromkeys(notes))}


def _selected(book: Book) -> list[Rule]:
    """The rules that the run was to evaluate."""
    every = book.order.book.rules
    return [every[row["rule_id"]] for row in book.order.run.rules if row["status"] != "not_selected" and row["rule_id"] in every]


def _columns(figure: Figure) -> list[str]:
    said = figure.words()
    return [said["percent"], f"{said['n']} of {said['d']}", said["range"], said["bounds"], said["unknown"]]


def agencies(book: Book) -> str:
    """Who took part in strategy discussions, in words."""
    one = book.shown.get(f"agency-{STRATEGY}")
    lines = [(label, figure) for label, figure in one.lines if label in ("Social care", "Police", "Health")] if one else []
    if one is None or not lines:
        return "Working with other agencies: no strategy discussion says who took part."
    told = [f"{label.lower()} {sentences.said(figure) if not figure.hidden else 'c'}" for label, figure in lines]
    return f"Working with other agencies: of strategy discussions that say who took part, {_inside(one.about)}: {'; '.join(told)}."


def audits(found: AuditsShown | None) -> dict[str, Any]:
    """What audits found: sentences and tables."""
    if found is None:
        return {"says": ["No results of audits were supplied with this book."], "tables": [], "svg": "", "drawn": "", "quarters": None}
    made = []
    if found.grades.count("All audits") != 0:
        rows = [(name, [in_words(n), share]) for (name, n), share in zip(found.grades.lines, found.percents, strict=True)]
        made.append(plain(f"Overall grades. {found.grades.about}", ["Grade", "Audits", "Per cent"], rows))
    if found.themes:
        lines = [(name, [_percent(figure), f"{in_words(figure.n)} of {in_words(figure.d)}"]) for name, figure in found.themes]
        made.append(plain("Themes, strengths first: good or better", ["Theme", "Per cent", "n of d"], lines))
    chart = {"svg": bars.svg(found.quarters, "grades"), "drawn": bars.says(found.quarters) or found.no_quarters}
    return {"says": found.says, "tables": made, "quarters": _quarters(found.quarters), **chart}


def _quarters(found: Sequence[Quarter]) -> dict[str, Any] | None:
    """The grades of every quarter; None where there is none."""
    if not found:
        return None
    names = [name for name, _ in (*found[0].grades, *found[0].other)]
    rows = [(one.name, [in_words(count) for _, count in (*one.grades, *one.other)] + [in_words(one.audits)]) for one in found]
    return plain("Overall grades by quarter", ["Quarter", *names, "All audits"], rows)


def _percent(figure: Figure) -> str:
    return "" if figure.d is not None and figure.d < FEWEST else figure.words()["percent"]


def actions(found: ActionsShown | None, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """What is outstanding, and what rules showed before actions and after."""
    if found is None:
        return {"says": ["No register of actions was supplied with this book, so what difference they made can't be told."], "tables": []}
    told = "; ".join(f"{in_words(n)} {_inside(label)}" for label, n in found.counts.lines)
    says = [f"Actions of the register: {told}."]
    made = []
    if found.differences:
        rows = [
            (f"{rules[one.rule].title} ({one.rule})", [_stretch(one.before), _stretch(one.after), _months(one.stretch), one.says])
            for one in found.differences
        ]
        head = ["Rule", "Before", "After", "Months", "Difference"]
        made.append(
            plain(
                "What rules showed before actions about them were raised, and after they were closed",
                head,
                rows,
                {"Months", "Difference"},
            )
        )
        says.append(f"Before and after are as many whole months on each side, {MONTHS} at most.")
        says.append("That a figure changed does not say that the actions changed it.")
    says += [sentence for sentence in _not_told(found) if sentence]
    return {"says": says, "tables": made}


def _inside(text: str) -> str:
    """A text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def _months(stretch: Stretch) -> str:
    return f"{short(stretch.before)}; {short(stretch.after)}"


def _stretch(figure: Figure) -> str:
    return sentences.said(figure) if not figure.hidden else "c"


def _not_told(found: ActionsShown) -> Sequence[str]:
    return (
        f"No whole month has passed since actions were closed about: {', '.join(found.early)}." if found.early else "",
        f"These rules say what is on record, so there is no before and after: {', '.join(found.still)}." if found.still else "",
        f"{count(found.small, 'more rule has', 'more rules have')} closed actions and too few cases to show." if found.small else "",
        "No action about a rule was closed in the period." if not (found.differences or found.early or found.still or found.small) else "",
    )
