"""Profiles: which rules a service runs, and with which figures of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import Path as File
from typing import Any

from auditcheck.clock import Length
from auditcheck.rulebook import build, notices, schema, suspensions
from auditcheck.rulebook import targets as aims
from auditcheck.rulebook.mentions import Scope
from auditcheck.rulebook.model import Dated, Figure, Limit, Profile, Rule, Rulebook, Share, figure
from auditcheck.rulebook.paths import follow
from auditcheck.rulebook.problems import Problem, RulebookError, nearest, wrong
from auditcheck.yaml_text import Document, Path, of_file, read

Complaint = tuple[Path, bool, str]
#: The parts of a rule that decide an outcome.
_JUDGES = (
    "id", "subject", "where", "needs", "uses", "check", "body", "limit", "settings", "unless", "justified_by", "superseded_by", "escalates",
    "ends", "suspended",
)  # fmt: skip


def chosen(rulebook: Rulebook, name: str | os.PathLike[str] | None) -> Profile:
    """The profile of a name (shipped) or of a path to a .yaml file; every active rule where None. Raises RulebookError."""
    if name is None:
        return Profile()
    text = os.fspath(name)
    if not text.endswith((".yaml", ".yml")):
        if text in rulebook.profiles:
            return rulebook.profiles[text]
        known = sorted(rulebook.profiles)
        raise RulebookError([wrong(f"there is no profile '{text}'", [*known, "a path to a .yaml file"], text)])
    try:
        data = of_file(File(text))
    except OSError as error:
        raise RulebookError([f"{text}: the profile cannot be read: {error.strerror}"]) from None
    found, problems = parse(read(data), text, rulebook.rules)
    if found is None:
        raise RulebookError(map(str, problems))
    return found


def apply(rulebook: Rulebook, profile: Profile | str | os.PathLike[str] | None) -> list[Rule]:
    """The active rules that a profile selects, by id, with its limits and settings in place of theirs. Raises RulebookError."""
    found = profile if isinstance(profile, Profile) else chosen(rulebook, profile)
    rules = [rule for rule in rulebook.rules.values() if rule.stage == "active" and _selects(found, rule)]
    return [_set(rule, found) for rule in rules]


def standard(rules: Iterable[Rule]) -> str:
    """A hash of what rules judge by, a profile's limits and settings included; their words don't count."""
    judged = [tuple(getattr(rule, name) for name in _JUDGES) for rule in rules]
    return blake2b(repr(judged).encode(), digest_size=8).hexdigest()


def with_figures(
    rule: Rule,
    limit: Length | dict[str, Length] | None,
    settings: dict[str, Figure],
    edition: str,
    law: str | None = None,
    verified: str = "local",
) -> Rule:
    """The rule with these figures in place of its own, as a profile or an example gives them; ``edition`` names whose they are."""
    limit_ = rule.limit if limit is None else _replaced(rule.limit, limit, edition, law, verified)
    return replace(rule, limit=limit_, settings=rule.settings | settings)


def parse(document: Document, file: str, rules: dict[str, Rule] | dict[str, dict[str, Any]]) -> tuple[Profile | None, list[Problem]]:
    """A profile from its file, or every problem with it. ``rules``: the book that it selects from (rules, or their plain values)."""
    value = document.value
    name = str(value["id"]) if isinstance(value, dict) and isinstance(value.get("id"), str) else File(file).stem
    problems = [Problem(file, line, column, name, text) for line, column, text in document.problems]
    if not problems:
        found = schema.complaints("profile", value) or list(_wrong(value, file, rules))
        problems = [Problem(file, *document.place(path, of_key), name, text) for path, of_key, text in found]
    return (None, problems) if problems else (build.profile(value), [])


def _wrong(value: dict[str, Any], file: str, rules: dict[str, Any]) -> Iterator[Complaint]:
    if value["id"] != File(file).stem:
        yield ("id",), False, wrong(f"'{value['id']}' is not the name of its file", f"'{File(file).stem}'")
    for key in ("rules", "exclude"):
        if value.get(key) != "all":
            yield from _select_nothing(value.get(key, []), rules, (key,))
    for at, suspension in enumerate(value.get("suspended", [])):
        yield from _select_nothing(suspension["rules"], rules, ("suspended", at, "rules"))
        named = [_checked(rule_id, rule) for rule_id, rule in rules.items() if _named(suspension["rules"], rule_id, _of(rule, "area"))]
        yield from suspensions.of_profile(suspension, named, ("suspended", at))
    for where, text in _lengths(value):
        try:
            figure(text) if where[2:3] == ("settings",) else Length.parse(text)
        except ValueError as error:
            yield where, False, str(error).replace(": expected", ", expected")
    for rule_id, local in value.get("limits", {}).items():
        if rule_id not in rules:
            what = wrong(f"there is no rule '{rule_id}'", f"one of {len(rules)} rules")
            yield ("limits", rule_id), True, what + nearest(rule_id, list(rules))
        else:
            yield from _wrong_limit(local, rules[rule_id], ("limits", rule_id))
    if "notice" in value:
        yield from aims.notice_problems(value["notice"], ("notice",))
        yield from notices.notice_problems(value["notice"], ("notice",), list(rules))
    known = aims.units(rules)
    yield from aims.target_problems(value.get("targets", {}), ("targets",), known.get, list(known))


def _select_nothing(patterns: list[str], rules: dict[str, Any], where: Path) -> Iterator[Complaint]:
    areas = sorted({str(_of(rule, "area")) for rule in rules.values()})
    for at, pattern in enumerate(patterns):
        if (
            pattern not in rules
            and pattern not in areas
            and not any(_named([pattern], rule_id, _of(rule, "area")) for rule_id, rule in rules.items())
        ):
            expected = f"an area ({', '.join(areas)}), a rule or a glob of ids"
            yield (*where, at), False, wrong(f"'{pattern}' selects nothing", expected) + nearest(pattern, [*areas, *rules])


def _checked(rule_id: str, rule: Any) -> tuple[str, str, str, dict[str, Any]]:
    """A rule's id, subject, kind of check and the body of it; no kind where the rule's shape is wrong, which is told elsewhere."""
    if isinstance(rule, Rule):
        return rule_id, rule.subject, rule.check, rule.body
    requires = rule.get("requires")
    check, body = next(iter(requires.items()), ("", {})) if isinstance(requires, dict) else ("", {})
    return rule_id, str(rule.get("subject")), check, body if isinstance(body, dict) else {}


def _wrong_limit(local: dict[str, Any], rule: Any, where: Path) -> Iterator[Complaint]:
    known = dict(_of(rule, "settings") or {}) | ({"period": ""} if _of(rule, "kind") == "measure" else {})
    for name in local.get("settings", {}):
        if name not in known:
            yield (*where, "settings", name), True, wrong(f"the rule has no setting '{name}'", known, name)
        elif _is_share(local["settings"][name]) != _is_share(known[name]):
            expected = "a share such as 90%" if _is_share(known[name]) else "a length of time"
            yield (*where, "settings", name), False, wrong(f"'{local['settings'][name]}' is not what '{name}' is", expected)
    if "agreed_on" in local:
        try:
            date.fromisoformat(local["agreed_on"])
        except ValueError:
            yield (*where, "agreed_on"), False, wrong(f"'{local['agreed_on']}' is no date", "one such as 2015-04-01")
    if "limit" not in local:
        return
    limit = _of(rule, "limit")
    limit = limit if isinstance(limit, Limit) else build.limit(limit)
    if limit == Limit():
        yield (*where, "limit"), True, wrong("the rule has no limit to set", "settings only")
    elif isinstance(local["limit"], dict) != (limit.by_category is not None):
        expected = "a length" if limit.by_category is None else f"a length for each {limit.field}"
        yield (*where, "limit"), False, wrong("the wrong shape of limit", expected)
    elif limit.by_category is not None and limit.field:
        subject = str(_of(rule, "subject"))
        end = follow(limit.field, Scope(subject, subject, subject)).end
        for category in local["limit"]:
            if end and end.codes and category not in end.codes:
                yield (*where, "limit", category), True, wrong(f"'{category}' is no value of {limit.field}", end.codes, category)


def _is_share(setting: Figure | str) -> bool:
    return isinstance(setting, Share) or "%" in str(setting)


def _of(rule: Any, key: str) -> Any:
    return getattr(rule, key) if isinstance(rule, Rule) else rule.get(key)


def _lengths(value: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in ("look_back", "due_soon", "period"):
        if key in value:
            yield (key,), value[key]
    for rule_id, local in value.get("limits", {}).items():
        for key in ("limit", "settings"):
            given = local.get(key)
            if isinstance(given, dict):
                yield from (((("limits", rule_id, key, name)), text) for name, text in given.items())
            elif given is not None:
                yield ("limits", rule_id, key), given


def _selects(profile: Profile, rule: Rule) -> bool:
    chosen_ = isinstance(profile.rules, str) or _named(profile.rules, rule.id, rule.area)
    return chosen_ and not _named(profile.exclude, rule.id, rule.area)


def _named(patterns: Iterable[str], rule_id: str, area: str) -> bool:
    """Whether one of the ids, areas and globs of ids means the rule."""
    return any(pattern == area or fnmatchcase(rule_id, pattern) for pattern in patterns)


def _set(rule: Rule, profile: Profile) -> Rule:
    local = profile.limits.get(rule.id)
    more = tuple(one for patterns, one in profile.suspended if _named(patterns, rule.id, rule.area))
    rule = replace(rule, suspended=rule.suspended + more) if more else rule
    if rule.kind == "measure" and profile.period is not None:
        rule = replace(rule, settings={"period": profile.period, **rule.settings})
    if local is None:
        return rule
    law = "; ".join(filter(None, [f"agreed by {local.agreed_by}" if local.agreed_by else "", str(local.agreed_on or ""), local.note]))
    return with_figures(rule, local.limit, local.settings, profile.id, law or None, local.verified)


def _replaced(limit: Limit, given: Length | dict[str, Length], edition: str, law: str | None, verified: str) -> Limit:
    if isinstance(given, dict):
        return replace(limit, by_category=given)
    if limit.field is not None:
        return replace(limit, fallback=given)
    return Limit(values=(Dated(build.ALWAYS, None, given, edition, law, verified),))
