"""Files of a service's own layout, read by its mapping into the tables of the contract."""

from __future__ import annotations

from collections.abc import Sequence

from auditcheck.exports.lists import Lists, Name
from auditcheck.exports.recipes import plain
from auditcheck.mapping.language import Layout
from auditcheck.mapping.look import Found, Opened
from auditcheck.raw import BadExport, Export, Problem

KIND = "own layout"
#: A list whose file has another name is known by so much of its header.
_ENOUGH = 0.6


def read(layout: Layout, files: Sequence[Opened]) -> Export:
    """Everything that the files hold of what the mapping names. Raises `BadExport` where none of them is a list of it."""
    return taken(layout, files).export(KIND, [*(file.input for file in files), layout.input])


def taken(layout: Layout, files: Sequence[Opened]) -> Lists:
    """The lists of a mapping, filled. Raises `BadExport` where none of the files is a list of it.

    A list or a header that the mapping names and the files lack stops the audit, as does a file that the mapping does not name: it was
    written for these very files.
    """
    lists = Lists(layout.said, exact=True)
    for file in files:
        for found in file.lists:
            lists.problems += found.problems
            if found.sheet is not None:
                _take(lists, found, layout.input.name)
    if not lists.done:
        known = ", ".join(map(str, lists.lists))
        raise BadExport(f"{files[0].input.name} holds none of the lists that {layout.input.name} names ({known}).")
    for key, about in lists.lists.items():
        if key not in lists.done and "not_read" not in about:
            what = f"no file or sheet for list {key} of {layout.input.name}: nothing is known of it"
            lists.problems.append(Problem(files[0].input.name, 0, "", "", what, stopped=True))
    return lists


def by_its_header(lists: Lists, found: Found) -> Name | None:
    """The one list most of whose columns a file or sheet has; None where there is none, or two fit as well."""
    if found.sheet is None:
        return None
    written = {plain(header) for header in found.sheet.header}
    fits: dict[Name, float] = {}
    for key, about in lists.lists.items():
        there = [not written.isdisjoint(map(plain, names)) for names in about["columns"]]
        fits[key] = sum(there) / len(there)
    best = max(fits.values(), default=0.0)
    winners = [key for key, fit in fits.items() if fit == best]
    return winners[0] if best >= _ENOUGH and len(winners) == 1 else None


def _take(lists: Lists, found: Found, mapping: str) -> None:
    def problem(what: str, stopped: bool) -> None:
        lists.problems.append(Problem(found.file, 0, "", "", what, stopped))

    key = _by_its_name(lists, found.title)
    key = by_its_header(lists, found) if key is None else key
    if key is None or found.sheet is None:
        problem(f"not a list that {mapping} names, by its name or its headers: not read (`not_read: why` says that this is meant)", True)
        return
    about = lists.lists[key]
    if "not_read" in about:
        problem(f"not read: {about['not_read']}", False)
    elif key in lists.done and not about.get("several"):
        problem(f"list {key} was already read from {lists.done[key]}: this one is not (`several: true` reads them all)", True)
    else:
        lists.read(key, found.sheet)
    lists.done.setdefault(key, found.file)


def _by_its_name(lists: Lists, title: str) -> Name | None:
    """The list that a file or sheet is called after; figures at the end, such as a day, aside."""
    bare = plain(title)
    found = (lists.named(name) for name in (bare, bare.rstrip("0123456789")) if name)
    return next((key for key in found if key is not None), None)
