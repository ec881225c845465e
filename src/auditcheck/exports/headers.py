"""Which column of a file is which field of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from auditcheck import contract
from auditcheck.raw import Problem
from auditcheck.tidy import shorten


def match(table: str, file: str, header: Sequence[str], row: int) -> tuple[dict[str, list[int]], list[Problem]]:
    """Field -> positions of the columns that bear its name (trimmed, any case), and what is odd about the header.

    ``row`` is the header's row in the file.
    """
    fields = contract.tables()[table]
    places: dict[str, list[int]] = {}
    problems = []
    for position, written in enumerate(header):
        name = written.strip().lower()
        if not name:
            problems.append(Problem(file, row, f"column {position + 1}", "", "a column without a name: ignored"))
        elif name not in fields:
            problems.append(Problem(file, row, shorten(written), "", f"{table} has no such field: the column is ignored"))
        else:
            places.setdefault(name, []).append(position)
    return places, problems


def settle(
    file: str, row: int, places: Mapping[str, list[int]], columns: Mapping[int, pa.Array]
) -> tuple[dict[str, pa.Array], list[Problem]]:
    """One column a field. Where a header stands twice with different content neither is believed and the field is left out."""
    chosen, problems = {}, []
    for name, at in places.items():
        if all(columns[other].equals(columns[at[0]]) for other in at[1:]):
            chosen[name] = columns[at[0]]
            what = "the header stands more than once with the same content: read once"
        else:
            what = "the header stands more than once with different content: neither column is used"
        if len(at) > 1:
            problems.append(Problem(file, row, name, "", what))
    return chosen, problems


def leads_to_no_child(table: str, columns: Mapping[str, object]) -> bool:
    """Whether records of the table should belong to a child but nothing in these columns says to which."""
    fields = contract.tables()[table]
    if "child_id" not in fields or "child_id" in columns:
        return False
    parents = {f.name for f in fields.values() if f.refers_to not in (None, "workers", "children", table)}
    return parents.isdisjoint(columns)
