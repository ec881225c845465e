"""`states`: the record says it. A blank is the breach where the duty is to record; placeholders count as blank."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from auditcheck import clock, contract, values
from auditcheck.casefile import LOST
from auditcheck.checks import words
from auditcheck.checks.ground import CONTRADICTION, Ground, settle_limit, settle_population
from auditcheck.checks.limits import Chosen, choose, measure
from auditcheck.checks.scope import Scope
from auditcheck.checks.timing import Words, settle_trigger
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_APPLICABLE, NOT_MET, NOT_YET_DUE, Observations, Verdict
from auditcheck.duties import NO_END
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, Mask, never

_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")


@dataclass(frozen=True)
class Found:
    """What one test found (m,): at most one mask holds at a place; none: met."""

    blank: Mask
    wrong: Mask
    contradicts: Mask
    unknown: Mask
    explained: Mask


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record."""
    body = rule.body
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    if "once" in body:
        begun = scope.when(body["once"])
        verdict.settle(begun.state == BLANK, NOT_YET_DUE, f"Not yet due: {words.plain(body['once'])} is not recorded yet")
        verdict.settle(~begun.known, CANNOT_TELL, f"Cannot tell: {words.plain(body['once'])} can't be read")
    trigger, due, over, chosen = never(m), never(m), np.full(m, -1, np.int32), None
    tests = [(test, _find(ground, scope, test, body.get("also_blank") or [])) for test in body["all"]]
    if "by" in body:
        trigger = scope.when(body["by"])
        chosen = choose(rule.limit, scope, trigger.day)
        held = measure(trigger, never(m), chosen, ground.as_of)
        due = held.due
        blank = _any([found.blank for _, found in tests], m)
        other = _any([found.wrong | found.unknown | found.contradicts for _, found in tests], m)
        _settle_time(ground, rule, verdict, trigger, due, chosen, blank, other, held.passed)
    for outcome in (NOT_MET, CANNOT_TELL, JUSTIFIED):
        for test, found in tests:
            _settle_test(verdict, test, found, outcome)
    verdict.settle(np.ones(m, bool), MET, "Recorded")
    return [
        ground.counted(
            Observations(
                rule,
                rule.subject,
                scope.rows,
                verdict,
                rule.subject,
                scope.rows,
                trigger,
                due,
                never(m),
                over,
                limit=chosen,
                exempt=ground.exemptions(rule, scope),
            )
        )
    ]


def _settle_time(
    ground: Ground,
    rule: Rule,
    verdict: Verdict,
    trigger: values.When,
    due: values.When,
    chosen: Chosen,
    blank: Mask,
    other: Mask,
    passed: Mask,
) -> None:
    """Until the limit has passed a blank is not yet due; where the duty ended before, nothing (``other`` shortcomings too) ever was."""
    open_ = Verdict(verdict.outcome.copy(), verdict.reason.copy(), verdict.reasons)
    settle_trigger(open_, trigger, Words(words.plain(rule.body["by"])))
    settle_limit(open_, chosen, due.known)
    end = ground.end(rule, rule.subject, trigger.day)
    open_.settle(due.known & (due.day > end.day) & (end.day < NO_END), NOT_APPLICABLE, "The duty ended before the limit was reached")
    open_.settle(end.doubtful, CANNOT_TELL, "Cannot tell: a date that may have ended the duty can't be read")
    open_.settle(~passed, NOT_YET_DUE, "Not yet due: not recorded, and the limit has not passed")
    settled = (blank & (open_.outcome != -1)) | (other & (due.day > end.day) & (open_.outcome == NOT_APPLICABLE))
    verdict.outcome[settled], verdict.reason[settled] = open_.outcome[settled], open_.reason[settled]
    outside = (verdict.outcome == -1) & (chosen.which == -1) & trigger.known
    verdict.settle(outside, NOT_APPLICABLE, "No limit was in force on that day")


def _settle_test(verdict: Verdict, test: Mapping[str, Any], found: Found, outcome: int) -> None:
    name = words.plain(_paths(test)[0])
    if_blank = {"not_met": NOT_MET, "cannot_tell": CANNOT_TELL, "met": MET}[test.get("if_blank", "not_met")]
    if outcome == NOT_MET:
        if if_blank == NOT_MET:
            verdict.settle(found.blank, NOT_MET, f"{_capital(name)} is not recorded")
        verdict.settle(found.wrong, NOT_MET, _wrong(test, name))
    elif outcome == CANNOT_TELL:
        if if_blank == CANNOT_TELL:
            verdict.settle(found.blank, CANNOT_TELL, f"Cannot tell: {name} is not recorded")
        verdict.settle(found.contradicts, CANNOT_TELL, f"{CONTRADICTION}: {name} lies before {words.plain(test.get('not_before', ''))}")
        verdict.settle(found.unknown, CANNOT_TELL, f"Cannot tell: {_unread(test, name)}")
    else:
        verdict.settle(found.explained, JUSTIFIED, f"{_capital(name)} is recorded, but not as the rule asks; the reason is there")


