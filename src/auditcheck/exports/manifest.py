"""manifest.yml, the note that lies beside the tables of a folder: what day they speak of and how far back they go."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from auditcheck import clock, contract, yaml_text
from auditcheck.raw import Problem
from auditcheck.tidy import shorten

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d)?)?", re.ASCII)


#: All that is guessed of our own YAML: tag, what is written, with what it begins.
_GUESSED = (
    ("bool", "true|false", "tf"),
    ("int", "0|-?[1-9][0-9]*", "-0123456789"),
    ("merge", "<<", "<"),
    ("null", "~|null|", ["~", "n", ""]),
)


@dataclass
class Manifest:
    """What a manifest says. ``coverage``: table -> complete | latest_only | since YYYY-MM-DD."""

    as_of: str | None = None
    extracted_at: str | None = None
    coverage: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def plain_yaml(text: str | bytes) -> Any:
    """Our own YAML as plain mappings, lists and text, dates kept as text. What comes from outside is read by `yaml_text`."""
    return importlib.import_module("yaml").load(text, Loader=_loader())


@cache
def _loader() -> Any:
    """PyYAML's safe loader, in C where that is installed: ruamel.yaml takes seven times as long, on every run."""
    yaml = importlib.import_module("yaml")
    loader = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {"yaml_implicit_resolvers": {}})
    for tag, written, begins in _GUESSED:
        loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{written})$"), list(begins))  # type: ignore[attr-defined]
    return loader


def is_day(text: str) -> bool:
    """Whether a text is a real day of the calendar (1900 to 2099) written YYYY-MM-DD."""
    if not _DAY.fullmatch(text):
        return False
    try:
        return clock.FIRST <= date.fromisoformat(text) <= clock.LAST
    except ValueError:
        return False


def read_manifest(file: str, data: bytes) -> Manifest:
    """Read the manifest. What it says wrongly is a problem; it stops the audit where coverage is then unknown."""
    found = Manifest()

    def problem(column: str, value: object, what: str, row: int = 0, stopped: bool = False) -> None:
        found.problems.append(Problem(file, row, column, shorten(str(value)), what, stopped))

    document = yaml_text.read(data)
    if document.problems and data.strip():
        line, _, what = document.problems[0]
        problem("", "", f"can't be used ({what}), so how complete the tables are is unknown", line, stopped=True)
        return found
    said = document.value
    if not isinstance(said, dict):
        if said is not None:
            problem("", "", "does not hold keys and values (as_of, extracted_at, coverage)", stopped=True)
        return found
    for key, value in said.items():
        _read_key(str(key), value, found, problem)
    return found


def _read_key(key: str, value: Any, found: Manifest, problem: Any) -> None:
    if key == "coverage" and isinstance(value, dict):
        _read_coverage(value, found, problem)
    elif key == "coverage":
        problem(key, value, "expected one line a table, such as `visits: latest_only`", stopped=True)
    elif key == "as_of" and is_day(str(value)):
        found.as_of = str(value)
    elif key == "extracted_at" and _is_moment(str(value)):
        found.extracted_at = str(value)
    elif key in ("as_of", "extracted_at"):
        problem(key, value, f"expected {'a day such as 2024-03-31' if key == 'as_of' else 'a moment such as 2024-03-31T18:00'}")
    else:
        problem(key, value, "not a key of a manifest (as_of, extracted_at, coverage): ignored")


def _read_coverage(said: dict[Any, Any], found: Manifest, problem: Any) -> None:
    for table, value in said.items():
        text = " ".join(str(value).split())
        word, _, day = text.partition(" ")
        if table not in contract.supplied():
            problem(f"coverage.{table}", value, "no such table: ignored")
        elif text in ("complete", "latest_only") or (word == "since" and is_day(day)):
            found.coverage[table] = text
        else:
            problem(f"coverage.{table}", value, "expected complete, latest_only or since YYYY-MM-DD: coverage is unknown", stopped=True)


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
