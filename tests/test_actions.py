"""`auditcheck actions`: an action has an owner and a date, closes with proof or with a run, and is on the manager's list when overdue."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from commands import LATER, ROOT, audit, folder, invoke, rows, small_book
from forms import Pen


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return small_book(tmp_path / "rules")


@pytest.fixture
def ledger(tmp_path: Path, rules: Path) -> Path:
    """A ledger with one night: C1's review is overdue."""
    file = tmp_path / "ledger.sqlite"
    night(tmp_path, rules, file, "2015-06-30")
    return file


def night(place: Path, rules: Path, ledger: Path, as_of: str, *more: str, changed: dict[str, str] | None = None) -> Path:
    out = place / as_of
    export = folder(place / f"export-{as_of}{len(list(place.iterdir()))}", changed or {})
    done = audit(export, out, "--rules", rules, "--ledger", ledger, "--replace", *more, as_of=as_of)
    assert done.status in (0, 1), done.said
    return out


def overdue_review(run: Path) -> str:
    return next(row["finding_id"] for row in rows(run / "findings.csv") if row["rule_id"] == LATER)


def add(ledger: Path, *more: str | Path, what: str = "Hold the review conference", due: str = "2015-07-03") -> str:
    words = ("--what", what, "--owner", "W04", "--on", "2015-06-30", "--due", due, *more)
    status, out, said = invoke("actions", "add", "--ledger", ledger, *words)
    assert status == 0, said
    return out.partition(":")[0]


def listed(ledger: Path, *more: str) -> list[dict[str, str]]:
    status, out, said = invoke("actions", "list", "--ledger", ledger, "--format", "csv", "--status", "all", *more)
    assert status == 0, said
    return list(csv.DictReader(io.StringIO(out)))


HELD = (
    "conference_id,child_id,plan_id,kind,held_at\n"
    "K1,C1,P1,initial,2014-01-10T10:00\nK2,C1,P1,review,2014-03-20T10:00\nK4,C1,P1,review,2014-09-15T10:00\n"
    "K5,C1,P1,review,2015-03-02T10:00\nK3,C2,P2,initial,2015-06-20T10:00\n"
)


def test_a_run_that_shows_the_finding_put_right_closes_its_action(tmp_path: Path, rules: Path, ledger: Path) -> None:
    finding = overdue_review(tmp_path / "2015-06-30")
    name = add(ledger, "--finding", finding[:8], "--run", tmp_path / "2015-06-30")
    other = add(ledger, "--child", "C2", what="Ask the school")
    night(tmp_path, rules, ledger, "2015-07-05")
    assert [row["status"] for row in listed(ledger)] == ["open", "open"]
    put_right = {"conferences.csv": HELD}
    night(tmp_path, rules, ledger, "2015-07-06", changed=put_right)
    held = {row["action_id"]: row for row in listed(ledger)}
    assert (held[name]["status"], held[name]["closed_on"]) == ("closed", "2015-07-06")
    assert held[name]["evidence"].startswith("The run as at 2015-07-06: The record shows it as it should be")
    assert held[other]["status"] == "open"
    before = listed(ledger)
    night(tmp_path, rules, ledger, "2015-07-06", changed=put_right)
    assert listed(ledger) == before
    night(tmp_path, rules, ledger, "2015-07-06")  # the same night again, from an export that does not show it after all
    assert {row["action_id"]: row["status"] for row in listed(ledger)} == {name: "open", other: "open"}


def test_a_ledger_made_anew_keeps_the_register(tmp_path: Path, rules: Path, ledger: Path) -> None:
    first = tmp_path / "2015-06-30"
    name = add(ledger, "--finding", overdue_review(first), "--run", first)
    second = night(tmp_path, rules, ledger, "2015-07-06", changed={"conferences.csv": HELD})
    before = listed(ledger)
    assert [(row["action_id"], row["status"]) for row in before] == [(name, "closed")]
    status, _, said = invoke("ledger", "rebuild", ledger, first, second)
    assert status == 0, said
    assert listed(ledger) == before


