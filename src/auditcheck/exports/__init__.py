"""Reads what an authority hands over. The format is told by content, never by the name of the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck.shelf import Shelf

if TYPE_CHECKING:
    from auditcheck.raw import Export

__all__ = ["joined", "read", "read_all", "sources"]


def read(path: Path) -> Export:
    """Read one source: a folder or .zip of tables (case records, Annex A, the SSD, SSDA903, the census as tables), an Annex A workbook,
    a filled-in collection workbook or a CIN census. A folder that holds tables of several formats is joined as several sources are.

    Returns tables of text in the words of the contract (`raw.Export`), with every value or file that could not be taken as it
    stood among its ``problems``. Raises `raw.BadExport`, with a sentence for the user, for anything that cannot be read at all.
    """
    return read_all([path])


def read_all(paths: Sequence[Path], ranks: Sequence[str] = (), shelf: Shelf | None = None) -> Export:
    """Read several sources and join them. ``ranks``: the kinds of export that are trusted over others, first the most. ``shelf``: for large
    tables, where they need not all be in memory.

    Raises `BadExport`.
    """
    return joined(sources(paths, shelf), ranks)


def sources(paths: Sequence[Path], shelf: Shelf | None = None) -> list[tuple[str, Export]]:
    """What each source holds, an export for each format in it, under the name of its path. Raises `BadExport`."""
    return [(Path(path).name, export) for path in paths for export in _read(Path(path), shelf or Shelf())]


def joined(held: Sequence[tuple[str, Export]], ranks: Sequence[str] = ()) -> Export:
    """Sources as one. Where files of several have one name, the source's own name goes before it."""
    from auditcheck.exports.join import join

    names = [one.name for _, export in held for one in export.inputs]
    if len(held) > 1 and len(set(names)) < len(names):
        from auditcheck.exports.labels import labelled

        return join([labelled(export, place) for place, export in held], ranks)
    return join([export for _, export in held], ranks)


def _read(path: Path, shelf: Shelf) -> list[Export]:
    # The readers bring in pyarrow, lxml and calamine: none of that belongs in the start of the command line.
    from auditcheck.exports import sniff
    from auditcheck.raw import BadExport

    try:
        form = sniff.form_of(path)
        if form == sniff.FOLDER:
            from auditcheck.exports.folder import read_folder

            return read_folder(path, shelf)
        if form == sniff.ZIP:
            from auditcheck.exports.folder import read_zip

            return read_zip(path, shelf)
        if form == sniff.WORKBOOK:
            from auditcheck.exports import collection

            if collection.recognised(path):
                return [collection.read_collection(path)]
            from auditcheck.exports.annex_a import read_workbook

            return [read_workbook(path)]
        from auditcheck.exports.cin_census import read_census

        return [read_census(path)]
    except OSError as error:
        raise BadExport(f"{path.name} cannot be read: {error.strerror or 'the system refused it'}.") from error
