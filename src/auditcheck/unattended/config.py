"""auditcheck.toml: what `auditcheck nightly` does, written down once. Every path in it counts from the file's own folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any


class BadConfig(Exception):
    """The configuration can't be used. The message is a sentence that names the file, the place and what is expected."""


@dataclass(frozen=True)
class Config:
    """``sources``: patterns of file names; of each the newest is read, and they are joined.

    ``keep_nights``: so many of the newest nights stay; ``keep_months``: besides them the last night of so many months.
    ``remember_months``: so many months stay in the ledger and the log; ``keep``: so many exports of each pattern. 0: all of them.
    ``waivers`` may be a file that does not exist yet. ``audits``: patterns, beneath ``home``, of folders that `auditcheck sample read`
    wrote. ``log``: one line of JSON a step.
    """

    service: str
    home: Path
    folder: Path
    sources: tuple[str, ...]
    profile: str | None
    rules: Path | None
    fail_on: str
    without: tuple[str, ...]
    mapping: Path | None
    notice_start: str | None
    waivers: Path | None
    audits: tuple[str, ...]
    results: Path
    ledger: Path
    log: Path
    keep_nights: int
    keep_months: int
    remember_months: int
    keep: int


#: section -> key -> what it may be: a default of the same type, or the type alone where there is none.
_KEYS: dict[str, dict[str, Any]] = {
    "service": {"name": ""},
    "export": {"folder": str, "sources": ["*"], "keep": 0},
    "run": {
        "profile": "",
        "rules": "",
        "fail_on": "high",
        "without": list,
        "mapping": "",
        "notice_start": "",
        "waivers": "",
        "audits": list,
    },
    "results": {
        "folder": "reports",
        "ledger": "ledger.sqlite",
        "log": "auditcheck.log",
        "keep_nights": 35,
        "keep_months": 24,
        "remember_months": 0,
    },
}
#: The least that a number may be.
_LEAST = {("results", "keep_nights"): 1, ("results", "keep_months"): 0, ("results", "remember_months"): 0, ("export", "keep"): 0}
_WORDS = {
    ("run", "fail_on"): ("high", "medium", "low", "never"),
    ("run", "without"): ("workbook", "pages", "cases", "board"),
}
_TYPES = {str: "text", list: "a list of texts", int: "a whole number"}


def read(file: Path) -> Config:
    """The configuration. Raises BadConfig."""
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise BadConfig(f"{file}: there is no such file. `auditcheck init DIR` writes one to begin with.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise BadConfig(f"{file}: it can't be read ({problem}).") from problem
    except tomllib.TOMLDecodeError as problem:
        raise BadConfig(f"{file}: not readable as TOML: {problem}.") from problem
    return _config(said, file)


def _config(said: Mapping[str, Any], file: Path) -> Config:
    for section in said:
        _known(section, _KEYS, f"{file}: [{section}]")
    found = {section: _section(said.get(section, {}), section, file) for section in _KEYS}
    here, export, run, results = file.resolve().parent, found["export"], found["run"], found["results"]
    for (section, key), least in _LEAST.items():
        if found[section][key] < least:
            raise BadConfig(f"{file}: [{section}] {key} = {found[section][key]}: expected {least} or more.")
    for pattern in run["audits"]:
        if not str(pattern) or Path(str(pattern)).is_absolute() or ".." in Path(str(pattern)).parts:
            raise BadConfig(f"{file}: [run] audits: {pattern!r}: expected a pattern beneath this file's folder, such as audits/*-results.")

    def place(text: str) -> Path | None:
        return here / text if text else None

    # A shipped profile has a name; one of the service's own is a file beside the configuration.
    profile = str(here / run["profile"]) if run["profile"].endswith((".yaml", ".yml")) else run["profile"] or None
    return Config(
        service=found["service"]["name"],
        home=here,
        folder=here / export["folder"],
        sources=tuple(export["sources"]),
        profile=profile,
        rules=place(run["rules"]),
        fail_on=run["fail_on"],
        without=tuple(run["without"]),
        mapping=place(run["mapping"]),
        notice_start=run["notice_start"] or None,
        waivers=place(run["waivers"]),
        audits=tuple(map(str, run["audits"])),
        results=here / results["folder"],
        ledger=here / results["ledger"],
        log=here / results["log"],
        keep_nights=results["keep_nights"],
        keep_months=results["keep_months"],
        remember_months=results["remember_months"],
        keep=export["keep"],
    )


def _section(given: Any, section: str, file: Path) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise BadConfig(f"{file}: {section} is no section, expected [{section}] and its keys below.")
    found: dict[str, Any] = {}
    for key, usual in _KEYS[section].items():
        kind = usual if isinstance(usual, type) else type(usual)
        value: Any = given.get(key, kind() if isinstance(usual, type) else usual)
        where = f"{file}: [{section}] {key}"
        if usual is str and not value:
            raise BadConfig(f"{where} is missing: expected {_TYPES[kind]}.")
        several = value if isinstance(value, list) else [value]
        fits = isinstance(value, kind) and not isinstance(value, bool)
        if not fits or not all(isinstance(one, str | int) for one in several):
            raise BadConfig(f"{where} = {value!r}: expected {_TYPES[kind]}.")
        for one in several if (section, key) in _WORDS else ():
            _known(one, _WORDS[section, key], where)
        found[key] = value
    for key in given:
        _known(key, _KEYS[section], f"{file}: [{section}] {key}")
    return found


def _known(word: Any, known: Any, where: str) -> None:
    if word in known:
        return
    near = get_close_matches(word, known, 1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise BadConfig(f"{where}: '{word}' is not known, expected one of {', '.join(known)}.{hint}")
