"""One night, top to bottom: which export, the run, what it changed, what is no longer kept, and what the entry page says of it.

The run is a process of its own: if it dies, of whatever cause, the night is a failed one and says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditcheck.reports.folder import clear_leftovers
from auditcheck.reports.nights_page import Shown, write_nights_page
from auditcheck.summary import CLEAN, FINDINGS, INCOMPLETE
from auditcheck.unattended.arrived import Arrived, NoExport, arrived
from auditcheck.unattended.config import Config
from auditcheck.unattended.keeping import nights, shorten, tidy_exports, tidy_up
from auditcheck.unattended.log import Log
from auditcheck.unattended.private import private

try:
    import fcntl
except ImportError:  # Windows: the ledger's own lock still keeps two runs apart
    fcntl = None  # type: ignore[assignment]

#: What the run itself said, for whoever looks after it. It may name files, rows and values, so it is no part of the log.
SAID = "last-night.txt"


class AnotherNight(Exception):
    """Another `auditcheck nightly` works on the same results. The message is a sentence."""


class CutShort(Exception):
    """What a night leaves beside its run (log, page, what was said) could not be written. The message is a sentence."""


@dataclass(frozen=True)
class Ended:
    """``status``: 0, 1 or 2 as `auditcheck run` ends; ``said``: for the person at the terminal."""

    status: int
    said: str


def night(config: Config, as_of: date | None) -> Ended:
    """Do the whole night. Raises AnotherNight, CutShort."""
    try:
        return _night(config, as_of)
    except OSError as problem:
        what = f"{problem.filename or config.results} can't be written: {problem.strerror}"
        raise CutShort(
            f"{what}. The night was cut short; lists that stand under their day are whole. Make room and run it again."
        ) from problem


def _night(config: Config, as_of: date | None) -> Ended:
    config.results.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = Log(config.log)
    with _alone(config.results):
        clear_leftovers(config.results)  # of every night: one that was killed is seldom done again
        if config.keep and config.folder.is_dir():
            clear_leftovers(config.folder)
        _entry(config, "began")
        ended, folder = _audited(config, as_of, log)
        if folder is None:
            _entry(config, "failed")
        else:
            log.step("changes", True, **_changes(folder))
            log.step("retention", True, **_tidied(config, ended.status != INCOMPLETE))
            _entry(config, "done")
        log.step("end", folder is not None, status=ended.status)
    return ended


def _audited(config: Config, as_of: date | None, log: Log) -> tuple[Ended, Path | None]:
    """The run of tonight, and its folder; no folder where nothing was written."""
    try:
        sources = arrived(config.folder, config.sources)
        day = _day(sources, as_of)
    except NoExport as problem:
        log.step("export", False)
        return Ended(INCOMPLETE, str(problem)), None
    before = nights(config.results)
    log.step(
        "export",
        True,
        files=[one.path.name for one in sources],
        as_of=day.isoformat(),
        newer=not before or day.isoformat() > before[-1].name,
    )
    folder = config.results / day.isoformat()
    was = folder.stat().st_ino if folder.exists() else None
    command = [
        sys.executable,
        "-P",
        "-m",
        "auditcheck",
        *_words(config, sources, day, folder),
    ]  # -P: no module from the folder it is called in
    child = subprocess.run(command, capture_output=True, text=True)
    said = child.stderr.strip()
    private(config.results / SAID).write_text(said + "\n", encoding="utf-8")
    written = folder.is_dir() and folder.stat().st_ino != was
    if not written or child.returncode not in (CLEAN, FINDINGS, INCOMPLETE):
        log.step("run", False, status=child.returncode)
        return Ended(INCOMPLETE, said or f"The run ended without a word (status {child.returncode})."), None
    log.step("run", child.returncode != INCOMPLETE, status=child.returncode, **_counts(folder))
    return Ended(child.returncode, said), folder


def _day(sources: list[Arrived], given: date | None) -> date:
    found = given or sources[0].day
    if found is None:
        raise NoExport(f"No as-of date: {sources[0].path.name} has no day in its name (2026-01-31). Put it there, or say --as-of.")
    return found


def _words(config: Config, sources: list[Arrived], day: date, folder: Path) -> list[str]:
    """The command line of tonight's run."""
    options = {
        "--as-of": day.isoformat(),
        "--out": str(folder),
        "--profile": config.profile,
        "--rules": config.rules,
        "--fail-on": config.fail_on,
        "--mapping": config.mapping,
        "--notice-start": config.notice_start,
        "--ledger": config.ledger,
        "--waivers": config.waivers if config.waivers and config.waivers.exists() else None,
    }
    words = ["run", *(str(one.path) for one in sources), "--replace"]
    words += [str(word) for name, value in options.items() if value is not None for word in (name, value)]
    words += [word for one in config.without for word in ("--without", one)]
    return [*words, *(word for pattern in config.audits for one in sorted(config.home.glob(pattern)) for word in ("--audits", str(one)))]


def _counts(folder: Path) -> dict[str, Any]:
    info = json.loads((folder / "run.json").read_text("utf-8"))
    return {
        "children": info["children"],
        "records": info["records"],
        "findings": info["summary"]["findings"],
        "rules": info["summary"]["rules"],
        "warnings": len(info["warnings"]),
        "seconds": info["durations"].get("total"),
    }


def _changes(folder: Path) -> dict[str, Any]:
    """How many findings are new, continuing or changed, and how many are gone for which reason."""
    import csv

    import pyarrow.parquet as pq

    states = Counter(state or "unknown" for state in pq.read_table(folder / "findings.parquet", columns=["state"])["state"].to_pylist())
    with (folder / "resolved.csv").open(encoding="utf-8", newline="") as file:
        gone = Counter(row["why"] for row in csv.DictReader(file))
    return {"states": dict(sorted(states.items())), "gone": dict(sorted(gone.items()))}


def _tidied(config: Config, complete: bool) -> dict[str, Any]:
    """Let go of what is no longer kept, and say how much of each went. After a night that is not complete, exports may be needed again."""
    gone = tidy_up(config.results, config.keep_nights, config.keep_months)
    facts: dict[str, Any] = {"kept": len(nights(config.results)), "removed": len(gone)}
    if config.keep and complete:
        facts["exports"] = len(tidy_exports(config.folder, config.sources, config.keep))
    if config.remember_months:
        from auditcheck.ledger.forgetting import forget

        facts["forgotten"] = vars(forget(config.ledger, config.remember_months))
        facts["log_lines"] = shorten(config.log, config.remember_months)
    return facts


#: What a night leaves for people beside its lists.
_BESIDE = {
    "exceptions.xlsx": "The same lists as a workbook",
    "board/book.html": "The board's book of figures",
    "quality.html": "How good the records are",
}


def _entry(config: Config, state: str) -> None:
    """The page at the top of the results, as things stand."""
    shown = []
    for folder in reversed(nights(config.results)):
        info = json.loads((folder / "run.json").read_text("utf-8"))
        page = f"{folder.name}/index.html" if (folder / "index.html").is_file() else ""
        beside = [(f"{folder.name}/{file}", name) for file, name in _BESIDE.items() if (folder / file).is_file()]
        shown.append(Shown(folder.name, page, info["summary"]["findings"], bool(info["complete"]), beside))
    write_nights_page(config.results / "index.html", config.service, state, shown)


@contextmanager
def _alone(results: Path) -> Iterator[None]:
    """Hold the results for as long as this process lives. Raises AnotherNight where another holds them."""
    with private(results / ".nightly").open("w") as held:
        if fcntl is not None:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise AnotherNight(f"Another nightly run works on {results}. Nothing was done.") from None
        yield
