"""What a cell says: its text as the contract's types read it, and which texts count as blank."""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import Enum
from functools import cache

from . import clock
from .clock import Moment, UnreadableError

_PLACEHOLDERS = """
    tbc, tbd, tba, n/a, na, n.a., none, nil, not known, unknown, ?, ??, -, --, ., .., see above, as above, see below, to follow,
    to be confirmed, to be agreed, to be decided, pending, x, xx, ongoing, asap, as required, as needed, when required, not recorded,
    blank, test
"""
PLACEHOLDERS = frozenset(text.strip() for text in _PLACEHOLDERS.split(","))
YES_WORDS, NO_WORDS = ("yes", "true", "y", "1"), ("no", "false", "n", "0")


class State(Enum):
    """How much a cell says. NOWHERE: the reference to its record is blank or leads to none. ABSENT: the export has no such column."""

    FILLED = "filled"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    NOWHERE = "nowhere"
    ABSENT = "absent"


@dataclass(frozen=True)
class Value:
    """One cell: `text` trimmed, `kind` the contract's type, `moment` for a date or moment that could be read."""

    state: State
    text: str = ""
    kind: str = "text"
    moment: Moment | None = None

    @property
    def word(self) -> str:
        """The text for comparing: lower case, `yes` or `no` for a yes/no field."""
        return plain(self.text, self.kind)

    @property
    def empty(self) -> bool:
        """Nothing stands there (placeholders do not count here)."""
        return self.state in (State.BLANK, State.NOWHERE, State.ABSENT)


def plain(text: str, kind: str) -> str:
    """Trimmed, lower case; a yes/no field's several spellings as `yes` and `no`."""
    word = " ".join(text.split()).lower()
    if kind == "yesno":
        return "yes" if word in YES_WORDS else "no" if word in NO_WORDS else word
    return word


@cache
def read(text: str, kind: str) -> Value:
    """Read one cell as its type."""
    text = text.strip()
    if not text:
        return Value(State.BLANK, "", kind)
    if kind in ("date", "moment"):
        try:
            return Value(State.FILLED, text, kind, clock.read_date(text) if kind == "date" else clock.read_moment(text))
        except UnreadableError:
            return Value(State.UNREADABLE, text, kind)
    if kind == "yesno" and plain(text, kind) not in ("yes", "no"):
        return Value(State.UNREADABLE, text, kind)
    return Value(State.FILLED, text, kind)


def is_placeholder(text: str, more: tuple[str, ...] = ()) -> bool:
    """Whether a text stands for nothing, such as `TBC` or `(n/a)`."""
    word = plain(text, "text")
    bare = word.strip(string.punctuation + " ")
    return not bare or any(form in PLACEHOLDERS or form in more for form in (word, bare))


def counts_as_blank(value: Value, more: tuple[str, ...] = ()) -> bool:
    """Blank, or a placeholder: in a date field too, where nothing readable stands there."""
    return value.empty or (value.moment is None and is_placeholder(value.text, more))


def list_of(value: Value) -> list[str]:
    """The values of a list field, for comparing."""
    return [word for word in (plain(part, "text") for part in value.text.split(";")) if word]
