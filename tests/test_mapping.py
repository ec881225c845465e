"""A service's own layout, as somebody who never saw the project would bring it: draft, correct, check, run."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from commands import TABLES_ALONE

from auditcheck.cli import main
from auditcheck.mapping.dates import dates

NORTHSHIRE = Path(__file__).parent.parent / "fixtures" / "northshire"
AS_OF = "2015-06-30"

#: File -> (table, header -> field), as an invented case system would name them.
LAYOUT = {
    "Clients": (
        "children",
        {"Person ID": "child_id", "DOB": "date_of_birth", "EDD": "expected_birth_date", "Gender": "sex", "Date of Death": "died_on"},
    ),
    "Referrals_20150630": (
        "referrals",
        {
            "Person ID": "child_id",
            "Referral No": "referral_id",
            "Referral Date": "received_at",
            "Source": "source_agency",
            "NFA?": "no_further_action",
            "Closure Date": "closed_on",
            "Team Name": "team",
        },
    ),
    "CP and CIN Plans": (
        "plans",
        {
            "Plan No": "plan_id",
            "Person ID": "child_id",
            "Plan Type": "kind",
            "Start Date": "started_on",
            "End Date": "ended_on",
            "Category of Abuse": "category",
        },
    ),
    "Visits": (
        "visits",
        {
            "Visit ID": "visit_id",
            "Person ID": "child_id",
            "Plan No": "plan_id",
            "Visit Type": "kind",
            "Visit Date": "visited_at",
            "Child Seen?": "child_seen",
            "Seen Alone": "child_seen_alone",
            "Social Worker": "worker_id",
        },
    ),
}
WORDS = {
    "no_further_action": {"yes": "Y", "no": "N"},
    "kind": {"child_protection": "CP", "child_in_need": "S17", "care": "LAC care plan", "looked_after": "LAC visit"},
    "category": {"neglect": "NEG"},
}


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, header: list[str], body: list[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *body])
    return path


def uk(text: str) -> str:
    """A day or moment of the contract as dd/mm/yyyy; other text as it stands."""
    return re.sub(r"^(\d{4})-(\d\d)-(\d\d)T?", r"\3/\2/\1 ", text).strip()


@pytest.fixture
def service(tmp_path: Path) -> tuple[Path, Path]:
    """The same invented records twice: in the layout of a service, and as case records."""
    for file, (table, columns) in LAYOUT.items():
        held = rows(NORTHSHIRE / f"{table}.csv")
        said = [{name: row.get(name, "") for name in columns.values()} for row in held]
        write(tmp_path / "records" / f"{table}.csv", list(columns.values()), [list(row.values()) for row in said])
        theirs = [[WORDS.get(name, {}).get(text, uk(text)) for name, text in row.items()] for row in said]
        write(tmp_path / "own" / f"{file}.csv", list(columns), theirs)
    return tmp_path / "own", tmp_path / "records"


def correct(mapping: Path) -> None:
    """What a person does: answer the questions, read the proposals, delete their lines."""
    text = mapping.read_text("utf-8")
    text = re.sub(r"^(  (?:referrals|plans|visits): )undecided", r"\1complete", text, flags=re.M)
    text = re.sub(r"^ +proposed: .*\n", "", text, flags=re.M)
    # Only a person knows what S17 is here.
    text = re.sub(r"      undecided:.*\n        - S17.*\n", "      child_in_need: [S17]\n", text)
    mapping.write_text(text, "utf-8")


def test_from_a_draft_to_the_same_findings_as_case_records(service: tuple[Path, Path], tmp_path: Path) -> None:
    own, records = service
    mapping = tmp_path / "ours.yaml"
    drafted = call("map", "init", own, "--out", mapping)
    assert drafted.exit_code == 0, drafted.output
    assert call("map", "init", own, "--out", mapping).exit_code == 2, "somebody's decisions are never written over"

    refused = call("run", own, "--mapping", mapping, "--as-of", AS_OF, "--out", tmp_path / "early")
    assert refused.exit_code == 2
    assert "ours.yaml:" in refused.output and "'S17'" in refused.output
    assert not (tmp_path / "early").exists()

    correct(mapping)
    checked = call("map", "check", mapping, own)
    assert checked.exit_code == 0, checked.output
    assert "S17 -> child_in_need" in checked.output
    assert re.search(r"row 54, Referral Date: '31/02/2015' not a moment", checked.output), checked.output

    answers = {}
    for name, words in {"theirs": (own, "--mapping", mapping), "ours": (records,)}.items():
        done = call(
            "run", *words, "--as-of", AS_OF, "--profile", "local-example", "--fail-on", "never", "--out", tmp_path / name, *TABLES_ALONE
        )
        assert done.exit_code == 0, done.output
        answers[name] = [(tmp_path / name / file).read_text("utf-8") for file in ("findings.csv", "measures.csv")]
        status = [(row["rule_id"], row["status"]) for row in rows(tmp_path / name / "rules.csv")]
        answers[name].append(str(status))
    assert len(set(re.findall(r"[A-Z0-9]+-[A-Z0-9]+-\d\d", answers["ours"][0]))) >= 6, "findings of several rules"
    assert answers["theirs"] == answers["ours"]
    covered = [call("coverage", *words).output.splitlines()[2:] for words in ((own, "--mapping", mapping), (records,))]
    assert covered[0] == covered[1]


def one_list(tmp_path: Path, header: list[str], body: list[list[str]], *more: object) -> tuple[Path, str]:
    file = write(tmp_path / "Visits.csv", header, body)
    done = call("map", "init", file, "--out", tmp_path / "m.yaml", *more)
    assert done.exit_code == 0, done.output
    return file, (tmp_path / "m.yaml").read_text("utf-8")


def test_day_and_month_are_never_guessed(tmp_path: Path) -> None:
    file, text = one_list(tmp_path, ["Person ID", "Visit Date"], [["1", "03/04/2015"], ["2", "12/03/2015"]])
    assert "visited_at: {from: Visit Date, layout: undecided}  # 03/04/2015 may be %d/%m/%Y or %m/%d/%Y" in text
    done = call("run", file, "--mapping", tmp_path / "m.yaml", "--as-of", AS_OF, "--out", tmp_path / "o")
    assert done.exit_code == 2
    assert "visits.visited_at: how does 'Visit Date' write its dates?" in done.output


def test_a_person_may_say_how_days_are_written_but_not_against_the_column(tmp_path: Path) -> None:
    _, text = one_list(tmp_path, ["Person ID", "Visit Date"], [["1", "03/04/2015"]], "--dates", "day-first")
    assert 'layout: "%d/%m/%Y"}  # 03/04/2015 is day-first, as was said' in text
    (tmp_path / "other").mkdir()
    _, text = one_list(tmp_path / "other", ["Person ID", "Visit Date"], [["1", "03/25/2015"]], "--dates", "day-first")
    assert 'layout: "%m/%d/%Y"' in text


@pytest.mark.parametrize(
    ("texts", "layout"),
    [
        (["13/03/2015", "01/02/2015"], "%d/%m/%Y"),
        (["01/13/2015 09:30", "01/02/2015"], "%m/%d/%Y"),
        (["1 Mar 2015", ""], "%d %b %Y"),
        (["2015-03-01 00:00:00.000"], "%Y-%m-%d"),
        (["2015-03-01", "13/03/2015", "TBC"], "%d/%m/%Y"),
        (["2015-03-01T10:00", "2015-03-02"], ""),
        ([], ""),
    ],
)
def test_a_column_settles_its_own_layout(texts: list[str], layout: str) -> None:
    found = dates(texts)
    assert (found.decided, found.layout) == (True, layout)


@pytest.mark.parametrize(
    "texts", [["01/02/2015"], ["05/05/2015"], ["13/02/2015", "02/13/2015"], ["01/02/03"], ["13/02/2015", "1 Mar 2015"]]
)
def test_a_column_that_leaves_it_open_is_undecided(texts: list[str]) -> None:
    assert not dates(texts).decided


def test_unknown_codes_are_listed_and_never_guessed(tmp_path: Path) -> None:
    body = [["1", "13/04/2015", "CP visit", "Y"], ["2", "13/04/2015", "Duty", "Unknown"], ["3", "13/04/2015", "Duty", "2"]]
    file, text = one_list(tmp_path, ["Person ID", "Visit Date", "Visit Type", "Child Seen"], body)
    assert re.search(r"undecided:  # each belongs behind one of child_protection.*\n        - Duty  # 2 times", text)
    assert re.search(r"child_protection:\n        - CP visit  # 1 time\n", text)
    assert "proposed: [CP visit]" in text
    assert re.search(r'undecided:  # each belongs behind one of yes, no, or blank\n        - "2"  # 1 time', text)
    checked = call("map", "check", tmp_path / "m.yaml", file)
    assert checked.exit_code == 2
    assert "what is 'Duty'?" in checked.output


def test_no_child_is_named_in_a_draft(tmp_path: Path) -> None:
    people = write(tmp_path / "Children.csv", ["Child ID", "Surname", "Date of Birth"], [["C1", "Ashworth", "13/04/2011"]])
    call("map", "init", people, "--out", tmp_path / "m.yaml")
    text = (tmp_path / "m.yaml").read_text("utf-8")
    assert "C1" not in text and "Ashworth" not in text and "2011" not in text
    assert (tmp_path / "m.yaml").stat().st_mode & 0o077 == 0


SETTLED = """\
lists:
  visits:
    child: Person ID
    columns:
      - Person ID
      - Visit Date
      - Visit Type
      - Alone
    records:
      - table: visits
        fields:
          kind: {from: Visit Type, codes: kinds}
          visited_at: {from: Visit Date, layout: "%d/%m/%Y"}
          child_seen_alone: Alone
