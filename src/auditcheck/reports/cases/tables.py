"""The tables of a run that case sheets are made from, and what they hold of one child after another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from auditcheck.reports.view import RunView
    from auditcheck.rulebook.model import Rulebook

Row = dict[str, Any]
#: So many children are taken from the observations at a time.
_AT_A_TIME = 100


class NoSheet(Exception):
    """There is no such run, no such child, or the sheet may not lie there. The message is a sentence."""


@dataclass(frozen=True)
class CaseTables:
    """``findings``, ``observations`` and ``children`` as in the files of those names, ``rules`` the rows of rules.csv, ``info`` run.json.

    ``book``: the rules as they stand. They say what a rule asks; what was found, and by which limit, is the run's own.
    """

    findings: pa.Table
    observations: pa.Table
    children: pa.Table
    rules: Sequence[Mapping[str, str]]
    info: Mapping[str, Any]
    book: Rulebook

    @classmethod
    def of(cls, view: RunView, observations: pa.Table) -> CaseTables:
        """The tables of a run that is just being written. ``view`` must have its children and its rules."""
        from auditcheck.reports.tables import as_arrow

        if view.children is None or view.book is None:
            raise ValueError("case sheets need the children and the rules of the run")
        return cls(as_arrow(view.findings), observations, view.children, view.rules.to_dict("records"), view.info, view.book)


@dataclass(frozen=True)
class Case:
    """What a run holds of one child: rows as in its files, '' where they hold nothing; ``over`` a whole number or None."""

    child: Row
    findings: list[Row] = field(default_factory=list)
    observations: list[Row] = field(default_factory=list)

    @property
    def restricted(self) -> bool:
        """Whether the sheet may lie only under restricted/."""
        return bool(self.child["restricted"] != "no")

    def without(self, hide: Callable[[str], str]) -> Case:
        """The case with the ids of restricted children taken out of what its rows say (a natural key may hold one)."""
        findings = [row | {name: hide(row[name]) for name in ("record_id", "message", "because")} for row in self.findings]
        keyed = [row | {"record_id": hide(row["record_id"])} if ":" in row["record_id"] else row for row in self.observations]
        return Case(self.child, findings, keyed)


def with_sheets(findings: pa.Table, children: pa.Table) -> list[str]:
    """The children of whom a run writes a sheet, by id: alive, with something open that is not met."""
    import pyarrow.compute as pc

    died = children.filter(pc.equal(children["died"], "yes"))["child_id"]
    wanted = findings.filter(pc.and_(pc.equal(findings["standing"], "open"), pc.equal(findings["outcome"], "not_met")))["child_id"]
    return sorted(set(wanted.to_pylist()) - set(died.to_pylist()) - {None})


def cases(tables: CaseTables, wanted: Sequence[str]) -> Iterator[Case]:
    """What the run holds of each of these children, in this order."""
    children, findings, observations = (
        _child_by_child(table, wanted) for table in (tables.children, _in_order(tables, wanted), tables.observations)
    )
    for (child,), found, seen in zip(children, findings, observations, strict=True):
        yield Case(child, found, seen)


def _child_by_child(table: pa.Table, wanted: Sequence[str]) -> Iterator[list[Row]]:
    """The rows of each of these children as dictionaries, '' for what is null (``over`` alone is a number or None), in their order."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    place = np.asarray(pc.fill_null(pc.index_in(table["child_id"], value_set=pa.array(wanted, pa.string())), -1))
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(wanted) + 1))
    for first in range(0, len(wanted), _AT_A_TIME):
        bounds = starts[first : first + _AT_A_TIME + 1]
        rows = _rows(table.take(pa.array(order[bounds[0] : bounds[-1]])))
        for start, end in pairwise((bounds - bounds[0]).tolist()):
            yield rows[start:end]


def _in_order(tables: CaseTables, wanted: Sequence[str]) -> pa.Table:
    """The findings of these children, sorted as on every list, with ``when`` to act."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    from auditcheck.reports.order import in_order, last_run
    from auditcheck.reports.tables import as_arrow

    theirs = tables.findings.filter(pc.is_in(tables.findings["child_id"], value_set=pa.array(wanted, pa.string())))
    frame = pd.DataFrame(_rows(theirs), columns=theirs.column_names, dtype="str")
    frame["over"] = pd.array(theirs["over"].to_pylist(), "Int64")
    return as_arrow(in_order(frame, str(tables.info["as_of"]), last_run(tables.info))[[*theirs.column_names, "when"]])


def _rows(table: pa.Table) -> list[Row]:
    """The rows as dictionaries, see `_child_by_child`."""
    names = table.column_names  # a table makes this list anew each time it is asked
    columns = [column.to_pylist() if name == "over" else _texts(column) for name, column in zip(names, table.columns, strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _texts(column: pa.ChunkedArray) -> list[str]:
    """The texts of a column, '' for none. Each distinct one is made once: the same dates and words come again and again."""
    encoded = column.cast("string").fill_null("").combine_chunks().dictionary_encode()
    return list(map(encoded.dictionary.to_pylist().__getitem__, encoded.indices.to_numpy().tolist()))


def read(run: Path, child_id: str, book: Rulebook) -> CaseTables:
    """The tables of a run's folder as far as they concern one child. Raises NoSheet."""
    import csv

    import pyarrow.parquet as pq

    for name in ("run.json", "rules.csv", "findings.parquet", "observations.parquet", "children.parquet"):
        if not (run / name).is_file():
            raise NoSheet(f"{run} holds no {name}, so it is not the result of a run of this version. Name a run's folder with --run.")
    children = pq.read_table(run / "children.parquet")
    _known(child_id, children, run)
    theirs = [("child_id", "=", child_id)]
    findings, observations = (pq.read_table(run / f"{name}.parquet", filters=theirs) for name in ("findings", "observations"))
    strange = sorted(set(observations["rule_id"].to_pylist()) - set(book.rules))
    if strange:
        raise NoSheet(
            f"The run was made with other rules ({', '.join(strange[:3])} are not among these). Name its folder of rules with --rules."
        )
    with (run / "rules.csv").open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    return CaseTables(findings, observations, children, rules, json.loads((run / "run.json").read_text("utf-8")), book)


def _known(child_id: str, children: pa.Table, run: Path) -> None:
    from difflib import get_close_matches

    rows = children.select(["child_id", "restricted"]).to_pylist()
    if child_id not in {row["child_id"] for row in rows}:
        near = get_close_matches(child_id, [row["child_id"] for row in rows if row["restricted"] == "no"], 1)
        raise NoSheet(f"There is no child {child_id} in {run}." + (f" Did you mean {near[0]}?" if near else ""))
