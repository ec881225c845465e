"""Observations as the book counts them: what says nothing left out, each column coded once, however many counts are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.checks.verdict import NOT_APPLICABLE, OUTCOMES

Codes = npt.NDArray[np.int32]
T = TypeVar("T", bound=np.generic)

#: Which day puts an observation in a month or a period, in the words that measures have for it.
DUE, HAPPENED, STARTED = "due", "happened", "started"
#: The columns that are read.
READ = ("rule_id", "outcome", "child_id", "trigger_at", "due_at", "happened_at", "standing")


@dataclass(frozen=True)
class Coded:
    """A column of text as codes: ``code`` (n,) is the place of each among the ``words``, -1 where there is none.

    The same few days and words come again and again, so what is asked of them is asked once each.
    """

    code: Codes
    words: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Coded:
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        whole = coded.unify_dictionaries().combine_chunks()
        if isinstance(whole, pa.ChunkedArray):  # of no chunk at all
            return cls(np.zeros(0, np.int32), pa.array([], pa.string()))
        return cls(pc.fill_null(whole.indices, -1).to_numpy().astype(np.int32), whole.dictionary)

    def each(self, told: npt.NDArray[T], none: int | bool) -> npt.NDArray[T]:
        """What is ``told`` of its words, at each place; ``none`` where there is no word."""
        return np.append(told, np.array([none], told.dtype))[self.code]

    def among(self, some: pa.Array) -> Codes:
        """The place of each among ``some`` words, -1 where it is none of them."""
        return self.each(places(self.words, some), -1)


class _Children:
    """Where each child stands. A file that is read part by part names with each part those of all before it again: only the new ones are
    looked up."""

    def __init__(self, children: pa.Array) -> None:
        self._children, self._words = children, pa.array([], pa.string())
        self._places = np.zeros(0, np.int32)

    def places(self, words: pa.Array) -> Codes:
        """The place of each word among the children, -1 where it is none of them."""
        known = len(self._words)
        if not words.slice(0, known).equals(self._words):
            known = 0
        if known < len(words):
            self._places = np.append(self._places[:known], places(words.slice(known), self._children))
            self._words = words
        return self._places


@dataclass(frozen=True)
class Batch:
    """Some observations whose rule applies. ``outcome``: its place in `OUTCOMES`; ``child``: its place among the children, -1 of none."""

    rule: Coded
    outcome: Codes
    child: Codes
    trigger_at: Coded
    due_at: Coded
    happened_at: Coded
    is_open: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, table: pa.Table, children: _Children) -> Batch:
        outcome = Coded.of(table["outcome"]).among(pa.array(OUTCOMES))
        applies = outcome != NOT_APPLICABLE
        some = table.filter(pa.array(applies))
        trigger, due, happened = (Coded.of(some[name]) for name in ("trigger_at", "due_at", "happened_at"))
        child, rule = Coded.of(some["child_id"]), Coded.of(some["rule_id"])
        who = child.each(children.places(child.words), -1)
        is_open = Coded.of(some["standing"]).among(pa.array(["open"])) == 0
        return cls(rule, outcome[applies], who, trigger, due, happened, is_open)

    def days(self, by: str) -> tuple[Coded, ...]:
        """The days that put each in a period: the first that it bears."""
        return {DUE: (self.due_at, self.trigger_at), HAPPENED: (self.happened_at,), STARTED: (self.trigger_at,)}[by]


class Counter(Protocol):
    """Whatever counts observations."""

    def add(self, batch: Batch) -> None: ...


def count(observations: Iterable[pa.Table], children: pa.Array, counters: Sequence[Counter]) -> None:
    """Let each of several count all observations, which are read and coded once. ``children``: each once."""
    known = _Children(children)
    for table in observations:
        batch = Batch.of(table, known)
        for counter in counters:
            counter.add(batch)


def first_of(columns: Sequence[Coded], ask: Callable[[pa.Array], npt.NDArray[T]], none: int | bool = False) -> npt.NDArray[T]:
    """What is told of the first column that has a word at each place; ``none`` where none of them has."""
    answer: npt.NDArray[T] | None = None
    for column in reversed(columns):
        told = column.each(ask(column.words), none)
        answer = told if answer is None else np.where(column.code >= 0, told, answer)
    assert answer is not None
    return answer


def places(words: pa.Array | pa.ChunkedArray, of: pa.Array) -> Codes:
    """The place of each word among others, -1 where it is none of them."""
    found: Codes = pc.fill_null(pc.index_in(words, value_set=of), -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return found