words:
  codes:
    kinds: {child_protection: [CP], child_in_need: [CIN]}
"""


def settled(tmp_path: Path, old: str = "", new: str = "") -> Path:
    assert old in SETTLED
    mapping = tmp_path / "m.yaml"
    mapping.write_text(SETTLED.replace(old, new) if old else SETTLED, "utf-8")
    return mapping


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("table: visits", "table: visit", "m.yaml:10:16: there is no table 'visit', expected one of"),
        ("visited_at: {", "visited: {", "m.yaml:13:11: visits has no field 'visited'"),
        ("from: Visit Date", "from: Visit Day", "did you mean 'Visit Date'?"),
        ("codes: kinds}", "codes: kind}", "there is no list of codes 'kind'"),
        ("child_in_need: [CIN]", "cin: [CIN]", "m.yaml:17:37: 'cin' is no value of kind"),
        ("records:", "recrds:", "unknown word 'recrds'"),
        ('"%d/%m/%Y"', '"%d/%m/%Y %Z"', "expected a layout made of"),
        ("Alone\nwords", "!!python/object:os.system Alone\nwords", "is not allowed"),
        ("kind: {from: Visit Type, codes: kinds}", "child_id: Person ID", "whose a row is stands once for the list"),
        ("child_seen_alone: Alone", "child_seen_alone: {always: perhaps}", "'perhaps' is no value of child_seen_alone"),
        ("words:", "coverage: {visits: since 2015-02-30}\nwords:", "'2015-02-30' is no day of the calendar"),
        ("words:", "lists: {}\nwords:", "'lists' is written twice"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = write(tmp_path / "visits.csv", ["Person ID", "Visit Date", "Visit Type", "Alone"], [["1", "13/04/2015", "CP", "Y"]])
    done = call("map", "check", settled(tmp_path, old, new), file)
    assert done.exit_code == 2
    assert said in done.output, done.output
    assert "m.yaml:" in done.output and "Traceback" not in done.output


HEADER = ["Person ID", "Visit Date", "Visit Type", "Alone"]
BODY = [["1", "13/04/2015", "CP", "Y"], ["2", "02/04/2015 10:15", "CIN", ""]]


def test_workbooks_and_parquet_are_read_as_csv_is(tmp_path: Path) -> None:
    mapping = settled(tmp_path)
    pd.DataFrame(BODY, columns=HEADER).to_parquet(tmp_path / "visits.parquet")
    book = openpyxl.Workbook()
    book.active.title = "Visits"
    for row in [["Visits of the spring", None, None, None], HEADER, *BODY]:
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    shown = []
    for file in (write(tmp_path / "visits.csv", HEADER, BODY), tmp_path / "visits.parquet", tmp_path / "book.xlsx"):
        done = call("map", "check", mapping, file)
        assert done.exit_code == 0, done.output
        shown.append(done.output.splitlines()[1:7])
    assert shown[0] == shown[1] == shown[2]
    assert "13/04/2015 -> 2015-04-13  |  02/04/2015 10:15 -> 2015-04-02T10:15:00" in "\n".join(shown[0])


def audited(tmp_path: Path, *sources: object) -> tuple[Result, list[dict[str, str]]]:
    done = call(
        "run",
        *sources,
        "--as-of",
        AS_OF,
        "--profile",
        "local-example",
        "--fail-on",
        "never",
        "--replace",
        "--out",
        tmp_path / "out",
        *TABLES_ALONE,
    )
    return done, rows(tmp_path / "out" / "quality.csv") if (tmp_path / "out").exists() else []


def test_the_next_night_a_column_or_a_list_is_gone_and_that_is_loud(tmp_path: Path) -> None:
    mapping = settled(tmp_path, "words:", "  referrals: {columns: [No], not_read: held elsewhere}\nwords:")
    file = write(tmp_path / "visits_20150701.csv", [*HEADER, "Mood"], [[*row, ""] for row in BODY])
    done, told = audited(tmp_path, file, "--mapping", mapping)
    assert done.exit_code == 0, done.output
    assert [row["column"] for row in told if "not a header of this list" in row["problem"]] == ["Mood"]
    file = write(tmp_path / "visits_20150702.csv", ["Person ID", "Date", "Visit Type", "Alone"], BODY)
    done, told = audited(tmp_path, file, "--mapping", mapping)
    assert done.exit_code == 2, "a header that the mapping names is gone"
    assert [(row["column"], row["stopped"]) for row in told if "no such header" in row["problem"]] == [("Visit Date", "yes")]
    other = write(tmp_path / "diary.csv", ["Day", "Entry"], [["13/04/2015", "-"]])
    done, told = audited(tmp_path, file, other, "--mapping", mapping)
    assert [row["file"] for row in told if "not a list that m.yaml names" in row["problem"]] == ["diary.csv"]
    done, told = audited(tmp_path, other, "--mapping", mapping)
    assert done.exit_code == 2 and "holds none of the lists" in done.output


def test_own_files_join_a_folder_of_case_records(tmp_path: Path) -> None:
    write(tmp_path / "records" / "children.csv", ["child_id", "date_of_birth"], [["1", "2010-01-01"], ["2", "2011-01-01"]])
    write(
        tmp_path / "records" / "plans.csv", ["plan_id", "child_id", "kind", "started_on"], [["P1", "1", "child_protection", "2015-01-05"]]
    )
    mapping = settled(tmp_path, "child_seen_alone:", "child_seen: {from: Alone}\n          child_seen_alone:")
    done, _ = audited(tmp_path, write(tmp_path / "visits.csv", HEADER, BODY), tmp_path / "records", "--mapping", mapping)
    assert done.exit_code == 0, done.output
    found = pd.read_parquet(tmp_path / "out" / "observations.parquet")
    assert set(found[found["rule_id"] == "VIS-CP-01"]["record_id"]) == {"P1", "visits:1:2015-04-13:child_protection:1"}


def test_semicolons_are_told(tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text("Person ID;Visit Date\n1;13/04/2015\n", "utf-8")
    done = call("map", "init", file, "--out", tmp_path / "new.yaml")
    assert done.exit_code == 2
    assert "not separated by commas" in done.output
