"""What a mapping file (annex_a.yaml, cin_census.yaml, ...) says: which tables come out of a source, and how each field is filled."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.exports.grid import Grid, Ints, blanks
from auditcheck.exports.manifest import plain_yaml
from auditcheck.values import DIFFERS

_LETTER = re.compile(r"[A-Za-z]{1,2}\)\s*")
DATE_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", "T%H:%M:%S")
_CODE_AND_LABEL = re.compile(r"\s*:\s*|\s+-\s+")


def plain(text: str) -> str:
    """A name or answer as it is compared: letters and figures only, lower case."""
    return "".join(c for c in text.lower() if c.isalnum())


@dataclass(frozen=True)
class Part:
    """One way to fill a field: from a column, with a fixed word, or with a reference to another record of the same row.

    ``codes``: a list of codes by name; ``otherwise``: the word for a text that is not in it. ``opposite`` turns yes and no round;
    ``any_but``: yes where any text but this one is given. ``prefix`` goes before ids that two tables of a source count for themselves;
    ``joined``: the columns that make an id together; ``member``: the text is JSON, and only this member of it is read;
    ``layout``: how this column writes its dates (a time may follow), where the source has no one way for all of them.
    """

    column: str = ""
    always: str | None = None
    link: str = ""
    codes: str = ""
    otherwise: str | None = None
    opposite: bool = False
    any_but: str = ""
    prefix: str = ""
    joined: tuple[str, ...] = ()
    member: str = ""
    layout: str = ""

    def carried(self, columns: Container[str]) -> bool:
        """Whether a source with these columns can fill a field so."""
        return self.always is not None or bool(self.link) or all(one in columns for one in self.joined or (self.column,))


@dataclass(frozen=True)
class Recipe:
    """One record of a row. ``only_if``: the column must be filled (``any_of``: one of them);
    ``when``: it must hold one of the words (``but``: none of them); ``unless``: (group, column) no group within this one may hold the
    same text."""

    table: str
    fields: Mapping[str, tuple[Part, ...]]
    only_if: str = ""
    when: tuple[str, tuple[str, ...]] | None = None
    but: tuple[str, tuple[str, ...]] | None = None
    unless: tuple[str, str] | None = None
    any_of: tuple[str, ...] = ()

    def made_of(self, columns: Container[str]) -> dict[str, str]:
        """Field -> what it is filled from, for the fields that a source with these columns can fill."""
        found = {}
        for name, parts in self.fields.items():
            carried = [part for part in parts if part.carried(columns)]
            if carried:
                found[name] = " / ".join(p.column for p in carried if p.column)
        return found

    def decided_by(self) -> list[str]:
        """The columns that tell whether a row holds such a record at all."""
        tests = (self.when, self.but)
        return [column for column in (self.only_if, *(test[0] for test in tests if test)) if column]

    def kept(self, grid: Grid) -> Ints:
        """The rows of a grid that hold such a record."""
        keep = np.ones(len(grid), bool)
        if self.only_if:
            keep &= _filled(grid, self.only_if)
        if self.any_of:
            keep &= np.any([_filled(grid, column) for column in self.any_of], axis=0)
        for test, wanted in ((self.when, True), (self.but, False)):
            if test:
                keep &= _holds(grid, *test) == wanted
        return np.flatnonzero(keep)


def _filled(grid: Grid, column: str) -> Any:
    return np.asarray(pc.not_equal(grid.columns[column], ""), bool) if column in grid.columns else np.zeros(len(grid), bool)


def _holds(grid: Grid, column: str, words: tuple[str, ...]) -> Any:
    if column not in grid.columns:
        return np.zeros(len(grid), bool)
    encoded = grid.columns[column].dictionary_encode()
    among = np.array([plain(_LETTER.sub("", text, count=1)) in words for text in encoded.dictionary.to_pylist()] or [False], bool)
    return among[np.asarray(encoded.indices)] if len(grid) else np.zeros(0, bool)


@dataclass(frozen=True)
class Words:
    """How a source writes its answers: words for yes, no and blank, code lists by name, layouts of dates, words that mean nothing."""

    codes: Mapping[str, Mapping[str, str]]
    layouts: tuple[str, ...] = ()
    letters: bool = False
    nothing: frozenset[str] = frozenset()

    def field(self, recipe: Recipe, name: str, grid: Grid, rows: Ints) -> pa.Array:
        """A field of the records in ``rows``; a text that cannot be turned into the contract's words stays as it is."""
        about = contract.tables()[recipe.table][name]
        filled = None
        for part in recipe.fields[name]:
            if part.always is not None:
                found = pa.repeat(pa.scalar(part.always, pa.string()), len(rows))
            elif part.joined and part.carried(grid.columns):
                found = _joined([grid.columns[one].take(pa.array(rows)) for one in part.joined], part.prefix)
            elif part.column in grid.columns:
                found = self.column(grid.columns[part.column].take(pa.array(rows)), about, part)
            else:
                continue
            filled = found if filled is None else pc.if_else(pc.equal(filled, ""), found, filled)
        return blanks(len(rows)) if filled is None else filled

    def column(self, column: pa.Array, field: contract.Field, part: Part) -> pa.Array:
        """A column in the words of the contract; every different text is turned once."""
        encoded = column.dictionary_encode()
        turned = pa.array([self.word(text, field, part) if text else "" for text in encoded.dictionary.to_pylist()], pa.string())
        return turned.take(encoded.indices)

    def word(self, text: str, field: contract.Field, part: Part) -> str:
        """One text in the words of the contract."""
        if text == DIFFERS:
            return text
        if part.member:
            text = _member(text, part.member)
        if plain(text) in self.nothing:
            return ""
        if field.refers_to == "workers" or (field.key and field.name == "worker_id"):
            return worker(text)
        if field.type in ("date", "moment"):
            return self._day(text, [part.layout + time for time in DATE_TIMES] if part.layout else self.layouts)
        if field.key or field.refers_to is not None:
            return part.prefix + text
        if self.letters and field.name != "team":
            text = _LETTER.sub("", text, count=1)
        if part.any_but:
            return "no" if all(plain(one) == plain(part.any_but) for one in text.split(";")) else "yes"
        codes = part.codes or ("yesno" if field.type == "yesno" else "")
        if not codes:
            return text
        known = self._code(text, codes)
        if known is None:
            return text if part.otherwise is None else part.otherwise
        return {"yes": "no", "no": "yes"}.get(known, known) if part.opposite else known

    def knows(self, text: str, codes: str) -> bool:
        """Whether a text is in a list of codes."""
        return plain(text) in self.nothing or self._code(_LETTER.sub("", text, count=1) if self.letters else text, codes) is not None

    def _code(self, text: str, codes: str) -> str | None:
        known = self.codes[codes]
        head, *tail = _CODE_AND_LABEL.split(text, maxsplit=1)
        return next((known[plain(one)] for one in (text, head, *tail) if plain(one) in known), None)

    @staticmethod
    def _day(text: str, layouts: Iterable[str]) -> str:
        for layout in layouts:
            if not text.isascii():
                break
            try:
                read = datetime.strptime(text, layout)
            except ValueError:
                continue
            return day_or_moment(read)
        return text


