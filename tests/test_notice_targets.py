"""Targets of the notice's profile over a run that was checked with another one: as that run would have said, by what is shown alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from commands import TABLES_ALONE, audit, invoke, rows

REFERRED, CASELOAD, VACANT, WRITTEN = "AGG-REFIA-01", "AGG-CASE-02", "AGG-VAC-03", "CPP-EXIST-01"
AS_OF = "2012-05-31"
PROFILE = """\
id: mine
title: Mine <b>alone</b>
rules: all
notice:
  start: given
  references: [{{document: D, place: P1, action: All of it, evidence: [{names}]}}]
  obligations: [{{what: A report, at: [{at}]}}]
targets:
  {name}: [{target}]
"""


def table(place: Path, name: str, columns: str, lines: Iterable[str]) -> None:
    (place / f"{name}.csv").write_text("\n".join([columns, *lines]) + "\n", encoding="utf-8")


def export(place: Path, assessed: int, vacant: str) -> Path:
    """Forty referrals, some of them assessed, five children a worker, posts counted twice, and 40 plans, 20 of them written late."""
    place.mkdir(parents=True)
    ids = range(40)
    table(place, "children", "child_id", [f"C{n}" for n in ids])
    table(place, "referrals", "referral_id,child_id,received_at", [f"R{n},C{n},2012-01-10" for n in ids])
    table(place, "assessments", "assessment_id,child_id,referral_id,kind,started_on",
          [f"A{n},C{n},R{n},initial,2012-01-12" for n in ids[:assessed]])  # fmt: skip
    table(
        place,
        "workers",
        "worker_id,role,full_time_equivalent",
        [f"W{n},social_worker,{fte}" for n, fte in enumerate((1.5, 0.5, 1, 1, 1, 1, 1, 1))],
    )
    table(place, "involvements", "involvement_id,child_id,worker_id,role,started_on,ended_on",
          [f"I{n},C{n},W{n % 8},lead,2012-01-10," for n in ids])  # fmt: skip
    posts = [("2012-01-31", "0"), ("2012-04-30", vacant)]
    table(place, "establishment", "establishment_id,counted_on,team,role,established,vacant",
          [f"S{day},{day},North,social_worker,60,{part}" for day, part in posts])  # fmt: skip
    table(place, "plans", "plan_id,child_id,kind,started_on,document_on,ended_on",
          [f"P{n},C{n},child_protection,2012-01-10,2012-{'01-20' if n % 2 else '03-20'}," for n in ids])  # fmt: skip
    return place


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An export with figures that are shown, and one with figures that are hidden."""
    place = tmp_path_factory.mktemp("exports")
    return {"shown": export(place / "shown", 26, "12"), "hidden": export(place / "hidden", 37, "6")}