def test_a_rule_that_is_no_longer_run_closes_nothing(tmp_path: Path, rules: Path, ledger: Path) -> None:
    name = add(ledger, "--finding", overdue_review(tmp_path / "2015-06-30"), "--run", tmp_path / "2015-06-30")
    (rules / "conference" / f"{LATER}.yaml").unlink()
    night(tmp_path, rules, ledger, "2015-07-06")
    assert {row["action_id"]: row["status"] for row in listed(ledger)} == {name: "open"}


@pytest.mark.parametrize("evidence", ["", "TBC", "n/a", " - "])
def test_it_does_not_close_without_evidence(ledger: Path, evidence: str) -> None:
    name = add(ledger, "--child", "C2")
    status, _, said = invoke("actions", "close", name, "--ledger", ledger, "--on", "2015-07-01", "--evidence", evidence)
    assert status == 2 and "closes with evidence" in said
    assert listed(ledger)[0]["status"] == "open"
    status, _, said = invoke("actions", "close", name, "--ledger", ledger, "--on", "2015-07-01", "--evidence", "Minutes of 1 July, K9")
    assert status == 0, said
    assert (listed(ledger)[0]["status"], listed(ledger)[0]["evidence"]) == ("closed", "Minutes of 1 July, K9")
    status, _, said = invoke("actions", "close", name, "--ledger", ledger, "--on", "2015-07-02", "--evidence", "again")
    assert status == 2 and "was closed on 2015-07-01 already" in said


def test_overdue_is_after_the_due_day_and_needs_a_day(ledger: Path) -> None:
    add(ledger, "--child", "C2", due="2015-07-03")
    status, _, said = invoke("actions", "list", "--ledger", ledger, "--overdue")
    assert status == 2 and "--overdue needs --as-of" in said
    assert listed(ledger, "--overdue", "--as-of", "2015-07-03") == []
    assert [row["overdue"] for row in listed(ledger, "--overdue", "--as-of", "2015-07-04")] == ["yes"]
    assert listed(ledger, "--owner", "w04") and listed(ledger, "--owner", "W05") == []
    status, out, _ = invoke("actions", "list", "--ledger", ledger, "--as-of", "2015-07-04")
    assert "A0001  OVERDUE, due 3 July 2015  W04" in out and "1 action, 1 overdue on 4 July 2015." in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--what", "?"), "What is to be done is needed"),
        (("--owner", "TBC"), "Owner is needed"),
        (("--what", "x" * 201), "What is to be done has 201 characters, 200 at most"),
        (("--due", "2015-06-01"), "It is due on 2015-06-01, before it was raised on 2015-06-30"),
        (("--alert", "concern"), "An action of the kind alert names the child"),
        (("--stage", "2"), "Stage is for practice alerts"),
        (("--finding", "0123"), "--finding and --run go together"),
        (("--ledger", "other.sqlite"), "There is no ledger other.sqlite"),
    ],
)
def test_what_can_not_be_an_action_is_a_sentence(ledger: Path, words: tuple[str, str], says: str) -> None:
    good = {"--ledger": str(ledger), "--what": "Visit", "--owner": "W04", "--on": "2015-06-30", "--due": "2015-07-03"} | {
        words[0]: words[1]
    }
    status, _, said = invoke("actions", "add", *(word for pair in good.items() for word in pair))
    assert status == 2 and says in said and listed(ledger) == []


def export(ledger: Path, out: Path) -> Pen:
    status, _, said = invoke("actions", "export", "--ledger", ledger, "--as-of", "2015-07-05", "--out", out)
    assert status == 0, said
    assert out.stat().st_mode & 0o077 == 0
    return Pen(out)


