"""book.html: the book as one page that needs nothing but a browser, and prints."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from auditcheck.board import asked, compared, measure_pages, records, sentences, themes, unknown
from auditcheck.board.book import Book, Measure
from auditcheck.board.commentary import ASKED, PLACES, Note
from auditcheck.board.page_tables import grid, plain, table
from auditcheck.board.source import profile_of
from auditcheck.exports.manifest import plain_yaml
from auditcheck.reports.page import csp_hash

SECTIONS = (
    ("decide", "What to decide today"), ("headlines", "Headlines"), ("glance", "Measures at a glance"),
    ("signal", "Measures with a target missed or a real change"), ("targets", "Targets not being met"), ("compared", "Compared with whom"),
    ("audits", "What the records show"), ("views", "What children, families and staff said"),
    ("notice", "Progress on each notice requirement"), ("unknown", "What we cannot tell, and what was restated"),
    ("measures", "Annex A: every other measure"), ("tables", "Annex B: tables and methods"),
)  # fmt: skip
#: Differences from the period before that are named.
_NAMED = 6


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
    shown, rules, requirements = book.shown, order.book.rules, asked.shows(book)
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
        "differs": differs[:_NAMED],
        "more_differ": len(differs[_NAMED:]),
        "same": sentences.unchanged(differs, same),
        "places": {key: book.notes.get(key, Note()) for key in PLACES},
        "failing": [one.title for one in book.measures if one.failing],
        "changed": [f"{one.title} ({one.trend.variation.lower()})" for one in book.measures if sentences.signalled(one)],
        "glance": [(theme, [measure_pages.glance(one, keys) for one in main if one.theme == theme]) for theme in _used(book)],
        "spans": measure_pages.spans(main),
        "pages": [measure_pages.page_of(one, book, keys, page=True) for one in pages],
        "others": [measure_pages.page_of(one, book, keys, page=False) for one in main if one not in pages],
        "asked": ASKED,
        "missed": [measure_pages.missed(one, target) for one in book.measures for target in one.targets if target["status"] == "not_met"],
        "no_missed": measure_pages.none_missed(book),
        "compared": [
            {"title": one.title, "told": one.told, **target}
            for one in book.measures
            for target in one.targets
            if target["baseline"] or target["comparator"]
        ],
        "between_teams": compared.sentences(book),
        "funnels": list(compared.charts(book)),
        "past": _past(book, [label for label, _ in shown["due-theme"].lines]),
        "themes": [table(shown[f"{basis}-theme"], rules) for basis in ("due", "record")],
        "least": records.least(book),
        "agencies": [records.agencies(book)],
        "voice": records.voice(book),
        "audits": records.audits(book.audits),
        "actions": records.actions(book.actions, rules),
        "asked_by_notice": [asked.brief(one) for one in requirements],
        "evidence": plain(
            "What the notice asks, and every rule and measure that shows something of it",
            asked.HEAD,
            asked.lines(requirements),
            asked.WORDS,
        ),
        "unknown": list(unknown.unknown(book)),
        "restated": list(unknown.restated(book)),
        "not_evaluated": book.not_evaluated,
        "annex": [table(one, rules) for key, one in shown.items() if not key.endswith("-theme") and not key.startswith("agency-")],
        "past_areas": _past(book, [label for label, _ in shown["due-area"].lines]),
        "more": list(records.more(book)),
        "grids": [grid(one, book.groups[one.dimensions[1]]) for one in book.grids],
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
        book.convention,
        f"Based on records as at {sentences.day(run.info.get('data_up_to', run.info['as_of']))}{_checked(book)}; "
        "late recording changes past months.",
        *(one[:1].upper() + one[1:] for one in told),
        "The tool checks dates and records, not quality of help. What is not recorded may have been done.",
    ]


def _checked(book: Book) -> str:
    """On which day the records were checked, and by which profile, where these are not the ones that a reader expects."""
    run, profile = book.order.run, book.order.profile
    told = []
    if run.info.get("data_up_to", run.info["as_of"]) != run.info["as_of"]:
        told.append(f"as things stood on {sentences.day(run.info['as_of'])}")
    if profile.id != (profile_of(run) or profile.id):
        told.append(f"with the limits of another profile: {run.info.get('profile_title') or profile_of(run)}")
    return f", checked {' and '.join(told)}" if told else ""


def _past(book: Book, labels: Sequence[str]) -> dict[str, Any]:
    """What fell due in the period, and in the one before; what is hidden of both is only named."""
    both = [(label, now, then) for label, now, then in book.changes if label in labels]
    rows = [{"label": label, "now": now.words(), "then": then.words()} for label, now, then in both if not (now.hidden and then.hidden)]
    return {"rows": rows, "hidden": [label for label, now, then in both if now.hidden and then.hidden]}


def _used(book: Book) -> list[str]:
    return [title for title in themes.theme_titles() if any(one.theme == title for one in book.measures)]


@cache
def methods() -> dict[str, str]:
    """How the figures were made: term and text."""
    said: dict[str, str] = plain_yaml(files("auditcheck.board").joinpath("methods.yaml").read_text("utf-8"))
    return said


def titles(measures: Sequence[Measure]) -> dict[str, str]:
    """Of the measures that have a place in the commentary, the titles by id."""
    return {one.id: one.title for one in measures if not one.beside}
