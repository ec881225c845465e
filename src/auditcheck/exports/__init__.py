"""Reads what an authority hands over. The format is told by content, never by the name of the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditcheck.raw import Export

__all__ = ["read"]


def read(path: Path) -> Export:
    """Read a folder or .zip of case-record tables, an Annex A workbook, a filled-in collection workbook or a CIN census.

    Returns tables of text in the words of the contract (`raw.Export`), with every value or file that could not be taken as it
    stood among its ``problems``. Raises `raw.BadExport`, with a sentence for the user, for anything that cannot be read at all.
    """
    # The readers bring in pyarrow, lxml and calamine: none of that belongs in the start of the command line.
    from auditcheck.exports import sniff
    from auditcheck.raw import BadExport

    path = Path(path)
    try:
        form = sniff.form_of(path)
        if form == sniff.FOLDER:
            from auditcheck.exports.folder import read_folder

            return read_folder(path)
        if form == sniff.ZIP:
            from auditcheck.exports.folder import read_zip

            return read_zip(path)
        if form == sniff.WORKBOOK:
            from auditcheck.exports import collection

            if collection.recognised(path):
                return collection.read_collection(path)
            from auditcheck.exports.annex_a import read_workbook

            return read_workbook(path)
        from auditcheck.exports.cin_census import read_census

        return read_census(path)
    except OSError as error:
        raise BadExport(f"{path.name} cannot be read: {error.strerror or 'the system refused it'}.") from error
