"""Columns of text over several parts at once, each different word once: the same words come again and again.

Built over all parts together: hundreds of small pieces would cost more to join than to fill.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.integer[Any]]


def words_of(words: Sequence[str], codes: npt.NDArray[Any]) -> pa.Array:
    """The words of codes."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words, pa.string()))


def known_words_of(words: pa.Array, codes: npt.NDArray[Any]) -> pa.Array:
    """The words of codes (negative: none)."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words)


def one_word_each(words: Iterable[str | None], of_part: pa.Array) -> pa.Array:
    """The same word for all of a part. ``of_part`` (n,): the part of each place."""
    found = pa.array(words, pa.string()).dictionary_encode()  # a null has no code
    return pa.DictionaryArray.from_arrays(found.indices.take(of_part), found.dictionary)


def words_of_each(words: Sequence[Sequence[str]], codes: Sequence[Codes]) -> pa.Array:
    """The words of codes (-1: none), where each part has words of its own.

    No word comes twice: for one that does, pyarrow (26) reserves room in the Parquet file twice and leaves there whatever the memory held.
    """
    place = {word: n for n, word in enumerate(dict.fromkeys(word for some in words for word in some))}
    every = [np.array([*(place[word] for word in some), -1], np.int32)[code] for some, code in zip(words, codes, strict=True)]
    return known_words_of(pa.array(list(place), pa.string()), np.concatenate(every))
