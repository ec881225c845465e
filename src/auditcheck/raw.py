"""What a reader of exports hands over: tables of text, where each row came from, and what could not be taken as it stood."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


#: How the problem begins where a source is odd and yet read as it was meant: nothing is to do.
NOTED = "noted: "


class BadExport(Exception):
    """The export cannot be audited at all. The message is a sentence for the person who ran the command; exit 2."""


@dataclass(frozen=True)
class Problem:
    """One line of quality.csv.

    ``stopped`` says that the audit is incomplete because of it (a whole table set aside): the run then exits 2.
    ``row`` is the row in the file as a person counts it (header = 1), 0 where the problem is not in one row. ``rows``: so many rows of the
    file are no record of their own because of it.
    """

    file: str
    row: int
    column: str
    value: str
    problem: str
    stopped: bool = False
    rows: int = 0

    @property
    def noted(self) -> bool:
        """Whether nothing is to do about it."""
        return self.problem.startswith(NOTED)


@dataclass
class RawTable:
    """One table as text, in the words of the contract.

    ``columns``: contract field -> text of every row ("" = blank), all the same length; the date fields hold ``YYYY-MM-DD`` or
    ``YYYY-MM-DDTHH:MM[:SS]`` where the reader could read them, else the text as it stood in the file.
    ``rows``: for each row the row number in the file (None: 2, 3, 4, ...). ``source``: contract field -> the file's own column name.
    Where the rows come from several files, ``which`` (n,) says for each its place in ``files``.
    """

    name: str
    columns: dict[str, pa.Array]
    file: str
    rows: np.ndarray | None = None
    source: dict[str, str] = field(default_factory=dict)
    midnight_is_real: bool = False
    files: tuple[str, ...] = ()
    which: np.ndarray | None = None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def file_of(self, row: int | np.integer[Any]) -> str:
        """The file that a row came from."""
        return self.file if self.which is None else self.files[int(self.which[int(row)])]

    def take(self, rows: np.ndarray) -> RawTable:
        """Some of its rows, in that order."""
        import pyarrow as pa

        return replace(
            self,
            columns={name: column.take(pa.array(rows)) for name, column in self.columns.items()},
            rows=self.rows if self.rows is None else self.rows[rows],
            which=self.which if self.which is None else self.which[rows],
        )


@dataclass(frozen=True)
class InputFile:
    """A file that was read: its name (never its folder), SHA-256 in hex and the number of rows (or children) in it."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Rows:
    """What became of the rows of a source, of which each may hold several records, or none.

    ``read``: rows (or elements) in the files; ``used``: those of which a record was made; ``idle``: those that quality.csv says hold
    none; ``records``: how many records were made.
    """

    read: int
    used: int
    idle: int
    records: int

    def __add__(self, other: Rows) -> Rows:
        return Rows(self.read + other.read, self.used + other.used, self.idle + other.idle, self.records + other.records)


@dataclass
class Export:
    """Everything that was read. ``coverage``: table, or its records by a link (``conferences.enquiry_id``) -> complete | latest_only
    | since YYYY-MM-DD, as the mapping or manifest knows it.

    ``kinds``: table -> the kinds of record that the format can hold in it (not named: any), so that none of another kind means nothing.
    ``until``: table -> the day (YYYY-MM-DD) on which a return was closed: what happened on that day or later is not in it.
    ``met_again``: records of one list or source that are those of another too, and became one with them.
    ``rows``: what became of the rows; None where each is to be one record.
    """

    kind: str
    tables: dict[str, RawTable]
    coverage: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    as_of: str | None = None
    extracted_at: str | None = None
    until: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    met_again: int = 0
    rows: Rows | None = None

    def accounted(self) -> Rows:
        """What became of the rows."""
        each = sum(one.rows for one in self.inputs)
        return self.rows or Rows(each, each, 0, each)
