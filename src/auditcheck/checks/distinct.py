"""`distinct`: a text is about this child, and not the one that stands in the record of a brother or sister.

No text leaves this module: what is told is which record it was compared with, and how much of the two is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from auditcheck import clock
from auditcheck.casefile import sealed
from auditcheck.checks import words
from auditcheck.checks.ground import Ground, settle_population
from auditcheck.checks.likeness import FEWEST, Words, percent_alike
from auditcheck.checks.scope import Answer, Scope
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_APPLICABLE, NOT_MET, Observations, Verdict
from auditcheck.clock import NAT, Length
from auditcheck.duties import NO_END
from auditcheck.rulebook.model import Rule
from auditcheck.values import DIFFERS, Mask, When, never

#: More children than these under one family id are no family: the id stands for something else.
MOST = 20

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Pairs:
    """A record (``one``) and a record of a brother or sister (``other``), rows (p,); ``sure`` where the two are known to lie near."""

    one: Rows
    other: Rows
    sure: Mask


@dataclass(frozen=True)
class Texts:
    """One field of the subject's table: ``code`` (n,) into ``read``, the texts as they are compared (those of records without a pair are
    left blank); ``usable`` where there is enough to compare, ``unread`` where the rows of the record disagree (n,)."""

    name: str
    code: npt.NDArray[np.int32]
    read: Sequence[str]
    usable: Mask
    unread: Mask


@dataclass(frozen=True)
class Families:
    """For each record its family's ``code`` (-1: not recorded) and how many ``children`` bear it (n,)."""

    code: npt.NDArray[np.int32]
    child: npt.NDArray[np.int32]
    children: npt.NDArray[np.int64]


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record."""
    body, least = rule.body, rule.share(rule.body["alike"]).percent
    near = rule.length(body["near"])
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    at = scope.when(body["at"])
    family = _families(ground, scope)
    pairs = _near(_siblings(ground, scope, family, inside), at, near, inside)
    fields = [_texts(ground, scope, name, pairs) for name in ([body["field"]] if isinstance(body["field"], str) else body["field"])]
    alike = [_alike(field, pairs, least) for field in fields]
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    verdict.settle(family.code < 0, CANNOT_TELL, "Cannot tell: the record does not say which family the child belongs to")
    verdict.settle(family.children == 1, NOT_APPLICABLE, "No brother or sister of the child is recorded")
    verdict.settle(family.children > MOST, CANNOT_TELL, f"Cannot tell: more than {MOST} children have this family id")
    event = _settle_alike(ground, scope, verdict, pairs, fields, alike)
    _settle_unlike(verdict, pairs, fields, _hidden(ground, rule.subject, at, near))
    none = never(m)
    return [
        ground.counted(
            Observations(
                rule,
                rule.subject,
                scope.rows,
                verdict,
                rule.subject,
                scope.rows,
                at,
                none,
                none,
                np.full(m, -1, np.int32),
                exempt=ground.exemptions(rule, scope),
                event_table=rule.subject,
                event_rows=event,
            )
        )
    ]


def _families(ground: Ground, scope: Scope) -> Families:
    code, _ = scope.words("child_id.family_id")
    code = np.where(scope.blank("child_id.family_id").yes, -1, np.maximum(code, -1)).astype(np.int32)
    whole, _ = Scope.of(ground.duties, "children").words("family_id")
    size = np.bincount(whole[whole >= 0], minlength=max(int(code.max(initial=-1)), int(whole.max(initial=-1))) + 1)
    return Families(code, ground.cf.child(scope.table), np.where(code >= 0, size[code] if len(size) else 0, 0))


def _siblings(ground: Ground, scope: Scope, family: Families, inside: Answer) -> Pairs:
    """Every record beside every record of a brother or sister.

    A sealed child's records are compared with others', never others' with them: the finding would name them on everybody's list.
    """
    counts = (inside.yes | inside.unknown) & (family.code >= 0) & (family.child >= 0) & ~ground.duties.not_happened(scope.table)
    rows = np.flatnonzero(counts & (family.children > 1) & (family.children <= MOST))
    rows = rows[np.argsort(family.code[rows], kind="stable")]
    code = family.code[rows]
    low, high = np.searchsorted(code, code), np.searchsorted(code, code, "right")
    count = high - low
    one = np.repeat(rows, count)
    other = rows[np.repeat(low - (np.cumsum(count) - count), count) + np.arange(count.sum())] if len(rows) else rows
    keep = (family.child[one] != family.child[other]) & ~sealed(ground.cf)[family.child[other]]
    return Pairs(one[keep], other[keep], np.ones(int(keep.sum()), bool))


def _near(pairs: Pairs, at: When, near: Length, inside: Answer) -> Pairs:
    """The pairs whose dates lie within ``near`` of each other, and those of which that can't be told."""
    one, other = at.day[pairs.one], at.day[pairs.other]
    known = at.known[pairs.one] & at.known[pairs.other]
    limit = clock.add(np.where(known, np.minimum(one, other), NAT).astype(np.int32), near)
    told = known & (limit != NAT)
    keep = ~told | (np.maximum(one, other) <= limit)
    return Pairs(pairs.one[keep], pairs.other[keep], (told & inside.yes[pairs.other])[keep])


