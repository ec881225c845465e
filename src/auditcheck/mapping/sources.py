"""What a run reads: files of a service's own layout where a mapping is given, beside sources of the formats that need none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck import exports
from auditcheck.raw import BadExport, Export
from auditcheck.shelf import Shelf

if TYPE_CHECKING:
    from auditcheck.mapping.language import Layout
    from auditcheck.mapping.look import Opened


def read_all(paths: Sequence[Path], mapping: Path | None = None, ranks: Sequence[str] = (), shelf: Shelf | None = None) -> Export:
    """All sources, joined. With a mapping it reads the CSV, Parquet and Excel files; a folder none of whose files is like its lists, a
    .zip and a census are read as ever. ``shelf``: see `exports.read_all`. Raises `BadExport`."""
    if mapping is None:
        return exports.read_all(paths, ranks, shelf)
    from auditcheck.mapping.language import load
    from auditcheck.mapping.reading import read

    layout = load(mapping).settled()
    own, other = _own(paths, layout)
    if not own:
        raise BadExport(f"{mapping.name} is given, but no CSV, Parquet or Excel file that is like one of its lists.")
    return exports.joined([(layout.input.name, read(layout, own)), *exports.sources(other, shelf)], ranks)


def _own(paths: Sequence[Path], layout: Layout) -> tuple[list[Opened], list[Path]]:
    from auditcheck.exports.lists import Lists
    from auditcheck.mapping.look import files_of, opened
    from auditcheck.mapping.reading import by_its_header

    own: list[Opened] = []
    other: list[Path] = []
    for path in paths:
        if path.suffix.lower() in (".xml", ".zip"):
            other.append(path)
            continue
        files = [opened(file) for file in files_of([path])]
        lists = Lists(layout.said)
        if path.is_dir() and all(by_its_header(lists, found) is None for file in files for found in file.lists):
            other.append(path)
        else:
            own += files
    return own, other
