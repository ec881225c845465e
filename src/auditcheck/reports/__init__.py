"""The reports of a run: tables for programs, a workbook and a page for people."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    import pyarrow as pa

    from auditcheck.reports.view import RunView


#: What a run may be told to leave out (`auditcheck run --without`).
OPTIONAL = ("workbook", "pages", "cases", "board")


def needs_rows(without: Collection[str]) -> bool:
    """Whether some report that is not left out looks at single findings and observations."""
    return not {"workbook", "pages", "cases"} <= set(without)


def write_reports(
    folder: Path,
    view: RunView,
    observations: Iterable[pa.Table],
    without: Collection[str] = (),
    findings: Iterable[pa.Table] | None = None,
) -> None:
    """Write every report of a run into an existing folder (see `folder.whole`).

    ``observations``: the table of them, in parts; ``without``: some of `OPTIONAL`. ``findings``: in parts, where every list is left out and
    the view has none of their rows.
    """
    from auditcheck.reports.tables import write_tables

    if findings is not None:
        write_tables(folder, view, observations, findings)
        return
    from auditcheck.reports.beside import workbook_beside
    from auditcheck.reports.cases import CaseTables, with_sheets, write_cases
    from auditcheck.reports.listing import listings
    from auditcheck.reports.pages import write_pages
    from auditcheck.reports.quality_page import write_quality_page
    from auditcheck.reports.view import plain

    everybody, restricted = listings(view)
    places = [(folder, everybody)]
    if restricted is not None:
        (folder / "restricted").mkdir(mode=0o700)
        places.append((folder / "restricted", restricted))
    with ExitStack() as writing:
        for place, listing in places if "workbook" not in without else ():
            writing.enter_context(workbook_beside(place / "exceptions.xlsx", listing))
        held = list(observations)
        write_tables(folder, view, held)
        sheets: frozenset[str] = frozenset()
        if "cases" not in without and view.book is not None and view.children is not None:
            cases = CaseTables.of(view, plain(held[0]) if held else _written(folder))
            write_cases(folder, cases)
            sheets = frozenset(with_sheets(cases.findings, cases.children))
        if "pages" in without:
            return
        for place, listing in places:
            write_pages(place, listing, sheets)
        if view.records is not None:
            write_quality_page(folder / "quality.html", everybody, view.records)


def _written(folder: Path) -> pa.Table:
    """The observations of a run that wrote them as it went."""
    import pyarrow.parquet as pq

    return pq.read_table(folder / "observations.parquet", memory_map=True)
