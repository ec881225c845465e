"""Texts that are copied between brothers and sisters: who is compared with whom, what is said of it, and what is never said."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import ROOT, Run, audit, rows

TEXT = "Jack is often hungry and late for school because nobody at home gets up in the morning"
OTHER = "The baby has lost weight and was found in wet clothes when the health visitor came on Monday"
RULE = "ASM-SIB-07"


def run(place: Path, children: str, assessments: list[str], *more: str | Path, coverage: str = "") -> Run:
    """An audit of the one rule. ``children``: family_id and restricted after the id; ``assessments``: id, child, start and text."""
    place.mkdir()
    export, book = place / "export", place / "rules"
    export.mkdir()
    (export / "children.csv").write_text("child_id,family_id,restricted\n" + children, "utf-8")
    (export / "assessments.csv").write_text("assessment_id,child_id,started_on,risk_analysis\n" + "\n".join(assessments) + "\n", "utf-8")
    if coverage:
        (export / "manifest.yml").write_text(f"coverage: {{assessments: {coverage}}}\n", "utf-8")
    for name in ("editions.yaml", f"assessment/{RULE}.yaml"):
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_bytes((ROOT / "rules" / name).read_bytes())
    return audit(export, place / "out", "--rules", book, *more)


def outcomes(done: Run) -> dict[str, str]:
    return {record: outcome for (_, record), outcome in done.outcomes.items()}


TWO = "C1,F1,\nC2,F1,\n"
COPIES = [f"A1,C1,2015-04-01,{TEXT}", f"A2,C2,2015-04-03,{TEXT.replace('Jack', 'Emily')}"]


def test_the_pair_and_the_figure_are_told_and_the_text_never(tmp_path: Path) -> None:
    done = run(tmp_path / "x", TWO, COPIES)
    found = {row["record_id"]: row for row in rows(done.out / "findings.csv")}
    assert "assessment A2 of a brother or sister. The risk analysis is 100% the same" in found["A1"]["message"]
    assert "assessment A1" in found["A2"]["message"] and found["A2"]["because"] == "assessments A1" and found["A2"]["severity"] == "low"
    assert done.status == 0
    for file in done.out.rglob("*"):
        assert not file.is_file() or (b"hungry" not in file.read_bytes() and b"Emily" not in file.read_bytes())


def test_the_most_alike_is_named_and_ties_go_by_id_whatever_the_order_of_rows(tmp_path: Path) -> None:
    three = [*COPIES, f"A3,C3,2015-04-01,{TEXT.replace('late', 'absent')}"]
    messages = []
    for at, order in enumerate((three, three[::-1])):
        done = run(tmp_path / str(at), "C3,F1,\n" + TWO, order)
        messages.append({row["record_id"]: row["because"] for row in rows(done.out / "findings.csv")})
    assert messages[0] == messages[1] == {"A1": "assessments A2", "A2": "assessments A1", "A3": "assessments A1"}


def test_a_sealed_childs_record_is_on_nobody_elses_list(tmp_path: Path) -> None:
    done = run(tmp_path / "x", "C1,F1,\nC2,F1,yes\n", COPIES)
    assert outcomes(done) == {"A1": "not_applicable", "A2": "not_met"}
    open_to_all = (done.out / "index.html").read_text("utf-8")
    assert RULE not in open_to_all.partition("Not checked")[0] and "assessment A" not in open_to_all
    assert "assessment A1" in (done.out / "restricted" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("coverage", ["latest_only", "since 2015-01-01"])
def test_what_an_export_may_hold_back_is_not_called_different(tmp_path: Path, coverage: str) -> None:
    unlike = [f"A1,C1,2015-04-01,{TEXT}", f"A2,C2,2015-04-03,{OTHER}"]
    assert set(outcomes(run(tmp_path / "x", TWO, unlike)).values()) == {"met"}
    assert set(outcomes(run(tmp_path / "y", TWO, unlike, coverage=coverage)).values()) == {"cannot_tell"}
    assert set(outcomes(run(tmp_path / "z", TWO, COPIES, coverage=coverage)).values()) == {"not_met"}


def test_an_id_that_hundreds_share_is_no_family(tmp_path: Path) -> None:
    many = "".join(f"C{n},none known,\n" for n in range(30))
    done = run(tmp_path / "x", many, COPIES)
    assert set(outcomes(done).values()) == {"cannot_tell"}


def test_where_there_is_no_record_there_is_nothing_to_compare(tmp_path: Path) -> None:
    done = run(tmp_path / "x", TWO, [])
    assert (done.rules[RULE]["status"], outcomes(done)) == ("evaluated", {})


def test_texts_that_the_export_withholds_are_not_evaluated(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "children.csv").write_text("child_id,family_id\nC1,F1\n", "utf-8")
    (export / "assessments.csv").write_text("assessment_id,child_id,started_on\nA1,C1,2015-04-01\n", "utf-8")
    done = audit(export, tmp_path / "out")
    assert (done.rules[RULE]["status"], done.rules[RULE]["why"]) == ("not_evaluated", "field missing: assessments.risk_analysis")


def test_capitals_throughout_hide_no_difference_and_a_profile_sets_the_share(tmp_path: Path) -> None:
    loud = [f"A1,C1,2015-04-01,{TEXT.upper()}", f"A2,C2,2015-04-03,{OTHER.upper()}"]
    assert set(outcomes(run(tmp_path / "x", TWO, loud)).values()) == {"met"}
    profile = tmp_path / "ours.yaml"
    profile.write_text("id: ours\ntitle: Ours\nrules: all\nlimits: {ASM-SIB-07: {settings: {alike: 5%}}}\n", "utf-8")
    assert set(outcomes(run(tmp_path / "y", TWO, loud, "--profile", profile)).values()) == {"not_met"}
    profile.write_text("id: ours\ntitle: Ours\nrules: all\nlimits: {ASM-SIB-07: {settings: {alike: 5 days}}}\n", "utf-8")
    done = run(tmp_path / "z", TWO, loud, "--profile", profile)
    assert done.status == 2 and "'5 days' is not what 'alike' is, expected a share such as 90%" in done.said
