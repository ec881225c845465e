"""What a service lets go of when it asks for it: nights in the ledger, lines of the log, exports. What is open is never lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commands import GOOD, TABLES_ALONE, folder, invoke, rows, small_book

#: By the records of the first night two plans, ended long since, were never written; by those of the second they were: over since February.
CHILDREN = GOOD["children.csv"] + "C-GONE,\nC-ACTED,\n"
ENDED = "plan_id,child_id,kind,started_on,ended_on,document_on\n" + "".join(
    f"P{number},{child},child_protection,2014-06-20,2014-07-15,{{0}}\n" for number, child in ((4, "C-GONE"), (5, "C-ACTED"))
)
STANDING = "".join(",".join((*line.split(",")[:4], "", line.split(",")[4])) for line in GOOD["plans.csv"].splitlines(keepends=True)[1:])
PUT_RIGHT = {"children.csv": CHILDREN, "plans.csv": ENDED.format("2014-06-25") + STANDING}
#: The finding on K2 stays open, changes when a late review is entered, and for two months nobody can tell.
NIGHTS = {
    "2015-01-31": {"children.csv": CHILDREN, "plans.csv": ENDED.format("") + STANDING},
    "2015-02-28": PUT_RIGHT | {"conferences.csv": GOOD["conferences.csv"] + "K4,C1,P1,review,2015-02-01T10:00\n"},
    "2015-03-31": PUT_RIGHT | {"conferences.csv": None},
    "2015-04-30": PUT_RIGHT | {"conferences.csv": None},
    "2015-05-31": PUT_RIGHT | {"conferences.csv": GOOD["conferences.csv"] + "K4,C1,P1,review,2015-05-01T10:00\n"},
    "2015-06-30": PUT_RIGHT,
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of all nights, and a ledger that knows of all but the last."""
    place = tmp_path_factory.mktemp("nights")
    small_book(place / "rules")
    for day, changed in NIGHTS.items():
        folder(place / "exports" / day, changed)
        _run(place, day)
    assert invoke("ledger", "rebuild", place / "ledger.sqlite", *sorted((place / "runs").iterdir())[:-1])[0] == 0
    return place


def _run(place: Path, day: str, *more: str | Path) -> None:
    where = ["--out", place / "runs" / day, "--rules", place / "rules", "--fail-on", "never", "--replace", *TABLES_ALONE]
    status, _, said = invoke("run", place / "exports" / day, "--as-of", day, *where, *more)
    assert status == 0 or (status == 2 and "conferences" in said), said


@pytest.fixture
def place(runs: Path, tmp_path: Path) -> Path:
    shutil.copytree(runs, tmp_path / "service")
    return tmp_path / "service"


def _forgotten(place: Path, months: int) -> str:
    status, _, said = invoke("ledger", "forget", place / "ledger.sqlite", "--months", str(months))
    assert status == 0, said
    status, _, wrong = invoke("ledger", "check", place / "ledger.sqlite")
    assert status == 0, wrong
    return said


def _night(place: Path, day: str) -> dict[str, bytes]:
    _run(place, day, "--ledger", place / "ledger.sqlite")
    return {name: (place / "runs" / day / name).read_bytes() for name in ("findings.csv", "resolved.csv", "backdated.csv")}


@pytest.mark.parametrize("months", [1, pytest.param(2, marks=pytest.mark.deep), pytest.param(3, marks=pytest.mark.deep), 4])
def test_the_next_night_is_as_if_nothing_had_been_forgotten(place: Path, runs: Path, months: int) -> None:
    """What is open keeps the day it was first seen, though that night is gone; the same night twice changes nothing, as ever."""
    control = place.parent / "control"
    shutil.copytree(runs, control)
    first_seen = {row["first_seen"] for row in rows(control / "runs" / "2015-06-30" / "findings.csv")}
    wanted = _night(control, "2015-06-30")
    _forgotten(place, months)
    assert _night(place, "2015-06-30") == wanted
    _forgotten(place, months)
    assert _night(place, "2015-06-30") == wanted, "done again"
    info = json.loads((place / "runs" / "2015-06-30" / "run.json").read_text("utf-8"))
    assert (
        info["nights"]["accounted_for"] == json.loads((control / "runs" / "2015-06-30" / "run.json").read_text())["nights"]["accounted_for"]
    )
    assert "2015-01-31" in {row["first_seen"] for row in rows(place / "runs" / "2015-06-30" / "findings.csv")}, first_seen


