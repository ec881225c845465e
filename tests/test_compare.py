"""What a change of rules would move is said before it goes live."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditcheck.cli import main
from auditcheck.compare import compare

ROOT = Path(__file__).parents[1]
NORTHSHIRE = ROOT / "fixtures" / "northshire"
ENQUIRIES = """enquiry_id,child_id,started_on,conference_required
E1,C1,2015-03-02,yes
E2,C2,2015-03-02,yes
"""
CONFERENCES = """conference_id,child_id,kind,held_at,enquiry_id
K1,C1,initial,2015-03-18,E1
K2,C2,initial,2015-03-05,E2
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    place = tmp_path / "export"
    place.mkdir()
    (place / "children.csv").write_text("child_id\nC1\nC2\n")
    (place / "section_47_enquiries.csv").write_text(ENQUIRIES)
    (place / "conferences.csv").write_text(CONFERENCES)
    return place


@pytest.fixture
def sooner(tmp_path: Path) -> Path:
    """The shipped rules with ten working days where CPC-ICPC-01 has fifteen."""
    place = tmp_path / "sooner"
    shutil.copytree(ROOT / "rules", place)
    rule = place / "conference" / "CPC-ICPC-01.yaml"
    text = rule.read_text("utf-8")
    assert "is: 15 working days" in text
    rule.write_text(text.replace("is: 15 working days", "is: 10 working days"), "utf-8")
    return place


AS_OF = ["--as-of", "2015-06-30"]


def test_a_shorter_limit_moves_what_lies_between_the_two(export: Path, sooner: Path, tmp_path: Path) -> None:
    out = tmp_path / "moved.csv"
    words = ["rules", "compare", "shipped", str(sooner), "--on", str(export), *AS_OF, "--out", str(out)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "CPC-ICPC-01       0      1       1      0" in done.output
    assert "C1  section_47_enquiries E1: met, due 2015-03-23 -> not met, due 2015-03-16" in done.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["record_id"], row["outcome_before"], row["outcome_after"]) for row in rows] == [
        ("E1", "met", "not_met"),
        ("E2", "met", "met"),
    ]
    assert out.stat().st_mode & 0o077 == 0


def test_the_same_rules_move_nothing(export: Path) -> None:
    done = CliRunner().invoke(main, ["rules", "compare", "shipped", str(ROOT / "rules"), "--on", str(export), *AS_OF])
    assert done.exit_code == 0 and "0 observations differ, in 0 rules." in done.output


def test_a_profile_is_a_side_and_a_rule_that_only_one_side_can_evaluate_is_named() -> None:
    found = compare("shipped", "local-example", NORTHSHIRE)
    assert any(text.startswith("MGT-OVS-01 is evaluated only after; before: ") for text in found.unequal)
    mine = found.moved[found.moved["rule_id"] == "MGT-OVS-01"]
    assert set(mine["outcome_before"]) == {""} and "not_met" in set(mine["outcome_after"])


@pytest.mark.parametrize("side", ["nowhere", "local-exampel", "./ours.yaml"])
def test_a_side_that_is_not_there_is_a_sentence(side: str, export: Path) -> None:
    done = CliRunner().invoke(main, ["rules", "compare", "shipped", side, "--on", str(export), *AS_OF])
    assert done.exit_code == 2 and "Traceback" not in done.output and side in done.output
