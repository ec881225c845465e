"""The one order in which a timed duty is judged, for a single deadline (`within`) and for each interval of a series (`recurs`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auditcheck.checks.ground import CONTRADICTION
from auditcheck.checks.limits import Measured
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_APPLICABLE, NOT_MET, NOT_YET_DUE, Verdict
from auditcheck.duties import End
from auditcheck.values import BLANK, Mask, When


@dataclass(frozen=True)
class Words:
    """How the reasons of one rule call its things."""

    trigger: str = "the start date"
    event: str = "the event"


@dataclass(frozen=True)
class Doubts:
    """What keeps a breach from being certain (m,): a doubtful event, an event outside the export's window, a duty passed on."""

    event: Mask
    window: Mask
    passed_on: Mask


def settle_trigger(verdict: Verdict, trigger: When, words: Words, awaited: bool = False) -> None:
    """A trigger that is missing or unreadable; blank is *not yet due* where it is the awaited end of an open record."""
    if awaited:
        verdict.settle(trigger.state == BLANK, NOT_YET_DUE, f"Not yet due: {words.trigger} is still awaited")
    verdict.settle(trigger.state == BLANK, CANNOT_TELL, f"Cannot tell: {words.trigger} is not recorded")
    verdict.settle(~trigger.known, CANNOT_TELL, f"Cannot tell: {words.trigger} can't be read")


def settle_timing(verdict: Verdict, held: Measured, happened: Mask, end: End, doubts: Doubts, words: Words) -> None:
    """Settle what is left once trigger and limit are known (docs/rule-language.md, order of judgement)."""
    event = words.event[:1].upper() + words.event[1:]
    verdict.settle(held.in_time, MET, f"{event} is recorded inside the limit")
    verdict.settle(held.too_early, CANNOT_TELL, f"{CONTRADICTION}: {words.event} is recorded before {words.trigger}")
    verdict.settle(_after(held.due, end.day), NOT_APPLICABLE, "The duty ended before the limit was reached")
    verdict.settle(end.doubtful, CANNOT_TELL, "Cannot tell: a date that may have ended the duty can't be read")
    verdict.settle(doubts.passed_on, NOT_APPLICABLE, "The duty passed on to the child's next record")
    verdict.settle(doubts.event, CANNOT_TELL, f"Cannot tell: a record that may be {words.event} can't be read or may not count")
    verdict.settle(held.between, CANNOT_TELL, "Cannot tell: only the day is known, and the hours decide")
    verdict.settle(doubts.window & (held.late | held.passed), CANNOT_TELL, "Cannot tell: this export does not show the earlier records")
    verdict.settle(held.late, NOT_MET, f"{event} is recorded after the limit")
    verdict.settle(held.passed_between, CANNOT_TELL, "Cannot tell: only the day is known, and the hours decide")
    verdict.settle(~held.passed & ~happened, NOT_YET_DUE, f"Not yet due: {words.event} is not recorded, and the limit has not passed")
    verdict.settle(np.ones(len(happened), bool), NOT_MET, f"{event} is not recorded, and the limit has passed")


def _after(due: When, end: npt.NDArray[np.int64]) -> Mask:
    return due.known & (due.day > end)