@pytest.fixture(scope="module")
def runs(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs over both with another profile."""
    place = tmp_path_factory.mktemp("runs")
    for name, folder in folders.items():
        assert audit(folder, place / name, "--profile", "local-example", "--fail-on", "never", *TABLES_ALONE, as_of=AS_OF).status == 0
    return {name: place / name for name in folders}


def mine(place: Path, name: str, target: str, at: str = "6 months") -> Path:
    place.mkdir(exist_ok=True)
    file = place / "mine.yaml"
    file.write_text(PROFILE.format(names=name, name=name, target=target, at=at), encoding="utf-8")
    return file


def evidence(run: Path, profile: Path, *more: str) -> dict[str, str]:
    """The row of the one measure."""
    status, _, said = invoke("notice", run, "--profile", profile, "--out", profile.parent / "out", "--replace", *more)
    assert status == 0, said
    (row,) = rows(profile.parent / "out" / "evidence.csv")
    return row


STANDING = [
    (REFERRED, "{at_least: 65%}", "at least 65%: met"),
    (REFERRED, "{at_least: 66%}", "at least 66%: not met"),
    (REFERRED, "{at_least: 70%, by: 2012-05-31}", "at least 70% by 31 May 2012: not yet due"),
    (CASELOAD, "{between: [5, 6]}", "from 5 to 6 children: met"),
    (CASELOAD, "{at_most: 4}", "at most 4 children: not met"),
    (VACANT, "{at_most: 10%, at_any_time: true}", "at most 10% at any time: not met"),
    (WRITTEN, "{at_least: 50%}", "at least 50%: met"),
    (WRITTEN, "{at_least: 51%}", "at least 51%: not met"),
]


@pytest.mark.parametrize(("name", "target", "says"), STANDING)
def test_a_target_stands_as_a_run_with_its_profile_says(
    runs: dict[str, Path], folders: dict[str, Path], tmp_path: Path, name: str, target: str, says: str
) -> None:
    profile = mine(tmp_path, name, target)
    assert evidence(runs["shown"], profile)["target"] == says
    words = ["--profile", str(profile), "--fail-on", "never", *TABLES_ALONE]
    assert audit(folders["shown"], tmp_path / "own", *words, as_of=AS_OF).status == 0
    assert evidence(tmp_path / "own", profile)["target"] == says


@pytest.mark.parametrize(
    ("name", "target", "start", "says"),
    [
        (REFERRED, "{at_least: 65%, by: 2012-05-30}", "", "cannot tell, as the figure of that day decides"),
        (REFERRED, "{at_least: 65%, within: 3 months}", "", "cannot tell, as the notice's start was not given"),
        (REFERRED, "{at_least: 65%, within: 5 months}", "2011-12-31", "not yet due"),
        (REFERRED, "{at_least: 65%, within: 5 months}", "2011-12-30", "cannot tell, as the figure of that day decides"),
        (VACANT, "{at_most: 20%, at_any_time: true}", "", "cannot tell, as every count since the notice began decides"),
        (VACANT, "{at_most: 10%, at_any_time: true}", "2012-05-01", "cannot tell, as every count since the notice began decides"),
    ],
)
def test_what_another_day_decides_can_not_be_told(
    runs: dict[str, Path], tmp_path: Path, name: str, target: str, start: str, says: str
) -> None:
    row = evidence(runs["shown"], mine(tmp_path, name, target), *(["--notice-start", start] if start else []))
    assert says in row["target"]


@pytest.mark.parametrize("untold", [1, 2])
def test_no_target_says_how_many_records_can_not_be_told(tmp_path: Path, untold: int) -> None:
    """20 of 40 are met. With one record that can't be told at least 48% are, whatever it holds; with two nobody knows."""
    folder = export(tmp_path / "export", 26, "12")
    with (folder / "plans.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"Q{n},C{n},child_protection,,2012-04-05,\n" for n in range(untold))
    few = "if no more than 12 can't be told"
    stands = {"48%": "hidden", "49%": "hidden", "51%": "hidden", "38%": f"met, {few}", "66%": f"not met, {few}"}
    profile = mine(tmp_path, WRITTEN, ", ".join(f"{{at_least: {least}}}" for least in stands))
    assert audit(folder, tmp_path / "own", "--profile", profile, "--fail-on", "never", *TABLES_ALONE, as_of=AS_OF).status == 0
    row = evidence(tmp_path / "own", profile)
    assert (row["count"], row["unknown"]) == ("20 of 40", "c")
    assert row["target"] == "; ".join(f"at least {least}: {how}" for least, how in stands.items())


@pytest.mark.parametrize("least", ["1%", "92%", "93%", "100%"])
def test_no_target_says_where_a_hidden_figure_lies(runs: dict[str, Path], tmp_path: Path, least: str) -> None:
    """37 of 40 is 92.5%: three are too few to show."""
    row = evidence(runs["hidden"], mine(tmp_path, REFERRED, f"{{at_least: {least}}}"))
    assert (row["figure"], row["target"]) == ("c", f"at least {least}: hidden")


def test_a_trend_is_told_where_there_is_one_and_else_why_there_is_none(
    runs: dict[str, Path], folders: dict[str, Path], tmp_path: Path
) -> None:
    """A rule of what fell due is counted by month, whether the profile of the run has a target for it or not."""
    profile = mine(tmp_path, WRITTEN, "{at_least: 50%}")
    assert evidence(runs["shown"], profile)["trend"] == "Too few cases"
    assert audit(folders["shown"], tmp_path / "own", "--profile", profile, "--fail-on", "never", *TABLES_ALONE, as_of=AS_OF).status == 0
    assert evidence(tmp_path / "own", profile)["trend"] == "Too few cases"
    assert evidence(runs["shown"], mine(tmp_path, VACANT, "{at_most: 10%}"))["trend"] == "No monthly figures"


def test_what_nobody_checked_against_its_source_carries_that_mark(folders: dict[str, Path], tmp_path: Path) -> None:
    """A figure of the profile's own speaks for itself."""
    profile = mine(tmp_path, WRITTEN, "{at_least: 50%}")
    words = ["--profile", str(profile), "--fail-on", "never", *TABLES_ALONE]
    assert audit(folders["shown"], tmp_path / "own", *words, as_of=AS_OF).status == 0
    mark = "Unverified: what it asks was not checked against its source"
    assert evidence(tmp_path / "own", profile)["mark"] == mark and mark in (tmp_path / "out" / "progress.html").read_text("utf-8")
    assert evidence(tmp_path / "own", mine(tmp_path / "other", REFERRED, "{at_least: 65%}"))["mark"] == ""
    profile.write_text(profile.read_text("utf-8") + "limits: {CPP-EXIST-01: {limit: 3 days, agreed_by: us, agreed_on: 2012-01-01}}\n")
    assert audit(folders["shown"], tmp_path / "agreed", *words, as_of=AS_OF).status == 0
    assert evidence(tmp_path / "agreed", profile)["mark"] == ""


def test_a_share_has_its_range_and_how_many_can_not_be_told_beside_it(runs: dict[str, Path], tmp_path: Path) -> None:
    row = evidence(runs["shown"], mine(tmp_path, REFERRED, "{at_least: 65%}"))
    assert (row["figure"], row["count"], row["range"], row["unknown"]) == ("65.0%", "26 of 40", "49.5 to 77.9%", "0")
    page = (tmp_path / "out" / "progress.html").read_text("utf-8")
    assert "<strong>65.0%</strong> (26 of 40, 95% range 49.5 to 77.9%, can&#39;t be told: 0). Trend: " in page


def test_the_profile_of_the_run_is_said_and_what_follows_from_another(
    runs: dict[str, Path], folders: dict[str, Path], tmp_path: Path
) -> None:
    profile = mine(tmp_path, REFERRED, "{at_least: 65%}")
    _, _, said = invoke("notice", runs["shown"], "--profile", profile, "--out", tmp_path / "other")
    other = "the limits that they took, are those of local-example"
    page = (tmp_path / "other" / "progress.html").read_text("utf-8")
    assert "The run was checked with the profile local-example (EXAMPLE ONLY" in page and other in page and other in said
    assert {row["checked_with"] for row in rows(tmp_path / "other" / "evidence.csv")} == {"local-example"}
    words = ["--profile", str(profile), "--fail-on", "never", *TABLES_ALONE]
    assert audit(folders["shown"], tmp_path / "own", *words, as_of=AS_OF).status == 0
    _, _, said = invoke("notice", tmp_path / "own", "--profile", profile, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "progress.html").read_text("utf-8")
    assert "checked with the profile mine (Mine &lt;b&gt;alone&lt;/b&gt;)." in page and "not the profile" not in page + said
    profile.write_text(profile.read_text("utf-8") + "limits: {CPP-EXIST-01: {limit: 3 days, agreed_by: us, agreed_on: 2012-01-01}}\n")
    _, _, said = invoke("notice", tmp_path / "own", "--profile", profile, "--out", tmp_path / "changed")
    assert "have changed since" in said and "have changed since" in (tmp_path / "changed" / "progress.html").read_text("utf-8")


def test_without_a_start_the_terminal_and_the_page_say_why_there_is_no_day(runs: dict[str, Path], tmp_path: Path) -> None:
    profile = mine(tmp_path, REFERRED, "{at_least: 65%}")
    _, _, said = invoke("notice", runs["shown"], "--profile", profile, "--out", tmp_path / "undated")
    why = "1 obligation has no day, because nobody said on which day the notice began: say --notice-start"
    assert why in said and why in (tmp_path / "undated" / "progress.html").read_text("utf-8")
    assert f"1 reference: {tmp_path}" in said
    _, _, said = invoke("notice", runs["shown"], "--profile", profile, "--out", tmp_path / "dated", "--notice-start", "2012-01-01")
    assert "no day" not in said + (tmp_path / "dated" / "progress.html").read_text("utf-8")
    profile = mine(tmp_path, REFERRED, "{at_least: 65%}", at="6 months, 12 months")
    assert "2 obligations have no day" in invoke("notice", runs["shown"], "--profile", profile, "--out", tmp_path / "two")[2]


def test_what_a_released_notice_shows_is_not_subtracted_from_a_later_one(tmp_path: Path) -> None:
    """Forty plans up to March were shown; three more up to April would be known from the difference."""
    folder = export(tmp_path / "export", 26, "12")
    with (folder / "plans.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"Q{n},C{n},child_protection,2012-04-02,2012-04-05,\n" for n in range(3))
    run = audit(folder, tmp_path / "run", "--profile", "local-example", "--fail-on", "never", *TABLES_ALONE, as_of=AS_OF)
    profile, ledger = mine(tmp_path, WRITTEN, "{at_least: 50%}"), str(tmp_path / "released.jsonl")
    first = evidence(run.out, profile, "--period", "2012-01-01..2012-03-31", "--released", ledger, "--release")
    assert first["count"] == "20 of 40"
    later = ("--period", "2012-01-01..2012-04-30")
    assert evidence(run.out, profile, *later)["count"] == "23 of 43"
    guarded = evidence(run.out, profile, *later, "--released", ledger)
    assert "43" not in guarded["count"] and "23" not in guarded["count"] and "hidden" in guarded["target"]
