"""Names of files where several sources have files of the same name: the source's own name goes before them."""

from __future__ import annotations

from dataclasses import replace

from auditcheck.raw import Export


def labelled(export: Export, place: str) -> Export:
    """The export with ``place/`` before the names of its files."""

    def name(file: str) -> str:
        return file if file == place or file.startswith(f"{place},") else f"{place}/{file}"

    tables = {
        key: replace(table, file=name(table.file), files=tuple(name(file) for file in table.files)) for key, table in export.tables.items()
    }
    problems = [replace(problem, file=name(problem.file)) for problem in export.problems]
    inputs = [replace(one, name=name(one.name)) for one in export.inputs]
    return replace(export, tables=tables, problems=problems, inputs=inputs)
