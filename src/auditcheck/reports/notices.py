"""The sentences around a list: how much there is, what is missing from it, and why it is empty where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditcheck.reports import words
from auditcheck.reports.words import count, listed_in_words

if TYPE_CHECKING:
    from auditcheck.reports.causes import Cause
    from auditcheck.reports.listing import Listing
    from auditcheck.reports.worklist import WorkList

#: More rows to act on today than this can't be done in a day, so the list says which come first (judgement).
_MOST_IN_A_DAY = 15

ALWAYS = (
    "If the work is done, record it and the row clears at the next run.",
    "A row says what the record shows. Work that was done but not recorded is a normal answer, and worth a note.",
    "Urgency is about the child, not the worker.",
    "Contains personal data.",
)


#: What stands over every list of measures: these are for the service itself.
UNSUPPRESSED = "Small numbers are not hidden here: for the service's own use, not to be published or passed on."
CAUSES = (
    "Where a rule gives the same answer for more than three in ten of the children it asks about, and for ten or more, one missing form, "
    "feed or habit is likelier than that many separate lapses. What a child's safety hangs on stays under Act today all the same."
)


def title(listing: Listing, work: WorkList | None = None) -> str:
    """What this is, with the day it speaks of; of a team's list its name too."""
    whose = "" if work is None or work.team is None else f"{work.team or words.NO_TEAM}: "
    what = f"Case records that need attention{': restricted records' if listing.restricted else ''}, {listing.as_of}"
    return f"{whose}{what[0].lower() if whose else what[0]}{what[1:]}"


def always(listing: Listing) -> tuple[str, ...]:
    """What every list prints."""
    return (f"From records up to {listing.data_up_to}.", *ALWAYS)


def brief(listing: Listing) -> str:
    """The sentences that stand over every part; the others of `always` are said once."""
    said = always(listing)
    return " ".join((*said[:2], said[-1]))


def incomplete(listing: Listing) -> str:
    """The INCOMPLETE notice, '' for a complete run."""
    if listing.complete:
        return ""
    reasons = " ".join(reason if reason.endswith(".") else f"{reason}." for reason in listing.stopped)
    return f"INCOMPLETE. Rows may be missing from this list. {reasons} What is listed stands."


def since(work: WorkList) -> str:
    """What changed since the last run; '' where none is remembered."""
    if not work.since:
        return ""
    return f"Since the last run: {', '.join(f'{number:,} {what}' for what, number in work.since.items())}."


def notices(listing: Listing, work: WorkList) -> list[str]:
    """What a reader must know before trusting the length of the list."""
    said = list(map(str, listing.info.get("warnings", ())))
    if len(listing.failed):
        said.append(
            f"{count(len(listing.failed), 'rule')} failed while running, so this list may be short: "
            f"{listed_in_words(listing.failed['rule_id'].tolist())}. Tell whoever looks after the rules."
        )
    if len(listing.not_checked):
        said.append(
            f"{count(len(listing.not_checked), 'rule')} could not be checked with these records, so this list may be short. "
            "They are named, with the reason, under Not checked."
        )
    if work.team is None:
        said += _of_the_service(listing)
    else:
        if listing.elsewhere:
            said.append("Children whose records are restricted are on no team's list.")
    return said


def _of_the_service(listing: Listing) -> list[str]:
    said = []
    times = int(listing.quality["times"].sum())
    if times:
        said.append(f"{count(times, 'value or record', 'values or records')} could not be taken as they stood. Each one is in quality.csv.")
    if listing.elsewhere:
        who, they = ("concerns a child", "It is") if listing.elsewhere == 1 else ("concern children", "They are")
        said.append(
            f"{listing.elsewhere:,} of the {count(listing.work.total + listing.elsewhere, 'row')} in all {who} whose records are "
            f"restricted. {they} listed only in the restricted folder."
        )
    return said


def too_many(work: WorkList) -> str:
    """What is said where there is more to act on today than a day holds; '' otherwise. Nothing is left out for it."""
    if len(work.act_today) <= _MOST_IN_A_DAY:
        return ""
    return f"There is more to act on today than a day holds. The {_MOST_IN_A_DAY} at the top come first; the rest follow."


def cause(one: Cause, rows: int) -> str:
    """One cause on a team's page: how far it reaches in the service, and how many rows of the list are behind it."""
    answer = "can't be told for" if one.unknown else "not met for"
    here = f"; {count(rows, 'row')} on this list" if rows else ""
    return f"{answer} {one.children:,} of the {one.of:,} children in the service whom it asks about{here}"


def no_exceptions(listing: Listing, work: WorkList) -> str:
    """Why the list of exceptions is empty; '' where it isn't."""
    if work.rows:
        return ""
    if not listing.complete:
        return "No exceptions are listed, but this run is incomplete: that is not the same as none."
    if work.team is None and listing.elsewhere:
        return "No exceptions to list here. All of those counted concern restricted records."
    if not listing.rules_checked:
        return "Nothing was checked, so nothing is listed: none of the rules could be checked with these records."
    if work.team and work.children == 0:
        return f"No children of {work.team} are in these records. Check the name of the team."
    if work.waived is not None and len(work.waived):
        return "No exceptions but those that are explained, below."
    return _none_found(listing, work)


def _none_found(listing: Listing, work: WorkList) -> str:
    on = listing.info.get("children") if work.team is None else work.children
    ran = f"{count(listing.rules_checked, 'rule')} {'was' if listing.rules_checked == 1 else 'were'} checked"
    ran += f" on {count(on, 'child', 'children')}" if isinstance(on, int) and not listing.restricted else ""
    of = f" for {work.team}" if work.team else ""
    unless = len(listing.not_checked) + len(listing.failed)
    if unless:
        return f"No exceptions found{of}: {ran}, but {count(unless, 'rule')} could not be, so there may be some that nobody looked for."
    return f"No exceptions{of}: {ran}."


def known_is(listing: Listing) -> str:
    """What stands under Overdue and known."""
    if listing.remembers:
        return "To be done, but not today: known from an earlier run, or less pressing. What grows older comes back under Act today."
    return "To be done, but not today: this week, or to plan. This run knows of no earlier one, so it can't say what is new."


NO_ACT_TODAY = "Nothing to act on today."
NO_DUE_SOON = "Nothing falls due in the next working days."
NO_KNOWN = "Nothing else is overdue."
NO_DONE = "Nothing was done late, and no record has closed since."
NO_CANNOT_TELL = "Every open record that a rule looks at could be judged."
NO_WAIVED = "Nothing on this list is waived."
NO_CLEARED = "Nothing has come off the list since the last run."
NO_ACTIONS = "No action of the register is overdue."
NONE_UNCHECKED = "Every rule was checked."
NO_QUALITY = "Every value and record was taken as it stood."
