"""The unattended night: begun with `init`, done by `nightly`, and honest in the morning whatever happened."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from audit_results import results
from browser import DESK, SMALL_PHONE, opened, sideways, violations
from commands import GOOD, ROOT, folder, invoke, process, small_book

from auditcheck.unattended.arrived import day_of
from auditcheck.unattended.keeping import outdated


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_book(tmp_path_factory.mktemp("book"))


@pytest.fixture
def service(tmp_path: Path, book: Path) -> Path:
    """A service that `init` has begun, with few rules so that its nights are short."""
    place = tmp_path / "service"
    assert invoke("init", place, "--name", "Northshire")[0] == 0
    config = place / "auditcheck.toml"
    text = config.read_text("utf-8").replace('profile = "northshire.yaml"', f"rules = {json.dumps(str(book))}")
    config.write_text(text, encoding="utf-8")
    return place


def arrives(service: Path, day: str, changed: dict[str, str | bytes | None] | None = None) -> Path:
    return folder(service / "exports" / f"northshire-{day}", changed)


def nightly(service: Path, *more: str) -> tuple[int, str]:
    status, _, said = invoke("nightly", "--config", service / "auditcheck.toml", *more)
    return status, said


def steps(service: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (service / "auditcheck.log").read_text("utf-8").splitlines()]


def entry(service: Path) -> str:
    return (service / "reports" / "index.html").read_text("utf-8")


def hidden(service: Path) -> list[str]:
    return sorted(path.name for path in (service / "reports").iterdir() if path.name.startswith("."))


def accessible(service: Path) -> None:
    """The entry page, after a good night or a bad one, on a phone and on a desk."""
    for width in (SMALL_PHONE, DESK):
        with opened(service / "reports" / "index.html", width) as page:
            assert violations(page) == [] and sideways(page) == 0


def test_what_init_writes_works_as_it_stands(tmp_path: Path) -> None:
    place = tmp_path / "new"
    status, said, _ = invoke("init", place, "--name", "St. Someone's")
    assert status == 0 and str(place / "auditcheck.toml") in said
    assert {entry.name for entry in place.iterdir()} == {"auditcheck.toml", "st-someone-s.yaml", "waivers.yml", "exports", "reports"}
    folder(place / "exports" / "export-2015-06-30")
    assert invoke("nightly", "--config", place / "auditcheck.toml")[0] == 1, "the real rules find what is wrong with the small export"
    assert (place / "reports" / "2015-06-30" / "findings.csv").is_file()


def test_init_overwrites_nothing(service: Path) -> None:
    before = (service / "auditcheck.toml").read_bytes()
    status, _, said = invoke("init", service)
    assert status == 2 and "is there already" in said
    assert (service / "auditcheck.toml").read_bytes() == before


def test_a_night(service: Path) -> None:
    arrives(service, "2015-06-29", {"visits.csv": None})
    arrives(service, "2015-06-30")
    status, said = nightly(service)
    assert status == 1 and "as of 2015-06-30" in said
    assert [entry.name for entry in (service / "reports").iterdir() if entry.is_dir()] == ["2015-06-30"], "only the newest is read"
    done = steps(service)
    assert [(one["step"], one["ok"]) for one in done] == [(name, True) for name in ("export", "run", "changes", "retention", "end")]
    assert (done[0]["files"], done[0]["newer"], done[1]["children"], done[-1]["status"]) == (["northshire-2015-06-30"], True, 3, 1)
    assert "2015-06-30/index.html" in entry(service) and "failed" not in entry(service)


def test_the_next_night_knows_the_one_before(service: Path) -> None:
    arrives(service, "2015-06-30")
    nightly(service)
    held = GOOD["conferences.csv"] + "K4,C1,P1,review,2014-09-19T10:00\n"
    arrives(service, "2015-07-01", {"conferences.csv": held})
    nightly(service)
    first, second = (one for one in steps(service) if one["step"] == "changes")
    assert set(first["states"]) == {"new"} and first["gone"] == {}
    assert second["states"].get("continuing") and sum(second["gone"].values()) == 1
    page = entry(service)
    assert page.index("2015-07-01/index.html") < page.index("2015-06-30/index.html"), "the newest comes first"
    accessible(service)


def test_a_night_reads_the_audits_that_there_are(service: Path) -> None:
    """By the pattern that `init` writes; forms that have not been read are no results."""
    arrives(service, "2015-06-30")
    nightly(service)
    page = service / "reports" / "2015-06-30" / "board" / "book.html"
    assert "No results of audits were supplied with this book." in page.read_text("utf-8")
    (service / "audits" / "2015Q2").mkdir(parents=True)
    results(service / "audits" / "2015Q2-results", [("good", "")] * 30, 30)
    arrives(service, "2015-07-01")
    assert nightly(service)[0] == 1
    page = service / "reports" / "2015-07-01" / "board" / "book.html"
    assert "30 cases were planned. 30 were audited" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [({"children.csv": "child_id\n", "plans.csv": None, "conferences.csv": None}, "holds no children"), (None, "is empty")],
)
def test_after_a_failed_night_the_entry_page_says_whose_lists_they_are(service: Path, spoiled: dict[str, Any] | None, says: str) -> None:
    arrives(service, "2015-06-30")
    nightly(service)
    if spoiled is None:
        shutil.rmtree(service / "exports")
        (service / "exports").mkdir()
    else:
        arrives(service, "2015-07-01", spoiled)
    before = {p.name: p.read_bytes() for p in (service / "reports" / "2015-06-30").iterdir() if p.is_file()}
    status, said = nightly(service)
    assert status == 2 and says in said
    accessible(service)
    # jinja2 writes an apostrophe as an entity
    assert "Last night&#39;s run failed. These are the lists of 30 June 2015." in entry(service)
    assert steps(service)[-1] | {"at": ""} == {"at": "", "step": "end", "ok": False, "status": 2}
    assert {p.name: p.read_bytes() for p in (service / "reports" / "2015-06-30").iterdir() if p.is_file()} == before


def test_an_incomplete_night_is_shown_as_one(service: Path) -> None:
    arrives(service, "2015-06-30", {"visits.csv": ""})
    status, _ = nightly(service)
    assert status == 2
    assert "INCOMPLETE" in entry(service) and "2015-06-30/index.html" in entry(service)


def test_the_first_night_may_fail_too(service: Path) -> None:
    assert nightly(service)[0] == 2
    assert "there is no earlier list" in entry(service)


def test_the_log_holds_nothing_of_a_child(service: Path) -> None:
    arrives(service, "2015-06-30", {"children.csv": "child_id,birth_date\nC-SECRET,31/31/2015\nC1,\nC2,\nC3,\n"})
    nightly(service)
    arrives(service, "2015-07-01", {"children.csv": b"PK\x03\x04 C-SECRET"})
    nightly(service)
    log = (service / "auditcheck.log").read_text("utf-8")
    assert len(steps(service)) >= 8
    assert not any(word in log for word in ("C-SECRET", "31/31", "C1", "P1", "K2"))


def test_everything_is_for_its_owner_alone(service: Path) -> None:
    arrives(service, "2015-06-30")
    old = os.umask(0)
    try:
        nightly(service)
    finally:
        os.umask(old)
    ours = [service / "auditcheck.log", service / "ledger.sqlite", *(service / "reports").rglob("*")]
    open_to_others = {p.name: oct(p.stat().st_mode) for p in ours if stat.S_IMODE(p.stat().st_mode) & 0o077}
    assert open_to_others == {}


def test_the_same_night_twice(service: Path) -> None:
    arrives(service, "2015-06-30")
    nightly(service)
    files = {p.name: p.read_bytes() for p in (service / "reports" / "2015-06-30").rglob("*.csv")}
    page = entry(service)
    nightly(service)
    assert {p.name: p.read_bytes() for p in (service / "reports" / "2015-06-30").rglob("*.csv")} == files
    assert entry(service) == page
    assert [one["newer"] for one in steps(service) if one["step"] == "export"] == [True, False]


def test_a_day_may_be_given_where_the_name_has_none(service: Path) -> None:
    folder(service / "exports" / "tonight")
    status, said = nightly(service)
    assert status == 2 and "has no day in its name" in said
    assert nightly(service, "--as-of", "2015-06-30")[0] == 1


@pytest.mark.parametrize("target", ["elsewhere", "nowhere", "exports/northshire-2015-07-01"])
def test_a_link_that_leads_out_is_neither_followed_nor_passed_by(service: Path, target: str) -> None:
    arrives(service, "2015-06-30")
    folder(service / "elsewhere")
    (service / "exports" / "northshire-2015-07-01").symlink_to(service / target)
    status, said = nightly(service)
    assert status == 2 and "northshire-2015-07-01" in said
    assert ("is a link that leads out of that folder, so it was not read" in said) == ("where" in target)
    assert not (service / "reports" / "2015-06-30").exists() and not (service / "reports" / "2015-07-01").exists()
    assert "run failed" in entry(service)


def test_a_link_to_an_export_beside_it_is_followed(service: Path) -> None:
    arrives(service, "2015-06-30").rename(service / "exports" / ".tonight")
    (service / "exports" / "northshire-2015-06-30").symlink_to(service / "exports" / ".tonight")
    assert nightly(service)[0] == 1


def test_two_nights_at_once(service: Path) -> None:
    arrives(service, "2015-06-30")
    fcntl = pytest.importorskip("fcntl")
    with (service / "reports" / ".nightly").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        status, said = nightly(service)
    assert status == 2 and "Another nightly run" in said
    assert not (service / "reports" / "index.html").exists(), "it touches nothing of the other's"


def killed(service: Path, killer: str) -> subprocess.CompletedProcess[str]:
    """A night in a process of its own, which `killer`, some Python, kills at a moment of its choice."""
    (service / "killer").mkdir()
    (service / "killer" / "sitecustomize.py").write_text(killer, encoding="utf-8")
    return process("nightly", "--config", service / "auditcheck.toml", blocker=str(service / "killer"))


def test_a_run_that_is_killed_is_a_failed_night(service: Path) -> None:
    """The run's process ends itself with SIGKILL while it writes its lists; the night lives on and says so."""
    arrives(service, "2015-06-30")
    assert nightly(service)[0] == 1
    arrives(service, "2015-07-01")
    ended = killed(service, _KILLS_THE_RUN)
    assert (ended.returncode, "status -9" in ended.stderr) == (2, True), ended.stderr
    assert "These are the lists of 30 June 2015" in entry(service)
    assert [p.name for p in (service / "reports").iterdir() if p.is_dir() and not p.name.startswith(".")] == ["2015-06-30"]
    arrives(service, "2015-07-02")
    assert nightly(service)[0] == 1, "the next night is as any other"
    assert "failed" not in entry(service)
    assert hidden(service) == [".nightly"], "what the killed run left is gone, though its night is not done again"


