"""Case sheets: two sides of A4 about one child, for the auditor who opens the file and the worker who answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck.reports import words
from auditcheck.reports.cases.sheet import Run, sheet
from auditcheck.reports.cases.tables import CaseTables, NoSheet, cases, read, with_sheets
from auditcheck.reports.slugs import case_file

if TYPE_CHECKING:
    from auditcheck.rulebook.model import Rulebook

__all__ = ["CaseTables", "NoSheet", "one_sheet", "sheets", "with_sheets", "write_cases"]


def write_cases(folder: Path, tables: CaseTables) -> None:
    """Write the sheet of every child `with_sheets` into ``folder``: under ``cases/``, a restricted child's under ``restricted/cases/``."""
    for child_id, restricted, page in sheets(tables, with_sheets(tables.findings, tables.children)):
        path = (folder / "restricted" if restricted else folder) / case_file(child_id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8", newline="\n")


def one_sheet(run: Path, child_id: str, book: Rulebook) -> tuple[bool, str]:
    """(whether the child is restricted, the sheet) from the folder of a run: the same page that the run wrote. Raises NoSheet."""
    ((_, restricted, page),) = sheets(read(run, child_id, book), [child_id])
    return restricted, page


def sheets(tables: CaseTables, wanted: Iterable[str]) -> Iterator[tuple[str, bool, str]]:
    """(child, whether restricted, the sheet) of each of these children, in this order. A pure function of the tables."""
    sealed = [row["child_id"] for row in tables.children.select(["child_id", "restricted"]).to_pylist() if row["restricted"] != "no"]
    run = Run(tables.info, tables.rules, tables.book, words.hiding(sealed))
    for case in cases(tables, list(wanted)):
        yield case.child["child_id"], case.restricted, sheet(run, case if case.restricted else case.without(run.hide))
