"""Ways to spoil a file. Each takes its bytes and a random generator, and gives other bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from random import Random

Spoiler = Callable[[bytes, Random], bytes]

#: Texts that make trouble somewhere: formulas, text that runs backwards, what nobody sees, what is no number and no date.
NASTY = (
    *('=HYPERLINK("http://evil.invalid","x")', "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3", "<script>alert(1)</script>", "{{7*7}}", "%s%n"),
    *("\u202egnirts", "\u200b\u2066", "\ufffd\ufeff", "\U0001d7d9\U0001d7da", "\u0661\u0662", "\x1b[31m", "'" * 40, '"', "\r", "\t", ""),
    *("'; DROP TABLE runs;--", "\\x00", "../../etc/passwd", "1e999", "NaN", "-0", "99999999999999999999", "0000-00-00", "9999-12-31"),
    *("2015-02-30", "31/02/2015", "12/03/2015", "24:00", "2015-03-29T01:30"),
)


def flip(data: bytes, chance: Random) -> bytes:
    """Some bytes changed at random."""
    spoiled = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return bytes(spoiled)


def cut(data: bytes, chance: Random) -> bytes:
    """The end is missing, as after a failed copy."""
    return data[: chance.randrange(len(data))]


def hole(data: bytes, chance: Random) -> bytes:
    """A block of zeros, as a bad disk leaves it."""
    at = chance.randrange(len(data))
    return data[:at] + b"\0" * min(len(data) - at, chance.randint(1, 4096)) + data[at + 4096 :]


def twice(data: bytes, chance: Random) -> bytes:
    """A part of it stands there twice."""
    first, last = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:last] + data[first:]


def other_encoding(data: bytes, chance: Random) -> bytes:
    """Written in another encoding than the one it is read in."""
    text = data.decode("utf-8", "replace").replace("C", "Ç", 1)
    return text.encode(chance.choice(["utf-16", "utf-16-be", "utf-32", "cp1252", "cp037", "utf-8-sig", "utf-7"]), "replace")


def line_ends(data: bytes, chance: Random) -> bytes:
    return data.replace(b"\n", chance.choice([b"\r", b"\r\r\n", b"\n\n", b"\x85", b"\x0b", b"\xe2\x80\xa8"]))


def delimiters(data: bytes, chance: Random) -> bytes:
    return data.replace(b",", chance.choice([b";", b"\t", b"|", b",,", b' , "']))


def quotes(data: bytes, chance: Random) -> bytes:
    """A quotation mark where none belongs."""
    at = chance.randrange(len(data))
    return data[:at] + b'"' + data[at:]


def cells(data: bytes, chance: Random) -> bytes:
    """Cells of a table filled with what makes trouble."""
    rows = [line.split(",") for line in data.decode("utf-8").split("\n")]
    for _ in range(min(40, len(rows))):
        row = chance.choice(rows)
        text = chance.choice(NASTY)
        row[chance.randrange(len(row))] = '"' + text.replace('"', '""') + '"' if chance.random() < 0.7 else text
    return "\n".join(map(",".join, rows)).encode("utf-8", "surrogatepass")


def columns(data: bytes, chance: Random) -> bytes:
    """Two columns change places, and their headings do not."""
    rows = [line.split(",") for line in data.decode("utf-8").split("\n")]
    width = len(rows[0])
    one, other = chance.randrange(width), chance.randrange(width)
    for row in rows[1:]:
        if len(row) == width:
            row[one], row[other] = row[other], row[one]
    return "\n".join(map(",".join, rows)).encode()


def heading(data: bytes, chance: Random) -> bytes:
    """The heading is missing, twice there, or one of its names is another's."""
    first, _, rest = data.partition(b"\n")
    names = first.split(b",")
    names[chance.randrange(len(names))] = names[chance.randrange(len(names))]
    return chance.choice([rest, first + b"\n" + data, b",".join(names) + b"\n" + rest, b"\xef\xbb\xbf" * 3 + data])


def elements(data: bytes, chance: Random) -> bytes:
    """Texts of an XML file replaced by what makes trouble, properly written."""
    parts = data.split(b"<")
    if len(parts) < 2:
        return quotes(data, chance)  # spoiled before
    for _ in range(30):
        at = chance.randrange(1, len(parts))
        tag, end, text = parts[at].partition(b">")
        if end and text.strip():
            safe = chance.choice(NASTY).replace("&", "&amp;").replace("<", "&lt;")
            parts[at] = tag + b">" + "".join(c for c in safe if c >= " ").encode("utf-8", "replace")
    return b"<".join(parts)


def tags(data: bytes, chance: Random) -> bytes:
    """One element is called otherwise, or stands somewhere else."""
    parts = data.split(b"<")
    if len(parts) < 2:
        return quotes(data, chance)  # spoiled before
    one, other = chance.randrange(1, len(parts)), chance.randrange(1, len(parts))
    parts[one], parts[other] = parts[other], parts[one]
    return b"<".join(parts)


def members(data: bytes, chance: Random) -> bytes:
    """One file within a .zip or .xlsx is spoiled, left out, or named otherwise; the archive itself is sound."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            held = {name: old.read(name) for name in old.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError):
        return flip(data, chance)  # spoiled before
    name = chance.choice([name for name, inside in held.items() if inside])
    inside = held.pop(name)
    how = chance.choice([flip, cut, elements, "renamed", "gone", "empty"])
    if how != "gone":
        new_name = f"x{name}" if how == "renamed" else name
        held[new_name] = how(inside, chance) if callable(how) else b"" if how == "empty" else inside
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, inside in held.items():
            new.writestr(name, inside)
    return made.getvalue()


BYTES: tuple[Spoiler, ...] = (flip, cut, hole, twice)
TEXT: tuple[Spoiler, ...] = (*BYTES, other_encoding, line_ends, delimiters, quotes, cells, cells, columns, columns, heading)
XML: tuple[Spoiler, ...] = (*BYTES, other_encoding, elements, elements, elements, tags, tags)
PACKED: tuple[Spoiler, ...] = (*BYTES, members, members, members, members)
