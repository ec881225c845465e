"""Which rules rest on words that nobody checked against their source, in the period of a book."""

from __future__ import annotations

from auditcheck.board.aimed import of_another
from auditcheck.board.order import Order
from auditcheck.rulebook.editions import carried_over, in_force, rests_on_it
from auditcheck.rulebook.model import Rule
from auditcheck.rulebook.profile import apply

MARK = "Unverified: what it asks was not checked against its source"


def unchecked(order: Order) -> frozenset[str]:
    """Their ids. A limit that the profile sets in place of a rule's own speaks for itself, if the run was made with that profile."""
    rules = dict(order.book.rules)
    if not of_another(order):
        rules |= {rule.id: rule for rule in apply(order.book, order.profile)}
    return frozenset(rule.id for rule in rules.values() if _is(rule, order))


def _is(rule: Rule, order: Order) -> bool:
    first, last = order.period.first, order.period.last
    asked = [one for one in rule.limit.values if one.from_ <= last and (one.until is None or first < one.until)]
    if rests_on_it(rule) and carried_over(in_force(last, order.book.editions), asked[-1] if asked else None):
        return True
    return "unverified" in ([one.verified or rule.verified for one in asked] or [rule.verified])
