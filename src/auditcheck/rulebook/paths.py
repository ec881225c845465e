"""Where a path of a rule leads: the columns that it passes through, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from auditcheck.contract import Field, tables
from auditcheck.rulebook.mentions import Scope
from auditcheck.rulebook.problems import nearest, wrong


@dataclass(frozen=True)
class Way:
    """``columns``: (table, field) of every hop; ``end``: the last field; ``problem``: why the path leads nowhere (then no end)."""

    columns: tuple[tuple[str, Field], ...]
    end: Field | None
    problem: str = ""


def follow(path: str, scope: Scope) -> Way:
    """Follow a path such as ``plan_id.kind``, ``subject.held_at`` or ``event.late_reason``."""
    steps = path.split(".")
    table = scope.own
    if len(steps) > 1 and steps[0] in ("subject", "event"):
        table = scope.subject if steps.pop(0) == "subject" else scope.event
    columns: list[tuple[str, Field]] = []
    for at, step in enumerate(steps):
        if table not in tables():
            return Way(tuple(columns), None)
        fields = tables()[table]
        if step not in fields:
            return Way(tuple(columns), None, no_such_field(step, table))
        columns.append((table, fields[step]))
        if at == len(steps) - 1:
            return Way(tuple(columns), fields[step])
        refers_to = fields[step].refers_to
        if refers_to is None:
            hops = [field.name for field in fields.values() if field.refers_to]
            return Way(tuple(columns), None, wrong(f"'{step}' of {table} refers to no other table, so '{path}' leads nowhere", hops, step))
        table = refers_to
    return Way(tuple(columns), None)


def no_such_field(name: str, table: str) -> str:
    """What to say of a field that a known table does not have."""
    return f"'{name}' is no field of {table}, expected one of its {len(tables()[table])} fields" + nearest(name, tables()[table])


def no_such_table(name: str) -> str:
    """What to say of a table that is not in the contract."""
    return f"'{name}' is no table of the case records, expected one of {len(tables())} tables" + nearest(name, tables())
