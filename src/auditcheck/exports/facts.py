"""One row a child of what many lists say about it: blanks say nothing, and what lists contradict each other on is unreadable."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from auditcheck import contract
from auditcheck.raw import Problem, RawTable
from auditcheck.tidy import row_numbers, shorten
from auditcheck.values import DIFFERS


def one_row_each(table: RawTable) -> tuple[RawTable, list[Problem]]:
    """The table with one row a key, in the order and with the place of their first mention, and a problem for each contradiction."""
    key = contract.key_of(table.name)
    encoded = table.columns[key].dictionary_encode()
    who = np.asarray(encoded.indices, np.int64)
    n = len(encoded.dictionary)
    _, first = np.unique(who, return_index=True)
    columns, contradicted = {key: encoded.dictionary}, []
    for name, column in table.columns.items():
        if name != key:
            columns[name], wrong = _agreed(who, n, column)
            contradicted += [(int(first[code]), name, texts) for code, texts in wrong]
    numbers = row_numbers(table)
    problems = [
        Problem(
            table.file_of(row),
            int(numbers[row]),
            name,
            shorten(" / ".join(texts)),
            "sources disagree: the lists do not say the same of this child, so it is unreadable",
        )
        for row, name, texts in sorted(contradicted)
    ]
    which = None if table.which is None else table.which[first]
    return replace(table, columns=columns, rows=numbers[first], which=which), problems


def _agreed(who: np.ndarray, n: int, column: pa.Array) -> tuple[pa.Array, list[tuple[int, list[str]]]]:
    """What all rows of each agree on (n,), and who they do not agree about, with the texts. Rows of lists without the column say
    nothing; who is in no other list is unreadable."""
    encoded = column.dictionary_encode()
    words = np.array([*encoded.dictionary.to_pylist(), "", DIFFERS], object)
    code = np.asarray(encoded.indices, np.int64)
    asked = words[code] != DIFFERS
    said = np.flatnonzero((words[code] != "") & asked)
    pairs = np.unique(who[said] * len(words) + code[said])
    of, word = pairs // len(words), pairs % len(words)
    chosen = np.where(np.bincount(who[asked], minlength=n) > 0, len(words) - 2, len(words) - 1)
    chosen[of] = word
    counts = np.bincount(of, minlength=n)
    several = np.flatnonzero(counts > 1)
    chosen[several] = len(words) - 1
    wrong = [(int(one), sorted(str(words[w]) for w in word[of == one])) for one in several]
    return pa.array(words[chosen], pa.string()), wrong
