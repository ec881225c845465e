"""How a run ended: the exit codes that others rely on, and what the command says at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CLEAN, FINDINGS, INCOMPLETE = 0, 1, 2


@dataclass
class Summary:
    """``status``: the exit code. ``info``: run.json. ``counts``: observations by outcome. ``incomplete``: why the audit is not whole."""

    status: int
    info: dict[str, Any]
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
