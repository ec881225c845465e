"""How far several sources reach together, table by table: what the best of them holds, they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from auditcheck.raw import Export


def coverage(exports: Sequence[Export], shared: Collection[str]) -> dict[str, str]:
    """Table, or its records by a link (``conferences.enquiry_id``) -> its coverage, where one declares it or several hold it (``shared``).

    One source that holds everything is enough; else the one that reaches back furthest; else only the latest is known.
    """
    declared = sorted({*shared, *(name for export in exports for name in export.coverage)})
    said = {name: set(_reaches(name, exports)) for name in declared}
    return {name: _best(how) for name, how in said.items() if how}


def _reaches(name: str, exports: Sequence[Export]) -> Iterator[str]:
    """What each source says that holds the table."""
    table = name.split(".")[0]
    for export in exports:
        if table in export.tables:
            yield export.coverage.get(name, export.coverage.get(table, "complete"))


def _best(said: set[str]) -> str:
    if "complete" in said:
        return "complete"
    return min((how for how in said if how.startswith("since ")), default="latest_only")


def kinds(exports: Sequence[Export]) -> dict[str, frozenset[str]]:
    """Table -> every kind that some source of it can hold; a source that may hold any makes it any."""
    said = {table: [export.kinds.get(table) for export in exports if table in export.tables] for table in _tables(exports)}
    return {table: frozenset().union(*(k for k in some if k)) for table, some in said.items() if all(k is not None for k in some)}


def until(exports: Sequence[Export]) -> dict[str, str]:
    """Table -> the last day that any of its sources was closed on; a source that does not say was not closed."""
    said = {table: [export.until.get(table, "") for export in exports if table in export.tables] for table in _tables(exports)}
    return {table: max(days) for table, days in said.items() if all(days)}


def _tables(exports: Sequence[Export]) -> list[str]:
    return sorted({table for export in exports for table in export.tables})
