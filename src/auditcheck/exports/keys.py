"""Names for records that come without an id: made of what the record says, never of where it stands in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditcheck import contract


@dataclass(eq=False, slots=True)
class Record:
    """One record of a table: its row in the file, its fields as text, and the records that it refers to.

    ``kept`` is false for a record that turned out not to exist (no date where a date makes it); references to it are blank.
    """

    table: str
    row: int
    values: dict[str, str] = field(default_factory=dict)
    links: dict[str, Record] = field(default_factory=dict)
    kept: bool = True


def first_date(table: str) -> str | None:
    """The field whose date names a record of the table."""
    if table == "conferences":
        return "held_at"  # notified_on comes first in the contract, and only transfers have it
    fields = contract.tables()[table].values()
    return next((f.name for f in fields if f.type in ("date", "moment")), None)


def assign(records: Mapping[str, Sequence[Record]]) -> None:
    """Fill in the key of every record, ``table:child:first date:kind:ordinal among equals``, and the references to it.

    The kind is left out where the table has none. Ordinals count from 1 in the order of what else the records say, so they do not
    move with the order of the rows; records that agree in everything get the same key, for they are one record.
    """
    done: set[str] = set()
    for table in records:
        _assign(table, records, done)


def _assign(table: str, records: Mapping[str, Sequence[Record]], done: set[str]) -> None:
    if table in done:
        return
    done.add(table)
    # What a record refers to is part of what it says, so those get their keys first.
    for target in dict.fromkeys(linked.table for record in records[table] for linked in record.links.values()):
        if target in records:
            _assign(target, records, done)
    for record in records[table]:
        for name, linked in record.links.items():
            record.values[name] = linked.values.get(contract.key_of(linked.table), "") if linked.kept else ""
    key = contract.key_of(table)
    if key == "child_id":
        return
    equals: dict[str, list[tuple[tuple[tuple[str, str], ...], Record]]] = defaultdict(list)
    for record in records[table]:
        equals[_stem(record)].append((tuple(sorted(record.values.items())), record))
    for stem, group in equals.items():
        ordinals = {content: place for place, content in enumerate(sorted({content for content, _ in group}), start=1)}
        for content, record in group:
            record.values[key] = f"{stem}:{ordinals[content]}"


def _stem(record: Record) -> str:
    dated = first_date(record.table)
    parts = [record.table, record.values.get("child_id", ""), record.values.get(dated, "")[:10] if dated else ""]
    if "kind" in contract.tables()[record.table]:
        parts.append(record.values.get("kind", ""))
    return ":".join(parts)