def test_a_night_that_is_cut_off_has_said_so_beforehand(service: Path) -> None:
    """What is there when the machine stops in the middle: the page was written before the run began."""
    arrives(service, "2015-06-30")
    nightly(service)
    arrives(service, "2015-07-01")
    command = [sys.executable, "-c", _STOPS_IN_THE_RUN, "nightly", "--config", str(service / "auditcheck.toml")]
    subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, check=False)
    assert "has begun and has not ended" in entry(service) and "these are the lists of 30 June 2015" in entry(service)


_KILLS_THE_RUN = """
import os, sys
def dies(name, args):
    if name == "open" and "run.json" in str(args[0]):
        os.kill(os.getpid(), 9)
if "run" in sys.orig_argv[4:5]:  # python -P -m auditcheck run
    sys.addaudithook(dies)
"""

_STOPS_IN_THE_RUN = """
import os, sys
sys.addaudithook(lambda name, args: os._exit(9) if name == "subprocess.Popen" else None)
from auditcheck.cli import main
main()
"""


@pytest.mark.parametrize("room", [0, 40])
def test_a_log_without_room_takes_no_half_a_line(service: Path, room: int) -> None:
    """No file may grow past a size, and the log is the largest; ``room``: bytes that it may still take."""
    arrives(service, "2015-06-30")
    long = json.dumps({"step": "end"}) + " " * 1_000_000 + "\n"
    (service / "auditcheck.log").write_text(long, encoding="utf-8")
    small = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({len(long) + room},) * 2); from auditcheck.cli import main; main()"
    )
    words = [sys.executable, "-c", small, "nightly", "--config", str(service / "auditcheck.toml")]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
    assert f"{service / 'auditcheck.log'} can't be written: " in ended.stderr and "Make room and run it again." in ended.stderr
    assert (service / "auditcheck.log").read_text("utf-8") == long
    assert nightly(service)[0] == 1
    assert [one["step"] for one in steps(service)] == ["end", "export", "run", "changes", "retention", "end"]


