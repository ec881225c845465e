"""What a rule is once it has been read: frozen, plain, and free of YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from auditcheck.clock import Length
from auditcheck.rulebook.notices import Notice

YEAR, WEEK = Length(12, "months"), Length(5, "working days")


@dataclass(frozen=True)
class Share:
    """A part of a whole as a rule writes it: ``90%``."""

    percent: int

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read ``90%``. Raises ValueError naming what was expected."""
        found = re.fullmatch(r"\s*(\d{1,3})\s*%\s*", text, re.ASCII)
        if not found or not 1 <= int(found[1]) <= 100:
            raise ValueError(f"{text!r} is not a share: expected a whole number from 1 to 100 and %")
        return cls(int(found[1]))

    def __str__(self) -> str:
        return f"{self.percent}%"


#: What a rule's setting may be.
Figure = Length | Share


def figure(text: str) -> Figure:
    """A setting as a rule or profile writes it. Raises ValueError naming what was expected."""
    return Share.parse(text) if "%" in text else Length.parse(text)


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
class Suspension:
    """A time in which a duty did not bind: from a day up to, not including, ``until``; why, by which law, and how that was seen."""

    from_: date
    until: date
    because: str
    law: str
    verified: str


@dataclass(frozen=True)
class Amount:
    """A figure as a target writes it: ``65%``, ``18``, ``26 weeks``; no unit: the measure's own."""

    number: Fraction
    unit: str

    def __str__(self) -> str:
        digits = f"{float(self.number):.10g}"
        return f"{digits}{'' if self.unit in ('', '%') else ' '}{self.unit}"


@dataclass(frozen=True)
class Target:
    """What a profile wants of a measure (or of the share met of a rule): ``at_least``, ``at_most``, both, or (a baseline alone) neither.

    ``shape``: by, average_by (both to be reached on ``by``), within (``within`` of the notice's start), at_any_time or standing.
    ``baseline`` and ``comparators`` are text for people.
    """

    measure: str
    at_least: Amount | None
    at_most: Amount | None
    shape: str
    by: date | None
    within: Length | None
    baseline: str
    comparators: tuple[str, ...]
    asked_by: tuple[Asked, ...]

    @property
    def bounded(self) -> bool:
        """Whether anything is wanted; a baseline alone is only shown beside the figure."""
        return self.at_least is not None or self.at_most is not None


@dataclass(frozen=True)
class Example:
    """A small case and its outcome. ``given``: table -> rows of text as written.

    ``expect``: the outcome of the one observation, or record id (or id/class) -> outcome; of a measure its figure, word by word.
    ``escalated``: the records of those whose severity is raised. ``targets`` and ``notice_start``: what a profile would say, for measures
    that count targets.
    """

    name: str
    as_of: date
    given: dict[str, list[dict[str, str]]]
    expect: str | dict[str, Any]
    limit: Length | dict[str, Length] | None
    settings: dict[str, Figure]
    escalated: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    notice_start: date | None = None


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
    settings: dict[str, Figure]
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
    suspended: tuple[Suspension, ...] = ()

    def length(self, setting: str) -> Length:
        """A setting that is a length of time. Raises KeyError or TypeError (the lint has seen to both)."""
        found = self.settings[setting]
        if not isinstance(found, Length):
            raise TypeError(f"{setting} is no length of time")
        return found

    def share(self, setting: str) -> Share:
        """A setting that is a share. Raises KeyError or TypeError (the lint has seen to both)."""
        found = self.settings[setting]
        if not isinstance(found, Share):
            raise TypeError(f"{setting} is no share")
        return found


@dataclass(frozen=True)
class Edition:
    """An edition of Working Together and the day it came into force; ``carries``: whose requirements stand in for its own, unseen ones."""

    id: str
    title: str
    from_: date
    verified: str
    carries: str | None = None


@dataclass(frozen=True)
class Source:
    """A document that asks for rules, as ``asked_by`` names it, and what it is."""

    name: str
    about: str


@dataclass(frozen=True)
class LocalLimit:
    """What a profile sets for one rule: a limit (by category where the rule asks for one), settings, who agreed it, how that was seen."""

    limit: Length | dict[str, Length] | None
    settings: dict[str, Figure]
    agreed_by: str | None
    agreed_on: date | None
    note: str | None
    verified: str = "local"


@dataclass(frozen=True)
class Shrinkage:
    """What is worth a warning about an export as a whole: so many percent fewer records or children than an earlier run's, a newest record
    more than ``old`` days before the day that the export says it reaches. From ``stops`` percent on the run is incomplete (exit 2)."""

    warns: int = 10
    stops: int = 30
    old: int = 14


@dataclass(frozen=True)
class Profile:
    """A selection of rules with local figures. ``rules``: ``all``, or ids, areas and globs of ids.

    ``suspended``: such names, and the time in which those rules did not bind. ``period``: what measures look back over, where they do not
    say it themselves. ``notice_start``: None where the user has to give it; ``notice``: what
    it asks for.
    """

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
    suspended: tuple[tuple[tuple[str, ...], Suspension], ...] = ()
    period: Length | None = None
    notice_start: date | None = None
    notice: Notice = field(default_factory=Notice)
    targets: tuple[Target, ...] = ()
    shrinkage: Shrinkage = Shrinkage()
    sources: tuple[str, ...] = ()  # kinds of export, the most trusted first, for what several sources disagree on


@dataclass(frozen=True)
class Rulebook:
    """All rules by id (sorted), the editions (oldest first), the shipped profiles by id, a hash of every file read, and the documents that
    ask for rules."""

    rules: dict[str, Rule]
    editions: tuple[Edition, ...]
    profiles: dict[str, Profile]
    hash: str
    sources: tuple[Source, ...] = ()
