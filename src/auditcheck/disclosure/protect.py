"""The one door through which figures leave: counts go in, tables that may be shown come out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from auditcheck.disclosure.policy import Policy
from auditcheck.disclosure.raw import Raw
from auditcheck.disclosure.released import Released
from auditcheck.disclosure.safe import Row, Safe, make

Cell = tuple[tuple[object, ...], str]


class CannotRelease(Exception):
    """These tables would give a small count away whatever is hidden in them, because of what was released before."""


def protect(tables: Sequence[Raw], policy: Policy, released: Released) -> list[Safe]:
    """Hide what must be hidden in the tables of one pack, given what earlier packs showed. One `Safe` for each table, in their order.

    All tables of a pack go in together: the total under one is the total under the others. Nothing is put down as released; that is
    `Released.add`, once the pack is.

    Raises `NotATable` where figures contradict each other and `CannotRelease` where nothing that could be hidden would be enough.
    """
    unsafe = {table.population for table in tables if _small_counts(table, policy)}
    return [_shown(table, policy, hide=table.population in unsafe) for table in tables]


def _small_counts(table: Raw, policy: Policy) -> bool:
    counted = table.counts
    for counts in table.cells.values():
        values = [counts[name] for name in counted]
        values += [counts[a] - counts[b] for a in counted for b in counted if counted[b] < counted[a]]
        if any(policy.small(value) for value in values):
            return True
    return False


def _shown(table: Raw, policy: Policy, hide: bool) -> Safe:
    rows = []
    for key, counts in table.cells.items():
        shown = {name: None if hide and counts[name] else _rounded(counts[name], policy) for name in table.counts}
        means: dict[str, float | None] = {}
        for name, over in table.sums.items():
            means[name] = None if shown[over] is None else counts[name] / counts[over] if counts[over] else float("nan")
        rows.append(Row(tuple(part.label for part in key), key, shown, means))
    rows.sort(
        key=lambda row: [
            _place(part.label, part.total, policy.order.get(name, ())) for part, name in zip(row.parts, table.dimensions, strict=True)
        ]
    )
    notes = one_result(rows, table.counts)
    return make(table.name, table.population, table.dimensions, rows, table.counts, table.fixed, notes, policy.name, policy.round_to)


def _rounded(count: int, policy: Policy) -> int:
    return (2 * count + policy.round_to) // (2 * policy.round_to) * policy.round_to


def _place(label: str, total: bool, order: Sequence[str]) -> tuple[bool, int, str]:
    return total, order.index(label) if label in order else len(order), label


def one_result(rows: Sequence[Row], counts: Collection[str]) -> list[str]:
    """Of rows in which every case has one result, the sentence that says so: what is said of the group is said of each in it."""
    if not {"n", "d"} <= set(counts):
        return []
    alike = [row for row in rows if row.value("d") and row.value("n") in (0, row.value("d"))]
    return [
        f"{', '.join(row.labels)}: all {row.figure('d')} share one result, so whoever is known to be in this row has it." for row in alike
    ]
