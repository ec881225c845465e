"""Reads the whole rulebook, and refuses it whole: every problem of every file at once."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path as File
from typing import Any

from auditcheck.links import leads_out
from auditcheck.rulebook import build, profile, schema
from auditcheck.rulebook.lint import lint
from auditcheck.rulebook.model import Edition, Rulebook, Source
from auditcheck.rulebook.problems import Problem, RulebookError, wrong
from auditcheck.rulebook.sources import strangers
from auditcheck.yaml_text import LARGEST, Document, of_file, read

EDITIONS, SOURCES = "editions.yaml", "sources.yaml"

#: The examples of a rule, most of its file: from the word at the start of a line to the next such word.
_EXAMPLES = re.compile(rb"^examples:.*?(?=^(?:[^\s#-]|---)|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class _Page:
    """One file of the book that reads as YAML: its name within the book, and what it says."""

    file: str
    document: Document

    @property
    def id(self) -> str:
        value = self.document.value
        found = value.get("id") if isinstance(value, dict) else None
        return found if isinstance(found, str) else File(self.file).stem

    def problem(self, path: tuple[str | int, ...], of_key: bool, text: str) -> Problem:
        return Problem(self.file, *self.document.place(path, of_key), self.id, text)


def load(folder: File | None = None, examples: bool = True) -> Rulebook:
    """The rulebook of a folder (None: the shipped rules). Raises RulebookError with every problem found.

    Without ``examples`` they are neither read nor looked at, which halves the time: an audit stands on the rules alone.
    """
    root = folder if folder is not None else shipped()
    if not root.is_dir():
        raise RulebookError([f"{root}: there is no such folder of rules"])
    files, problems = _own(root) if folder is None else _given(root)
    return _read(tuple((name, of_file(root / name)) for name in files), tuple(problems), examples)


@lru_cache(maxsize=4)
def _read(contents: Iterable[tuple[str, bytes]], before: Iterable[Problem], examples: bool) -> Rulebook:
    """The rulebook of these files, by name. What was read last is kept: a command that asks twice for the same rules waits once."""
    found = dict(contents)
    problems = [*before, *_strays(found)]
    wanted = {name: data if examples or len(data) > LARGEST else _EXAMPLES.sub(b"", data) for name, data in found.items()}
    pages = {name: _Page(name, read(data)) for name, data in wanted.items() if name.count("/") == 1 or name in (EDITIONS, SOURCES)}
    problems += [Problem(p.file, line, column, p.id, text) for p in pages.values() for line, column, text in p.document.problems]
    good = {name: page for name, page in pages.items() if not page.document.problems}
    editions = _editions(good.get(EDITIONS), problems)
    sources = _sources(good.get(SOURCES), problems)
    judged = [p for name, p in good.items() if _folder(name) not in ("", "profiles")]
    rules = _rules(judged, editions, sources, problems, examples)
    plain = {rule_page.id: rule_page.document.value for rule_page in rules}
    profiles = dict(_profiles([p for name, p in good.items() if _folder(name) == "profiles"], plain, problems))
    if not plain and not problems:
        problems.append(Problem(".", 1, 1, "-", "there is no rule in this folder, expected <area>/<ID>.yaml"))
    if problems:
        raise RulebookError(str(problem) for problem in sorted(set(problems)))
    built = {page.id: build.rule(page.document.value, page.file, page.document.place(())[0]) for page in rules}
    return Rulebook(dict(sorted(built.items())), editions, profiles, _hash(found), sources)


def shipped() -> File:
    """The folder of the rules that come with auditcheck: the installed package, or the checkout's own."""
    spec = importlib.util.find_spec("auditcheck_rules")
    if spec is not None and spec.submodule_search_locations:
        return File(next(iter(spec.submodule_search_locations)))
    return File(__file__).resolve().parents[3] / "rules"


def _own(root: File) -> tuple[list[str], list[Problem]]:
    """The files of the shipped rules. Where they lie is the installer's choice: some link each file, or whole folders, to a store."""
    return _named({*root.rglob("*"), *root.glob("*/*")}, root), []  # only the second goes into folders that are links


def _given(root: File) -> tuple[list[str], list[Problem]]:
    """The files of a folder that somebody names, and what is wrong with links in it: they are not followed out of it."""
    entries = sorted(root.rglob("*"))
    linked = [entry for entry in entries if entry.is_symlink() and entry.is_dir() and not entry.name.startswith(".")]
    outside = [name for name in _named(entries, root) if leads_out(root / name, root)]
    problems = [_elsewhere(entry.relative_to(root).as_posix(), "a folder that is a link", "the folder itself") for entry in linked]
    problems += [_elsewhere(name, "a link that leads out of the folder of rules", "the file itself") for name in outside]
    return [name for name in _named(entries, root) if name not in outside], problems


def _named(entries: Iterable[File], root: File) -> list[str]:
    return sorted(entry.relative_to(root).as_posix() for entry in entries if entry.suffix in (".yaml", ".yml") and entry.is_file())


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _strays(files: Iterable[str]) -> Iterator[Problem]:
    for name in files:
        if not name.endswith(".yaml") or (name.count("/") != 1 and name not in (EDITIONS, SOURCES)):
            text = wrong("nothing is read from here", f"<area>/<ID>.yaml, profiles/<id>.yaml, {EDITIONS} or {SOURCES}")
            yield Problem(name, 1, 1, File(name).stem, text)


def _elsewhere(name: str, what: str, expected: str) -> Problem:
    return Problem(name, 1, 1, File(name).stem, wrong(f"{what}, so nothing of it was read", expected))


def _editions(page: _Page | None, problems: list[Problem]) -> tuple[Edition, ...]:
    if page is None:
        return ()
    found = schema.complaints("editions", page.document.value)
    if not found:
        try:
            return build.editions(page.document.value)
        except ValueError as error:
            found = [(("editions",), False, f"a date that does not exist: {error}")]
    problems += [page.problem(*complaint) for complaint in found]
    return ()


def _sources(page: _Page | None, problems: list[Problem]) -> tuple[Source, ...]:
    found = schema.complaints("sources", page.document.value) if page else []
    problems += [page.problem(*complaint) for complaint in found if page]
    return build.sources(page.document.value) if page and not found else ()


def _rules(
    pages: list[_Page], editions: tuple[Edition, ...], sources: tuple[Source, ...], problems: list[Problem], examples: bool
) -> list[_Page]:
    ids = sorted({page.id for page in pages})
    first: dict[str, _Page] = {}
    for page in pages:
        found: list[tuple[tuple[str | int, ...], bool, str]] = schema.complaints("rule", page.document.value)
        if not found:
            found = list(lint(page.document.value, File(page.file).stem, _folder(page.file), ids, editions, examples))
            found += strangers(page.document.value.get("asked_by", []), sources)
        if page.id in first:
            found.append((("id",), False, f"'{page.id}' is also the id of {first[page.id].file}, expected one rule an id"))
        problems += [page.problem(*complaint) for complaint in found]
        first.setdefault(page.id, page)
    return list(first.values())


def _profiles(pages: list[_Page], rules: dict[str, Any], problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    usable = {rule_id: value for rule_id, value in rules.items() if isinstance(value, dict)}
    for page in pages:
        found, more = profile.parse(page.document, page.file, usable)
        problems += more
        if found is not None:
            yield found.id, found


def _hash(found: dict[str, bytes]) -> str:
    digest = blake2b(digest_size=16)
    for name, data in sorted(found.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