def _unread(test: Mapping[str, Any], name: str) -> str:
    other = next((test[word] for word in ("not_same_as", "not_before", "not_after") if word in test), "")
    return f"{name} or {words.plain(other)} is not recorded or can't be read" if other else f"{name} can't be read"


def _wrong(test: Mapping[str, Any], name: str) -> str:
    if "not_same_as" in test:
        return f"{_capital(name)} is the same as {words.plain(test['not_same_as'])}"
    if "not_after" in test:
        return f"{_capital(name)} is later than {words.plain(test['not_after'])}"
    if "not_on" in test:
        return f"{_capital(name)} is a Saturday or a Sunday"
    if "blank" in test:
        return f"{_capital(name)} is recorded, and should not be"
    return f"{_capital(name)} is recorded, but not as the rule asks"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _paths(test: Mapping[str, Any]) -> list[str]:
    return list(test["field"]) if isinstance(test["field"], list | tuple) else [test["field"]]


def _any(masks: Sequence[Mask], m: int) -> Mask:
    return np.logical_or.reduce(masks) if masks else np.zeros(m, bool)


def _find(ground: Ground, scope: Scope, test: Mapping[str, Any], also_blank: Sequence[str]) -> Found:
    """The answer of one test: of several fields any one is enough."""
    each = [_find_one(ground, scope, path, test, also_blank) for path in _paths(test)]
    if len(each) == 1:
        return each[0]
    good = _any([~(f.blank | f.wrong | f.contradicts | f.unknown | f.explained) for f in each], len(scope.rows))
    unknown = _any([f.unknown for f in each], len(scope.rows)) & ~good
    contradicts = _any([f.contradicts for f in each], len(scope.rows)) & ~good & ~unknown
    blank = ~good & ~unknown & ~contradicts
    none = np.zeros(len(scope.rows), bool)
    return Found(blank, none, contradicts, unknown, none)


def _find_one(ground: Ground, scope: Scope, path: str, test: Mapping[str, Any], also_blank: Sequence[str]) -> Found:
    answer = scope.blank(path)
    blank, unknown = answer.yes.copy(), answer.unknown.copy()
    none = np.zeros(len(blank), bool)
    wrong, contradicts, explained = none.copy(), none.copy(), none.copy()
    end, field = scope.follow(path)
    kind = contract.tables()[end.table][field].type
    codes, texts = scope.words(path)
    if also_blank and kind == "text":
        extra = [i for i, text in enumerate(texts) if text.strip(" .,;:!?-") in also_blank or text in also_blank]
        blank |= np.isin(codes, extra)
    filled = ~blank & ~unknown
    if test.get("as") == "limit" and kind == "text":
        readable = [i for i, text in enumerate(texts) if _is_length(text)]
        unknown |= filled & ~np.isin(codes, readable)
    unknown |= filled & (codes == LOST)  # a word outside the field's list: something is written, but nobody can say what
    if kind == "number":
        unknown |= filled & ~np.isin(codes, [i for i, text in enumerate(texts) if _NUMBER.fullmatch(text)])
    if "is" in test:
        wrong |= filled & (codes != LOST) & ~scope.holds({path: list(test["is"])}).yes
    if "not_same_as" in test:
        same, unclear = _same(scope, path, test["not_same_as"])
        wrong |= filled & same
        unknown |= filled & unclear
    if "not_before" in test:
        this, other = scope.when(path), scope.when(test["not_before"])
        contradicts |= this.known & other.known & (this.day < other.day) & ~blank
        unknown |= this.known & (other.state > BLANK)
    if "not_after" in test:
        this, other = scope.when(path), scope.when(test["not_after"])
        wrong |= this.known & other.known & (this.day > other.day) & ~blank
        unknown |= this.known & (other.state > BLANK)
    if "not_on" in test:
        this = scope.when(path)
        wrong |= this.known & clock.weekend(this.day) & ~blank
    if "blank" in test:  # nothing should stand there
        wrong |= filled & ~unknown
        blank = none
    if "or_reason" in test:
        reason = scope.blank(test["or_reason"])
        explained = wrong & ~reason.yes & ~reason.unknown
        wrong &= ~explained
    return Found(blank, wrong, contradicts & ~wrong, unknown & ~wrong, explained)


def _same(scope: Scope, path: str, other: str) -> tuple[Mask, Mask]:
    """Where two references are the same, and where the second is not recorded or can't be read.

    Two ids are the same in the same capitals; a text has lost its own, so an id beside a text is compared without.
    """
    (mine, my_words), (theirs, their_words) = scope.words(path), scope.words(other)
    plain = str if _is_id(scope, path) == _is_id(scope, other) else str.lower
    number: dict[str, int] = {}
    one, two = (np.array([number.setdefault(plain(word), len(number)) for word in words] or [0]) for words in (my_words, their_words))
    same: Mask = (mine >= 0) & (theirs >= 0) & (one[np.maximum(mine, 0)] == two[np.maximum(theirs, 0)])
    return same, theirs < 0


def _is_id(scope: Scope, path: str) -> bool:
    last, name = scope.follow(path)
    about = contract.tables()[last.table][name]
    return about.key or about.refers_to is not None


def _is_length(text: str) -> bool:
    try:
        clock.Length.parse(text)
    except ValueError:
        return False
    return True
