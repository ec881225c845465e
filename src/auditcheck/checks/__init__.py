"""Checks: each kind of requirement is one module here, which turns tables and a rule into observations, column-wise.

Adding a kind of check adds one module (with ``observe(ground, rule)``) and the fragment of schema that describes it.
"""

from __future__ import annotations

from importlib import import_module

from auditcheck.checks.ground import Ground
from auditcheck.checks.suspended import suspend
from auditcheck.checks.verdict import Observations
from auditcheck.rulebook.model import Rule


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """What one rule observes. Raises whatever a broken rule raises: the caller reports it as that rule's error, never as passed."""
    found: list[Observations] = import_module(f"auditcheck.checks.{rule.check}").observe(ground, rule)
    return [suspend(ground.duties, one) for one in found]
