"""A first mapping of some files, for a person to correct: what is certain, what is proposed, and what only a person can decide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from auditcheck import contract
from auditcheck.mapping import propose
from auditcheck.mapping.look import Found
from auditcheck.mapping.propose import Codes, Column, Guess

_HEAD = """\
# How the files of this service become case records, drafted by `auditcheck map init`. Correct it, then look at what it would read:
#   auditcheck map check THIS-FILE FILES...
# Nothing is read with it while a line says undecided or proposed.
#   undecided   only a person knows: write what is right in its place
#   proposed    a likeness of names, not knowledge: correct what is wrong, then delete the line that begins with proposed
# A list is one file or sheet; `columns` names every header that it may have, and fields take theirs from them. A field of a record is
#   Header                                  the text of that column
#   {from: Header, layout: "%d/%m/%Y"}      a date; %d day, %m month, %Y year (a time may follow; YYYY-MM-DD needs no layout)
#   {from: Header, codes: name}             an answer, turned into a word of the contract by a list under words: codes:
#   {always: word}                          the same word for every row
#   {from: Header, prefix: x-}              an id of its own where two lists count theirs alike
# What the tables and fields are is in docs/case-records.md. A column that no record takes is not read; `not_read: why` leaves out a list.
"""

_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9 _/()&.+-]*[A-Za-z0-9)]|[A-Za-z]")
_WORDS = {"yes", "no", "true", "false", "on", "off", "y", "n", "null"}


def text(value: str) -> str:
    """A value as YAML, in quotes where it would be read as something else without."""
    return value if _SAFE.fullmatch(value) and value.lower() not in _WORDS else json.dumps(value, ensure_ascii=False)


def draft(found: Sequence[Found], said: str = "") -> str:
    """The mapping as YAML text. ``said``: what a person says of dates that their column leaves open (dates.DAY_FIRST, MONTH_FIRST)."""
    guesses = [(one, propose.guess(one, said)) for one in found if one.sheet is not None]
    names = _names([one.title for one, _ in guesses])
    lists: list[str] = []
    codes: list[str] = []
    for (one, what), name in zip(guesses, names, strict=True):
        lists += _list(name, one, what)
        codes += _codes(name, one, what)
    coverage = list(_coverage([what.table for _, what in guesses]))
    parts = [_HEAD, "lists:", *lists, *(["words:", "  codes:", *codes] if codes else []), *coverage]
    return "\n".join(parts) + "\n"


def _names(titles: Sequence[str]) -> list[str]:
    """A name for each list: its title without the figures at its end, such as a day; the whole title where two would be called alike."""
    short = [re.sub(r"[^A-Za-z]+$", "", title) or title for title in titles]
    return [title if short.count(name) > 1 else name for name, title in zip(short, titles, strict=True)]


def _list(name: str, found: Found, what: Guess) -> Iterator[str]:
    assert found.sheet is not None
    taken = {column.header for column in what.columns.values()}
    yield f"  {text(name)}:  # {found.file.splitlines()[0]}: {len(found.sheet.rows)} rows"
    child = what.columns.get("child_id")
    if child:
        yield f"    child: {text(child.header)}"
    yield "    columns:"
    for header in propose.columns_of(found.sheet):
        yield f"      - {text(header)}" + ("" if header in taken else "  # not read")
    if not what.table:
        yield "    not_read: undecided  # nothing says what these are: write why it is not read, or records as in the other lists"
        return
    yield "    records:"
    yield f"      - table: {what.table}"
    fields = list(_fields(name, found, what))
    yield "        fields:" if fields else "        fields: {}"
    yield from fields
    proposed = ["table"] * (not what.certain) + ["child"] * bool(child and not child.certain)
    proposed += [field for field, column in what.columns.items() if field != "child_id" and not column.certain]
    if _kind(found, what)[0]:
        proposed.append("kind")
    if proposed:
        yield f"        proposed: [{', '.join(proposed)}]"


def _fields(name: str, found: Found, what: Guess) -> Iterator[str]:
    for field in contract.tables()[what.table].values():
        column = what.columns.get(field.name)
        if field.name == "kind" and column is None and field.codes:
            always, choices = _kind(found, what)
            note = f"  # or {choices}" if always else f"  # one of {choices}"
            yield f"          kind: {{always: {always or 'undecided'}}}{note}"
        elif column is not None and field.name != "child_id":
            yield f"          {field.name}: {_way(name, found, what, column)}"


def _kind(found: Found, what: Guess) -> tuple[str, str]:
    """The kind that a list's name proposes where no column says it, and all kinds for a comment."""
    field = contract.tables().get(what.table, {}).get("kind")
    if field is None or not field.codes or "kind" in what.columns:
        return "", ""
    return propose.always(field, found.title), ", ".join(field.codes)


def _way(name: str, found: Found, what: Guess, column: Column) -> str:
    header = text(column.header)
    how = column.dates
    if how is not None:
        # A date of birth is nobody's business in a file that may be passed round.
        why = f"{how.example} {how.why}" if what.table != "children" else how.why and f"a date of its own {how.why}"
        note = f"  # {why}" if how.why else ""
        if how.layout or not how.decided:
            return f"{{from: {header}, layout: {text(how.layout) if how.decided else 'undecided'}}}{note}"
    return f"{{from: {header}, codes: {text(_code_list(name, column))}}}" if _answers(found, column) else header


def _code_list(name: str, column: Column) -> str:
    return f"{name} {column.field.name}"


def _answers(found: Found, column: Column) -> Codes | None:
    assert found.sheet is not None
    if not column.field.codes and column.field.type != "yesno":
        return None
    return propose.codes(column.field, propose.columns_of(found.sheet)[column.header])


def _codes(name: str, found: Found, what: Guess) -> Iterator[str]:
    for column in what.columns.values():
        answers = _answers(found, column)
        if answers is None:
            continue
        allowed = ("yes", "no") if column.field.type == "yesno" else column.field.codes
        yield f"    {text(_code_list(name, column))}:"
        for code, written in sorted(answers.by_code.items()):
            yield f"      {text(code or 'blank')}:"
            yield from _counted(written)
        if answers.unknown:
            yield f"      undecided:  # each belongs behind one of {', '.join(allowed)}, or blank"
            yield from _counted(answers.unknown)
        if answers.proposed:
            yield f"      proposed: [{', '.join(map(text, answers.proposed))}]"


def _counted(written: Sequence[tuple[str, int]]) -> Iterator[str]:
    for answer, count in written[: propose.MOST_CODES]:
        yield f"        - {text(answer)}  # {count} time{'s' if count > 1 else ''}"
    if len(written) > propose.MOST_CODES:
        yield f"        # and {len(written) - propose.MOST_CODES} more: is this a column of codes at all?"


def _coverage(tables: Sequence[str]) -> Iterator[str]:
    dated = [table for table in contract.supplied() if table in tables and contract.own_date(table)]
    if dated:
        yield "# How far back each table goes. complete: every record of the children in it; since YYYY-MM-DD: none before that day;"
        yield "# latest_only: one record a child. What lies before is then `cannot tell`, not a breach."
        yield "coverage:"
    for table in dated:
        yield f"  {table}: undecided"
