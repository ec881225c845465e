"""The register as a list: which actions, in what order, as text or CSV."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Iterable

from auditcheck.ledger.action import ALERT, OPEN, Action
from auditcheck.reports.words import count, in_words

#: The columns of the CSV: those of the register and, with a day to compare with, whether each is overdue.
COLUMNS = (*Action._fields, "overdue")


def chosen(actions: Iterable[Action], owner: str, status: str, overdue_at: str, kind: str = "") -> list[Action]:
    """The actions asked for, the first due first. '' asks for all; ``overdue_at``: only those overdue on that day."""
    kept = [
        action
        for action in actions
        if (not owner or action.owner.lower() == owner.lower())
        and (not status or action.status == status)
        and (not kind or action.kind == kind)
        and (not overdue_at or action.overdue(overdue_at))
    ]
    return sorted(kept, key=lambda action: (action.status != OPEN, action.due, action.action_id))


def as_csv(actions: Iterable[Action], as_of: str) -> str:
    """CSV with a header; a text that a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for action in actions:
        late = ("yes" if action.overdue(as_of) else "no") if as_of else ""
        writer.writerow([f"'{text}" if text.startswith(("=", "+", "-", "@")) else text for text in (*action, late)])
    return out.getvalue()


def as_text(actions: list[Action], as_of: str) -> str:
    """For a terminal: two lines an action."""
    lines = []
    for action in actions:
        about = ", ".join(filter(None, (action.kind, action.child_id and f"child {action.child_id}", action.theme)))
        lines.append(f"{action.action_id}  {_when(action, as_of)}  {action.owner}  ({about})")
        lines += textwrap.wrap(action.what, 98, initial_indent="    ", subsequent_indent="    ")
        if action.kind == ALERT:
            lines += textwrap.wrap(_followed(action, as_of), 98, initial_indent="    ", subsequent_indent="    ")
        if action.evidence:
            lines += textwrap.wrap(f"Evidence: {action.evidence}", 98, initial_indent="    ", subsequent_indent="    ")
    late = sum(action.overdue(as_of) for action in actions) if as_of else 0
    said = f", {late} overdue on {in_words(as_of)}" if as_of else ""
    return "\n".join([*lines, f"{count(len(actions), 'action')}{said}."])


def _followed(action: Action, as_of: str) -> str:
    """How far a practice alert has gone: which it is, its stage, to whom, the reply, and what came of it for the child."""
    how = [action.alert.replace("_", " ").capitalize(), action.stage and f"stage {action.stage}", f"raised {in_words(action.raised_on)}"]
    how.append(action.sent_to and f"sent to {action.sent_to}")
    if action.replied_on:
        how.append(f"replied {in_words(action.replied_on)}")
    elif action.reply_due:
        late = as_of and action.unanswered(as_of)
        how.append(f"no reply{', OVERDUE: it was' if late else ' yet,'} due {in_words(action.reply_due)}")
    outcome = f". For the child: {action.outcome}" if action.outcome else ""
    return ", ".join(filter(None, how)) + outcome


def _when(action: Action, as_of: str) -> str:
    if action.status != OPEN:
        return f"closed {in_words(action.closed_on)}"
    return f"{'OVERDUE, ' if as_of and action.due < as_of else ''}due {in_words(action.due)}"
