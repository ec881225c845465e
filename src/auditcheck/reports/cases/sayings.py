"""The sentences of a case sheet: what was possible, what came of it, and why a part is empty where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from auditcheck.reports.cases.checks import OUTCOMES, Check
from auditcheck.reports.words import count, in_words, listed_in_words

if TYPE_CHECKING:
    from auditcheck.reports.cases.drawing import Drawing
    from auditcheck.reports.cases.items import Open
    from auditcheck.reports.cases.tables import Row

ALWAYS = (
    "This sheet checks dates and records. It does not judge the quality of help. It says what the record shows: work that was done but not "
    "recorded is a normal answer. Contains personal data."
)
NOTHING_DRAWN = "There is nothing to draw: no check with a time limit found a date in this child's records."
LONG_AGO = "There is nothing to draw: everything with a time limit lies more than two years before the audit. It is in the table of events."
_PLANS = {
    "child_protection": "Child protection plan",
    "child_in_need": "Child in need plan",
    "care": "Care plan",
    "pathway": "Pathway plan",
    "permanence": "Permanence plan",
    "unreadable": "Plan whose kind can't be read",
    "": "Plan whose kind is not recorded",
}


def possible(asked: int, evaluated: int, concern: int, untold: int) -> str:
    """How many of the checks were possible: the first line of every sheet."""
    if not evaluated:
        return (
            f"NOTHING WAS CHECKED: none of {count(asked, 'check')} was possible with these records. That is not the same as nothing wrong."
        )
    said = f"{evaluated:,} of {count(asked, 'check')} {'was' if evaluated == 1 else 'were'} possible with these records."
    if not concern:
        return f"{said} None of them concerns this child."
    said += f" {concern:,} of those {'concerns' if concern == 1 else 'concern'} this child"
    return f"{said}; {untold:,} can't be told, in whole or in part." if untold else f"{said}, and each of them could be told."


def sentence(counts: Mapping[str, int]) -> str:
    """All outcomes in one sentence; together they are every judgement there is of the child."""
    total = sum(counts.values())
    if not total:
        return "No check looked at a record of this child."
    parts = [f"{counts[outcome]:,} {said}" for outcome, (_, said) in OUTCOMES.items() if counts[outcome]]
    return f"Single records were judged {count(total, 'time')}: {listed_in_words(parts)}."


def notices(info: Mapping[str, Any], rulebook: str) -> Iterator[str]:
    """What a reader must know before relying on any sheet of this run."""
    if not info.get("complete", True):
        reasons = " ".join(f"{str(reason).removesuffix('.')}." for reason in info.get("incomplete") or ("run.json does not say why",))
        yield f"INCOMPLETE. Something may be missing from this sheet. {reasons} What is shown stands."
    yield from map(str, info.get("warnings") or ())
    if info.get("rulebook") != rulebook:
        yield "The rules have changed since this run. What was found is the run's own; the titles of checks and the questions are today's."


def gone(child: Row) -> str:
    """What to say of a child for whom nothing is to be done any more."""
    return "This child has died. Nothing here is to be acted on." if child["died"] == "yes" else ""


def facts(child: Row, info: Mapping[str, Any], used: Sequence[str]) -> list[tuple[str, str]]:
    """Who and what this is about: a label and a value each."""
    return [
        ("Child", _child(child)),
        ("Plan", plan(child) if child["plan_started"] else "None recorded with a start date"),
        ("Team", child["team"].strip() or "Not recorded"),
        ("Worker", _worker(child)),
        ("Audit of", f"{in_words(str(info['as_of']))}, from records up to {in_words(str(info.get('data_up_to') or info['as_of']))}"),
        ("Rules", f"profile {info.get('profile', 'not known')}; {_used(used)}"),
    ]


def _child(child: Row) -> str:
    age = child["age"]
    old = f"{age} years old" if age.isdigit() and age != "1" else "1 year old" if age == "1" else "not yet born" if age else "age not known"
    if age == "0":
        old = "under 1 year old"
    return f"{child['child_id']}, {'died' if child['died'] == 'yes' else old}{', restricted record' if child['restricted'] != 'no' else ''}"


def _worker(child: Row) -> str:
    manager = f", manager {child['manager_id']}" if child["manager_id"] else ""
    return f"{child['worker_id'] or 'Not recorded'}{manager}"


def _used(used: Sequence[str]) -> str:
    if not used:
        return "no limit of Working Together applied"
    return f"{'edition' if len(used) == 1 else 'editions'} of Working Together by the day each limit began: {listed_in_words(list(used))}"


def plan(child: Row) -> str:
    """The plan with its dates in words."""
    called = _PLANS.get(child["plan_kind"], child["plan_kind"])
    category = f" ({child['plan_category']})" if child["plan_category"] else ""
    until = f" to {in_words(child['plan_ended'])}" if child["plan_ended"] else ""
    return f"{called}{category}, {'from' if until else 'since'} {in_words(child['plan_started'])}{until}"


def nothing_to_do(found: Open, checks: Sequence[Check], judged: int) -> str:
    """Why the part on what needs doing is empty; '' where it isn't."""
    if found.todo:
        return ""
    if all(check.outcome == "not_applicable" for check in checks):
        return "No check applies to a record of this child, so nothing was found either way."
    untold = len({check.rule.id for check in checks if check.outcome == "cannot_tell"})
    but = f" But {count(untold, 'check')} can't be told." if untold else ""
    if found.waived:
        return f"Nothing but what is explained below.{but}"
    if found.done:
        return f"Nothing is left to do. What was late has been done since: see below.{but}"
    if found.past:
        return f"Nothing is open. What was late or missing is on records that have since closed: see below.{but}"
    return f"No late or missing items.{but} {count(judged, 'thing')} need a person to judge."


def beyond(drawn: Drawing) -> str:
    """What the drawing leaves out."""
    left = []
    if drawn.earlier:
        left.append(f"{count(drawn.earlier, 'event')} more than two years before the audit")
    if drawn.later:
        left.append(f"{drawn.later:,} due more than three months after it")
    return f"Only in the table of events: {' and '.join(left)}." if left else ""
