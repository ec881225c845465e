"""The action register as the board's book reads it: from the ledger, or from the run that has just asked the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck.board.actions import Acted

if TYPE_CHECKING:
    from auditcheck.reports.view import RunView


def of_ledger(path: Path) -> list[Acted]:
    """Every action of a ledger. Raises LedgerRefused."""
    from auditcheck.ledger.actions import ACTIONS, about_rules
    from auditcheck.ledger.nights import NIGHTS
    from auditcheck.ledger.store import reading

    with reading(path, ACTIONS, NIGHTS) as db:
        return [Acted(rule, action.raised_on, action.due, action.closed_on) for action, rule in about_rules(db)]


def of_view(view: RunView) -> list[Acted] | None:
    """Every action of the ledger of a run; None where it has none."""
    if view.actions is None:
        return None
    held = (view.actions[name] for name in ("rule_id", "raised_on", "due", "closed_on"))
    return [Acted(*row) for row in zip(*held, strict=True)]
