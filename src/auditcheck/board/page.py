"""book.html: the book as one page that needs nothing but a browser, and prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from auditcheck.board import charts, sentences, themes
from auditcheck.board.book import Book, Measure
from auditcheck.board.commentary import ASKED, OWNER, PLACES, Note
from auditcheck.board.shown import Figure, Shown
from auditcheck.disclosure import Safe
from auditcheck.exports.manifest import plain_yaml
from auditcheck.reports import words
from auditcheck.reports.page import csp_hash
from auditcheck.taking_part import CORE_GROUP, REPORTS, STRATEGY, VOICE

SECTIONS = (
    ("decide", "What to decide today"), ("headlines", "Headlines"), ("glance", "Measures at a glance"),
    ("signal", "Measures with a target missed or a real change"), ("targets", "Targets not being met"), ("compared", "Compared with whom"),
    ("audits", "What the records show"), ("views", "What children, families and staff said"),
    ("notice", "Progress on each notice requirement"), ("unknown", "What we cannot tell"),
    ("measures", "Annex A: every other measure"), ("tables", "Annex B: tables and methods"),
)  # fmt: skip
#: Which tables by agency belong to a subject.
_VOICE = "The voice of the child"
_AGENCY = {"Working with other agencies": (STRATEGY, CORE_GROUP, *REPORTS.values())}
#: The rules shown of a subject.
MOST_RULES = 6
GOOD = {"higher": "Higher is better", "lower": "Lower is better"}


def write_page(path: Path, book: Book) -> None:
    """Write the page. The same book gives the same bytes."""
    import jinja2

    loader = jinja2.PackageLoader("auditcheck.board", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    style = environment.loader.get_source(environment, "book.css")[0]  # type: ignore[union-attr]
    page = environment.get_template("book.html.j2").render(style=style, style_hash=csp_hash(style), **_context(book))
    path.write_text(page.lstrip(), encoding="utf-8", newline="\n")


def _context(book: Book) -> dict[str, Any]:
    order, info = book.order, book.order.run.info
    main = [one for one in book.measures if not one.beside]
    pages = [one for one in sentences.ordered(book.measures) if one.failing or sentences.signalled(one)]
    keys = {one.id: f"measure-{n}" for n, one in enumerate(pages + [one for one in main if one not in pages], 1)}
    differs, same = sentences.changes(book)
    shown = book.shown
    return {
        "title": f"Board book, {order.period}",
        "board": order.profile.board_name[:1].upper() + order.profile.board_name[1:],
        "period": str(order.period),
        "before": str(order.period.before()),
        "up_to": sentences.day(info.get("data_up_to", info["as_of"])),
        "as_of": sentences.day(info["as_of"]),
        "incomplete": list(info.get("incomplete", ())),
        "always": always(book),
        "sections": SECTIONS,
        "decisions": list(sentences.decisions(book)),
        "headlines": sentences.headlines(book),
        "differs": differs,
        "same": same,
        "places": {key: book.notes.get(key, Note()) for key in PLACES},
        "failing": [one.title for one in book.measures if one.failing],
        "changed": [f"{one.title} ({one.trend.variation.lower()})" for one in book.measures if sentences.signalled(one)],
        "glance": [(theme, [_glance(one, keys) for one in main if one.theme == theme]) for theme in _used(book)],
        "pages": [_measure(one, book, keys, page=True) for one in pages],
        "others": [_measure(one, book, keys, page=False) for one in main if one not in pages],
        "asked": ASKED,
        "missed": [_missed(one, target) for one in book.measures for target in one.targets if target["status"] == "not_met"],
        "no_missed": _no_missed(book),
        "compared": [
            {"title": one.title, "told": one.told, **target}
            for one in book.measures
            for target in one.targets
            if target["baseline"] or target["comparator"]
        ],
        "past": [{"label": label, "now": now.words(), "then": then.words()} for label, now, then in book.changes],
        "themes": [_table(shown[f"{basis}-theme"], book) for basis in ("due", "record")],
        "subjects": list(_subjects(book)),
        "audits": _audits(book),
        "unknown": list(_unknown(book)),
        "not_evaluated": book.not_evaluated,
        "annex": [_table(one, book) for key, one in shown.items() if not key.endswith("-theme") and not key.startswith("agency-")],
        "grids": [_grid(one) for one in book.grids],
        "methods": list(methods().items()),
        "version": info.get("version", ""),
        "rulebook": str(info.get("rulebook", ""))[:12],
        "profile": order.profile.title,
    }


def always(book: Book) -> list[str]:
    """What stands on every book."""
    run = book.order.run
    whole = book.shown["due-theme"].figure("All rules")
    told = (
        []
        if whole is None or whole.unknown is None or not whole.d
        else [f"{sentences.unknown_share(whole)} of checks could not be decided."]
    )
    return [
        book.order.policy.convention(),
        f"Based on records as at {sentences.day(run.info.get('data_up_to', run.info['as_of']))}; late recording changes past months.",
        *(one[:1].upper() + one[1:] for one in told),
        "The tool checks dates and records, not quality of help. What is not recorded may have been done.",
    ]


def _used(book: Book) -> list[str]:
    return [title for title in themes.theme_titles() if any(one.theme == title for one in book.measures)]


def _standard(one: Measure) -> str:
    return words.FORCE.get(one.standard, "Local standard")


def _counts(figure: Figure | None) -> str:
    if figure is None:
        return ""
    said = figure.words()
    return f"{said['n']} of {said['d']}"


def _glance(one: Measure, keys: Mapping[str, str]) -> dict[str, str]:
    said = one.figure.words() if one.figure else {}
    return {
        "key": keys.get(one.id, ""),
        "id": one.id,
        "title": one.title,
        "standard": _standard(one),
        "good": {"higher": "Higher", "lower": "Lower"}.get(one.good, ""),
        "told": "Not evaluated" if one.why else one.told,
        "counts": _counts(one.figure),
        "range": said.get("range", ""),
        "unknown": said.get("unknown", ""),
        "target": "; ".join(filter(None, (target_in_words(target) for target in one.targets))),
        "mean": one.trend.mean,
        "variation": one.trend.variation,
        "assurance": one.trend.assurance or ("" if any(target["says"] for target in one.targets) else "No target"),
        "owner": one.note.lines.get(OWNER, ""),
    }


def target_in_words(target: Mapping[str, str]) -> str:
    """What is wanted, and how it stands; empty where nothing is."""
    if not target["says"]:
        return ""
    if target["status"] == "hidden":
        return f"{target['says']}: hidden"
    return f"{target['says']}: {words.TARGET.get(target['status'], target['status']).lower().removeprefix('target ')}"


def _measure(one: Measure, book: Book, keys: Mapping[str, str], page: bool) -> dict[str, Any]:
    figure, chart = one.figure, one.trend.chart
    said = figure.words() if figure else {}
    counts = f"{_counts(figure)}, 95% range {said['range']}; with what can't be told {said['bounds']}" if figure and figure.d else ""
    targets = [target_in_words(target) for target in one.targets]
    return {
        "key": keys[one.id],
        "page": page,
        "id": one.id,
        "title": sentences.title(one) if page else one.title,
        "theme": one.theme,
        "standard": _standard(one),
        "good": GOOD.get(one.good, "Neither way is better"),
        "period": sentences.span(one.period),
        "why": one.why,
        "told": one.told,
        "counts": counts,
        "targets": [f"Target: {target}." for target in targets if target],
        "svg": charts.svg(chart, keys[one.id]) if chart else "",
        "says": f"{chart.says} Source: what the rules observed." if chart else "",
        "why_no_trend": one.trend.why,
        "points": [{"when": when, **figure.words()} for when, figure in one.trend.rows],
        "beside": [_beside(more, one) for more in book.measures if more.id.startswith(f"{one.id}.")],
        "before": [(sentences.day(day), told) for day, told in one.before],
        "note": one.note,
        "owner": one.note.lines.get(OWNER, ""),
        "questions": one.questions,
    }


def _beside(more: Measure, one: Measure) -> str:
    title = more.title.removeprefix(f"{one.title}: ")
    told = f"not evaluated: {more.why}" if more.why else more.told
    counts = f" ({_counts(more.figure)})" if more.figure and more.figure.d and not more.why else ""
    return f"{title[:1].upper()}{title[1:]}: {told}{counts}."


def _missed(one: Measure, target: Mapping[str, str]) -> dict[str, str]:
    means = {
        "Will miss unless something changes": "The target lies outside the natural limits: effort alone will not reach it, "
        "the process must change.",
        "Will sometimes miss": "The target lies within the natural limits: some months will meet it and some will not, by chance.",
        "Will meet target as it runs now": "The process as it runs now meets it; this figure is of a longer stretch.",
    }
    action = one.note.lines.get(ASKED[2], "")
    return {
        "title": one.title,
        "target": target["says"],
        "told": one.told,
        "mean": one.trend.mean,
        "means": means.get(one.trend.assurance, "There are too few points to tell what the process can do."),
        "action": action or "Not supplied",
    }


def _no_missed(book: Book) -> str:
    agreed = [target for one in book.measures for target in one.targets if target["says"]]
    if not agreed:
        return "The profile sets no target. A target belongs in the profile, with its date and who agreed it."
    return "No target that is due is missed, of those that can be shown."


def _table(table: Shown, book: Book) -> dict[str, Any]:
    """A table for the template. Of a table of rules the titles stand under the ids."""
    titles = {rule.id: rule.title for rule in book.order.book.rules.values()} if table.key.endswith("-rule") else {}
    first = {"rule": "Rules"}.get(table.dimension, table.dimension.capitalize())
    rows = [
        {"label": label, "fine": titles.get(label, ""), "total": label == "All rules", **figure.words()} for label, figure in table.lines
    ]
    return {"name": f"{table.name}. {table.about}", "first": first, "rows": rows, "notes": table.notes}


def _subjects(book: Book) -> Iterator[dict[str, Any]]:
    """Of each subject the rules that are met least, out of the tables of all rules: no sum, so that nothing is added up across what is
    joined."""
    order = book.order
    rules = [order.book.rules[rule] for rule in order.run.evaluated if rule in order.book.rules]
    for subject in themes.subjects(rules):
        tables = []
        for basis in ("due", "record"):
            whole = book.shown[f"{basis}-rule"]
            lines = [(label, figure) for label, figure in whole.lines if label in subject.rules and figure.value is not None]
            least = sorted(lines, key=lambda line: (line[1].value, line[0]))[:MOST_RULES]
            more = len(lines) - len(least)
            notes = (f"The {len(least)} met least; {more} more, and those too small to show, are in annex B.",) if more else ()
            if least:
                tables.append(_table(Shown(whole.key, subject.title, whole.dimension, tuple(least), notes, whole.about), book))
        own = _AGENCY.get(subject.title, ())
        tables += [_table(table, book) for key, table in book.shown.items() if key.removeprefix("agency-") in own]
        yield {"title": subject.title, "tables": tables, "says": _ways(book) if subject.title == _VOICE else ""}


def _ways(book: Book) -> str:
    """How children's views were heard, in words: counts of records, no rate."""
    table = book.shown.get(f"agency-{VOICE}")
    if table is None:
        return "No record of children's views says how they were heard."
    counts = [f"{label.lower()} {figure.words()['n']}" for label, figure in table.lines]
    return f"Records of children's views by the way they were heard, {table.about.lower()}: {'; '.join(counts)}."


