"""The folder of a collection: everything that a service needs to supply records that its system does not export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from auditcheck.collection.tables import datapackage, dictionary, sql, write_headers
from auditcheck.collection.wanted import wanted
from auditcheck.collection.workbook import write_collection
from auditcheck.rulebook.model import Rule

_MANIFEST = """# What day the tables speak of, and how far back each goes: complete, latest_only, or since a date.
# as_of: 2015-06-30
# extracted_at: 2015-07-01T02:00
# coverage:
#   visits: since 2014-07-01
"""


def write_collection_folder(folder: Path, rules: Sequence[Rule], only: Iterable[str] = ()) -> list[str]:
    """Write into an existing, empty folder what these rules read (only the tables named, if any are); returns the tables' names.

    ``tables/`` is a case-record folder without records: header-only CSVs, manifest.yml and datapackage.json.
    """
    tables = wanted(rules, only)
    inside = folder / "tables"
    inside.mkdir()
    write_headers(inside, tables)
    texts = {
        inside / "manifest.yml": _MANIFEST,
        inside / "datapackage.json": datapackage(tables),
        folder / "dictionary.md": dictionary(tables),
        folder / "example.sql": sql(tables),
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    write_collection(folder / "collection.xlsx", tables)
    return list(tables)