def _member(text: str, name: str) -> str:
    """One member of a JSON object, as text; blank where it has none, or is none."""
    try:
        held = json.loads(text)
    except ValueError:
        return ""
    found = held.get(name) if isinstance(held, dict) else None
    return found if isinstance(found, str) else ""


def _joined(columns: list[pa.Array], prefix: str) -> pa.Array:
    """An id made of several columns; blank where the last of them is."""
    whole = pc.binary_join_element_wise(*columns, ":")
    return pc.if_else(pc.equal(columns[-1], ""), "", pc.binary_join_element_wise(prefix, whole, "") if prefix else whole)


def day_or_moment(read: datetime) -> str:
    """The text of a moment; midnight is a day without a time."""
    return read.strftime("%Y-%m-%d") if (read.hour, read.minute, read.second) == (0, 0, 0) else read.strftime("%Y-%m-%dT%H:%M:%S")


def worker(text: str) -> str:
    """A worker's id as given. What has a space or comma in it is a name, and names are not read: ``worker-`` and a hash stand for it.

    The hash (8 hex digits of BLAKE2b) only keeps names out of files; whoever has the list of staff can work them out again.
    """
    whole = " ".join(text.split())
    if " " not in whole and "," not in whole:
        return whole
    return "worker-" + hashlib.blake2b(whole.encode()).hexdigest()[:8]


@cache
def load(name: str) -> dict[str, Any]:
    """A mapping file of this package."""
    read: dict[str, Any] = plain_yaml(files("auditcheck.exports").joinpath(name).read_text("utf-8"))
    return read


def words(said: Mapping[str, Any]) -> Words:
    """The ``words`` part of a mapping file. A code ``blank`` is written as an empty text."""
    codes = {name: _spellings(answers) for name, answers in said["codes"].items()}
    nothing = frozenset(plain(str(text)) for text in said.get("nothing", ()))
    return Words(codes, tuple(said.get("date_layouts", ())), bool(said.get("letters")), nothing)


def _spellings(answers: Mapping[str, Any] | list[Any]) -> dict[str, str]:
    """How each code of a list is written; a plain list of codes stands for itself."""
    if isinstance(answers, list):
        return {plain(str(code)): str(code) for code in answers}
    return {plain(str(written)): "" if code == "blank" else str(code) for code, texts in answers.items() for written in texts}


def recipe(said: Mapping[str, Any]) -> Recipe:
    """One entry under ``records``."""
    unless = said.get("unless_in")
    return Recipe(
        said["table"],
        {name: tuple(part(one) for one in (parts if isinstance(parts, list) else [parts])) for name, parts in said["fields"].items()},
        said.get("only_if", ""),
        _test(said.get("when")),
        _test(said.get("but")),
        (unless["group"], unless["column"]) if unless else None,
    )


def _test(said: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]] | None:
    return (said["column"], tuple(plain(str(word)) for word in said["is"])) if said else None


def part(said: str | Mapping[str, Any]) -> Part:
    """One way to fill a field."""
    if isinstance(said, str):
        return Part(column=said)
    options: dict[str, Any] = {("column" if name == "from" else name): value for name, value in said.items()}
    options["joined"] = tuple(said.get("joined", ()))
    return Part(**options)
