"""Broken and hostile exports: never a traceback, a hang, more than 2 GB, or a word outside the folder for results.

Few of the spoiled files are tried each time and all of them in the deep run; every attack is always tried.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from zlib import crc32

import pytest
from commands import invoke
from hostile import attacks, flat, spoil
from hostile.running import MEBIBYTES, Ended, ended, everything_in

from auditcheck.exports import read

#: What each format is made of, how it is spoiled, and how many spoiled files the deep run tries.
FORMATS = {
    "case-records": ("case-records", spoil.TEXT, 50),
    "case-records-parquet": ("case-records", spoil.BYTES, 25),
    "case-records-zip": ("case-records.zip", spoil.PACKED, 30),
    "annex-a": ("annex-a.xlsx", spoil.PACKED, 40),
    "cin-xml": ("cin-census.xml", spoil.XML, 45),
    "ssd": ("ssd", spoil.TEXT, 40),
    "annex-a-csv": ("annex-a", spoil.TEXT, 20),
    "ssda903": ("ssda903", spoil.TEXT, 20),
    "cin-tables": ("cin-tables", spoil.TEXT, 20),
}
#: Those that no command invents.
FLAT = ("annex-a-csv", "ssda903", "cin-tables")


def few(name: str) -> int:
    """How many are tried each time: fewer of those that are read as others are, from CSV."""
    return 1 if name in FLAT else 2


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small invented service in every format."""
    made = tmp_path_factory.mktemp("good")
    for name in FORMATS.keys() - FLAT:
        more = ["--tables", "parquet"] if name.endswith("parquet") else []
        plain = "case-records" if name.startswith("case-records") else name
        status, _, said = invoke("synth", made / name, "--children", "12", "--seed", "3", "--format", plain, *more)
        assert status == 0, said
    zipped = made / "case-records-zip"
    shutil.make_archive(str(zipped / "case-records"), "zip", zipped / "case-records")
    flat.annex_a(made / "annex-a-csv" / "annex-a", made / "annex-a" / "annex-a.xlsx")
    flat.ssda903(made / "ssda903" / "ssda903")
    flat.cin_tables(made / "cin-tables" / "cin-tables")
    return made


def run(export: Path, place: Path) -> Ended:
    """A run whose results go beside the export; whatever it finds, it ends as promised and touches nothing else."""
    before = everything_in(place)
    words = ["run", str(export), "--as-of", "2015-03-31", "--out", str(place / "out"), "--fail-on", "never", "--without", "workbook"]
    found = ended(words, place)
    assert found.status in (0, 2), f"{export}: {found}"
    assert "Traceback" not in found.said and "A fault in auditcheck itself" not in found.said, found.said
    assert found.status == 0 or found.said.strip(), "it stopped without a word"
    assert found.mebibytes < MEBIBYTES, found
    after = {name: what for name, what in everything_in(place).items() if not name.startswith("out/") and name != "said.txt"}
    assert after == {name: what for name, what in before.items() if name != "said.txt"}
    return found


def spoiled(name: str, number: int, good: Path, place: Path) -> Path:
    """The format's export with one of its files spoiled; the same number spoils it in the same way."""
    inside, ways, _ = FORMATS[name]
    chance = Random(crc32(f"{name} {number}".encode()))
    target = place / inside
    copy = shutil.copytree if (good / name / inside).is_dir() else shutil.copy
    copy(good / name / inside, target)
    files = sorted(p for p in target.iterdir() if p.stat().st_size) if target.is_dir() else [target]
    for _ in range(chance.randint(1, 3)):
        file = chance.choice(files)
        file.write_bytes(chance.choice(ways)(file.read_bytes() or b"\n", chance))
    return target


@pytest.mark.parametrize("name", FLAT)
def test_what_is_spoiled_is_sound_before(name: str, good: Path) -> None:
    found = read(good / name / FORMATS[name][0])
    assert (found.kind, [one.problem for one in found.problems if one.stopped]) == (name.removesuffix("-csv"), [])
    assert len(found.tables["children"]) > 5


@pytest.mark.parametrize("name", FORMATS)
def test_spoiled_files(name: str, good: Path, tmp_path: Path) -> None:
    for number in range(few(name)):
        place = tmp_path / str(number)
        place.mkdir()
        run(spoiled(name, number, good, place), place)


@pytest.mark.deep
@pytest.mark.parametrize("tenth", range(10))
@pytest.mark.parametrize("name", FORMATS)
def test_many_spoiled_files(name: str, tenth: int, good: Path, tmp_path: Path) -> None:
    for number in range(few(name) + tenth, few(name) + FORMATS[name][2], 10):
        place = tmp_path / str(number)
        place.mkdir()
        run(spoiled(name, number, good, place), place)
        shutil.rmtree(place)


@pytest.mark.parametrize("name", attacks.attacks())
def test_an_attack_fails(name: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    (place / "export").mkdir(parents=True)
    found = run(attacks.attacks()[name](place / "export"), place)
    written = b"".join(p.read_bytes() for p in place.joinpath("out").rglob("*") if p.is_file()) if place.joinpath("out").exists() else b""
    assert b"the-secret" not in written + found.said.encode()
    assert not (tmp_path / "owned").exists() and not (tmp_path / "escaped.csv").exists()


def test_there_are_at_least_three_hundred_of_them() -> None:
    assert sum(count for _, _, count in FORMATS.values()) + len(attacks.attacks()) >= 300
