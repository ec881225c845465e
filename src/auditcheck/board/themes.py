"""Which theme of the performance framework, subjects of the book and stage of a child's journey a rule belongs to (themes.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from auditcheck.exports.manifest import plain_yaml
from auditcheck.rulebook.model import Rule


@dataclass(frozen=True)
class Group:
    """Some rules that are added up. ``rules``: their ids, sorted."""

    title: str
    rules: tuple[str, ...]


@cache
def _said() -> dict[str, Any]:
    said: dict[str, Any] = plain_yaml(files("auditcheck.board").joinpath("themes.yaml").read_text("utf-8"))
    return said


def themes(rules: Iterable[Rule]) -> list[Group]:
    """The framework's themes, each rule in exactly one; those without a rule are left out."""
    return _grouped({key: one["title"] for key, one in _said()["themes"].items()}, {rule.id: {theme_of(rule)} for rule in rules})


def areas(rules: Iterable[Rule]) -> list[Group]:
    """The areas of the rulebook, by name. Each lies within a theme."""
    members = {rule.id: {rule.area} for rule in rules}
    names = sorted(set[str]().union(*members.values()))
    return _grouped({name: name.replace("_", " ").capitalize() for name in names}, members)


def subjects(rules: Iterable[Rule]) -> list[Group]:
    """The subjects of the book, a rule in none or several; those without a rule are left out."""
    said = _said()["subjects"]
    return _grouped(
        {key: one["title"] for key, one in said.items()}, {rule.id: {key for key, one in said.items() if _in(rule, one)} for rule in rules}
    )


def stages(rules: Iterable[Rule]) -> list[Group]:
    """The rules of the subject that is told by stage of a child's journey, each in exactly one; stages without a rule are left out."""
    said = _said()
    own = [rule for rule in rules if _in(rule, said["subjects"][said["by_stage"]])]
    return _grouped({key: one["title"] for key, one in said["stages"].items()}, {rule.id: {stage_of(rule)} for rule in own})


def stage_of(rule: Rule) -> str:
    """The key of the stage that a rule is about: by its area, else by the table whose records it judges, else the last."""
    said: dict[str, dict[str, Any]] = _said()["stages"]
    by_area = (key for key, one in said.items() if rule.area in one.get("areas", ()))
    by_table = (key for key, one in said.items() if rule.subject in one.get("tables", ()))
    return next(by_area, None) or next(by_table, None) or list(said)[-1]


def theme_of(rule: Rule) -> str:
    """The key of a rule's theme. A measure says its own, or none."""
    if rule.check == "measure":
        return str(rule.body.get("theme", ""))
    return next((key for key, one in _said()["themes"].items() if rule.area in one["areas"]), str(_said()["otherwise"]))


def theme_title(key: str) -> str:
    """A theme in words."""
    return str(_said()["themes"][key]["title"]) if key else "No theme of the framework"


def theme_titles() -> list[str]:
    """The themes in the order of the book."""
    return [theme_title(key) for key in _said()["themes"]] + [theme_title("")]


def _grouped(titles: Mapping[str, str], members: Mapping[str, set[str]]) -> list[Group]:
    found = [Group(title, tuple(sorted(rule for rule, keys in members.items() if key in keys))) for key, title in titles.items()]
    return [one for one in found if one.rules]


def _in(rule: Rule, said: Mapping[str, Any]) -> bool:
    patterns = said.get("rules", ())
    return rule.area in patterns or rule.check in said.get("timed", ()) or any(fnmatchcase(rule.id, pattern) for pattern in patterns)
