"""Teams side by side, as the page takes them: the sentences of section 6, and chart and table of the annex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditcheck.board import funnel
from auditcheck.board.book import Book
from auditcheck.board.page_tables import plain

HEAD = ("Team", "Met", "n of d", "95% range", "Beside the limits")


def sentences(book: Book) -> list[str]:
    """Of each measure that is drawn, which teams lie outside what chance gives."""
    drawn = [one for one in book.funnels if one.drawn]
    if not drawn:
        return [f"No measure can be compared by team: of each {funnel.TOO_FEW}."]
    return [f"{one.title}: {one.outside()}" for one in drawn]


def charts(book: Book) -> Iterator[dict[str, Any]]:
    """Of each measure by team the drawing, what it says, and its table."""
    for number, one in enumerate(book.funnels, 1):
        rows = []
        for name, figure in one.rows:
            said = figure.words()
            rows.append((name, [said["percent"], f"{said['n']} of {said['d']}", said["range"], one.lies(name)]))
        table = plain(f"{one.title}, by team. {one.about}", HEAD, rows, HEAD[4:])
        yield {"id": one.measure, "title": one.title, "svg": funnel.svg(one, f"teams-{number}"), "says": one.says(), "table": table}