def _texts(ground: Ground, scope: Scope, name: str, pairs: Pairs) -> Texts:
    held = ground.cf.text(scope.table, name).dictionary_encode()
    texts, code = held.dictionary.to_pylist(), np.asarray(held.indices, np.int32)
    words_, read = Words(), [""] * max(len(texts), 1)
    for wanted in np.unique(code[np.unique([pairs.one, pairs.other])]).tolist():
        read[wanted] = words_.of(texts[wanted])
    long = np.array([len(text) >= FEWEST for text in read])
    unread = np.array([text == DIFFERS for text in texts] or [False])[code]
    return Texts(name, code, read, ~ground.cf.blank(scope.table, name) & ~unread & long[code], unread)


def _alike(field: Texts, pairs: Pairs, least: int) -> npt.NDArray[np.int64]:
    """How alike the texts of each pair are, in percent; 0 where it is less than ``least``, -1 where there is too little to compare (p,)."""
    result = np.full(len(pairs.one), -1, np.int64)
    both = np.flatnonzero(field.usable[pairs.one] & field.usable[pairs.other])
    one, other = field.code[pairs.one[both]].astype(np.int64), field.code[pairs.other[both]].astype(np.int64)
    key = (np.minimum(one, other) << 32) + np.maximum(one, other)
    each, back = np.unique(key, return_inverse=True)  # a pair of texts is compared once, whichever way round
    found = [percent_alike(field.read[pair >> 32], field.read[pair & 0xFFFFFFFF], least) for pair in each.tolist()]
    result[both] = np.array(found, np.int64)[back] if len(found) else result[both]
    return result


def _settle_alike(
    ground: Ground, scope: Scope, verdict: Verdict, pairs: Pairs, fields: Sequence[Texts], alike: Sequence[npt.NDArray[np.int64]]
) -> npt.NDArray[np.int32]:
    """Settle the copies; the row of the sibling's record that is most alike, -1 where none is alike (n,)."""
    m = len(scope.rows)
    event = np.full(m, -1, np.int32)
    name = np.argsort(np.asarray(pc.sort_indices(ground.cf.ids(scope.table))))
    every = np.stack(alike)
    most, which = every.max(axis=0, initial=-1), every.argmax(axis=0)
    sure = np.flatnonzero((most > 0) & pairs.sure)
    order = sure[np.lexsort((name[pairs.other[sure]], -most[sure], pairs.one[sure]))]
    best = order[np.flatnonzero(np.diff(pairs.one[order], prepend=-1))]
    event[pairs.one[best]] = pairs.other[best]
    for place, percent in sorted(set(zip(which[best].tolist(), most[best].tolist(), strict=True))):
        here = best[(which[best] == place) & (most[best] == percent)]
        text = f"{words.plain(fields[place].name).capitalize()} is {percent}% the same"
        verdict.settle(_at(m, pairs.one[here]), NOT_MET, text)
    doubtful = _at(m, pairs.one[(most > 0) & ~pairs.sure])
    verdict.settle(doubtful, CANNOT_TELL, "Cannot tell: a record with the same text may be one to compare with, and may not")
    return event


def _settle_unlike(verdict: Verdict, pairs: Pairs, fields: Sequence[Texts], hidden: Mask) -> None:
    """Settle the records of which no copy is known: different, or with nothing to compare."""
    m = len(verdict.outcome)
    enough = [field.usable for field in fields]
    any_enough, unread = np.logical_or.reduce(enough), np.logical_or.reduce([field.unread for field in fields])
    sure = Pairs(pairs.one[pairs.sure], pairs.other[pairs.sure], pairs.sure[pairs.sure])
    beside = _at(m, sure.one[unread[sure.other]])
    verdict.settle(hidden, CANNOT_TELL, "Cannot tell: this export does not show the earlier records")
    verdict.settle(beside, CANNOT_TELL, "Cannot tell: the text of a brother's or sister's record can't be read")
    there = _at(m, sure.one[any_enough[sure.other]])
    verdict.settle(~there, NOT_APPLICABLE, "No text of a brother's or sister's record near it is long enough to compare")
    verdict.settle(unread, CANNOT_TELL, "Cannot tell: the text can't be read")
    verdict.settle(~any_enough, CANNOT_TELL, f"Cannot tell: no text of at least {FEWEST} words is recorded")
    compared = np.logical_or.reduce([_at(m, sure.one[one[sure.one] & one[sure.other]]) for one in enough])
    verdict.settle(~compared, NOT_APPLICABLE, "No text of a brother's or sister's record near it is long enough to compare")
    verdict.settle(np.ones(m, bool), MET, "The text differs from those of brothers and sisters")


def _at(m: int, rows: Rows) -> Mask:
    """The places that ``rows`` name (m,)."""
    mask = np.zeros(m, bool)
    mask[rows] = True
    return mask


def _hidden(ground: Ground, table: str, at: When, near: Length) -> Mask:
    """Where the export may hold back records that lie near."""
    if ground.latest_only(table):
        return np.ones(len(at.day), bool)
    seen = ground.seen_from(table)
    first = clock.add(np.where(at.known, at.day, NAT).astype(np.int32), near, -1)
    hidden: Mask = (seen > -NO_END) & ((first == NAT) | (first < seen))
    return hidden
