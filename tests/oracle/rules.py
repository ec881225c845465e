"""Rule files as plain mappings in which every scalar is text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import ScalarNode


class TextConstructor(SafeConstructor):
    """Takes every scalar as it is written; nothing becomes a number, a date or a truth value."""


def as_written(constructor: TextConstructor, node: ScalarNode) -> str:
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)


for _tag in ("null", "bool", "int", "float", "timestamp", "str"):
    TextConstructor.add_constructor(f"tag:yaml.org,2002:{_tag}", as_written)


def load(path: Path) -> Any:
    """One YAML file."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = TextConstructor
    return yaml.load(path)


def load_rules(folder: Path) -> list[dict[str, Any]]:
    """Every rule file under a folder, by id. Files without `id` and `requires` (profiles, editions) are passed over, and so are measures:
    they judge no record, and are recomputed in SQL (test_measures.py)."""
    found = [load(path) for path in sorted(folder.rglob("*.yaml"))]
    rules = [rule for rule in found if isinstance(rule, dict) and "id" in rule and "requires" in rule and rule.get("kind") != "measure"]
    return sorted(rules, key=lambda rule: str(rule["id"]))
