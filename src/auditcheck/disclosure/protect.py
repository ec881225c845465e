"""The one door through which figures leave: counts go in, tables that may be shown come out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from math import nan

from auditcheck.disclosure.attack import Attack
from auditcheck.disclosure.blocks import Part
from auditcheck.disclosure.building import build
from auditcheck.disclosure.hiding import choose
from auditcheck.disclosure.merging import merge_small
from auditcheck.disclosure.policy import Policy
from auditcheck.disclosure.raw import NotATable, Raw
from auditcheck.disclosure.released import Released
from auditcheck.disclosure.safe import Row, Safe, make
from auditcheck.disclosure.solver import NoSolution, Undecided
from auditcheck.disclosure.system import Counted, System

NAMED = 4
"""A refusal names so many tables; a book has some forty."""
Place = tuple[tuple[Part, ...], str]

GIVEN_AWAY = "Earlier packs alone give away a count that is hidden here; they were released under another policy, or outside this tool."
ZEROS = "Here c may also be a 0: with earlier packs a 0 would give away what is hidden."
RESTATED = "Some figures were restated since they were released. Those that no longer fit could not be taken into account here."


class CannotRelease(Exception):
    """These tables would give a small count away whatever is hidden in them, because of what was released before."""


class _Betrayed(CannotRelease):
    """What is shown gives something away, a zero for one."""


def protect(tables: Sequence[Raw], policy: Policy, released: Released, counted: Counted | None = None) -> list[Safe]:
    """Hide what must be hidden in the tables of one pack, given what earlier packs showed. One `Safe` for each table, in their order.

    All tables of a pack go in together: the total under one is the total under the others. Nothing is put down as released; that is
    `Released.add`, once the pack is.

    ``counted``: of a population and parts of its dimensions (the outcome among them) the count, None where it is not known: what a reader
    could subtract out, and no table prints, is protected where it is small, or where nobody says that it is not.

    Raises `NotATable` where figures contradict each other and `CannotRelease` where nothing that could be hidden would be enough.
    """
    found: dict[int, Safe] = {}
    for population in dict.fromkeys(table.population for table in tables):
        numbers = [number for number, table in enumerate(tables) if table.population == population]
        found.update(zip(numbers, _protect([tables[number] for number in numbers], policy, released, counted), strict=True))
    return [found[number] for number in range(len(tables))]


def _protect(tables: Sequence[Raw], policy: Policy, released: Released, counted: Counted | None) -> list[Safe]:
    """As `protect`, for the tables of one population."""
    merged = [merge_small(table, policy) for table in tables]
    rows = [table for table, _ in merged]
    try:
        hidden, notes = _hidden_from_all(rows, policy, released, counted)
    except _Betrayed:
        policy = replace(policy, cover_zeros=True)
        hidden, notes = _hidden_from_all(rows, policy, released, counted)
        notes.append(ZEROS)
    return [_shown(table, policy, cells, [*said, *notes]) for (table, said), cells in zip(merged, hidden, strict=True)]


def _hidden_from_all(
    tables: Sequence[Raw], policy: Policy, released: Released, counted: Counted | None
) -> tuple[list[set[Place]], list[str]]:
    """As `_hidden`, from a reader who takes what tables name for all there is; from another, where the figures show that there is more."""
    try:
        for whole in (False, True) if released.tables else (False,):
            for system in _readings(tables, released, counted, whole):
                with suppress(NoSolution):
                    return _hidden(tables, policy, system, counted)
        raise NoSolution
    except NoSolution as problem:
        raise NotATable(f"The figures contradict each other ({_named(tables)}). Leave one of them out.") from problem
    except Undecided as problem:
        raise CannotRelease(
            f"What these tables give away ({_named(tables)}) could not be worked out (the solver said: {problem}). "
            "Choose a period that does not overlap those of books released before, or leave one of the tables out."
        ) from problem


def _readings(tables: Sequence[Raw], released: Released, counted: Counted | None, whole: bool) -> Iterator[System]:
    """What one reader or the other takes the figures for; first with those in which no earlier figure has to be left out.

    ``whole``: as in `restated`.
    """
    left: list[System] = []
    with suppress(NotATable, NoSolution):
        left = [build(tables, released, True, counted, whole)]
    if left and not left[0].restated:
        yield left.pop()
    with suppress(NoSolution):
        left.append(build(tables, released, False, counted, whole))
    yield from sorted(left, key=lambda system: system.restated)


def _hidden(tables: Sequence[Raw], policy: Policy, system: System, counted: Counted | None) -> tuple[list[set[Place]], list[str]]:
    """Of each table the cells to hide (combination of parts, and count), and what is to be said of all of them."""
    choice = choose(Attack(system, policy, counted))
    if system.too_large and choice.hidden:  # what could not be tried is not passed; where nothing is hidden, nothing can be given away
        raise CannotRelease(
            f"These tables and earlier ones cross in too many ways to try them all ({_named(tables)}). "
            "Leave one of them out, or join its rows."
        )
    if choice.betrayed:
        raise _Betrayed(
            "Together with what was released before, these tables would give away a count that is hidden "
            f"({_named(tables)}). Leave out the one that is new since then, or join its rows."
        )
    at = [{(key, count): system.at(table, key, count) for key in table.cells for count in table.counts} for table in tables]
    hidden = [{place for place, cell in cells.items() if cell in choice.hidden} for cells in at]
    said = {GIVEN_AWAY: bool(choice.given_away), RESTATED: system.restated}
    return hidden, [note for note, holds in said.items() if holds]


def _named(tables: Sequence[Raw]) -> str:
    names = ", ".join(f"'{table.name}'" for table in tables[:NAMED])
    return f"{tables[0].population}: {names}" + (f" and {len(tables) - NAMED} more" if len(tables) > NAMED else "")


def _shown(table: Raw, policy: Policy, hidden: Collection[Place], notes: list[str]) -> Safe:
    rows = []
    for key, counts in table.cells.items():
        shown = {name: None if (key, name) in hidden else policy.rounded(counts[name]) for name in table.counts}
        means: dict[str, float | None] = {}
        for name, some in table.sums.items():
            over, *others = (some,) if isinstance(some, str) else some
            hides = any(shown[count] is None for count in (over, *others))
            means[name] = None if hides else counts[name] / counts[over] if counts[over] else nan
        rows.append(Row(tuple(part.label for part in key), key, shown, means))
    orders = [policy.order.get(name, ()) for name in table.dimensions]
    rows.sort(key=lambda row: [_place(part.total, part.label, order) for part, order in zip(row.parts, orders, strict=True)])
    return make(table, rows, [*notes, *one_result(rows, table.counts)], policy)


def _place(total: bool, label: str, order: Sequence[str]) -> tuple[bool, int, str]:
    return total, order.index(label) if label in order else len(order), label


def one_result(rows: Sequence[Row], counts: Collection[str]) -> list[str]:
    """Of rows in which every case has one result, the sentence that says so: what is said of the group is said of each in it."""
    if not {"n", "d"} <= set(counts):
        return []
    alike = [row for row in rows if row.value("d") and row.value("n") in (0, row.value("d"))]
    return [
        f"{', '.join(row.labels)}: all {row.figure('d')} share one result, so whoever is known to be in this row has it." for row in alike
    ]
