"""Thrift's compact protocol, in which Parquet writes what it says of itself, read as strictly as can be.

What is said twice, or in a kind that no file has, is refused: else two readers of the same bytes could read different numbers there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_BITS = {I16: 16, I32: 32, I64: 64}
_DEEPEST = 12

#: Field -> (kind, value): a number, a struct, or the things of a list; None for text and the like, which nobody asks for.
Struct = dict[int, tuple[int, Any]]


class Malformed(ValueError):
    """What a file says of itself can't be read, or not without a doubt. The message is half a sentence."""


class Compact:
    """Reads from ``at`` on; everything raises Malformed."""

    def __init__(self, data: memoryview, at: int = 0) -> None:
        self._data, self.at = data, at

    def struct(self, depth: int = 0) -> Struct:
        """The struct that begins here."""
        if depth > _DEEPEST:
            raise Malformed("what it says of itself is nested too deep")
        return {field: (kind, self._value(kind, depth)) for field, kind in self._fields()}

    def each(self, field: int) -> Iterator[Struct]:
        """The structs of a list, one after another, for it may be long: it is a field of the struct that begins here."""
        for found, kind in self._fields():
            if (found, kind) != (field, LIST):
                self._value(kind, 0)
                continue
            size, of = self._list()
            for _ in range(size):
                if of != STRUCT:
                    raise Malformed("what it says of itself is not as the format has it")
                yield self.struct(1)

    def _fields(self) -> Iterator[tuple[int, int]]:
        """Number and kind of each field; whoever asks reads its value before the next."""
        seen, field = set[int](), 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._number(I16)
            if field in seen:
                raise Malformed("it says something of itself twice")
            seen.add(field)
            yield field, head & 15

    def _value(self, kind: int, depth: int) -> Any:
        if kind in _BITS:
            return self._number(kind)
        if kind == STRUCT:
            return self.struct(depth + 1)
        if kind == LIST:
            size, of = self._list()
            return [self._byte() if of in (TRUE, FALSE) else self._value(of, depth) for _ in range(size)]
        if kind in (BYTE, DOUBLE, BINARY):
            size = self._unsigned() if kind == BINARY else 8 if kind == DOUBLE else 1
            self.at += size
        elif kind not in (TRUE, FALSE):
            raise Malformed("what it says of itself is not as the format has it")
        return None

    def _list(self) -> tuple[int, int]:
        """How many things of which kind."""
        head = self._byte()
        return self._unsigned() if head >> 4 == 15 else head >> 4, head & 15

    def _number(self, kind: int) -> int:
        found = self._unsigned()
        if found >> _BITS[kind]:
            raise Malformed("a number in what it says of itself is too large")
        return (found >> 1) ^ -(found & 1)

    def _unsigned(self) -> int:
        found = shift = 0
        while (byte := self._byte()) > 0x7F:
            found |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise Malformed("a number in what it says of itself is too large")
        return found | byte << shift

    def _byte(self) -> int:
        if self.at >= len(self._data):
            raise Malformed("it ends in the middle of what it says of itself")
        self.at += 1
        return self._data[self.at - 1]


def of(held: Struct, field: int, kind: int) -> Any:
    """What a struct says in a field. Raises Malformed where it says nothing there, or something of another kind."""
    if field not in held or held[field][0] != kind:
        raise Malformed("what it says of itself is not as the format has it")
    return held[field][1]
