"""The case sheet of one child: a pure function of what a run's folder and the rulebook say. No score, no colour, no percentage."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from auditcheck.reports import words
from auditcheck.reports.cases import person, sayings
from auditcheck.reports.cases.checks import OUTCOMES, checks, counts, of, strengths
from auditcheck.reports.cases.drawing import Plan, drawing, key
from auditcheck.reports.cases.events import events, lane
from auditcheck.reports.cases.items import opened
from auditcheck.reports.cases.tables import Case, Row
from auditcheck.reports.page import rendered
from auditcheck.rulebook import editions
from auditcheck.rulebook.model import Rulebook

_KEY = [(Markup(svg), said) for svg, said in key()]


@dataclass
class Run:
    """What all sheets of one run share. ``rules``: the rows of rules.csv; ``hide``: takes the ids of restricted children out of a text."""

    info: Mapping[str, Any]
    rules: Sequence[Mapping[str, str]]
    book: Rulebook
    hide: Callable[[str], str]

    @cached_property
    def lanes(self) -> dict[str, str]:
        """The lane of each rule whose event is on the timeline."""
        return {rule.id: where for rule in self.book.rules.values() if (where := lane(rule))}

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each rule is called."""
        return {rule.id: rule.title for rule in self.book.rules.values()}

    @cached_property
    def notices(self) -> list[str]:
        """What a reader must know before relying on any sheet of the run."""
        return [self.hide(said) for said in sayings.notices(self.info, self.book.hash)]

    @cached_property
    def checks(self) -> tuple[int, int]:
        """(how many checks the run was asked for, how many were possible with its records)."""
        asked = [row for row in self.rules if row["kind"] not in ("auditor", "measure") and row["status"] != "not_selected"]
        return len(asked), sum(row["status"] == "evaluated" for row in asked)

    @cached_property
    def _dated(self) -> tuple[set[str], list[str]]:
        resting = {rule.id for rule in self.book.rules.values() if editions.rests_on_it(rule)}
        return resting, [edition.from_.isoformat() for edition in self.book.editions]

    def editions(self, observations: Sequence[Row]) -> list[str]:
        """The editions of Working Together under which the child's limits began to run, oldest first."""
        resting, begins = self._dated
        days = {row["trigger_at"][:10] for row in observations if row["rule_id"] in resting and row["trigger_at"]}
        return [self.book.editions[place - 1].id for place in sorted({bisect_right(begins, day) for day in days}) if place]


def sheet(run: Run, case: Case) -> str:
    """The page. The same tables give the same bytes."""
    return words.visible(rendered("case.html.j2", _context(run, case), style="case.css"))


def _context(run: Run, case: Case) -> dict[str, Any]:
    every = checks(case.observations, run.book.rules)
    found = opened(case.findings, case.observations, run.book.rules)
    by_day = events(case.observations, run.lanes, run.titles)
    child, as_of = case.child, str(run.info["as_of"])
    drawn = drawing(by_day, as_of, _plan(child), f"child {child['child_id']}")
    questions, elsewhere = person.questions(run.rules, run.book.rules, {row["table"] for row in case.observations})
    concern, untold = ({check.rule.id for check in every if test(check.outcome)} for test in (_concerns, _untold))
    return {
        "child": child["child_id"],
        "restricted": case.restricted,
        "title": f"Case sheet: child {child['child_id']}, {words.in_words(as_of)}",
        "possible": sayings.possible(*run.checks, len(concern), len(untold)),
        "incomplete": not run.info.get("complete", True),
        "notices": run.notices,
        "gone": sayings.gone(child),
        "facts": sayings.facts(child, run.info, run.editions(case.observations)),
        "sentence": sayings.sentence(counts(every)),
        "found": found,
        "nothing": sayings.nothing_to_do(found, every, len(person.HEADINGS)),
        "strengths": list(strengths(every)),
        "svg": Markup(drawn.svg) if drawn else "",
        "beyond": sayings.beyond(drawn) if drawn else sayings.NOTHING_DRAWN if not by_day else sayings.LONG_AGO,
        "key": _KEY,
        "events": by_day,
        "groups": [(heading, of(every, outcome)) for outcome, (heading, _) in OUTCOMES.items()],
        "headings": person.HEADINGS,
        "grades": person.GRADES,
        "questions": questions,
        "elsewhere": elsewhere,
        "always": sayings.ALWAYS,
    }


def _concerns(outcome: str) -> bool:
    return outcome != "not_applicable"


def _untold(outcome: str) -> bool:
    return outcome == "cannot_tell"


def _plan(child: Row) -> Plan | None:
    if not child["plan_started"]:
        return None
    return Plan(sayings.plan(child), child["plan_started"], child["plan_ended"])
