"""What only a person can judge: the headings that are always printed and the questions of the rulebook. The tool never fills them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from auditcheck.reports.cases.journey import area
from auditcheck.rulebook.model import Rule

#: What each is about, in the order of the sheet.
HEADINGS = (
    ("The child's voice and lived experience", "What is life like for this child, and how do we know?"),
    ("Analysis", "Does the file say what the facts mean?"),
    ("Risk", "Is the risk named, weighed and looked at again?"),
    ("Plan", "Is it specific and measurable?"),
    ("Management oversight", "Does it give direction?"),
    ("Impact", "What is better for the child?"),
    ("Diversity", "Are culture, faith, language and disability seen?"),
    ("Working together", "Do the agencies act on one plan?"),
)
#: Ofsted's scale, with the letter that is ringed on paper.
GRADES = (
    ("O", "Outstanding"),
    ("G", "Good"),
    ("R", "Requires improvement to be good"),
    ("I", "Inadequate"),
    ("n/a", "not applicable"),
)


@dataclass(frozen=True)
class Question:
    """One question of the rulebook: what is asked, under which rule, and which records to open for it."""

    rule_id: str
    heading: str
    asks: str
    look_at: str


def questions(rules: Sequence[Mapping[str, str]], book: Mapping[str, Rule], tables: Collection[str]) -> tuple[list[Question], int]:
    """The questions about records that this child has (``tables``), in the order of the journey, and how many are about others."""
    asked = [
        book[row["rule_id"]] for row in rules if row["kind"] == "auditor" and row["status"] != "not_selected" and row["rule_id"] in book
    ]
    theirs = sorted((rule for rule in asked if rule.subject in tables), key=lambda rule: (area(rule.area).place, rule.id))
    return [_question(rule) for rule in theirs], len(asked) - len(theirs)


def _question(rule: Rule) -> Question:
    look_at = ", ".join(str(table).replace("_", " ") for table in rule.body.get("look_at", ()))
    return Question(rule.id, area(rule.area).heading, str(rule.body["question"]), look_at)
