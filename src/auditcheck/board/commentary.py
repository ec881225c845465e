"""What people write into the book: one file of plain text that runs read and never change.

    ## AGG-RCPC-06
    Owner: head of safeguarding
    What changed: ...

A heading names a measure or one of `PLACES`; under it stand lines `Label: text`, and lines that go on. Anything else is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auditcheck.board import BoardRefused

NAME = "commentary.md"
OWNER = "Owner"
#: What a measure's page asks for, in order; all of it is shown as not supplied where it is not.
ASKED = ("What changed", "Why we think so", "What we are doing, who, by when", "What would show it worked")
#: Places for text that belongs to no measure.
PLACES = {
    "decide": "What to decide today",
    "views": "What children, families and staff said",
    "audits": "What audits found",
    "notice": "Progress",
}
_HEADING = re.compile(r"#{1,6}\s*([\w.-]+)")
_LINE = re.compile(r"([A-Z][\w ,']{2,40}):\s*(.*)")
_WORD = re.compile(r"[\w.-]+")


class BadCommentary(BoardRefused):
    """The file can't be used. The message is a sentence for whoever wrote it; exit 2."""


@dataclass(frozen=True)
class Note:
    """What stands under one heading: ``lines`` by label, and ``paragraphs``."""

    lines: Mapping[str, str] = field(default_factory=dict)
    paragraphs: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        return not any(self.lines.values()) and not self.paragraphs


def read(path: Path) -> str:
    """The text of the file; empty where there is none. Raises BadCommentary."""
    if not path.exists():
        return ""
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadCommentary(f"{path.name} can't be read as text in UTF-8 ({problem}). Save it as plain text in UTF-8.") from problem


def parse(text: str, known: Collection[str], children: Collection[str] = ()) -> dict[str, Note]:
    """The notes by heading.

    Raises:
        BadCommentary: a heading names nothing in the book, stands there twice, or a line names a child's id.
    """
    ids = {child.casefold() for child in children}
    notes: dict[str, Note] = {}
    held: list[str] | None = None
    gathered: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if named := child_named(line, ids):
            raise BadCommentary(f"{NAME}, line {number}, names the child '{named}'. Nothing in the book may: say it without the id.")
        if line.startswith("##"):
            found = _HEADING.match(line)
            key = found[1] if found else ""
            if key not in known and key not in PLACES:
                wrong = f"'{line.strip('# ')}' is no heading of the book"
                raise BadCommentary(f"{NAME}, line {number}: {wrong}, expected a measure's id or {', '.join(PLACES)}.")
            if key in gathered:
                raise BadCommentary(f"{NAME}, line {number}: {key} has a heading already. Put the two together.")
            held = gathered.setdefault(key, [])
        elif held is not None:
            held.append(line)
    for key, lines in gathered.items():
        notes[key] = _note(lines)
    return notes


def child_named(text: str, ids: Collection[str]) -> str:
    """The first word of a text that is a child's id; '' where none is. ``ids``: case folded."""
    # An id may hold full stops and hyphens; those at its ends are the sentence's.
    words = (form for word in _WORD.findall(text) for form in (word, word.strip(".-")))
    return next((word for word in words if word.casefold() in ids), "")


def _note(lines: Sequence[str]) -> Note:
    said: dict[str, str] = {}
    paragraphs: list[str] = []
    label: str | None = None
    for line in (one.strip() for one in lines):
        if found := _LINE.fullmatch(line):
            label = found[1]
            said[label] = found[2].strip()
        elif not line:
            label = None
        elif label:
            said[label] = f"{said[label]} {line}".strip()
        else:
            paragraphs.append(line)
    return Note(said, tuple(paragraphs))


def template(measures: Mapping[str, str]) -> str:
    """A file to fill in. ``measures``: titles by id."""
    lines = [
        "# Commentary for the board",
        "",
        "Write after the colons. Runs read this file and never change it. No names and no ids of children.",
        "",
    ]
    for key, title in PLACES.items():
        lines += [f"## {key} ({title})", "", ""]
    for key, title in measures.items():
        lines += [f"## {key} ({title})", "", f"{OWNER}:", "", *(f"{asked}:\n" for asked in ASKED)]
    return "\n".join(lines)
