"""The documentation of the rules, made from the rules: a page each, and indexes by area, profile, law and document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path as File

from auditcheck.rulebook import show
from auditcheck.rulebook.indexes import FORCE, NAMES, indexes
from auditcheck.rulebook.markdown import plain
from auditcheck.rulebook.model import Edition, Rule, Rulebook

KINDS = ("automated", "composed", "recorded", "measure", "auditor")

_ABOUT = (
    "Made from the rule files by `auditcheck rules docs`; do not edit.",
    "",
    "*Automated* and *composed* rules check records; *recorded* ones only see that something is recorded, its quality is not judged;",
    "*measure* ones count many records into one figure; *auditor* ones are questions that only a person who reads the file can answer.",
)


def pages(book: Rulebook) -> dict[str, str]:
    """File name -> Markdown: ``README.md`` is the index by area, those of `indexes` are others, the rest are a rule each."""
    found = {f"{rule.id}.md": page(rule, book.editions) for rule in _shown(book)}
    return {"README.md": index(book)} | indexes(book, _shown(book)) | found


def write(book: Rulebook, folder: File) -> None:
    """Write every page into ``folder`` and remove pages of rules that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages(book)
    for stale in sorted(path for path in folder.glob("*.md") if path.name not in wanted):
        stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def stale(book: Rulebook, folder: File) -> list[str]:
    """The names of pages in ``folder`` that are missing, out of date or of no rule."""
    wanted = pages(book)
    held = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | held.keys() if wanted.get(name) != held.get(name))


def page(rule: Rule, editions: tuple[Edition, ...]) -> str:
    """One rule's page."""
    kinds = f"{rule.kind}, {FORCE.get(rule.force, rule.force)}, {rule.severity} severity, {rule.stage}"
    lines = [f"# {rule.id}: {plain(rule.title)}", "", f"{kinds}. [All rules](README.md)", ""]
    for heading, said in show.parts(rule, editions):
        if said:
            lines += [f"## {heading}", "", *(f"- {plain(_unfilled(line))}" for line in said), ""]
    if rule.examples:
        lines += ["## Examples", "", f"| Case | As of | {show.expected(rule)} |", "| --- | --- | --- |"]
        lines += ["| " + " | ".join(plain(cell) for cell in show.example(one)) + " |" for one in rule.examples]
        lines.append("")
    return "\n".join(lines)


def index(book: Rulebook) -> str:
    """How many rules of each kind an area has, and every rule by area."""
    rules = _shown(book)
    others = [f"- [by {what}]({name})" for name, what in NAMES.items()]
    lines = ["# The rules", "", *_ABOUT, "", "Here by area; also", "", *others, "", *coverage(book), ""]
    for area in sorted({rule.area for rule in rules}):
        lines += [f"## {_words(area)}", "", "| Rule | Title | Kind | Force | Text seen |", "| --- | --- | --- | --- | --- |"]
        lines += list(_rows(rule for rule in rules if rule.area == area))
        lines.append("")
    return "\n".join(lines)


def coverage(book: Rulebook) -> list[str]:
    """The lines of a table: how many rules of each kind an area has (README shows the same)."""
    rules = _shown(book)
    areas = sorted({rule.area for rule in rules})
    counts = Counter((rule.area, rule.kind) for rule in rules)
    lines = ["| Area | " + " | ".join(KINDS) + " | all |", "| --- |" + " ---: |" * (len(KINDS) + 1)]
    for area in areas:
        numbers = [counts[area, kind] for kind in KINDS]
        lines.append(f"| {_words(area)} | " + " | ".join(map(str, [*numbers, sum(numbers)])) + " |")
    totals = [sum(counts[area, kind] for area in areas) for kind in KINDS]
    return [*lines, "| All | " + " | ".join(map(str, [*totals, sum(totals)])) + " |"]


def _shown(book: Rulebook) -> list[Rule]:
    return [rule for rule in book.rules.values() if rule.stage != "draft"]


def _rows(rules: Iterator[Rule]) -> Iterator[str]:
    for rule in rules:
        cells = (f"[{rule.id}]({rule.id}.md)", plain(rule.title), rule.kind, FORCE.get(rule.force, rule.force), rule.verified)
        yield "| " + " | ".join(cells) + " |"


def _words(area: str) -> str:
    return area.replace("_", " ").capitalize()


def _unfilled(text: str) -> str:
    """A message whose figures are not filled in: ``{due}`` reads as (due)."""
    return re.sub(r"\{(\w+)\}", r"(\1)", text)
