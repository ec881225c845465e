"""What a blank means where the source of a record has no such column: nothing was asked, so nothing can be missing.

Where one table is made of several lists or sources, a field that only some of them carry is unreadable for the records of the others,
not blank: a blank would be taken for "not recorded", which is a breach where recording is the duty.
"""

from __future__ import annotations

from auditcheck import contract
from auditcheck.values import DIFFERS

#: These are blank for nearly every record. Without the column they mean what they mean alone: not ended, not cancelled.
_USUALLY_BLANK = {"cancelled", "recorded_at", "died_on", "left_area_on", "restricted", *(end for _, end in contract.PERIODS.values())}
#: Who works with whom; their blanks are no rule's breach by themselves.
_STAFF = {"workers", "posts", "involvements"}


def filler(table: str, name: str) -> str:
    """What stands in a field of a record whose own list or source does not carry it."""
    field = contract.tables()[table][name]
    silent = field.key or field.refers_to is not None or name in _USUALLY_BLANK or table in _STAFF
    return "" if silent else DIFFERS
