"""What judgement is told and what it answers, in plain immutable values: no dates, no tables, no files."""

from __future__ import annotations

from dataclasses import dataclass

#: A record of one case: its table and its ordinal within the case. Where a breach can supersede others, and only there, the table is
#: named with `BY` before it: what two observations have in common for a composed rule makes neither the ground of the other.
Link = tuple[str, int]
BY = "by "

OUTCOMES = frozenset({"met", "justified", "not_met", "not_yet_due", "not_applicable", "cannot_tell"})


@dataclass(frozen=True)
class Observed:
    """One observation of one case.

    ``outcome``: as the check found it. ``exempt``: yes | no | unknown, an ``unless`` of the rule holds. ``reason``: yes | no, it was late,
    has since happened and an allowed reason is recorded. ``links``: the subject record itself and what it hangs on. ``series`` and
    ``place``: which parent series it belongs to, and where in it (0, 1, 2, ...); -1 where it is in none.
    """

    rule: str
    outcome: str
    exempt: str = "no"
    reason: str = "no"
    links: tuple[Link, ...] = ()
    series: int = -1
    place: int = -1


@dataclass(frozen=True)
class Subject:
    """A record that the composed rule ``rule`` could speak about."""

    rule: str
    link: Link


@dataclass(frozen=True)
class Premise:
    """``rule`` (an observed rule, or an inline check named ``RULE.name``) is not_met, or also justified where ``or_justified``."""

    rule: str
    or_justified: bool = False


@dataclass(frozen=True)
class Together:
    """A composed rule's test on records of the table ``subject``: all of ``all``, and one of ``any`` where there are any."""

    subject: str
    all: tuple[Premise, ...] = ()
    any: tuple[Premise, ...] = ()


@dataclass(frozen=True)
class RuleShape:
    """What judgement needs to know of a rule. ``escalates_after``: that many breaches in a row (1 to 15)."""

    id: str
    superseded_by: tuple[str, ...] = ()
    escalates_after: int | None = None
    together: Together | None = None


@dataclass(frozen=True)
class ComposedFinding:
    """What a composed rule found about the record ``link``: not_met or cannot_tell.

    ``because``: the observations (indices) whose premise holds; ``unknown``: those that leave a premise open (cannot_tell only).
    """

    rule: str
    link: Link
    outcome: str
    because: tuple[int, ...]
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """What a case's observations add up to; the first three have one entry an observation, in the order given.

    ``unjudged``: why the case could not be judged, a sentence; the outcomes are then as observed and nothing else is concluded.
    """

    outcomes: tuple[str, ...]
    superseded_by: tuple[str | None, ...]
    escalated: tuple[bool, ...]
    composed: tuple[ComposedFinding, ...] = ()
    unjudged: str | None = None
