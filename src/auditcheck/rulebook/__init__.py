"""The rulebook: reads the declarative rules, checks them, and says what they are."""

from __future__ import annotations

from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Limit, Profile, Rule, Rulebook
from auditcheck.rulebook.problems import RulebookError
from auditcheck.rulebook.profile import apply, chosen, with_figures

__all__ = ["Limit", "Profile", "Rule", "Rulebook", "RulebookError", "apply", "chosen", "load", "with_figures"]
