"""The words that other systems use for tables, fields and codes: those of the shipped mappings, and words.yaml."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from auditcheck import contract
from auditcheck.exports import recipes
from auditcheck.exports.manifest import plain_yaml
from auditcheck.exports.recipes import plain

_SHIPPED = ("annex_a.yaml", "cin_census.yaml", "cin_tables.yaml", "ssd.yaml", "ssda903.yaml")


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    read: dict[str, dict[str, list[str]]] = plain_yaml(files("auditcheck.mapping").joinpath("words.yaml").read_text("utf-8"))
    return read


def titles(table: str) -> list[str]:
    """What a file or sheet with records of a table may be called."""
    return [table.replace("_", " "), *_words()["tables"].get(table, ())]


@cache
def headers(table: str) -> dict[str, frozenset[str]]:
    """Field of a table -> what its column may be called, as it is compared (`recipes.plain`)."""
    found: dict[str, set[str]] = {name: {plain(name), *map(plain, _words()["fields"].get(name, ()))} for name in contract.tables()[table]}
    dated = contract.own_date(table)
    for name in found:
        for said in _of_date(name):
            found[name] |= {plain(said), plain(f"{_one(table)} {said}")}
    if dated:
        found[dated] |= {plain(f"{_one(table)} date"), plain(f"date of {_one(table)}")}
    found[contract.key_of(table)] |= {plain(f"{_one(table)} {word}") for word in ("id", "number", "no", "ref", "reference")}
    for name, written in _shipped().get(table, {}).items():
        found[name] |= written
    return {name: frozenset(words) for name, words in found.items()}


def _of_date(name: str) -> Iterator[str]:
    """``started_on``: date started, started date."""
    stem, _, tail = name.rpartition("_")
    if tail in ("on", "at"):
        said = stem.replace("_", " ")
        yield from (f"date {said}", f"{said} date", said)


def _one(table: str) -> str:
    """One record of a table, in a word or two."""
    if table == "section_47_enquiries":
        return "section 47"
    return (table[:-3] + "y" if table.endswith("ies") else table.removesuffix("s")).replace("_", " ")


@cache
def _shipped() -> dict[str, dict[str, set[str]]]:
    """Table -> field -> the headers that shipped mappings fill it from."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in _SHIPPED:
        said = recipes.load(file)
        for about in said.get("lists", {}).values():
            spelt = {names[0]: names for names in (*said.get("common", ()), *about["columns"])}
            for record in about.get("records", ()):
                for name, parts in record["fields"].items():
                    for column in _columns(parts):
                        found[record["table"]][name].update(map(plain, spelt.get(column, [column])))
    return found


def _columns(parts: Any) -> Iterator[str]:
    for part in parts if isinstance(parts, list) else [parts]:
        column = part if isinstance(part, str) else part.get("from", "")
        if column:
            yield column


@cache
def codes() -> dict[str, frozenset[str]]:
    """Code -> how systems write it, as it is compared. Shipped codes of one or two signs are left out: they mean anything."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, written in _words()["codes"].items():
        found[code] |= set(map(plain, written))
    for file in _SHIPPED:
        for name, answers in recipes.load(file)["words"]["codes"].items():
            if isinstance(answers, dict) and name in _SHARED:
                for code, written in answers.items():
                    found[code] |= {plain(str(one)) for one in written if len(plain(str(one))) > 2}
    return {code: frozenset(words) for code, words in found.items()}


#: Code lists of the shipped mappings whose words mean the same everywhere.
_SHARED = ("abuse", "placement", "accommodation", "health")
