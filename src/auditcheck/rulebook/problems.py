"""How the rulebook says what is wrong: every problem at once, each with its place and the nearest word that would have been right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 12


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one place; line and column count from 1. ``rule`` is the id of the rule (or profile) that the file holds."""

    file: str
    line: int
    column: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: [{self.rule}] {self.text}"


class RulebookError(Exception):
    """The rules, or what was asked of them, cannot be taken as they stand. ``problems`` holds a line of text for each thing wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def wrong(what: str, expected: str | Iterable[str] = "", word: object = None) -> str:
    """``what, expected one of ..., did you mean '...'?``: ``expected`` is a phrase, or the words that would be right."""
    choices = [] if isinstance(expected, str) else [str(choice) for choice in expected]
    phrase = expected if isinstance(expected, str) else _listed(choices)
    return what + (f", expected {phrase}" if phrase else "") + nearest(word, choices)


def nearest(word: object, choices: Iterable[str]) -> str:
    """``, did you mean '...'?`` for the nearest of the choices; empty where none is near."""
    by_lower = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(str(word).lower(), list(by_lower), n=1, cutoff=0.6) if word is not None else []
    return f", did you mean '{by_lower[found[0]]}'?" if found else ""


def _listed(choices: list[str]) -> str:
    if not choices:
        return "none here"
    if len(choices) == 1:
        return choices[0]
    more = f" or one of {len(choices) - SHOWN} more" if len(choices) > SHOWN else ""
    return "one of " + ", ".join(choices[:SHOWN]) + more
