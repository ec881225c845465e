"""Which children a figure is broken down by: teams, plans, ages, ethnic groups, disability. Each child is in one group of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]

NOT_RECORDED = "Not recorded"
#: What a rule says of a worker or a whole service has no child.
NO_CHILD = "Not about one child"
NO_TEAM = "No team recorded"
UNBORN, UNKNOWN_AGE = "Unborn", "Age not known"
#: Upper ends (whole years, included) of the age bands of the children in need census; from memory, not checked.
_BANDS = ((0, "Under 1"), (4, "1 to 4"), (9, "5 to 9"), (15, "10 to 15"), (17, "16 and 17"), (200, "18 and over"))
UNDER_FIVE, FIVE_AND_OVER = (tuple(name for most, name in _BANDS if (most < 5) is young) for young in (True, False))
#: The Department's codes by broad group of the census of 2011; from memory, not checked. Anything else is said to be in no group.
_ETHNIC = {
    "White": ("WBRI", "WIRI", "WIRT", "WOTH", "WROM"),
    "Mixed or multiple ethnic groups": ("MWBC", "MWBA", "MWAS", "MOTH"),
    "Asian or Asian British": ("AIND", "APKN", "ABAN", "AOTH", "CHNE"),
    "Black or Black British": ("BCRB", "BAFR", "BOTH"),
    "Other ethnic group": ("OOTH",),
    "Not obtained or refused": ("NOBT", "REFU"),
}
_OTHER_ETHNIC = "Recorded in other words"
_PLANS = {
    "child_protection": "Child protection",
    "child_in_need": "Child in need",
    "care": "Care plan",
    "pathway": "Pathway plan",
    "permanence": "Permanence plan",
}
_CATEGORIES = {
    "neglect": "neglect", "physical": "physical abuse", "sexual": "sexual abuse", "emotional": "emotional abuse", "multiple": "multiple",
}  # fmt: skip


@dataclass(frozen=True)
class Groups:
    """One way of breaking figures down. ``names``: the groups in the order of the book; ``code``: that of each child, by row."""

    key: str
    title: str
    names: tuple[str, ...]
    code: Codes


def groups(children: pa.Table) -> list[Groups]:
    """Every breakdown of children.parquet's rows."""
    return [_teams(children), _plans(children), _ages(children), _ethnic(children), _disability(children)]


def _texts(children: pa.Table, column: str) -> pa.Array:
    return pc.fill_null(children[column].combine_chunks(), "")


def _coded(key: str, title: str, order: Sequence[str], column: pa.Array, name: Callable[[str], str]) -> Groups:
    """``name``: the group of a value as recorded; ``order``: those that come first, the others follow by name."""
    encoded = column.dictionary_encode()
    named = [name(value) for value in encoded.dictionary.to_pylist()]
    names = [one for one in order if one in named] + sorted(set(named) - set(order))
    at = np.array([names.index(one) for one in named], np.int32)
    return Groups(key, title, tuple(names), at[encoded.indices.to_numpy(zero_copy_only=False)])


def _teams(children: pa.Table) -> Groups:
    return _coded("team", "Team", (), _texts(children, "team"), lambda value: value or NO_TEAM)


def _plans(children: pa.Table) -> Groups:
    parts = [_texts(children, name) for name in ("plan_kind", "plan_category")]
    both = pc.binary_join_element_wise(*parts, "/")
    order = [f"Child protection: {name}" for name in (*_CATEGORIES.values(), "category not recorded")] + [*_PLANS.values()][1:]
    return _coded("plan", "Plan and its category", order, both, _plan)


def _plan(value: str) -> str:
    kind, _, category = value.partition("/")
    if kind == "child_protection":
        return f"Child protection: {_CATEGORIES.get(category, 'category not recorded')}"
    return _PLANS.get(kind, "No plan")


def _ages(children: pa.Table) -> Groups:
    order = [UNBORN, *(name for _, name in _BANDS)]
    return _coded("age", "Age on the day of the run", order, _texts(children, "age"), _band)


def _band(value: str) -> str:
    if not value.isdigit():
        return UNBORN if value == "unborn" else UNKNOWN_AGE
    return next(name for most, name in _BANDS if int(value) <= most)


def _ethnic(children: pa.Table) -> Groups:
    by_code = {code: name for name, codes in _ETHNIC.items() for code in codes}

    def name(value: str) -> str:
        return by_code.get(value.upper(), _OTHER_ETHNIC) if value else NOT_RECORDED

    return _coded("ethnicity", "Ethnic group", [*_ETHNIC], _texts(children, "ethnicity"), name)


def _disability(children: pa.Table) -> Groups:
    words = {"yes": "Disabled", "no": "Not disabled"}
    return _coded("disability", "Disability", [*words.values()], _texts(children, "disabled"), lambda value: words.get(value, NOT_RECORDED))
