"""What a source holds before it is turned into case records: rows of text, under the source's own column names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]


@dataclass(eq=False)
class Grid:
    """One list, file or element of a source.

    ``columns``: the mapping's name of a column -> its text (n,), "" = blank; a column that the source does not have is absent.
    ``rows`` (n,): where each stands in ``file``. ``child`` (n,): the child's id, None where the source does not say whose the rows are.
    ``above``: the grid that each row lies within, and its row there (an element of an XML file).
    """

    name: str
    file: str
    columns: dict[str, pa.Array]
    rows: Ints
    child: pa.Array | None
    above: tuple[Grid, Ints] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def upward(self) -> Iterator[tuple[Grid, Ints]]:
        """This grid and those around it, nearest first, each with the row there of every row here."""
        at, rows = self, np.arange(len(self))
        yield at, rows
        while at.above is not None:
            at, up = at.above
            rows = up[rows]
            yield at, rows


def texts(values: list[str]) -> pa.Array:
    """A column of text."""
    return pa.array(values, pa.string())


def blanks(n: int) -> pa.Array:
    """A column of ``n`` blanks."""
    return pa.repeat(pa.scalar("", pa.string()), n)
