"""The system of the tables of a pack and of those released before: every figure in it, every way to add them up, and what is not sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditcheck.disclosure.layout import PERIOD
from auditcheck.disclosure.raw import Frame, NotATable, Raw
from auditcheck.disclosure.released import Published, Released
from auditcheck.disclosure.rings import ring
from auditcheck.disclosure.system import Counted, System


def build(tables: Sequence[Raw], released: Released, complete: bool = True, counted: Counted | None = None, whole: bool = False) -> System:
    """The system of a pack, with those earlier tables that count the same populations. ``complete``: as in `System`; ``counted``: as in
    `protect`; ``whole``: as in `restated`.

    Raises `NotATable` where tables of the pack contradict each other, and as `restated`.
    """
    populations = dict.fromkeys(table.population for table in tables)
    before = [table for table in released.tables if table.population in populations]
    _refuse_rings(populations, [*tables, *before])
    if before:
        _system(tables, (), complete, counted, whole)  # what contradicts itself is refused, whatever was told before
    return _system(tables, before, complete, counted, whole)


def _system(tables: Sequence[Raw], before: Sequence[Published], complete: bool, counted: Counted | None, whole: bool) -> System:
    """As `build`, of these tables."""
    system = System(complete)
    for own in tables:
        system.add_current(own)
    for old in before:
        system.add_released(old)
    system.close()
    lines = tuple(system.relations)
    every: list[Raw | Published] = [*tables, *before]
    for population in dict.fromkeys(table.population for table in tables):
        system.lay_out(population, [table for table in every if table.population == population])
    if before:
        system.leave_out_restated(whole)  # of all that hangs together: a figure may fit every sum that is printed, and no combination
    system.solve(lines)
    if counted is not None:
        told = {at for at, cell in enumerate(system.cells) if cell.truth is not None}
        system.ask(counted, {table.fixed[PERIOD].members if PERIOD in table.fixed else None for table in tables})
        system.solve(lines, told if before else None)
    return system


def _refuse_rings(populations: Iterable[str], tables: Sequence[Frame]) -> None:
    for population in populations:
        found = ring(frozenset({*table.dimensions, *table.fixed}) for table in tables if table.population == population)
        if found:
            crossed = "; ".join(" by ".join(sorted(one)) for one in sorted(found, key=sorted))
            raise NotATable(
                f"{population}: tables cross in a ring ({crossed}), so more can be worked out than can be guarded against. "
                "Leave one of them out."
            )
