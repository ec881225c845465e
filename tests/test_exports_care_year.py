"""What a yearly return says of a child's whole year: who was looked after for twelve months, who had short breaks alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from commands import TABLES_ALONE

from auditcheck.cli import main
from auditcheck.exports import read
from auditcheck.raw import Export

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n"
OC2 = "CHILD,DOB,SDQ_SCORE,SDQ_REASON,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE\n"
#: Other children, whose episodes show that the return is of the year to 31 March 2018.
SHOWN = (
    "8,01/01/2017,S,C2,N1,U4,PR1,05/06/2017,E11\n9,01/01/2017,S,C2,N1,U4,PR1,05/07/2017,E11\n7,01/01/2017,S,C2,N1,U4,PR1,05/07/2017,E11\n"
)


def episode(start: str, end: str = "", began: str = "S", status: str = "C2", why: str = "") -> str:
    return f"1,{start},{began},{status},N1,U4,PR1,{end},{why}\n"


def returned(place: Path, episodes: str = "", oc2: str = "", others: str = SHOWN) -> Path:
    """A return of one child, beside those that show its year."""
    place.mkdir()
    for name, text in (("episodes", EPISODES + episodes + others), ("oc2", OC2 + oc2), ("header", "CHILD,SEX,DOB\n1,F,01/01/2008\n")):
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return place


def year_of(export: Export, child: str = "1") -> dict[str, str]:
    held = export.tables["yearly_returns"].columns
    return {name: column.to_pylist()[held["child_id"].to_pylist().index(child)] for name, column in held.items()}


@pytest.mark.parametrize(
    ("episodes", "answer"),
    [
        (episode("01/04/2017"), "yes"),
        (episode("02/04/2017"), "no"),
        (episode("01/04/2017", began="P"), "yes"),
        (episode("02/04/2017", began="P"), "?differs"),
        (episode("01/01/2016", "31/03/2018", why="E11"), "yes"),
        (episode("01/01/2016", "30/03/2018", why="E11"), "no"),
        (episode("01/01/2016", "01/04/2017", why="E11"), "no"),
        (episode("01/01/2016", "31/03/2017", why="E11"), "no"),
        (episode("01/04/2018"), "no"),
        (episode("01/01/2016", "01/07/2017", why="X1") + episode("01/07/2017", began="L"), "yes"),
        (episode("01/01/2016", "01/07/2017", why="X1") + episode("02/07/2017", began="L"), "?differs"),
        (episode("01/01/2016", "01/07/2017", why="X1"), "?differs"),
        (episode("01/01/2016", "01/07/2017", why="") + episode("01/07/2017", began="L"), "?differs"),
        (episode("01/01/2016", "01/07/2017", why="E11") + episode("01/07/2017", began="L"), "no"),
        (episode("01/01/2016", "01/07/2017", why="X1") + episode("01/07/2017", began="L", status="V4"), "no"),
        (episode("01/01/2016", "01/07/2016", why="E11", status="V4") + episode("01/01/2017"), "yes"),
        (episode("01/01/2016", status=""), "?differs"),
        (episode("01/01/2016", "32/07/2017", why="X1"), "?differs"),
        (episode("01/01/2016") + episode("01/01/2016"), "yes"),
        (episode("01/01/2016") + episode("01/01/2016", began=""), "?differs"),
        (episode("01/01/2016", began="P") + episode("01/01/2016", "01/05/2017", why="X1"), "?differs"),
        (episode("01/07/2017", began="") + episode("01/01/2016", "01/07/2017", began="", why="X1"), "yes"),
        ("", "?differs"),
    ],
)
def test_looked_after_for_twelve_months(tmp_path: Path, episodes: str, answer: str) -> None:
    year = year_of(read(returned(tmp_path / "903", episodes, "1,01/01/2008,12,,1,1,1,0\n")))
    assert year["looked_after_twelve_months"] == answer
    assert (year["year_started_on"], year["year_ended_on"], year["sdq_score"]) == ("2017-04-01", "2018-03-31", "12")


@pytest.mark.parametrize(
    ("episodes", "answer"),
    [
        (episode("01/05/2017", "03/05/2017", status="V3", why="E8") + episode("01/06/2017", status="V4"), "yes"),
        (episode("01/05/2017", "03/05/2017", status="V3", why="E8") + episode("01/06/2017", status="V2"), "no"),
        (episode("01/05/2017", "03/05/2017", status="V3", why="E8") + episode("01/06/2017", status=""), "?differs"),
    ],
)
def test_short_breaks_alone(tmp_path: Path, episodes: str, answer: str) -> None:
    assert year_of(read(returned(tmp_path / "903", episodes)))["short_breaks_only"] == answer


def test_a_year_that_the_episodes_do_not_show_is_not_guessed(tmp_path: Path) -> None:
    """As many episodes ended in another year."""
    others = SHOWN.replace("05/07/2017", "05/07/2015").replace("05/06/2017", "05/06/2016") + SHOWN.replace("8,", "6,", 1)
    export = read(returned(tmp_path / "903", episode("01/01/2016"), "1,01/01/2008,12,,1,1,1,0\n", others))
    year = year_of(export)
    assert (year["year_started_on"], year["year_ended_on"], year["looked_after_twelve_months"]) == ("", "", "?differs")
    assert any("do not show which year" in problem.problem for problem in export.problems)
    assert any("5 of 5 children were looked after" in problem.problem for problem in export.problems)


def test_a_return_of_yearly_facts_alone_says_nothing_of_care(tmp_path: Path) -> None:
    place = returned(tmp_path / "903", oc2="1,01/01/2008,12,,1,1,1,0\n")
    (place / "episodes.csv").unlink()
    export = read(place)
    assert "looked_after_twelve_months" not in export.tables["yearly_returns"].columns
    assert year_of(export)["year_ended_on"] == ""


def test_a_child_of_twelve_months_without_a_row_is_found_and_so_is_a_blank(tmp_path: Path) -> None:
    mine = episode("01/01/2016")
    both = mine + mine.replace("1,", "2,", 1) + mine.replace("1,", "3,", 1)
    place = returned(tmp_path / "903", both, "1,01/01/2008,,,1,,1,0\n3,01/01/2008,4,,0,0,0,0\n")
    words = ["run", place, "--as-of", "2018-05-01", "--profile", "local-example", "--fail-on", "never", "--out", tmp_path / "out"]
    done = CliRunner().invoke(main, [str(word) for word in (*words, *TABLES_ALONE)])
    assert done.exit_code == 0, done.output
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        found = {(row["rule_id"], row["child_id"]) for row in csv.DictReader(file) if row["table"] == "yearly_returns"}
    assert found == {("DQ-HLT-34", "1"), ("DQ-SDQ-35", "1"), ("DQ-HLT-34", "2")}, "the age of the second is not in the file"