def test_nights_are_kept_as_long_as_is_said(service: Path) -> None:
    config = service / "auditcheck.toml"
    config.write_text(
        config.read_text("utf-8").replace("keep_nights = 35", "keep_nights = 2").replace("keep_months = 24", "keep_months = 2")
    )
    (service / "reports" / "2015-01-01").mkdir(parents=True)
    (service / "reports" / "2015-01-01" / "mine.txt").write_text("not a run")
    for day in ("2015-04-29", "2015-05-30", "2015-05-31", "2015-06-29", "2015-06-30"):
        arrives(service, day)
        nightly(service)
        shutil.rmtree(service / "exports" / f"northshire-{day}")
    left = {p.name for p in (service / "reports").iterdir() if p.is_dir()}
    assert left == {"2015-05-31", "2015-06-29", "2015-06-30", "2015-01-01"}, "the last two, the last of May; what is no run is left alone"


def test_a_night_killed_while_it_removes_an_old_one_leaves_no_half_of_it(service: Path) -> None:
    config = service / "auditcheck.toml"
    kept = config.read_text("utf-8").replace("keep_nights = 35", "keep_nights = 1").replace("keep_months = 24", "keep_months = 0")
    config.write_text(kept)
    arrives(service, "2015-06-29")
    nightly(service)
    arrives(service, "2015-06-30")
    assert killed(service, _KILLS_WHAT_REMOVES_A_NIGHT).returncode == -9
    left = [path for path in (service / "reports").iterdir() if path.is_dir()]
    assert sorted(path.name for path in left if not path.name.startswith(".")) == ["2015-06-30"]
    assert len(left) == 2, "it was killed halfway"
    nightly(service)
    assert hidden(service) == [".nightly"]


