"""The documents that ask for rules: `sources.yaml` names them, and ``asked_by`` names one of them, alone or with a place in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from auditcheck.rulebook.model import Source
from auditcheck.rulebook.problems import nearest, wrong
from auditcheck.yaml_text import Path


def document(said: str, sources: Sequence[Source]) -> Source | None:
    """The document that a source such as "Cheshire East progress table, IN2" names; None: none of them."""
    return next((source for source in sources if said == source.name or said.startswith(source.name + ", ")), None)


def place(said: str, source: Source) -> str:
    """The place in the document; empty where it names the whole."""
    return said.removeprefix(source.name).removeprefix(", ")


def strangers(asked_by: Sequence[dict[str, Any]], sources: Sequence[Source]) -> Iterator[tuple[Path, bool, str]]:
    """A complaint for each source that is none of the documents; nothing where the book names no documents."""
    for at, asked in enumerate(asked_by if sources else ()):
        said = asked["source"]
        if document(said, sources) is None:
            like = max((source.name for source in sources), key=lambda name: SequenceMatcher(None, said[: len(name)], name).ratio())
            what = wrong(f"'{said}' is no document of sources.yaml", "the name of one, alone or followed by a comma and the place")
            yield ("asked_by", at, "source"), False, what + nearest(said[: len(like)], [like])