def test_a_workbook_without_room_leaves_no_half_of_it(tmp_path: Path, ledger: Path) -> None:
    """No file may grow past a size, and the workbook is larger."""
    place = tmp_path / "handed out"
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); from auditcheck.cli import main; main()"
    words = ["actions", "export", "--ledger", str(ledger), "--as-of", "2015-07-15", "--out", str(place / "actions.xlsx")]
    # A compiled module that is cut off would break every later command.
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run([sys.executable, "-c", small, *words], env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (2, "auditcheck: actions.xlsx: File too large. Nothing was written.\n")
    assert list(place.iterdir()) == []
    export(ledger, place / "actions.xlsx")
    assert [(entry.name, entry.stat().st_mode & 0o777) for entry in place.iterdir()] == [("actions.xlsx", 0o600)]


def take(ledger: Path, file: Path) -> tuple[int, str]:
    status, out, said = invoke("actions", "import", file, "--ledger", ledger)
    return status, out + said


def test_an_alert_without_a_reply_is_overdue_before_its_action_is(ledger: Path) -> None:
    alert = ("--alert", "concern", "--child", "C1", "--stage", "2", "--sent-to", "PM3", "--reply-due", "2015-07-01")
    name, _ = add(ledger, *alert, due="2015-07-20"), add(ledger, "--child", "C1", due="2015-07-20")
    text = ("actions", "list", "--ledger", ledger, "--kind", "alert")
    for as_of, says, overdue in (
        ("2015-07-01", "no reply yet, due 1 July 2015", []),
        ("2015-07-02", "no reply, OVERDUE: it was due", [name]),
    ):
        told = " ".join(invoke(*text, "--as-of", as_of)[1].split())
        assert "Concern, stage 2, raised 30 June 2015, sent to PM3" in told and says in told and told.count("A00") == 1
        assert [one["action_id"] for one in listed(ledger, "--as-of", as_of, "--overdue")] == overdue


def test_a_practice_alert_goes_out_and_comes_back(ledger: Path, tmp_path: Path) -> None:
    add(ledger, "--alert", "concern", "--child", "C2", "--stage", "1", "--sent-to", "W11", "--reply-due", "2015-07-07")
    pen = export(ledger, tmp_path / "out.xlsx")
    (ref,) = (str(row[-1].value) for row in pen.book["Actions"].iter_rows(min_row=5) if row[0].value)
    pen.put("Actions", ref, "2", "Stage")
    pen.put("Actions", ref, date(2015, 7, 6), "Replied")
    pen.put("Actions", ref, "The plan was changed", "Outcome for the child")
    pen.put("Actions", ref, "Closed", "Status")
    pen.put("Actions", ref, date(2015, 7, 8), "Closed on")
    pen.put("Actions", ref, "Plan P2, version of 8 July", "Evidence: what shows that it was done")
    pen.put("Actions", ref, "W05", "Owner (role or id)")
    pen.put("Actions", "new:1", "Read the new plan", "What is to be done")
    pen.put("Actions", "new:1", "W12", "Owner (role or id)")
    pen.put("Actions", "new:1", date(2015, 7, 8), "Raised on")
    pen.put("Actions", "new:1", date(2015, 7, 20), "Due")
    pen.save()
    assert take(ledger, pen.path) == (0, "1 actions changed, 1 added.\n")
    first, second = sorted(listed(ledger), key=lambda row: row["action_id"])
    changed = {"stage": "2", "replied_on": "2015-07-06", "outcome": "The plan was changed", "status": "closed", "owner": "W05"}
    assert {name: first[name] for name in changed} | {"raised_on": first["raised_on"]} == changed | {"raised_on": "2015-06-30"}
    assert (second["action_id"], second["kind"], second["due"], second["status"]) == ("A0002", "observation", "2015-07-20", "open")
    before = listed(ledger)
    status, said = take(ledger, pen.path)  # once more: what was taken is not taken twice
    assert listed(ledger) == before and (status, "1 new rows were in the register already" in said) == (0, True)


def test_a_workbook_with_one_bad_row_changes_nothing_and_says_where(ledger: Path, tmp_path: Path) -> None:
    add(ledger, "--child", "C2")
    pen = export(ledger, tmp_path / "out.xlsx")
    ref = next(str(row[-1].value) for row in pen.book["Actions"].iter_rows(min_row=5) if row[0].value)
    pen.put("Actions", ref, "Closed", "Status")
    due = pen.put("Actions", "new:1", "soon", "Due")
    pen.put("Actions", "new:2", "Something good", "What is to be done")
    pen.save()
    status, said = take(ledger, pen.path)
    assert status == 2 and "Nothing was taken." in said
    assert f"sheet 'Actions', cell {due}: 'soon' is not a date" in said
    assert "An action closes with evidence" in said and "cell A5" in said
    assert "cell A7: Owner is needed: the role or worker id of whoever does it." in said
    assert [row["status"] for row in listed(ledger)] == ["open"]


def test_a_change_that_somebody_else_made_meanwhile_is_not_overwritten(ledger: Path, tmp_path: Path) -> None:
    name = add(ledger, "--child", "C2")
    pen = export(ledger, tmp_path / "out.xlsx")
    ref = next(str(row[-1].value) for row in pen.book["Actions"].iter_rows(min_row=5) if row[0].value)
    assert invoke("actions", "close", name, "--ledger", ledger, "--on", "2015-07-01", "--evidence", "Seen: K9")[0] == 0
    assert take(ledger, pen.path)[0] == 0 and listed(ledger)[0]["status"] == "closed"  # the row was not touched
    pen.put("Actions", ref, "W09", "Owner (role or id)")
    pen.save()
    status, said = take(ledger, pen.path)
    assert status == 2 and "A0001 was changed in the ledger after this workbook was made" in said


def test_a_child_can_not_be_changed_and_a_formula_is_no_answer(ledger: Path, tmp_path: Path) -> None:
    add(ledger, "--child", "C2", what="+1 visit")
    pen = export(ledger, tmp_path / "out.xlsx")
    page = pen.book["Actions"]
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)
    assert page["D5"].value == "C2" and page["D5"].protection.locked
    page["D5"].value = "C1"
    pen.save()
    status, said = take(ledger, pen.path)
    assert status == 2 and "cell D5: Child of A0001 was C2 and can't be changed." in said
    _, out, _ = invoke("actions", "list", "--ledger", ledger, "--format", "csv")
    assert "'+1 visit" in out


