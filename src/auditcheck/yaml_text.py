"""YAML as it is read from people: plain values, every one with its place, and nothing that YAML guesses.

Dates, yes/no and times stay the text that was written; only a plain whole number becomes an int (one that reads back the same).
Tags, anchors, aliases and merge keys are refused, so a file can neither run anything nor swell.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path as File
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Path = tuple[str | int, ...]
LARGEST, DEEPEST = 500_000, 40
_NUMBER = re.compile(r"0|-?[1-9]\d{0,8}")


class _TooDeepError(Exception):
    pass


@dataclass
class Document:
    """What one YAML file says. ``value``: dicts, lists, str, int, None for nothing written; ``problems``: (line, column, text)."""

    value: Any = None
    problems: list[tuple[int, int, str]] = field(default_factory=list)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path, of_key: bool = False) -> tuple[int, int]:
        """Line and column (from 1) of the value at a path, or of its key; of the nearest thing around it where it is not written."""
        if of_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


_LOOK_FOR = "look here and one line up: is a line indented unlike its neighbours, with a tab, or lacking a bracket or quotes?"


def of_file(path: File) -> bytes:
    """What `read` wants of a file: of one that is too long no more than shows it. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def read(data: bytes) -> Document:
    """Read the bytes of one YAML file; what cannot be read is in the document's problems, never raised."""
    document = Document()
    if len(data) > LARGEST:
        return _broken(document, 1, 1, f"the file is longer than {LARGEST} bytes, expected far less")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _broken(document, data[: error.start].count(b"\n") + 1, 1, "the file is not UTF-8 text")
    try:
        _build(document, _events(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        _broken(document, line, column, f"not readable as YAML: {error.problem or error.context} ({_LOOK_FOR})")
    except _TooDeepError:
        _broken(document, 1, 1, f"nested more than {DEEPEST} deep")
    except YAMLError as error:
        _broken(document, 1, 1, f"not readable as YAML: {str(error).splitlines()[0]}")
    return document


def _broken(document: Document, line: int, column: int, text: str) -> Document:
    document.value = None
    document.problems.append((line, column, text))
    return document


def _events(text: str) -> list[Any]:
    # PyYAML's C parser, where it is installed, is thirty times as fast. What it refuses, ruamel.yaml decides: the answer is the same.
    fast = _fast()
    if fast is not None:
        try:
            return list(_not_too_deep(fast.parse(text, Loader=fast.CSafeLoader)))
        except fast.YAMLError:
            pass
    return list(_not_too_deep(YAML(typ="base", pure=True).parse(text)))


def _not_too_deep(events: Iterable[Any]) -> Iterator[Any]:
    """Stops as soon as something lies too deep: each further bracket would cost more than the one before."""
    depth = 0
    for event in events:
        depth += _is(event, "SequenceStart") or _is(event, "MappingStart")
        depth -= _is(event, "SequenceEnd") or _is(event, "MappingEnd")
        if depth > DEEPEST + 1:
            raise _TooDeepError
        yield event


@cache
def _fast() -> Any:
    try:
        found = importlib.import_module("yaml")
    except ImportError:
        return None
    return found if hasattr(found, "CSafeLoader") else None


def _is(event: Any, kind: str) -> bool:
    return type(event).__name__ == f"{kind}Event"


def _build(document: Document, events: list[Any]) -> None:
    starts = [at for at, event in enumerate(events) if _is(event, "DocumentStart")]
    if not starts:
        document.problems.append((1, 1, "the file is empty"))
        return
    rest = iter(events[starts[0] + 1 :])
    document.value = _value(document, rest, next(rest), ())
    if len(starts) > 1:
        mark = events[starts[1]].start_mark
        document.problems.append((mark.line + 1, mark.column + 1, "a second YAML document begins here, expected one a file"))


def _value(document: Document, rest: Iterator[Any], event: Any, path: Path) -> Any:
    place = document.values[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
    if _is(event, "Alias"):
        document.problems.append((*place, f"'*{event.anchor}' repeats another part, expected it written out (no aliases)"))
        return None
    if event.anchor:
        document.problems.append((*place, f"'&{event.anchor}' names a part, expected no anchors"))
    if getattr(event, "tag", None):
        document.problems.append((*place, f"the tag '{event.tag}' is not allowed, expected plain values"))
    if _is(event, "Scalar"):
        return _scalar(event)
    if _is(event, "SequenceStart"):
        items: list[Any] = []
        while not _is(event := next(rest), "SequenceEnd"):
            items.append(_value(document, rest, event, (*path, len(items))))
        return items
    return _mapping(document, rest, path)


def _mapping(document: Document, rest: Iterator[Any], path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not _is(event := next(rest), "MappingEnd"):
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        key = event.value if _is(event, "Scalar") else _value(document, rest, event, (*path, "?"))
        value = _value(document, rest, next(rest), (*path, str(key)))
        if not isinstance(key, str):
            text = "a mapping or list stands where a word belongs, expected quotes round a text that begins with { or ["
            document.problems.append((*place, text))
        elif key == "<<":
            document.problems.append((*place, "'<<' merges another part, expected it written out"))
        elif key in found:
            first = document.keys[(*path, key)][0]
            document.problems.append((*place, f"'{key}' is written twice (first on line {first}), expected once"))
        else:
            found[key] = value
            document.keys[(*path, key)] = place
            if value is None:
                document.values[(*path, key)] = place
    return found


def _scalar(event: Any) -> str | int | None:
    if event.style:
        return str(event.value)
    if event.value in ("", "~", "null"):
        return None
    return int(event.value) if _NUMBER.fullmatch(event.value) else str(event.value)
