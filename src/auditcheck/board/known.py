"""What the door of `disclosure` asks of counts that no table prints, so that those that are large need no protecting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from auditcheck.board.pieces import Pieces
from auditcheck.board.tables import Basis, outcomes
from auditcheck.board.tally import Tally
from auditcheck.checks.verdict import OUTCOMES
from auditcheck.disclosure import Published, Raw, parts

Members = frozenset[str | int]
Box = Mapping[str, Members]


class Known:
    """Counts of one group of rules, one group of children and some outcomes: in the period of the book, or in pieces of it and of others.

    ``tables``: all of this book and of earlier ones, whose periods cut each other; ``count``: counts such pieces, once, if need be.
    """

    def __init__(
        self,
        tally: Tally,
        bases: Sequence[Basis],
        rules: Members,
        tables: Collection[Raw | Published],
        count: Callable[[Pieces], None],
    ) -> None:
        self._tally, self._rules, self._tables, self._count = tally, rules, tables, count
        self._bases = {basis.population: basis for basis in bases}

    @cached_property
    def _pieces(self) -> Pieces:
        periods = parts("period", [table for table in self._tables if table.population in self._bases])
        pieces = Pieces(self._tally, dict.fromkeys(periods))
        self._count(pieces)
        return pieces

    def __call__(self, population: str, box: Box) -> int | None:
        """The count; None where it is not known here."""
        basis = self._bases.get(population)
        keys = [name for name in box if name in self._tally.by]
        if basis is None or len(keys) > 1 or box.keys() - {"rule", "period", "outcome", *keys}:
            return None
        key = keys[0] if keys else next(iter(self._tally.by))
        names, rules = self._tally.names(key), box.get("rule", basis.rules)
        groups = [place for place, name in enumerate(names) if name in box.get(key, names)]
        if len(groups) < len(box.get(key, ())) or not rules <= self._rules:
            return None
        of_each = self._of_each(basis, box.get("period"), sorted(basis.rules & rules), key, groups)
        if of_each is None or not box["outcome"] <= of_each.keys():
            return None
        return sum(of_each[str(outcome)] for outcome in box["outcome"])

    def _of_each(
        self, basis: Basis, days: Members | None, rules: Sequence[str], key: str, groups: Collection[int]
    ) -> dict[str, int] | None:
        """The count of each outcome."""
        if days == basis.period.members:
            number = self._tally.of(rules, key, groups)
            told = {"met": number.met, "justified": number.justified, "not_met": number.not_met}
            return told | dict.fromkeys(map(str, outcomes(basis.period)["unknown"]), number.unknown)
        if days is None or not self._tally.events.issuperset(rules):
            return None  # what was on record on another day is not in this export
        found = self._pieces.of(days, rules, key, groups)
        return None if found is None else {name: int(n) for name, n in zip(OUTCOMES, found, strict=True) if name != "cannot_tell"}
