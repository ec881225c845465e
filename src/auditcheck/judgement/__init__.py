"""Judgement: what a case's observations add up to. `network.Judge` is the door; only `engine` knows durable-rules."""

from __future__ import annotations

from .engine import EngineMissing, Unjudged
from .joins import RuleRefused
from .network import Judge
from .shapes import ComposedFinding, Conclusion, Link, Observed, Premise, RuleShape, Subject, Together

__all__ = [
    "ComposedFinding", "Conclusion", "EngineMissing", "Judge", "Link", "Observed", "Premise", "RuleRefused", "RuleShape", "Subject",
    "Together", "Unjudged",
]  # fmt: skip
