"""Whether two texts are one, for those who have no such check of their own: docs/rule-language.md, `distinct`, at 90 per cent."""

from __future__ import annotations

from functools import cache

from rapidfuzz.distance import LCSseq

_SOMEBODY = "he she they him her them his hers their theirs himself herself themself themselves"
_CHILD = "boy girl son daughter brother sister sibling"


@cache
def _words(text: str) -> tuple[str, ...]:
    """A name or pronoun counts as one and the same word. (A text of mostly capitals, in which none is a name, is not met here.)"""
    words = []
    for word in (raw.strip(".,;:!?()\"'") for raw in text.split()):
        plain = word.lower().removesuffix("'s")
        words.append("" if word[:1].isupper() or plain in _SOMEBODY.split() else "child" if plain in _CHILD.split() else plain)
    return tuple(words)


def alike(one: str, other: str) -> bool:
    """At least ten words each, and nine in ten of them the same in the same order."""
    a, b = _words(one), _words(other)
    return min(len(a), len(b)) >= 10 and 200 * LCSseq.similarity(a, b) // (len(a) + len(b)) >= 90
