"""Rows first, then counts: small rows are joined into one before anything is hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from auditcheck.disclosure.blocks import Part, joined
from auditcheck.disclosure.policy import Policy
from auditcheck.disclosure.raw import Raw

Key = tuple[Part, ...]


def merge_small(table: Raw, policy: Policy) -> tuple[Raw, list[str]]:
    """The table with its small rows joined, where the policy says so, and a sentence for each dimension in which it was done."""
    notes = []
    for name, label in policy.merge.items():
        if name in table.dimensions and name not in table.overlapping and policy.row_size in table.counts:
            small = _small(table, table.dimensions.index(name), policy)
            if small:
                table = _joined(table, table.dimensions.index(name), small, label)
                notes.append(f"'{label}' joins those with fewer than {policy.smallest_row}.")
    return table, notes


def _small(table: Raw, at: int, policy: Policy) -> frozenset[Part]:
    """The parts with too few cases; with the next smallest, where these alone are one part or still too few."""
    sizes = _sizes(table, at, policy.row_size)
    order = sorted(sizes, key=lambda part: (sizes[part], part.label))
    small = [part for part in order if sizes[part] < policy.smallest_row]
    if not small:
        return frozenset()
    while len(small) < len(order) and (len(small) < 2 or sum(sizes[part] for part in small) < policy.smallest_row):
        small = order[: len(small) + 1]
    return frozenset(small) if len(small) > 1 else frozenset()


def _sizes(table: Raw, at: int, count: str) -> dict[Part, int]:
    """The cases of each part: in the total of the other dimensions where the table has one, else added up."""
    rows: dict[Part, list[Key]] = defaultdict(list)
    for key in table.cells:
        if not key[at].total:
            rows[key[at]].append(key)
    sizes = {}
    for part, keys in rows.items():
        totals = [key for key in keys if all(other.total for other in (*key[:at], *key[at + 1 :]))]
        sizes[part] = sum(table.cells[key][count] for key in totals or keys)
    return sizes


def _joined(table: Raw, at: int, small: frozenset[Part], label: str) -> Raw:
    together = joined(label, (str(name) for part in small for name in part.members or ()))
    cells: dict[Key, Mapping[str, int]] = {}
    for key, counts in table.cells.items():
        new = (*key[:at], together if key[at] in small else key[at], *key[at + 1 :])
        cells[new] = {name: counts[name] + cells[new][name] for name in counts} if new in cells else counts
    return replace(table, cells=cells)
