"""Editions of Working Together: which one a duty of a day stands under, and whether anybody saw its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from auditcheck.rulebook.model import Dated, Edition, Rule


def rests_on_it(rule: Rule) -> bool:
    """Whether a rule is statutory guidance of Working Together rather than of another document."""
    return rule.force == "SG" and "Working Together" in rule.law


def in_force(day: date, editions: Sequence[Edition]) -> Edition | None:
    """The edition in force on a day; ``editions`` oldest first."""
    return next((edition for edition in reversed(editions) if edition.from_ <= day), None)


def carried_over(edition: Edition | None, value: Dated | None = None) -> bool:
    """Whether what is asked under an edition is another's, its own words unseen; a dated value that begins with it speaks for itself."""
    return edition is not None and edition.carries is not None and (value is None or value.from_ < edition.from_)


def says(edition: Edition) -> str:
    """What to say of law that is carried over into an edition."""
    return f"{edition.id}: carried over from {edition.carries}, not checked"