_KILLS_WHAT_REMOVES_A_NIGHT = """
import os, sys
def dies(name, args):
    if name == "shutil.rmtree" and "2015-06-29" in str(args[0]):
        sys.addaudithook(lambda name, args: os.kill(os.getpid(), 9) if name == "os.rmdir" else None)
sys.addaudithook(dies)
"""


def test_what_is_outdated() -> None:
    days = [date(2015, month, day).isoformat() for month in range(1, 7) for day in range(1, 29)]
    gone = outdated(days, keep_nights=3, keep_months=4)
    kept = [day for day in days if day not in gone]
    assert kept == ["2015-03-28", "2015-04-28", "2015-05-28", "2015-06-26", "2015-06-27", "2015-06-28"]
    assert outdated(days, keep_nights=1, keep_months=0) == days[:-1]
    assert outdated([], 1, 1) == []


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("northshire-2015-06-30.zip", date(2015, 6, 30)),
        ("20150630_extract", date(2015, 6, 30)),
        ("v2 2015_06_30 final", date(2015, 6, 30)),
        ("year-2014-04-01-to-2015-03-31", date(2015, 3, 31)),
        ("30-06-2015", None),
        ("2015-13-01", None),
        ("extract-120150630", None),
        ("tonight", None),
    ],
)
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    assert day_of(name) == day


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[results]", "[result]", "'result' is not known, expected one of service, export, run, results. Did you mean 'results'?"),
        ("fail_on", "failon", "Did you mean 'fail_on'?"),
        ('"high"', '"hihg"', "Did you mean 'high'?"),
        ("without = []", 'without = ["page"]', "Did you mean 'pages'?"),
        ("keep_nights = 35", 'keep_nights = "35"', "[results] keep_nights = '35': expected a whole number."),
        ("keep_nights = 35", "keep_nights = 0", "expected 1 or more"),
        ('"audits/*-results"', '"/srv/audits/*"', "[run] audits: '/srv/audits/*': expected a pattern beneath this file's folder"),
        ('"audits/*-results"', '"audits/../../*"', "[run] audits: 'audits/../../*': expected a pattern beneath this file's folder"),
        ('folder = "exports"', "", "[export] folder is missing"),
        ("[service]", "[service", "not readable as TOML"),
        ('sources = ["*"]', 'sources = "*"', "expected a list of texts"),
    ],
)
def test_what_is_wrong_with_a_configuration_is_said(service: Path, old: str, new: str, says: str) -> None:
    config = service / "auditcheck.toml"
    config.write_text(config.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    status, said = nightly(service)
    assert status == 2 and says in said and "auditcheck.toml" in said


def test_a_missing_configuration(tmp_path: Path) -> None:
    status, _, said = invoke("nightly", "--config", tmp_path / "none.toml")
    assert status == 2 and "auditcheck init" in said


def test_several_sources_are_joined_and_two_of_one_day_are_refused(service: Path) -> None:
    config = service / "auditcheck.toml"
    config.write_text(config.read_text("utf-8").replace('sources = ["*"]', 'sources = ["one-*", "two-*"]'), encoding="utf-8")
    folder(service / "exports" / "one-2015-06-30", {"conferences.csv": None})
    folder(service / "exports" / "two-2015-06-30", {"plans.csv": None})
    assert nightly(service)[0] == 1
    assert steps(service)[0]["files"] == ["one-2015-06-30", "two-2015-06-30"]
    folder(service / "exports" / "one-20150630")
    status, said = nightly(service)
    assert status == 2 and "Two exports of 2015-06-30" in said
