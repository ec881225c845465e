"""A slow, plain evaluator of rule files, written apart from the product, to check its fast path against.

Nothing here imports the product. README.md says how every doubtful point of the language was read.
"""

from __future__ import annotations

from .judgement import Result, evaluate
from .rules import load_rules

__all__ = ["Result", "evaluate", "load_rules"]
