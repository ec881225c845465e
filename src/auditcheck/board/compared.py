"""Teams side by side, as the page takes them: the sentences of section 6, and chart and table of the annex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditcheck.board import funnel
from auditcheck.board.book import Book
from auditcheck.board.page_tables import plain

HEAD = ("Team", "Share", "n of d", "95% range", "Can't be told", "Beside the limits")


def sentences(book: Book) -> list[str]:
    """Of each measure that is drawn, which teams lie outside what chance gives; which have no figures by team, and why."""
    drawn = [one for one in book.funnels if one.drawn]
    found = [f"{one.title}: {one.outside()[:1].lower()}{one.outside()[1:]}" for one in drawn] or [
        f"No measure can be compared by team: of each {funnel.TOO_FEW}."
    ]
    return found + [f"No figures by team ({why}): {'; '.join(titles)}." for why, titles in book.not_by_team.items()]


def charts(book: Book) -> Iterator[dict[str, Any]]:
    """Of each measure by team the drawing, what it says, and its table."""
    for number, one in enumerate(book.funnels, 1):
        rows = []
        for name, figure in one.rows:
            said = figure.words()
            rows.append((name, [said["percent"], f"{said['n']} of {said['d']}", said["range"], said["unknown"], one.lies(name)]))
        table = plain(f"{one.title}, by team. {one.about}", HEAD, rows, HEAD[5:])
        says = f"{one.says()} Source: {one.source}."
        yield {"id": one.measure, "title": one.title, "svg": funnel.svg(one, f"teams-{number}"), "says": says, "table": table}