def test_what_nobody_could_tell_of_is_not_over(place: Path) -> None:
    """However long it has been: its rule could not be evaluated since before the months that are kept."""
    months = [place / "runs" / day for day in ("2015-01-31", "2015-03-31", "2015-04-30")]
    assert invoke("ledger", "rebuild", place / "ledger.sqlite", *months)[0] == 0
    shutil.copytree(place / "exports" / "2015-04-30", place / "exports" / "2015-05-15")
    _night(place, "2015-05-15")
    _forgotten(place, 1)
    _night(place, "2015-06-30")
    told = {row["record_id"]: (row["state"], row["first_seen"]) for row in rows(place / "runs" / "2015-06-30" / "findings.csv")}
    assert told["K2"] == ("continuing", "2015-01-31")


def test_what_was_over_is_gone_from_the_file_itself(place: Path) -> None:
    ledger = place / "ledger.sqlite"
    assert b"C-GONE" in ledger.read_bytes() and invoke("history", "C-GONE", "--ledger", ledger)[0] == 0
    said = _forgotten(place, 2)
    assert "Forgotten: 3 runs and 2 findings that were over." in said and "2 runs, 2015-04-30 to 2015-05-31" in said
    assert b"C-GONE" not in ledger.read_bytes(), "not even where nothing leads to it any more"
    status, _, why = invoke("history", "C-GONE", "--ledger", ledger)
    assert status == 2 and "holds no finding of a child C-GONE" in why
    assert "Forgotten: 0 runs and 0 findings" in _forgotten(place, 2)


def test_what_is_left_says_that_something_was_forgotten(place: Path) -> None:
    _forgotten(place, 2)
    _, told, said = invoke("history", "C1", "--ledger", place / "ledger.sqlite")
    assert "2015-01-31  first seen" in told, "the first day of what is open stays"
    assert "has forgotten what was over before 2015-04-30, as it was asked to." in said
    assert "forgotten" not in invoke("history", "C1", "--ledger", _untouched(place))[2]


def _untouched(place: Path) -> Path:
    ledger = place / "anew.sqlite"
    assert invoke("ledger", "rebuild", ledger, *(place / "runs" / day for day in list(NIGHTS)[:-1]))[0] == 0
    return ledger


def test_a_ledger_made_anew_has_forgotten_nothing(place: Path) -> None:
    _forgotten(place, 1)
    assert invoke("ledger", "rebuild", place / "ledger.sqlite", *(place / "runs" / day for day in list(NIGHTS)[:-1]))[0] == 0
    assert "forgotten" not in invoke("history", "C-GONE", "--ledger", place / "ledger.sqlite")[2]


def test_a_finding_that_an_action_names_stays(place: Path) -> None:
    ledger = place / "ledger.sqlite"
    (found,) = (row["finding_id"] for row in rows(place / "runs" / "2015-01-31" / "findings.csv") if row["child_id"] == "C-ACTED")
    words = ["--finding", found, "--run", place / "runs" / "2015-01-31", "--what", "Write it", "--owner", "W1"]
    status, _, said = invoke("actions", "add", "--ledger", ledger, *words, "--on", "2015-02-01", "--due", "2015-03-01")
    assert status == 0, said
    assert "and 1 findings that were over" in _forgotten(place, 1)
    status, told, _ = invoke("history", "C-ACTED", "--ledger", ledger)
    assert status == 0 and "first seen" in told


def test_a_run_of_a_wrong_day_does_not_empty_the_ledger(place: Path) -> None:
    """2085 for 2015: no more than one of the months, and the run that is undone keeps what it is compared with."""
    shutil.copytree(place / "exports" / "2015-06-30", place / "exports" / "2085-06-30")
    _run(place, "2085-06-30", "--ledger", place / "ledger.sqlite")
    assert "6 runs, 2015-01-31 to 2085-06-30" in _forgotten(place, 6)


def test_a_misspelt_ledger_is_not_begun(tmp_path: Path) -> None:
    status, _, said = invoke("ledger", "forget", tmp_path / "leger.sqlite", "--months", "2")
    assert status == 2 and "There is no ledger" in said
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def service(runs: Path, tmp_path: Path) -> Path:
    """One that `init` has begun, with an export of every month."""
    place = tmp_path / "unattended"
    assert invoke("init", place)[0] == 0
    _says(place, 'profile = "our-service.yaml"', f"rules = {json.dumps(str(runs / 'rules'))}")
    _says(place, "without = []", 'without = ["workbook", "pages", "cases", "board"]')
    _says(place, 'fail_on = "high"', 'fail_on = "never"')
    return place


def _says(place: Path, now: str, then: str) -> None:
    config = place / "auditcheck.toml"
    assert now in config.read_text("utf-8")
    config.write_text(config.read_text("utf-8").replace(now, then), encoding="utf-8")


