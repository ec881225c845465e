"""A text that stands in the records of two children of a family; or one that only seems to.

Planted once the last child of the family is there. What is planted on one record tells on every other near it: a record that says
nothing of its own can't be told from those of a brother or sister which do.
"""

from __future__ import annotations

from auditcheck.synth.almanac import day_of, months
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps

PLANTS = Plants()

_BOY = "He is often hungry, his clothes are damp, and his school worries that he is alone until late"
_GIRL = "She is often hungry, her clothes are damp, and her school worries that she is alone until late"
_OTHER = "The baby has lost weight since March and nobody at home could say who feeds him at night"
_SHORT = "Often hungry, alone until late in the evening"
_APART = 6  # months


def _near(one: Row, other: Row) -> bool:
    first, last = sorted((day_of(one["started_on"]), day_of(other["started_on"])))
    return months(first, _APART) >= last


def _pair(life: Life, table: str, kinds: tuple[str, ...], near: bool) -> tuple[Row, Row] | None:
    """A record of an elder child and one of the last child of the family, near each other or not; nobody's records sealed."""
    if life is not life.kin[-1] or any(one.child["restricted"] == "yes" for one in life.kin):
        return None
    for elder in life.kin[:-1]:
        for first in elder.rows.get(table, ()):
            for second in life.rows.get(table, ()):
                fits = first["kind"] in kinds and second["kind"] in kinds and elder.free(first) and life.free(second)
                if fits and _near(first, second) == near:
                    return first, second
    return None


def _follows(life: Life, rule: str, table: str, told: list[Row]) -> None:
    """What telling texts mean for the records of the family that have none and lie near one of another child's."""
    for one in life.kin:
        for row in one.rows.get(table, ()):
            itself = any(row is other for other in told)
            judged = rule != "CPP-SPEC-07" or row["kind"] == "child_protection"
            if judged and not itself and any(other["child_id"] != one.child_id and _near(row, other) for other in told):
                one.expect(rule, table, row, "cannot_tell", "says nothing of its own")


def _texts(first: str, second: str, outcome: str, words: str, near: bool = True) -> None:
    """The two texts in two records of brothers and sisters: assessments, and child protection plans."""

    def put(rule: str, table: str, kinds: tuple[str, ...], field: str) -> None:
        @PLANTS.plant(rule, words, alone=False, trap=outcome != "not_met")
        def steps(life: Life) -> Steps:
            if pair := _pair(life, table, kinds, near):
                yield True
                for row, text in zip(pair, (first, second), strict=True):
                    row[field] = text
                    _of(life, row).expect(rule, table, row, outcome, words)
                if first != _SHORT:
                    _follows(life, rule, table, list(pair))

    put("ASM-SIB-07", "assessments", ("single",), "risk_analysis")
    if near:  # the plans of a family's children begin together
        put("CPP-SPEC-07", "plans", ("child_protection",), "needs")


def _of(life: Life, row: Row) -> Life:
    """The life in the family that a record belongs to."""
    return next(one for one in life.kin if one.child_id == row["child_id"])


_texts(_BOY, _GIRL, "not_met", "copied from a brother's record, he changed to she")
_texts(_BOY, _BOY, "not_met", "copied from a brother's record, word for word")
_texts(_BOY, _OTHER, "met", "a text of each child's own")
_texts(_SHORT, _SHORT, "not_applicable", "the same few words, too short to be a copy")
_texts(_BOY, _GIRL, "not_applicable", "the same text more than six months later", near=False)
