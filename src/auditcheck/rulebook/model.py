"""What a rule is once it has been read: frozen, plain, and free of YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from auditcheck.clock import Length

YEAR, WEEK = Length(12, "months"), Length(5, "working days")


@dataclass(frozen=True)
class Dated:
    """A limit in force from a day up to, not including, ``until``. ``is_`` None: nothing was required then."""

    from_: date
    until: date | None
    is_: Length | None
    edition: str | None
    law: str | None
    verified: str | None


@dataclass(frozen=True)
class Limit:
    """How long a rule allows. Nothing set at all: the rule has no limit.

    ``values``: dated values, oldest first. ``local``: purely local and not set by a profile. ``field``: a path whose value is the limit
    (``fallback`` where it is blank) or, where ``by_category`` is not None, a category that it maps to one ({} until a profile sets it).
    """

    values: tuple[Dated, ...] = ()
    field: str | None = None
    by_category: dict[str, Length] | None = None
    local: bool = False
    fallback: Length | None = None

    def on(self, day: date) -> Dated | None:
        """The dated value in force on a day, or None."""
        return next((v for v in self.values if v.from_ <= day and (v.until is None or day < v.until)), None)


@dataclass(frozen=True)
class Unless:
    """An exemption: a condition on the subject, why, and the class it is for (None: all)."""

    when: dict[str, Any]
    because: str
    class_: str | None


@dataclass(frozen=True)
class Escalation:
    """``after`` breaches in a row on one parent the severity becomes ``to``."""

    after: int
    to: str


@dataclass(frozen=True)
class Asked:
    """Who asked for it, in at most twenty of their words."""

    source: str
    says: str


@dataclass(frozen=True)
class Example:
    """A small case and its outcome. ``given``: table -> rows of text as written.

    ``expect``: the outcome of the one observation, or record id (or id/class) -> outcome. ``escalated``: the records of those whose
    severity is raised.
    """

    name: str
    as_of: date
    given: dict[str, list[dict[str, str]]]
    expect: str | dict[str, str]
    limit: Length | dict[str, Length] | None
    settings: dict[str, Length]
    escalated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule. ``body`` is the mapping of its kind of ``check``: dicts, lists, str and int; dates, true/false and yes/no are text."""

    id: str
    title: str
    area: str
    kind: str
    force: str
    severity: str
    stage: str
    subject: str
    where: dict[str, Any]
    needs: tuple[str, ...]
    uses: tuple[str, ...]
    check: str
    body: dict[str, Any]
    limit: Limit
    settings: dict[str, Length]
    unless: tuple[Unless, ...]
    justified_by: tuple[str, ...]
    superseded_by: tuple[str, ...]
    escalates: Escalation | None
    ends: tuple[str, ...] | None
    says: str
    do: str
    law: str
    verified: str
    asked_by: tuple[Asked, ...]
    examples: tuple[Example, ...]
    file: str
    line: int


@dataclass(frozen=True)
class Edition:
    """An edition of Working Together and the day it came into force."""

    id: str
    title: str
    from_: date
    verified: str


@dataclass(frozen=True)
class LocalLimit:
    """What a profile sets for one rule: a limit (by category where the rule asks for one), settings, and who agreed it."""

    limit: Length | dict[str, Length] | None
    settings: dict[str, Length]
    agreed_by: str | None
    agreed_on: date | None
    note: str | None


@dataclass(frozen=True)
class Profile:
    """A selection of rules with local figures. ``rules``: ``all``, or ids, areas and globs of ids."""

    id: str = "default"
    title: str = "Every active rule"
    about: str = ""
    rules: str | tuple[str, ...] = "all"
    exclude: tuple[str, ...] = ()
    limits: dict[str, LocalLimit] = field(default_factory=dict)
    look_back: Length = YEAR
    unknown_over: int = 20
    due_soon: Length = WEEK
    board_name: str = "safeguarding children board"


@dataclass(frozen=True)
class Rulebook:
    """All rules by id (sorted), the editions (oldest first), the shipped profiles by id, and a hash of every file read."""

    rules: dict[str, Rule]
    editions: tuple[Edition, ...]
    profiles: dict[str, Profile]
    hash: str
