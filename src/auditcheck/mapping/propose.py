"""Which table a list may be, which column which field, which answer which code. Only what bears the contract's own name is certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from rapidfuzz import fuzz

from auditcheck import contract, values
from auditcheck.contract import Field
from auditcheck.exports.lists import Sheet
from auditcheck.exports.recipes import plain
from auditcheck.mapping import vocabulary
from auditcheck.mapping.dates import Dates, dates
from auditcheck.mapping.look import Found

#: How alike two names must be (0 to 100) for one to be proposed for the other. Chosen by trying it; nothing is taken unseen.
_LIKE, _LIKE_CODE, _TITLE = 88.0, 90.0, 80.0
_CERTAIN, _KNOWN = 101.0, 100.0
#: A column with more different answers than that holds no codes.
MOST_CODES = 40
_SHARE_OF_DATES = 0.5
_NOT_SAID = frozenset({"unknown", "notknown", "notrecorded", "notstated"})


@dataclass(frozen=True)
class Column:
    """A column and the field that it may be; ``certain`` where it bears the field's own name. ``dates`` where the field is one."""

    header: str
    field: Field
    certain: bool
    dates: Dates | None = None


@dataclass(frozen=True)
class Guess:
    """What a list may be: its table ('' where nothing says), whether its name is the table's own, and its columns by field."""

    table: str
    certain: bool
    columns: dict[str, Column]


def guess(found: Found, said: str = "") -> Guess:
    """The table and fields that a list may hold. ``said``: what a person says of dates that their column leaves open."""
    assert found.sheet is not None
    texts = columns_of(found.sheet)
    bare = plain(found.title).rstrip("0123456789")
    scores = {table: _of_title(bare, table) for table in contract.supplied()}
    best = max(scores.values())
    if best < _TITLE:
        by_header = {table: len(_matches(table, list(texts))) for table in contract.supplied()}
        most = max(by_header.values())
        winners = [table for table, count in by_header.items() if count == most]
        if most < 3 or len(winners) > 1 or most < len(texts) / 2:
            return Guess("", False, {})
        table = winners[0]
    else:
        table = max(scores, key=lambda one: (scores[one], len(_matches(one, list(texts)))))
    return Guess(table, plain(table) == bare, _columns(table, texts, said))


def columns_of(sheet: Sheet) -> dict[str, pa.Array]:
    """The columns of a list that have a name and could be read, by header."""
    return {header.strip(): sheet.columns[at] for at, header in enumerate(sheet.header) if at in sheet.columns and header.strip()}


def _of_title(bare: str, table: str) -> float:
    """How well a name fits a table, 0 to 101: longer words of the table's own weigh more than shorter ones that the name merely holds."""
    best = 0.0
    for written in map(plain, vocabulary.titles(table)):
        if written == bare:
            return _CERTAIN
        if len(written) > 2 and written in bare:
            best = max(best, 90.0 + 10.0 * len(written) / len(bare))
        best = max(best, min(89.0, fuzz.ratio(written, bare)))
    return best


def _matches(table: str, headers: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Field -> (header, how sure), each header and field once, the surest first."""
    known = vocabulary.headers(table)
    pairs = []
    for at, header in enumerate(headers):
        bare = plain(header)
        for name, words in known.items():
            score = _CERTAIN if bare == plain(name) else _KNOWN if bare in words else max(fuzz.ratio(bare, word) for word in words)
            if score >= _LIKE:
                pairs.append((-score, at, name, header))
    found: dict[str, tuple[str, float]] = {}
    used: set[str] = set()
    for score, _, name, header in sorted(pairs):
        if name not in found and header not in used:
            found[name] = (header, -score)
            used.add(header)
    return found


def _columns(table: str, texts: Mapping[str, pa.Array], said: str) -> dict[str, Column]:
    found = {}
    for name, (header, score) in _matches(table, list(texts)).items():
        field, different = contract.tables()[table][name], texts[header].unique().to_pylist()
        filled = [text for text in different if text]
        how = dates(filled, said) if field.type in ("date", "moment") else None
        certain = score == _CERTAIN
        if how is not None and filled and how.share < _SHARE_OF_DATES and not certain:
            continue
        if (field.codes or field.type == "yesno") and len(filled) > MOST_CODES and not certain:
            continue
        found[name] = Column(header, field, certain, how)
    return found


@dataclass(frozen=True)
class Codes:
    """The answers of a column with how often each occurs: by code ('' = blank), those only proposed, and those that nobody knows."""

    by_code: dict[str, list[tuple[str, int]]]
    proposed: list[str]
    unknown: list[tuple[str, int]]


def codes(field: Field, column: pa.Array) -> Codes | None:
    """What the answers of a column may mean; None where they are the contract's own words."""
    counts = Counter(text for text in column.to_pylist() if text)
    allowed = ("yes", "no") if field.type == "yesno" else field.codes
    if all(values.normal(text, "yesno" if field.type == "yesno" else "text") in allowed for text in counts):
        return None
    found = Codes({}, [], [])
    for text, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        code, certain = _code(text, field, allowed)
        if code is None:
            found.unknown.append((text, count))
            continue
        found.by_code.setdefault(code, []).append((text, count))
        if not certain:
            found.proposed.append(text)
    return found


def _code(text: str, field: Field, allowed: Sequence[str]) -> tuple[str | None, bool]:
    bare = plain(text)
    word = values.normal(text, "yesno") if field.type == "yesno" else text
    for code in allowed:
        if plain(code) == plain(word):
            return code, True
    if bare in _NOT_SAID or values.is_placeholder(text):
        return "", False
    by_name = [code for code in allowed if bare in vocabulary.codes().get(code, ())]
    if len(by_name) == 1:
        return by_name[0], False
    like = {code: max(fuzz.ratio(bare, word) for word in (plain(code), *vocabulary.codes().get(code, ()))) for code in allowed}
    best = max(like, key=lambda code: like[code]) if like and field.type != "yesno" else None
    return (best, False) if best is not None and like[best] >= _LIKE_CODE else (None, False)


def always(field: Field, title: str) -> str:
    """The code that the name of a list says its records all have; empty where it says none, or more than one."""
    bare = plain(title)
    longest: dict[str, int] = {}
    for code in field.codes:
        held = [len(word) for word in (plain(code), *vocabulary.codes().get(code, ())) if len(word) > 1 and word in bare]
        if held:
            longest[code] = max(held)
    best = [code for code, length in longest.items() if length == max(longest.values())]
    return best[0] if len(best) == 1 else ""
