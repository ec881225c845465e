"""Which theme of the performance framework, and which subjects of the book, a rule belongs to (themes.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from auditcheck.rulebook.model import Rule


@dataclass(frozen=True)
class Group:
    """Some rules that are added up. ``rules``: their ids, sorted."""

    key: str
    title: str
    rules: tuple[str, ...]


@cache
def _said() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("themes.yaml").read_text("utf-8"))
    return said


def themes(rules: Iterable[Rule]) -> list[Group]:
    """The framework's themes, each rule in exactly one; those without a rule are left out."""
    return _grouped(_said()["themes"], {rule.id: {theme_of(rule)} for rule in rules})


def subjects(rules: Iterable[Rule]) -> list[Group]:
    """The subjects of the book, a rule in none or several; those without a rule are left out."""
    said = _said()
    timed = set(said["timed"])
    return _grouped(
        said["subjects"],
        {
            rule.id: {
                key
                for key, one in said["subjects"].items()
                if _named(rule, one.get("rules", ())) or ("checks" in one and rule.check in timed)
            }
            for rule in rules
        },
    )


def areas(rules: Iterable[Rule]) -> list[Group]:
    """The folders of the rulebook, by name."""
    members = {rule.id: {rule.area} for rule in rules}
    names = sorted(set().union(*members.values()))
    return _grouped({name: {"title": name.replace("_", " ").capitalize()} for name in names}, members)


def theme_of(rule: Rule) -> str:
    """The key of a rule's theme. A measure says its own."""
    if rule.check == "measure":
        return str(rule.body.get("theme", ""))
    said = _said()
    named = next((key for key, one in said["themes"].items() if _by_id(rule, one["rules"])), None)
    named = named or next((key for key, one in said["themes"].items() if rule.area in one["rules"]), None)
    return named or str(said["otherwise"] if rule.check in said["timed"] else said["rest"])


def theme_title(key: str) -> str:
    """A theme in words; none is said."""
    return str(_said()["themes"][key]["title"]) if key else "No theme of the framework"


def theme_order() -> list[str]:
    """The keys of the themes in the order of the book."""
    return list(_said()["themes"])


def _grouped(named: Mapping[str, Any], members: Mapping[str, set[str]]) -> list[Group]:
    found = [Group(key, one["title"], tuple(sorted(rule for rule, keys in members.items() if key in keys))) for key, one in named.items()]
    return [one for one in found if one.rules]


def _by_id(rule: Rule, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(rule.id, pattern) for pattern in patterns)


def _named(rule: Rule, patterns: Iterable[str]) -> bool:
    return rule.area in patterns or _by_id(rule, patterns)
