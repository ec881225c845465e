"""The command line: exit codes, sentences, where results go, the rulebook's commands, help, plain text."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from commands import FIRST, LATER, ROOT, WRITTEN, audit, control_characters, folder, invoke, marked, process, small_book

from auditcheck.checks import recurs
from auditcheck.cli import main

REASONS = "oversight/MGT-RAT-02.yaml"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_book(tmp_path_factory.mktemp("book"))


# Exit codes.


@pytest.mark.parametrize(
    ("plan", "rationale", "statuses"),
    [
        ("P1,C1,child_protection,2014-01-10,", "because", {"high": 1, "medium": 1, "low": 1, "never": 0}),
        ("P1,C1,child_protection,2015-05-10,", "because", {"high": 0, "medium": 1, "low": 1, "never": 0}),
        ("P1,C1,child_protection,2015-06-20,", "", {"high": 0, "medium": 0, "low": 1, "never": 0}),
        ("P1,C1,child_protection,2015-06-20,", "because", {"high": 0, "medium": 0, "low": 0, "never": 0}),
    ],
)
def test_fail_on(tmp_path: Path, plan: str, rationale: str, statuses: dict[str, int]) -> None:
    book = small_book(tmp_path / "book", REASONS)
    files = {
        "children.csv": "child_id\nC1\n",
        "plans.csv": f"plan_id,child_id,kind,started_on,document_on\n{plan}\n",
        "conferences.csv": "conference_id,child_id,plan_id,kind,held_at\n",
        "management_decisions.csv": f"decision_id,child_id,decided_on,rationale\nD1,C1,2015-05-05,{rationale}\n",
    }
    export = folder(tmp_path / "export", files)
    runs = {level: audit(export, tmp_path / level, "--rules", book, "--fail-on", level) for level in statuses}
    assert {level: run.status for level, run in runs.items()} == statuses
    assert {level: run.info["exit_status"] for level, run in runs.items()} == statuses


def test_high_is_what_fails_unless_said_otherwise(tmp_path: Path, book: Path) -> None:
    export = folder(tmp_path / "export", {"conferences.csv": None})
    found = audit(export, tmp_path / "out", "--rules", book)
    assert (found.status, found.findings) == (0, {(WRITTEN, "P3")}), "one of medium severity"


def test_a_rule_that_fails_costs_no_other_rule(tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("what a case file says")

    # The rulebook's own checks catch all that a test could plant in a rule file, so the kind of check itself is broken.
    monkeypatch.setattr(recurs, "observe", broken)
    found = audit(folder(tmp_path / "export"), tmp_path / "out", "--rules", book)
    assert (found.status, found.info["exit_status"], found.info["complete"]) == (2, 2, False)
    assert f"Rule failed: {LATER}: ZeroDivisionError in test_cli.py, line " in found.said and "what a case file says" not in found.said
    assert f"INCOMPLETE: 1 rule failed: {LATER}\n" in found.said
    failed = found.rules[LATER]
    assert (failed["status"], failed["met"]) == ("rule_error", "") and failed["why"].startswith("ZeroDivisionError in test_cli.py")
    assert found.rules[FIRST]["status"] == "evaluated"
    assert found.findings == {(FIRST, "P3"), (WRITTEN, "P3")}
    assert set(marked(found.out).values()) == {True}


def test_no_engine_no_conclusions(tmp_path: Path, book: Path) -> None:
    (tmp_path / "blocker").mkdir()
    (tmp_path / "blocker" / "durable_rules_engine.py").write_text("raise ImportError('built for another Python')\n")
    words = ("run", folder(tmp_path / "export"), "--as-of", "2015-06-30", "--rules", book, "--out", tmp_path / "results" / "out")
    done = process(*words, blocker=str(tmp_path / "blocker"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("auditcheck: The rules engine durable-rules cannot be loaded: it needs Python 3.11 or 3.12")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "results").exists()


def test_a_fault_of_its_own_is_no_finding_and_tells_nothing_of_a_child(tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("C1, born 2010-01-01")

    monkeypatch.setattr("auditcheck.nightly.audit", broken)
    done = CliRunner().invoke(
        main, ["run", str(folder(tmp_path / "export")), "--as-of", "2015-06-30", "--rules", str(book), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 2
    assert re.fullmatch(
        r"auditcheck: A fault in auditcheck itself \(KeyError at nightly.py, line \d+\). Nothing was written. .*\n", done.stderr
    )
    assert not (tmp_path / "out").exists()


def test_a_full_disk(tmp_path: Path, book: Path) -> None:
    words = [folder(tmp_path / "export"), "--as-of", "2015-06-30", "--rules", book, "--out", tmp_path / "results" / "out"]
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); from auditcheck.cli import main; main()"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", small, "run", *map(str, words)], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"auditcheck: .*/results/out can't be written: File too large. Nothing was written. Make room .*\n", done.stderr)
    assert not (tmp_path / "results").exists(), "what the run had made is gone too"


# Where the results go.


def test_a_folder_that_holds_something_is_refused_and_kept(tmp_path: Path, book: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    (place / "minutes.txt").write_text("keep me")
    first = audit(folder(tmp_path / "export"), place, "--rules", book)
    assert (first.status, "is not empty. Name another folder, or say --replace" in first.said) == (2, True)
    second = audit(tmp_path / "export", place, "--rules", book, "--replace")
    assert (second.status, "holds no run.json, so it is not the result of an earlier run" in second.said) == (2, True)
    assert [(path.name, path.read_text()) for path in place.iterdir()] == [("minutes.txt", "keep me")]


def test_replace_puts_the_new_results_in_place_of_the_old(tmp_path: Path, book: Path) -> None:
    first = audit(folder(tmp_path / "export"), tmp_path / "out", "--rules", book)
    (first.out / "left-behind.txt").write_text("x")
    second = audit(tmp_path / "export", first.out, "--rules", book, as_of="2014-04-10")
    assert (second.status, second.info["as_of"]) == (2, "2015-06-30"), "without --replace the first results stay"
    third = audit(tmp_path / "export", first.out, "--rules", book, "--replace", as_of="2014-04-10")
    assert (third.status, third.info["as_of"]) == (0, "2014-04-10")
    assert not (first.out / "left-behind.txt").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export", "out"]


# The rulebook.


@pytest.mark.parametrize(
    ("left_out", "gone"),
    [
        ("workbook", r"(restricted/)?exceptions\.xlsx"),
        ("pages", r"(restricted/)?index\.html|quality\.html|(teams|challenge)/.*"),
        ("board", r"board/.*"),
    ],
)
def test_what_a_run_may_leave_out(tmp_path: Path, book: Path, left_out: str, gone: str) -> None:
    whole = audit(folder(tmp_path / "export"), tmp_path / "whole", "--rules", book)
    less = audit(tmp_path / "export", tmp_path / "less", "--rules", book, "--without", left_out)

    def content(path: Path) -> bytes | list[dict[str, object]]:
        return pq.read_table(path).to_pylist() if path.suffix == ".parquet" else path.read_bytes()

    def files(out: Path) -> dict[str, bytes | list[dict[str, object]]]:
        return {str(p.relative_to(out)): content(p) for p in out.rglob("*") if p.is_file() and p.name != "run.json"}

    kept = {name: data for name, data in files(whole.out).items() if not re.fullmatch(gone, name)}
    assert len(kept) < len(files(whole.out))
    assert files(less.out) == kept, "nothing else is left out or differs"
    assert not re.search(rf"less/({gone})", less.said)


def test_without_case_sheets_no_row_links_to_one(tmp_path: Path, book: Path) -> None:
    whole = audit(folder(tmp_path / "export"), tmp_path / "whole", "--rules", book)
    less = audit(tmp_path / "export", tmp_path / "less", "--rules", book, "--without", "cases")
    for out, there in ((whole.out, True), (less.out, False)):
        assert (out / "cases").exists() == there
        assert ("cases/" in (out / "index.html").read_text("utf-8")) == there


def test_an_unknown_profile(tmp_path: Path) -> None:
    found = audit(folder(tmp_path / "export"), tmp_path / "out", "--profile", "local-exampel")
    assert (found.status, found.out.exists()) == (2, False)
    assert "there is no profile 'local-exampel'" in found.said
    assert "did you mean 'local-example'?" in found.said


@pytest.mark.parametrize("command", ["explain", "test"])
def test_an_unknown_rule(command: str, book: Path) -> None:
    status, out, said = invoke("rules", command, "cpc-rcpc1-1", "--rules", book)
    assert (status, out) == (2, "")
    assert "here is no rule cpc-rcpc1-1" in said
    assert f"id you mean {FIRST}?" in said


@pytest.mark.parametrize("words", [("rules", "check"), ("rules", "list", "--rules"), ("rules", "test", "--rules"), ("run",)])
def test_all_that_is_wrong_with_a_rulebook_is_told_at_once(words: tuple[str, ...], tmp_path: Path) -> None:
    book = small_book(tmp_path / "book")
    spoil(book / "conference" / f"{FIRST}.yaml", "severity: high", "severity: hihg")
    spoil(book / "conference" / f"{LATER}.yaml", "is: 6 months", "is: 6 moons")
    spoil(book / "plan" / f"{WRITTEN}.yaml", "event: document_on", "event: dokument_on")
    run = (folder(tmp_path / "export"), "--as-of", "2015-06-30", "--out", tmp_path / "out", "--rules") if words == ("run",) else ()
    status, out, said = invoke(*words, *run, book)
    assert (status, out, (tmp_path / "out").exists()) == (2, "", False)
    for place, what in [
        (f"conference/{FIRST}.yaml:6:", "did you mean 'high'?"),
        (f"conference/{LATER}.yaml:18:", "6 moons"),
        (f"plan/{WRITTEN}.yaml:14:", "did you mean 'document_on'?"),
    ]:
        assert [line for line in said.splitlines() if place in line and what in line] != [], (place, said)


def spoil(path: Path, right: str, wrong: str) -> None:
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), "utf-8")


def test_a_missing_rulebook(tmp_path: Path) -> None:
    status, out, said = invoke("rules", "check", tmp_path / "nowhere")
    assert (status, out) == (2, "")
    assert "there is no such folder of rules" in said


def test_the_rule_commands_answer_on_standard_output(book: Path) -> None:
    assert invoke("rules", "check", book) == (0, "3 rules, 0 profiles, 6 editions: nothing wrong.\n", "")
    assert invoke("rules", "explain", FIRST, "--rules", book)[1].startswith(FIRST)
    assert [line.split()[0] for line in invoke("rules", "list", "--rules", book)[1].splitlines()[1:]] == [FIRST, LATER, WRITTEN]
    status, out, said = invoke("rules", "test", WRITTEN, "--rules", book)
    assert (status, said) == (0, "")
    assert re.fullmatch(r"\d+ passed, 0 failed \(1 rules, \d+ batches\)\n", out)


# Help, and plain text.


def commands(at: click.Command, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = at.commands.items() if isinstance(at, click.Group) else ()
    return [words, *(each for name, command in inner for each in commands(command, (*words, name)))]


@pytest.mark.parametrize("words", commands(main), ids=" ".join)
def test_help_shows_examples_and_exit_codes(words: tuple[str, ...]) -> None:
    status, out, said = invoke(*words, "--help")
    assert (status, said) == (0, "")
    assert f"  Examples\n    auditcheck {words[0] if words else ''}" in out
    assert re.search(r"  Exit codes\n    0  .+\n(    1  .+\n)?    2  .+", out)
    assert control_characters(out) == set()


def test_every_example_in_the_help_is_a_command() -> None:
    for words in commands(main):
        for line in re.findall(r"^    auditcheck (.+)$", invoke(*words, "--help")[1], re.MULTILINE):
            command: click.Command = main
            rest = line.split()
            while isinstance(command, click.Group):
                command = command.commands[rest.pop(0)]
            command.make_context("", rest)  # raises for an argument or option that it does not take


def test_help_brings_in_no_heavy_library() -> None:
    code = (
        "import sys; from auditcheck.cli import main; main(['--help'], standalone_mode=False); print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}
    )
    assert "'auditcheck.cli'" in done.stderr
    assert [name for name in ("pandas", "pyarrow", "numpy", "lxml", "rich", "durable_rules_engine") if f"'{name}'" in done.stderr] == []


@pytest.mark.parametrize(("plain", "expected"), [("1", set()), ("", {"\x1b"})])
def test_no_color_keeps_a_terminal_free_of_control_characters(tmp_path: Path, book: Path, plain: str, expected: set[str]) -> None:
    words = ["run", folder(tmp_path / "export"), "--as-of", "2015-06-30", "--rules", book, "--out", tmp_path / "out"]
    terminal, end = pty.openpty()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "NO_COLOR": plain, "TERM": "xterm"}
    with subprocess.Popen([sys.executable, "-m", "auditcheck", *map(str, words)], stderr=end, stdout=end, env=environment) as running:
        os.close(end)
        said = read_all(terminal)
    assert running.returncode == 1
    assert "Findings on the lists: 2 high, 1 medium, 0 low" in said
    assert control_characters(said) & {"\x1b"} == expected
    if plain:
        assert control_characters(said) == {"\r"}, "which the terminal itself puts before each line feed"


def read_all(terminal: int) -> str:
    """All that a terminal shows, until nobody writes to it any more (Linux then says EIO)."""
    said = b""
    try:
        while block := os.read(terminal, 4096):
            said += block
    except OSError:
        pass
    finally:
        os.close(terminal)
    return said.decode()


def test_the_list_of_commands_says_each_in_full() -> None:
    _, shown, _ = invoke("--help")
    assert "Audit an export" in shown and "..." not in shown.partition("Commands:")[2]


def test_a_day_that_is_none_says_how_to_write_one(tmp_path: Path) -> None:
    for day in ("31/03/2015", "2015-02-30"):
        status, _, said = invoke("run", tmp_path, "--as-of", day)
        assert status == 2 and f"'{day}' is no day of the calendar. Write year, month and day, as in 2015-06-30." in said
