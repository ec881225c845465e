"""`auditcheck coverage`: what it says beforehand is what a run then does."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commands import TABLES_ALONE

from auditcheck.cli import main

NORTHSHIRE = Path(__file__).parent.parent / "fixtures" / "northshire"
RUN = ("--as-of", "2015-06-30", "--fail-on", "never")


def auditcheck(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


SAMPLES = os.environ.get("AUDITCHECK_SAMPLES")
REAL = sorted(Path(SAMPLES).glob("annex_a/*.xlsx"))[:1] + sorted(Path(SAMPLES).rglob("CIN*.xml"))[:1] if SAMPLES else []


def said(export: Path, *more: str) -> dict[str, list[dict[str, object]]]:
    done = auditcheck("coverage", export, "--format", "json", *more)
    assert done.exit_code == 0, done.output
    found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("export", [NORTHSHIRE, *REAL], ids=lambda path: path.name)
@pytest.mark.parametrize("profile", [(), ("--profile", "local-example")], ids=["no profile", "local-example"])
def test_a_run_does_what_was_said(export: Path, profile: tuple[str, ...], tmp_path: Path) -> None:
    auditcheck("run", export, *RUN, "--out", tmp_path / "out", *profile, *TABLES_ALONE)
    with (tmp_path / "out" / "rules.csv").open(encoding="utf-8", newline="") as text:
        became = {row["rule_id"]: row for row in csv.DictReader(text)}
    for rule in said(export, *profile)["rules"]:
        assert rule["answered"] == (became[str(rule["id"])]["status"] == "evaluated"), rule
        assert rule["why"] == became[str(rule["id"])]["why"]


def test_filling_the_tables_in_answers_the_rules_promised(tmp_path: Path) -> None:
    (tmp_path / "children.csv").write_text("child_id,date_of_birth\nC1,2010-01-01\n", encoding="utf-8")
    promised = said(tmp_path, "--profile", "local-example")["fill"]
    expected: set[object] = set()
    for step in promised[:15]:
        file = tmp_path / f"{step['table']}.csv"
        before = file.read_text("utf-8").splitlines()[0].split(",") if file.exists() else ["child_id"]
        names = dict.fromkeys([*before, *step["fields"]])  # type: ignore[misc]
        file.write_text(",".join(names) + "\n" + ("C1,2010-01-01\n" if step["table"] == "children" else ""), encoding="utf-8")
        expected |= set(step["rules"])  # type: ignore[call-overload]
        answered = {rule["id"] for rule in said(tmp_path, "--profile", "local-example")["rules"] if rule["answered"]}
        assert expected <= answered
    assert len(expected) > 60


def test_a_rule_that_lacks_a_figure_is_not_promised_by_any_table() -> None:
    without, with_ = said(NORTHSHIRE), said(NORTHSHIRE, "--profile", "local-example")
    lacking = [rule for rule in without["rules"] if "a local standard" in rule["missing"]]  # type: ignore[operator]
    assert lacking and not {rule["id"] for rule in lacking} & {rule for step in without["fill"] for rule in step["rules"]}  # type: ignore[attr-defined]
    assert not [rule for rule in with_["rules"] if "a local standard" in rule["missing"]]  # type: ignore[operator]


def test_in_words() -> None:
    text = auditcheck("coverage", NORTHSHIRE).stdout
    assert (
        "can answer" in text.splitlines()[0]
        and "To answer more, fill in these tables" in text
        and "lack a figure of the service's own" in text
    )


def test_an_export_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    done = auditcheck("coverage", tmp_path / "nowhere")
    assert done.exit_code == 2 and "does not exist" in done.output and "Traceback" not in done.output