def _nightly(place: Path, runs: Path, *days: str) -> dict[str, object]:
    """What the log says of what was let go of, after a night for which the exports of these days lie there."""
    for day in days:
        shutil.copytree(runs / "exports" / day, place / "exports" / f"ours-{day}")
    invoke("nightly", "--config", place / "auditcheck.toml")
    lines = [json.loads(line) for line in (place / "auditcheck.log").read_text("utf-8").splitlines()]
    return next(line for line in reversed(lines) if line["step"] == "retention")


def _exports(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "exports").iterdir())


def test_as_it_stands_a_service_forgets_nothing(service: Path, runs: Path) -> None:
    old = '{"at": "2001-01-31T02:00:00+00:00", "step": "end", "ok": true}\n'
    (service / "auditcheck.log").write_text(old, encoding="utf-8")
    shutil.copyfile(runs / "ledger.sqlite", service / "ledger.sqlite")
    told = _nightly(service, runs, "2015-05-31", "2015-06-30")
    assert told.keys() == {"at", "step", "ok", "kept", "removed"}
    assert len(_exports(service)) == 2 and (service / "auditcheck.log").read_text("utf-8").startswith(old)
    assert invoke("history", "C-GONE", "--ledger", service / "ledger.sqlite")[0] == 0


@pytest.mark.deep
def test_ledger_and_log_by_the_same_policy(service: Path, runs: Path) -> None:
    """A line of the log that was cut short goes with the one before it."""
    _says(service, "remember_months = 0", "remember_months = 2")
    lines = [f'{{"at": "2014-{month}-28T02:00:00+00:00", "step": "end", "ok": true}}\n' for month in ("01", "02", "02")]
    (service / "auditcheck.log").write_text("".join([lines[0], '{"at": "2014-\n', *lines[1:]]), encoding="utf-8")
    (service / "auditcheck.log").chmod(0o644)
    told = [_nightly(service, runs, day) for day in ("2015-01-31", "2015-02-28", "2015-03-31", "2015-05-31")]
    assert [line["log_lines"] for line in told] == [2, 0, 0, 0], "January 2014; February and tonight's month stay"
    assert (service / "auditcheck.log").read_text("utf-8").startswith("".join(lines[1:]))
    assert [line["forgotten"] for line in told] == [{"runs": runs, "findings": gone} for runs, gone in ((0, 0), (0, 0), (1, 0), (1, 2))]
    assert invoke("history", "C-GONE", "--ledger", service / "ledger.sqlite")[0] == 2
    assert "2015-01-31  first seen" in invoke("history", "C1", "--ledger", service / "ledger.sqlite")[1]
    assert invoke("ledger", "check", service / "ledger.sqlite")[0] == 0
    assert (service / "auditcheck.log").stat().st_mode & 0o777 == 0o600


def test_exports_are_kept_as_long_as_is_said(service: Path, runs: Path) -> None:
    """Of each pattern the newest; what bears no day, and what no pattern names, is nobody's to remove."""
    _says(service, 'sources = ["*"]', 'sources = ["ours-*"]')
    _says(service, "keep = 0", "keep = 2")
    for name in ("theirs-2010-01-31.zip", "ours-2014-12-31.zip"):
        (service / "exports" / name).write_text("an export")
    assert _nightly(service, runs, "2015-01-31", "2015-02-28", "2015-03-31")["exports"] == 2
    assert _exports(service) == ["ours-2015-02-28", "ours-2015-03-31", "theirs-2010-01-31.zip"]


def test_after_a_night_that_is_not_complete_no_export_goes(service: Path, runs: Path) -> None:
    _says(service, "keep = 0", "keep = 1")
    shutil.copytree(runs / "exports" / "2015-06-30", service / "exports" / "ours-2015-06-30")
    (service / "exports" / "ours-2015-06-30" / "conferences.csv").write_bytes(b"PK\x03\x04 no table")
    assert "exports" not in _nightly(service, runs, "2015-05-31")
    assert "INCOMPLETE" in (service / "reports" / "index.html").read_text("utf-8")
    assert _exports(service) == ["ours-2015-05-31", "ours-2015-06-30"]


@pytest.mark.parametrize(("now", "wrong"), [("keep = 0", "[export] keep = -1"), ("remember_months = 0", "[results] remember_months = -1")])
def test_a_number_that_means_nothing_is_refused(service: Path, now: str, wrong: str) -> None:
    _says(service, now, wrong.partition("] ")[2])
    status, _, said = invoke("nightly", "--config", service / "auditcheck.toml")
    assert status == 2 and f"{wrong}: expected 0 or more." in said