def _audits(book: Book) -> list[str]:
    run = book.order.run
    found = []
    if run.grades is None:
        found.append("No grades of audits were supplied with this run.")
    if run.actions is None:
        found.append("No register of actions was supplied with this run, so what difference they made can't be told.")
    return found


def _unknown(book: Book) -> Iterator[str]:
    for basis in ("due", "record"):
        table = book.shown[f"{basis}-theme"]
        whole = table.figure("All rules")
        if whole is not None and whole.unknown is not None and whole.d:
            yield f"{table.about}: {whole.unknown:,} of {whole.d + whole.unknown:,} could not be told ({sentences.unknown_share(whole)})."
    if book.undated:
        yield "Some records bear no day by which they could be put in a period, and are closed: they are in no figure."
    bounds = [one.title for one in book.measures if one.figure and one.figure.only_bounds]
    if bounds:
        yield f"Too much is not recorded to show one figure of: {'; '.join(bounds)}."


def _grid(safe: Safe) -> dict[str, Any]:
    """Groups down, themes across: more groups than themes fit on a page."""
    themes_ = list(dict.fromkeys(row.labels[0] for row in safe.rows))
    groups = list(dict.fromkeys(row.labels[1] for row in safe.rows))
    cells = {row.labels: f"{row.percent(places=1)} of {row.figure('d')}" for row in safe.rows}
    return {"name": safe.name, "columns": themes_, "rows": [(group, [cells[theme, group] for theme in themes_]) for group in groups]}


@cache
def methods() -> dict[str, str]:
    """How the figures were made: term and text."""
    said: dict[str, str] = plain_yaml(files("auditcheck.board").joinpath("methods.yaml").read_text("utf-8"))
    return said


def titles(measures: Sequence[Measure]) -> dict[str, str]:
    """Of the measures that have a place in the commentary, the titles by id."""
    return {one.id: one.title for one in measures if not one.beside}
