"""The reports of a run: tables for programs, a workbook and a page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from auditcheck.reports.view import RunView


def write_reports(folder: Path, view: RunView, observations: pa.Table) -> None:
    """Write every report of a run into an existing, empty folder (see `folder.whole`)."""
    from auditcheck.reports.listing import listings
    from auditcheck.reports.page import write_page
    from auditcheck.reports.tables import write_tables
    from auditcheck.reports.workbook import write_workbook

    write_tables(folder, view, observations)
    everybody, restricted = listings(view)
    places = [(folder, everybody)]
    if restricted is not None:
        (folder / "restricted").mkdir(mode=0o700)
        places.append((folder / "restricted", restricted))
    for place, listing in places:
        write_workbook(place / "exceptions.xlsx", listing)
        write_page(place / "index.html", listing)
