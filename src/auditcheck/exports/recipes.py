"""What a mapping file (annex_a.yaml, cin_census.yaml) says: which tables come out of a source, and how each field is filled."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from auditcheck import contract
from auditcheck.exports.keys import Record
from auditcheck.exports.manifest import plain_yaml

_LETTER = re.compile(r"[A-Za-z]{1,2}\)\s*")
_CODE_AND_LABEL = re.compile(r"\s*:\s*|\s+-\s+")

#: Column -> its text; None where the source has no such column at all.
Look = Callable[[str], "str | None"]


def plain(text: str) -> str:
    """A name or answer as it is compared: letters and figures only, lower case."""
    return "".join(c for c in text.lower() if c.isalnum())


@dataclass(frozen=True)
class Part:
    """One way to fill a field: from a column, with a fixed word, or with a reference to another record of the same row."""

    column: str = ""
    always: str | None = None
    link: str = ""
    codes: str = ""
    opposite: bool = False
    any_but: str = ""


@dataclass(frozen=True)
class Recipe:
    """One record of a row. ``only_if``: the column must be filled; ``when``: it must hold one of the words;
    ``unless``: (group, column) no group within this one may hold the same text."""

    table: str
    fields: Mapping[str, tuple[Part, ...]]
    only_if: str = ""
    when: tuple[str, tuple[str, ...]] | None = None
    unless: tuple[str, str] | None = None

    def made_of(self, look: Look) -> dict[str, str]:
        """Field -> what it is filled from, for the fields that the source can fill."""
        found = {}
        for name, parts in self.fields.items():
            carried = [p for p in parts if p.always is not None or p.link or look(p.column) is not None]
            if carried:
                found[name] = " / ".join(p.column for p in carried if p.column)
        return found

    def applies(self, look: Look) -> bool:
        """Whether the row holds such a record."""
        if self.only_if and not look(self.only_if):
            return False
        return self.when is None or plain(_LETTER.sub("", look(self.when[0]) or "", count=1)) in self.when[1]


@dataclass(frozen=True)
class Words:
    """How a source writes its answers: words for yes, no and blank, code lists by name, layouts of dates."""

    codes: Mapping[str, Mapping[str, str]]
    layouts: tuple[str, ...] = ()
    letters: bool = False

    def fill(self, record: Record, recipe: Recipe, look: Look, linked: Mapping[str, Record]) -> None:
        """Fill in the fields of ``record``; what cannot be turned into the contract's words stays as it is."""
        fields = contract.tables()[recipe.table]
        for name, parts in recipe.fields.items():
            for part in parts:
                if part.link:
                    if part.link in linked:
                        record.links[name] = linked[part.link]
                elif part.always is not None:
                    record.values[name] = part.always
                elif text := look(part.column):
                    record.values[name] = self.word(text, fields[name], part)
                    break

    def word(self, text: str, field: contract.Field, part: Part) -> str:
        """One text in the words of the contract."""
        if field.refers_to == "workers":
            return worker(text)
        if field.type in ("date", "moment"):
            return self._day(text)
        if self.letters and not field.key and field.refers_to is None and field.name != "team":
            text = _LETTER.sub("", text, count=1) if _LETTER.match(text) else text
        if part.any_but:
            return "no" if all(plain(one) == plain(part.any_but) for one in text.split(";")) else "yes"
        if part.codes:
            return self._code(text, part.codes)
        if field.type == "yesno":
            answer = self._code(text, "yesno")
            return {"yes": "no", "no": "yes"}.get(answer, answer) if part.opposite else answer
        return text

    def _code(self, text: str, codes: str) -> str:
        known = self.codes[codes]
        head, *tail = _CODE_AND_LABEL.split(text, maxsplit=1)
        for candidate in (text, head, *tail):
            if plain(candidate) in known:
                return known[plain(candidate)]
        return text

    def _day(self, text: str) -> str:
        for layout in self.layouts:
            if not text.isascii():
                break
            try:
                read = datetime.strptime(text, layout)
            except ValueError:
                continue
            return day_or_moment(read)
        return text


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
    codes = {
        name: {plain(str(written)): "" if code == "blank" else str(code) for code, spellings in answers.items() for written in spellings}
        for name, answers in said["codes"].items()
    }
    return Words(codes, tuple(said.get("date_layouts", ())), bool(said.get("letters")))


def recipe(said: Mapping[str, Any]) -> Recipe:
    """One entry under ``records``."""
    when = said.get("when")
    unless = said.get("unless_in")
    return Recipe(
        said["table"],
        {name: tuple(_part(one) for one in (parts if isinstance(parts, list) else [parts])) for name, parts in said["fields"].items()},
        said.get("only_if", ""),
        (when["column"], tuple(plain(word) for word in when["is"])) if when else None,
        (unless["group"], unless["column"]) if unless else None,
    )


def _part(said: str | Mapping[str, Any]) -> Part:
    if isinstance(said, str):
        return Part(column=said)
    options = {("column" if name == "from" else name): value for name, value in said.items()}
    return Part(**options)
