"""The sentences around a list: how much there is, what is missing from it, and why it is empty where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditcheck.reports.order import WHENS
from auditcheck.reports.words import count, listed_in_words

if TYPE_CHECKING:
    from auditcheck.reports.listing import Listing

#: More rows to act on today than this can't be done in a day, so the list says which come first.
_MOST_IN_A_DAY = 15

ALWAYS = (
    "If the work is done, record it and the row clears at the next run.",
    "A row says what the record shows. Work that was done but not recorded is a normal answer, and worth a note.",
    "Urgency is about the child, not the worker.",
    "Contains personal data.",
)


#: What stands over every list of measures: these are for the service itself.
UNSUPPRESSED = "Small numbers are not hidden here: for the service's own use, not to be published or passed on."


def title(listing: Listing) -> str:
    """What this is, with the day it speaks of."""
    return f"Case records that need attention{': restricted records' if listing.restricted else ''}, {listing.as_of}"


def always(listing: Listing) -> tuple[str, ...]:
    """What every list prints."""
    return (f"From records up to {listing.data_up_to}.", *ALWAYS)


def incomplete(listing: Listing) -> str:
    """The INCOMPLETE notice, '' for a complete run."""
    if listing.complete:
        return ""
    reasons = " ".join(reason if reason.endswith(".") else f"{reason}." for reason in listing.stopped)
    return f"INCOMPLETE. Rows may be missing from this list. {reasons} What is listed stands."


def notices(listing: Listing) -> list[str]:
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
    times = int(listing.quality["times"].sum())
    if times:
        said.append(f"{count(times, 'value or record', 'values or records')} could not be taken as they stood. Each one is in quality.csv.")
    if listing.elsewhere:
        who, they = ("concerns a child", "It is") if listing.elsewhere == 1 else ("concern children", "They are")
        said.append(
            f"{listing.elsewhere:,} of the {count(sum(listing.counts.values()), 'row')} counted here {who} whose records are restricted. "
            f"{they} listed only in the restricted folder."
        )
    if listing.counts[WHENS[0]] > _MOST_IN_A_DAY:
        said.append(f"There is more to act on today than a day holds. The {_MOST_IN_A_DAY} at the top come first; the rest follow.")
    return said


def no_exceptions(listing: Listing) -> str:
    """Why the list of exceptions is empty; '' where it isn't."""
    if len(listing.findings):
        return ""
    if not listing.complete:
        return "No exceptions are listed, but this run is incomplete: that is not the same as none."
    if listing.exceptions:
        return "No exceptions to list here. All of those counted concern restricted records."
    if not listing.rules_checked:
        return "Nothing was checked, so nothing is listed: none of the rules could be checked with these records."
    on = listing.info.get("children")
    ran = f"{count(listing.rules_checked, 'rule')} {'was' if listing.rules_checked == 1 else 'were'} checked"
    ran += f" on {count(on, 'child', 'children')}" if isinstance(on, int) and not listing.restricted else ""
    unless = len(listing.not_checked) + len(listing.failed)
    if unless:
        return f"No exceptions found: {ran}, but {count(unless, 'rule')} could not be, so there may be some that nobody looked for."
    return f"No exceptions: {ran}."


NO_DUE_SOON = "Nothing falls due in the next working days."
NO_CANNOT_TELL = "Every open record that a rule looks at could be judged."
NONE_UNCHECKED = "Every rule was checked."
NO_QUALITY = "Every value and record was taken as it stood."
