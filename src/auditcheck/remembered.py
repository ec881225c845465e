"""What a run shows once the ledger has been asked: states, what was resolved, dates that came late; and that nothing went missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pyarrow as pa

from auditcheck.ledger.action import Action
from auditcheck.ledger.backdating import BACKDATED
from auditcheck.ledger.states import RESOLVED, unaccounted
from auditcheck.ledger.tonight import Tonight
from auditcheck.reports.view import RunView
from auditcheck.summary import INCOMPLETE, Summary


def remembered(shown: RunView, summary: Summary, tonight: Tonight) -> RunView:
    """The run with what the ledger knows of it; ``summary`` and run.json say it too."""
    names = shown.findings["finding_id"]
    shown.findings["state"] = names.map(tonight.compared.state).astype("str")
    shown.findings["first_seen"] = names.map(tonight.compared.first_seen).astype("str")
    resolved = pd.DataFrame(tonight.resolved, columns=list(RESOLVED), dtype="str")
    late = pd.DataFrame(tonight.backdated, columns=list(BACKDATED), dtype="str")
    missing = unaccounted(tonight.before, names, resolved["finding_id"])
    expected = sum(known.expected for known in tonight.before.values())
    shown.info["nights"] = {
        "compared_with": tonight.earlier or None,
        **tonight.compared.counts(),
        "resolved": dict(sorted(Counter(resolved["why"]).items())),
        "backdated": dict(sorted(Counter(late["what"]).items())),
        "accounted_for": {"before": expected, "tonight": expected - len(resolved), "resolved": len(resolved), "missing": len(missing)},
    }
    shown.info["warnings"] += tonight.notes
    if missing:
        _incomplete(shown, summary, f"{len(missing)} finding(s) of {tonight.earlier} are accounted for neither as found nor as resolved")
    actions = _register(tonight.register, shown.children)
    return replace(shown, resolved=resolved, backdated=late, actions=actions, complete=shown.complete and not missing)


def _register(actions: Sequence[tuple[Action, str]], children: pa.Table | None) -> pd.DataFrame:
    """Every action, with the team that has the child's case tonight and the rule that it is about."""
    held = {} if children is None else dict(zip(children["child_id"].to_pylist(), children["team"].to_pylist(), strict=True))
    rows = [(*action, held.get(action.child_id) or "", rule) for action, rule in actions]
    return pd.DataFrame(rows, columns=[*Action._fields, "team", "rule_id"], dtype="str")


def _incomplete(shown: RunView, summary: Summary, why: str) -> None:
    summary.status = shown.info["exit_status"] = INCOMPLETE
    summary.incomplete.append(why)
    shown.info["incomplete"] = list(summary.incomplete)
    shown.info["complete"] = False
