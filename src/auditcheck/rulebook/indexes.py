"""Three ways into the rules besides their areas: by profile, by law, and by the document that asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditcheck.rulebook import sources, words
from auditcheck.rulebook.markdown import plain, table
from auditcheck.rulebook.model import Profile, Rule, Rulebook
from auditcheck.rulebook.profile import apply

FORCE = {
    "REG": "regulation",
    "SG": "statutory guidance",
    "NOTICE": "improvement notice",
    "OFSTED": "inspection",
    "LOCAL": "local standard",
    "DQ": "data quality",
}

#: File name -> what it is an index by, in the order in which they are offered.
NAMES = {"by-profile.md": "profile", "by-law.md": "law", "by-source.md": "the document that asks for them"}

_MADE = "Made from the rule files by `auditcheck rules docs`; do not edit. [All rules by area](README.md)"


def indexes(book: Rulebook, shown: Sequence[Rule]) -> dict[str, str]:
    """File name -> Markdown of each index. ``shown``: the rules that have a page."""
    parts = {"by-profile.md": _profiles(book), "by-law.md": _laws(shown), "by-source.md": _sources(book, shown)}
    return {name: "\n".join([f"# The rules by {what}", "", _MADE, "", *parts[name]]) for name, what in NAMES.items()}


def _profiles(book: Rulebook) -> Iterator[str]:
    yield from ("What each is for, and how to make your own: [profiles](../profiles.md).", "")
    for profile in book.profiles.values():
        rules = apply(book, profile)
        yield from (f"## {profile.id}", "", f"{plain(profile.title)}. {len(rules)} rules. {plain(profile.about)}", "")
        if profile.rules == "all" and not profile.exclude:
            yield "Every rule."
        else:
            yield from table(("Rule", "Title"), ((_link(rule), plain(rule.title)) for rule in rules))
        yield ""
        if profile.limits:
            yield from (*table(("Rule", "What this profile sets", "Who agreed it"), _set(profile, rules)), "")
        for patterns, one in profile.suspended:
            yield from (f"- {plain(', '.join(patterns))}: {plain(words.suspended(one))}", "")


def _set(profile: Profile, rules: Sequence[Rule]) -> Iterator[tuple[str, str, str]]:
    for rule in rules:
        local = profile.limits.get(rule.id)
        if local is not None:
            figures = [words.given(local.limit)] if local.limit else []
            figures += [f"{name.replace('_', ' ')}: {length}" for name, length in local.settings.items()]
            who = ", ".join(filter(None, (local.agreed_by, words.day(local.agreed_on) if local.agreed_on else "")))
            yield _link(rule), plain("; ".join(figures)), plain(who or "nobody named")


def _laws(shown: Sequence[Rule]) -> Iterator[str]:
    for force, name in FORCE.items():
        rows = [
            (_link(rule), plain(rule.title), plain(rule.law), words.SAYS[rule.verified])
            for rule in sorted(shown, key=lambda rule: (rule.law[:40], rule.id))
            if rule.force == force
        ]
        if rows:
            yield from (f"## {name.capitalize()}", "", *table(("Rule", "Title", "Law or source", "How that text was seen"), rows), "")


def _sources(book: Rulebook, shown: Sequence[Rule]) -> Iterator[str]:
    for source in book.sources:
        asked = [
            (sources.place(one.source, source), rule, one.says)
            for rule in shown
            for one in rule.asked_by
            if sources.document(one.source, book.sources) == source
        ]
        rows = [(plain(place) or "-", _link(rule), plain(rule.title), plain(says)) for place, rule, says in sorted(asked, key=_in_order)]
        yield from (f"## {plain(source.name)}", "", plain(source.about), "")
        yield from (*table(("Where", "Rule", "Title", "In its words"), rows), "")
    none = [(_link(rule), plain(rule.title), FORCE[rule.force]) for rule in shown if not rule.asked_by]
    if none:
        yield from ("## None of these", "", "Law, guidance or practice asks for these; no notice and no report that was read does.", "")
        yield from (*table(("Rule", "Title", "Force"), none), "")


def _in_order(asked: tuple[str, Rule, str]) -> tuple[list[tuple[int, str]], str, str]:
    """Places with numbers in them sort as numbers: paragraph 9 before paragraph 10."""
    place, rule, says = asked
    parts = re.findall(r"\d+|\D+", place)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts], rule.id, says


def _link(rule: Rule) -> str:
    return f"[{rule.id}]({rule.id}.md)"
