"""How a column writes its dates: decided by its own values or by a person, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from auditcheck import values
from auditcheck.exports.recipes import DATE_TIMES

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
#: Layout -> whether the day stands before the month in figures; None where no one could take the one for the other.
LAYOUTS: dict[str, str | None] = {
    "%d/%m/%Y": DAY_FIRST,
    "%m/%d/%Y": MONTH_FIRST,
    "%d-%m-%Y": DAY_FIRST,
    "%m-%d-%Y": MONTH_FIRST,
    "%d.%m.%Y": DAY_FIRST,
    "%m.%d.%Y": MONTH_FIRST,
    "%d/%m/%y": DAY_FIRST,
    "%m/%d/%y": MONTH_FIRST,
    "%y/%m/%d": None,
    "%d-%m-%y": DAY_FIRST,
    "%m-%d-%y": MONTH_FIRST,
    "%d.%m.%y": DAY_FIRST,
    "%d %b %Y": None,
    "%d-%b-%Y": None,
    "%d-%b-%y": None,
    "%d %B %Y": None,
    "%Y-%m-%d": None,
    "%Y/%m/%d": None,
    "%Y%m%d": None,
}


@dataclass(frozen=True)
class Dates:
    """What a column's texts say of its dates. ``share`` of the texts that are dates at all (0 to 1).

    ``layout``: the one in which all of them can be read; empty where they need none (the contract's own form) or it is not ``decided``.
    ``why``: for a person, about ``example``, a text from the column.
    """

    share: float
    decided: bool
    layout: str = ""
    why: str = ""
    example: str = ""


def dates(texts: Iterable[str], said: str = "") -> Dates:
    """The layout of a column with these texts. ``said``: what a person says where the texts leave it open (`DAY_FIRST`, `MONTH_FIRST`)."""
    every = sorted({text for text in texts if text and not values.is_placeholder(text)})
    known = values.moments(pa.array(every, pa.string())).known.tolist()
    open_ = [text for text, read in zip(every, known, strict=True) if not read]
    fits = {layout: {text for text in open_ if fits_layout(text, layout)} for layout in LAYOUTS}
    dated = set().union(*fits.values())
    share = (len(every) - len(open_) + len(dated)) / len(every) if every else 0.0
    if not dated:
        return Dates(share, True)
    full = [layout for layout, held in fits.items() if held == dated]
    rivals = [layout for layout, held in fits.items() if held and layout not in full]
    if len(full) == 1:
        telling = next((min(dated - fits[rival]) for rival in rivals), "")
        return Dates(share, True, full[0], "can be nothing else" if telling else "", telling)
    if not full:
        some = ", ".join(layout for layout, held in fits.items() if held)
        return Dates(share, False, "", f"is one of its dates; no one layout reads them all ({some} each read some)", min(dated))
    by_word = [layout for layout in full if said and LAYOUTS[layout] == said]
    if len(by_word) == 1:
        return Dates(share, True, by_word[0], f"is {said}, as was said; no date here settles it", min(dated))
    return Dates(share, False, "", f"may be {' or '.join(full)}; no date here settles it", min(dated))


def fits_layout(text: str, layout: str) -> bool:
    """Whether a text is a day of the calendar (a time may follow) in a layout."""
    if not text.isascii():
        return False
    for time in DATE_TIMES:
        try:
            return 1900 <= datetime.strptime(text, layout + time).year <= 2099
        except ValueError:
            continue
    return False