def test_what_an_auditor_wants_done_goes_to_the_register(ledger: Path, rules: Path, tmp_path: Path) -> None:
    run, forms = tmp_path / "2015-06-30", tmp_path / "forms"
    assert invoke("sample", "--run", run, "--rules", rules, "--n", "1", "--seed", "7", "--out", forms)[0] == 0
    (form,) = (forms / "audit").iterdir()
    pen = Pen(form)
    child = pen.fact("Child")
    pen.put("Case", "on", date(2015, 7, 2))
    for heading, answer in (("What", "Visit alone"), ("Owner (role or worker id)", "W04"), ("Due", date(2015, 7, 9)), ("Theme", "Voice")):
        pen.put("Actions", "1", answer, heading)
    pen.save()
    assert invoke("sample", "read", forms, "--run", run, "--rules", rules, "--out", tmp_path / "back")[0] == 0
    status, said = take(ledger, tmp_path / "back" / "own-use" / "actions.xlsx")
    assert status == 0, said
    (action,) = listed(ledger)
    expected = {"child_id": child, "what": "Visit alone", "owner": "W04", "raised_on": "2015-07-02", "due": "2015-07-09", "theme": "Voice"}
    assert expected.items() <= action.items() and action["kind"] == "observation"


def test_the_register_reaches_the_run_with_the_team(tmp_path: Path, rules: Path, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import auditcheck.reports

    name = add(ledger, "--child", "C1")
    closed = add(ledger, "--child", "C2")
    invoke("actions", "close", closed, "--ledger", ledger, "--on", "2015-07-01", "--evidence", "Seen: K9")
    shown = []
    write = auditcheck.reports.write_reports
    monkeypatch.setattr(auditcheck.reports, "write_reports", lambda place, view, *more: (shown.append(view), write(place, view, *more)))
    plans = "plan_id,child_id,kind,started_on,document_on,team\nP1,C1,child_protection,2014-01-10,2014-01-15,East\n"
    night(tmp_path, rules, ledger, "2015-07-05", changed={"plans.csv": plans})
    row, other = shown[0].actions.to_dict("records")
    assert (other["action_id"], other["status"], other["closed_on"]) == (closed, "closed", "2015-07-01")
    assert (row["action_id"], row["child_id"], row["due"], row["status"], row["team"]) == (name, "C1", "2015-07-03", "open", "East")


def test_the_workbook_is_made_of_locked_and_open_cells(ledger: Path, tmp_path: Path) -> None:
    add(ledger, "--child", "C2")
    export(ledger, tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["Actions"]
    assert page.protection.sheet and not page["F5"].protection.locked and page["A5"].protection.locked
    status, _, said = invoke("actions", "export", "--ledger", ledger, "--as-of", "2015-07-05", "--out", tmp_path / "out.xlsx")
    assert status == 2 and "is there already" in said
