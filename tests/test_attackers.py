"""What somebody could try who can write the export, or a rule file: each attack is first shown to work where nobody defends."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import yaml
from browser import opened
from commands import GOOD, Run, audit, folder, invoke, rows, small_book

#: What an export may say where an id, a team or a code belongs: a browser that runs it names itself in the title, Excel reaches out.
SCRIPT = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
FORMULAS = ("=HYPERLINK(\"http://evil.invalid/\",\"click\")", "@SUM(1)", "+1+1", "-1+1", "=cmd|' /C calc'!A0")  # fmt: skip
RULE = "plan/CPP-EXIST-01.yaml"
CODE = "!!python/object/apply:os.mkdir [{}]"


def hostile_export(place: Path, text: str) -> Path:
    """The small export; wherever one may write freely it says ``text``."""
    quoted = '"' + text.replace('"', '""') + '"'
    return folder(
        place,
        {
            "children.csv": f"child_id,restricted,ethnicity\n{quoted},,{quoted}\nC2,,\nC3,yes,\n",
            "plans.csv": GOOD["plans.csv"].replace(",C1,", f",{quoted},").replace("P1,", quoted + ",", 1),
            "conferences.csv": GOOD["conferences.csv"].replace("C1,P1", f"{quoted},{quoted}"),
            "involvements.csv": f"involvement_id,child_id,worker_id,team,role,started_on\n{','.join([quoted] * 4)},lead,2014-01-01\n",
            f"{text[:20].replace('/', '')}.csv": "a,b\n1,2\n",
        },
    )


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Run:
    made = tmp_path_factory.mktemp("scripted")
    return audit(hostile_export(made / "export", SCRIPT), made / "out", "--fail-on", "never", "--ledger", made / "ledger.sqlite")


def test_a_browser_runs_what_is_not_escaped(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<title>page</title><p>{SCRIPT}</p>", encoding="utf-8")
    with pytest.raises(AssertionError), opened(page) as shown:  # the picture that is not there is a complaint
        shown.wait_for_function("document.title == 'owned'")
        raise AssertionError


def test_no_page_of_a_run_lets_the_export_run_anything(scripted: Run) -> None:
    pages = sorted(scripted.out.rglob("*.html"))
    assert scripted.findings and pages
    told = 0
    for path in pages:
        with opened(path) as page:
            told += "document.title='owned'" in page.inner_text("body")
            assert page.title() != "owned", path
            assert page.locator("img").count() == 0, path
            assert page.locator("script:not([src])").count() <= 1, path
    assert told, "what the export says is shown, as text"


def test_the_policy_of_every_page_lets_nothing_else_in(scripted: Run) -> None:
    for path in scripted.out.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "default-src 'none'" in text and "unsafe" not in text.partition("</head>")[0], path
        assert "http://evil" not in text and 'src="http' not in text, path


def formulas(path: Path) -> list[Any]:
    """The cells of a workbook that Excel would work out."""
    book = openpyxl.load_workbook(path)
    return [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_spreadsheet_takes_text_for_a_formula(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "naive.xlsx") as book:
        book.add_worksheet().write("A1", FORMULAS[0])
    assert formulas(tmp_path / "naive.xlsx") == [FORMULAS[0]]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_run_is_a_formula(tmp_path: Path, text: str) -> None:
    run = audit(hostile_export(tmp_path / "export", text), tmp_path / "out", "--fail-on", "never")
    books = sorted(run.out.rglob("*.xlsx"))
    assert books and [formulas(path) for path in books] == [[] for _ in books]
    cells = [value for path in run.out.rglob("*.csv") for row in rows(path) for value in row.values() if value]
    assert any(text in value for value in cells), "what the export says is shown, as text"
    assert not [value for value in cells if value[0] in "=+-@\t\r" and not value.lstrip("+-").replace(".", "").isdigit()]


def test_yaml_runs_code_where_it_is_let(tmp_path: Path) -> None:
    yaml.unsafe_load(CODE.format(tmp_path / "owned"))
    assert (tmp_path / "owned").exists()


@pytest.mark.parametrize("key", ["title", "says", "requires", "examples"])
def test_a_rule_file_runs_nothing(tmp_path: Path, key: str) -> None:
    book = small_book(tmp_path / "book")
    code = CODE.format(tmp_path / "owned")
    lines = (book / RULE).read_text("utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = next((n for n, line in enumerate(lines[at + 1 :], at + 1) if line[:1] not in (" ", "-", "", "#")), len(lines))
    (book / RULE).write_text("\n".join([*lines[:at], f"{key}: {code}", *lines[end:]]), encoding="utf-8")
    status, said, more = invoke("rules", "check", book)
    assert status == 2 and "the tag" in said + more
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("text", ["{0.__class__}", "{{7*7}}", "{trigger.__class__}", "%(x)s", "${HOME}", "{due!r}"])
def test_the_words_of_a_rule_are_words(tmp_path: Path, text: str) -> None:
    """A message names fields; what would be a template elsewhere is refused, or shown as it stands."""
    book = small_book(tmp_path / "book")
    file = book / RULE
    lines = [f"says: '{text}'" if line.startswith("says:") else line for line in file.read_text("utf-8").split("\n")]
    file.write_text("\n".join(lines), encoding="utf-8")
    run = audit(folder(tmp_path / "export"), tmp_path / "out", "--rules", book, "--fail-on", "never")
    if run.out.exists():
        said = {row["message"] for row in rows(run.out / "findings.csv") if row["rule_id"] == "CPP-EXIST-01"}
        assert all(text in one for one in said) and "class" not in "".join(said).replace(text, "")
    else:
        assert run.status == 2 and "CPP-EXIST-01" in run.said


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o277])
def test_what_is_written_is_for_its_owner_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    export = folder(tmp_path / "export")
    before = os.umask(umask)
    try:
        run = audit(export, tmp_path / "out", "--fail-on", "never", "--ledger", tmp_path / "ledger.sqlite")
    finally:
        os.umask(before)
    assert run.status == 0
    modes = {
        str(p.relative_to(tmp_path)): stat.S_IMODE(p.stat().st_mode) for p in [run.out, *run.out.rglob("*"), tmp_path / "ledger.sqlite"]
    }
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
    assert all(mode & 0o400 for mode in modes.values())


def test_a_workbook_says_nothing_about_who_made_it_and_where(scripted: Run) -> None:
    for path in scripted.out.rglob("*.xlsx"):
        about = openpyxl.load_workbook(path).properties
        assert (about.creator or "", about.lastModifiedBy or "") in {("", ""), ("auditcheck", "")}, path
        held = path.read_bytes()
        assert os.environ.get("USER", "nobody-of-this-name").encode() not in held or os.environ.get("USER") == "root"
        assert str(Path.home()).encode() not in held
