"""Which life carries which breach or near miss: as many as were asked for, spread evenly, the same for a seed.

A plant changes the records of one life and says what an audit must then find. One that moves dates or takes records away has a life to
itself, for its effects may reach far; those that change one field of one record may stand beside others, on other records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from auditcheck.synth.life import Life

CASE_RECORDS, CENSUS, ANNEX_A, SSD = FORMATS = ("case-records", "cin-xml", "annex-a", "ssd")
#: How many plants that change one field only a life may carry besides one that moves dates.
_FIELDS_A_LIFE = 2
#: What share of the lives that could carry a plant do so, where nobody asked for another.
USUAL = 0.04


@dataclass(frozen=True)
class Plant:
    """``find`` gives what the plant needs of a life, or None where it does not fit; ``do`` plants it there."""

    rule: str
    name: str
    find: Callable[[Life], Any]
    do: Callable[[Life, Any], None]
    alone: bool = True
    trap: bool = False
    table: str = ""  # a table without which it fits nowhere


@dataclass
class Quota:
    """How often a plant is wanted: a ``share`` of the lives that can carry it, or so many in all (``count``)."""

    plant: Plant
    share: float = USUAL
    count: int | None = None
    hosts: int = 0
    planted: int = 0

    def lack(self) -> float:
        """How many more are wanted now; nothing or less: none."""
        wanted = self.count if self.count is not None else -(-self.share * self.hosts // 1)
        return wanted - self.planted


@dataclass
class Planter:
    """Goes through the lives as they are made and plants what is lacking."""

    quotas: list[Quota]
    _far: list[Quota] = field(init=False)
    _near: list[Quota] = field(init=False)

    def __post_init__(self) -> None:
        self._far = [quota for quota in self.quotas if quota.plant.alone]
        self._near = [quota for quota in self.quotas if not quota.plant.alone]

    def plant(self, life: Life) -> None:
        """At most one plant that reaches far, and a few that do not, those that are nowhere yet first, then what is lacking most."""
        self._some_of(self._far, life, 1)
        self._some_of(self._near, life, _FIELDS_A_LIFE)

    def _some_of(self, quotas: Iterable[Quota], life: Life, number: int) -> None:
        found: list[tuple[float, Quota]] = []
        for quota in quotas:
            if quota.plant.table and not life.rows.get(quota.plant.table):
                continue
            if quota.plant.find(life) is not None:
                quota.hosts += 1
                if (lack := quota.lack()) > 0:
                    found.append((lack, quota))
        for _, quota in sorted(found, key=lambda one: (one[1].planted > 0, -one[0])):
            if not number:
                return
            host = quota.plant.find(life)  # again: what was just planted may stand in the way
            if host is not None:
                quota.plant.do(life, host)
                quota.planted += 1
                number -= 1


class Plants:
    """A list of plants to which a module adds its own."""

    def __init__(self) -> None:
        self.all: list[Plant] = []

    def plant(self, rule: str, name: str, *, alone: bool = True, trap: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a generator: it yields None where the life does not fit, else once the host has been found; then it plants."""

        def keep(steps: Callable[[Life], Any]) -> Callable[[Life], Any]:
            def find(life: Life) -> Any:
                begun = steps(life)
                return begun if next(begun, None) else None

            def do(life: Life, begun: Any) -> None:
                next(begun, None)

            self.all.append(Plant(rule, name, find, do, alone, trap))
            return steps

        return keep

    def field(
        self,
        rules: str | dict[str, str],
        name: str,
        table: str,
        change: dict[str, object] | Callable[[Life, Any], dict[str, object]],
        outcome: str = "not_met",
        where: Callable[[Life, Any], bool] = lambda life, row: True,
    ) -> None:
        """A plant that changes fields of one record: ``rules`` names the rule (or each rule and its outcome) that then judges it."""
        judged = {rules: outcome} if isinstance(rules, str) else rules
        first = next(iter(judged))

        def find(life: Life) -> Any:
            fitting = [row for row in life.rows.get(table, ()) if life.free(row) and where(life, row)]
            return life.rng.choice(fitting) if fitting else None

        def do(life: Life, row: Any) -> None:
            row.update(change(life, row) if callable(change) else change)
            for rule, said in judged.items():
                life.expect(rule, table, row, said, name)

        trap = all(said in ("met", "not_applicable", "not_yet_due", "justified") for said in judged.values())
        self.all.append(Plant(first, name, find, do, False, trap, table))
