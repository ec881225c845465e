"""A day as people, or the spreadsheet that they use, write it: 2015-04-01 or 01/04/2015 (the day first), a month 2015-04 or Apr-15."""

from __future__ import annotations

from datetime import datetime

from auditcheck.reports import words

EXPECTED = "a date such as 2015-04-01 or 01/04/2015"
_DAYS, _MONTHS = ("%Y-%m-%d", "%d/%m/%Y"), ("%Y-%m", "%b-%y")
_MONTH = len("YYYY-MM")


def day(text: str) -> str:
    """The day in ISO form; '' where nothing stands there. Raises ValueError."""
    return _read(text, _DAYS)


def day_or_month(text: str) -> str:
    """The day, or the month (YYYY-MM), in ISO form; '' where nothing stands there. Raises ValueError."""
    try:
        return _read(text, _MONTHS)[:_MONTH]
    except ValueError:
        return day(text)


def in_words(iso: str) -> str:
    """``3 June 2013``; of a month ``June 2013``."""
    return f"{datetime.fromisoformat(f'{iso}-01'):%B %Y}" if len(iso) == _MONTH else words.in_words(iso)


def with_weekday(iso: str) -> str:
    """``Mon 3 Jun 2013``; of a month ``June 2013``."""
    return in_words(iso) if len(iso) == _MONTH else words.with_weekday(iso)


def _read(text: str, forms: tuple[str, ...]) -> str:
    for form in forms if text else ():
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    if text:
        raise ValueError(text)
    return ""
