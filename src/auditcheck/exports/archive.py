"""Opening .zip files from outside: nothing is unpacked to disk, and what could fill the memory or hide a file is refused."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditcheck.raw import BadExport

_LARGEST_TOTAL = 8 << 30
_LARGEST_RATIO = 200
_RATIO_COUNTS_FROM = 50_000_000
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The checked archive. Raises `BadExport` where it is damaged, encrypted, too large or has members with unsafe names."""
    try:
        held = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise BadExport(f"{path.name} starts like a .zip or .xlsx file but is damaged or cut short.") from error
    with held:
        _check(path.name, held.infolist())
        yield held


def content(held: zipfile.ZipFile, member: zipfile.ZipInfo | str) -> bytes:
    """The bytes of one member. Raises `BadExport` where it is damaged or packed in a way that cannot be read."""
    try:
        return held.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        name = member if isinstance(member, str) else member.filename
        raise BadExport(f"{Path(held.filename or '').name} is damaged: {Path(name).name} cannot be unpacked.") from error


def _check(name: str, members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if total > _LARGEST_TOTAL:
        raise BadExport(f"{name} would unpack to {total / (1 << 30):.0f} GiB; more than 8 GiB is refused.")
    seen = set()
    for member in members:
        if _unsafe(member):
            raise BadExport(f"{name} has a member with an unsafe name or kind ({member.filename[:60]!r}); it was not opened.")
        if member.flag_bits & 1:
            raise BadExport(f"{name} is protected with a password; give one without.")
        if member.file_size > _RATIO_COUNTS_FROM and member.file_size > _LARGEST_RATIO * max(member.compress_size, 1):
            raise BadExport(f"{name} has a member that unpacks to more than {_LARGEST_RATIO} times its size; it was not opened.")
        if member.filename in seen:
            raise BadExport(f"{name} holds {member.filename} twice; which of them counts cannot be told.")
        seen.add(member.filename)


def _unsafe(member: zipfile.ZipInfo) -> bool:
    # orig_filename is what the archive says: zipfile itself cuts names at a NUL and turns the system's separators round.
    name = member.orig_filename
    parts = name.replace("\\", "/").split("/")
    a_link = stat.S_ISLNK(member.external_attr >> 16)
    return a_link or "\0" in name or "\\" in name or name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name) is not None


def tables(name: str, members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The files of a zipped folder, all in one place (the top, or one folder). Raises `BadExport` for anything deeper."""
    # __MACOSX holds what the Finder keeps about each file, never data.
    files = [m for m in members if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    places = {m.filename.rpartition("/")[0] for m in files}
    if len(places) > 1 or any("/" in place for place in places):
        raise BadExport(f"{name} has folders within folders or files in several places; zip one flat folder of tables.")
    inner = [m.filename for m in files if m.filename.lower().endswith(_ARCHIVES)]
    if inner:
        raise BadExport(f"{name} holds another archive ({Path(inner[0]).name}); unpack that first.")
    return files
