"""Coverage-guided fuzzing of what reads other people's files, with atheris (the extra `fuzz`).

    python tests/fuzz.py census 60      # one target, so many seconds; `python tests/fuzz.py` names the targets

It begins with good files of a small invented service, changes their bytes, and keeps what reaches new code. Anything raised but the refusal
that a target is allowed, 25 seconds without an end, or more than 2 GB, ends it with the exit code of a failure; the file that did it stays
in the folder that is named then.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import atheris

with atheris.instrument_imports(include=["auditcheck"]):
    from auditcheck import exports, yaml_text
    from auditcheck.exports.manifest import read_manifest
    from auditcheck.raw import BadExport
    from auditcheck.rulebook import RulebookError, load

HANGS_AFTER, MEBIBYTES = 25, 2048
RULES = Path(__file__).parents[1] / "rules"


@dataclass(frozen=True)
class Target:
    """``reads`` is given the bytes and a folder for them; ``good`` are files to begin with, out of the folder of `good_files`."""

    reads: Callable[[bytes, Path], object]
    refusal: type[Exception]
    good: str


def _table(data: bytes, place: Path) -> None:
    (place / "export" / "children.csv").write_bytes(data)
    exports.read(place / "export")


def _file(name: str) -> Callable[[bytes, Path], object]:
    def read(data: bytes, place: Path) -> None:
        (place / name).write_bytes(data)
        exports.read(place / name)

    return read


def _rule(data: bytes, place: Path) -> None:
    (place / "book" / "conference" / "CPC-ICPC-01.yaml").write_bytes(data)
    load(place / "book")


class _Nothing(Exception):
    """What is never raised."""


TARGETS = {
    "table": Target(_table, BadExport, "case-records/*.csv"),
    "archive": Target(_file("export.zip"), BadExport, "*.zip"),
    "census": Target(_file("census.xml"), BadExport, "cin-census.xml"),
    "workbook": Target(_file("lists.xlsx"), BadExport, "annex-a.xlsx"),
    "manifest": Target(lambda data, _: read_manifest("manifest.yml", data), _Nothing, "manifest.yml"),
    "yaml": Target(lambda data, _: yaml_text.read(data), _Nothing, "rules/*.yaml"),
    "rule": Target(_rule, RulebookError, "rules/*.yaml"),
}


def good_files(place: Path) -> None:
    """Exports of three invented children in every format, the shipped manifest of Northshire and some rules."""
    for form, name in (("case-records", "case-records"), ("annex-a", "annex-a.xlsx"), ("cin-xml", "cin-census.xml")):
        made = place / f"of-{form}"
        command = [sys.executable, "-m", "auditcheck", "synth", str(made), "--children", "3", "--seed", "3", "--format", form]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        shutil.move(made / name, place / name)
    shutil.make_archive(str(place / "case-records"), "zip", place / "case-records")
    shutil.copy(RULES.parent / "fixtures" / "northshire" / "manifest.yml", place)
    (place / "rules").mkdir()
    for rule in sorted(RULES.glob("*/*.yaml"))[::10]:
        shutil.copy(rule, place / "rules")


def main() -> None:
    if len(sys.argv) != 3 or sys.argv[1] not in TARGETS:
        sys.exit(f"Name a target and a number of seconds. Targets: {', '.join(TARGETS)}.")
    target, place = TARGETS[sys.argv[1]], Path(mkdtemp(prefix="fuzz-"))
    for name in ("good", "corpus", "export", "book/conference"):
        (place / name).mkdir(parents=True)
    shutil.copy(RULES / "editions.yaml", place / "book")
    good_files(place / "good")
    for number, path in enumerate(sorted((place / "good").glob(target.good))):
        shutil.copy(path, place / "corpus" / str(number))

    def one(data: bytes) -> None:
        with suppress(target.refusal):
            target.reads(data, place)

    print(f"What fails is kept in {place}", flush=True)
    options = [f"-max_total_time={int(sys.argv[2])}", f"-timeout={HANGS_AFTER}", f"-rss_limit_mb={MEBIBYTES}", f"-artifact_prefix={place}/"]
    atheris.Setup([sys.argv[0], *options, "-seed=1", "-print_final_stats=1", str(place / "corpus")], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
