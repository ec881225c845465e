"""Markdown that means what it says: text is escaped, tables are one row a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def plain(text: str) -> str:
    """Text that means nothing to Markdown."""
    escaped = " ".join(text.split())
    for mark in "\\`*_[]<>|#":
        escaped = escaped.replace(mark, "\\" + mark)
    return escaped


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; cells are Markdown already."""
    for cells in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(cells) + " |"
