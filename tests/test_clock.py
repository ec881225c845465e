"""The clock: every worked date of the requirements catalogue (section 2), the bank holidays, and laws that hold for every day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditcheck import clock
from auditcheck.clock import Length

LONDON = ZoneInfo("Europe/London")
#: How long an example takes says how busy the machine is.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def number(text: str) -> int:
    return clock.day_number(date.fromisoformat(text))


def after(text: str, length: str, sign: int = 1) -> str:
    found = clock.add(np.array([number(text)], np.int32), Length.parse(length), sign)[0]
    return "outside" if found == clock.NAT else clock.as_date(found).isoformat()


@pytest.mark.parametrize(
    ("trigger", "length", "limit"),
    [
        ("2015-04-01", "15 working days", "2015-04-24"),  # Good Friday and Easter Monday
        ("2015-12-18", "15 working days", "2016-01-13"),  # Boxing Day's substitute
        ("2011-04-15", "15 working days", "2011-05-12"),  # Easter, a royal wedding, May Day
        ("2012-05-29", "10 working days", "2012-06-14"),  # the moved spring holiday and the jubilee
        ("2022-09-09", "10 working days", "2022-09-26"),  # the state funeral
        ("2015-01-02", "45 working days", "2015-03-06"),
        ("2015-07-04", "1 working day", "2015-07-06"),  # a Saturday's day 1 is Monday
        ("2015-01-01", "16 weeks", "2015-04-23"),
        ("2015-01-01", "24 weeks", "2015-06-18"),
        ("2015-01-01", "1 week", "2015-01-08"),
        ("2015-01-01", "6 weeks", "2015-02-12"),
        ("2015-01-01", "12 weeks", "2015-03-26"),
        ("2015-01-01", "8 weeks", "2015-02-26"),
        ("2014-08-31", "6 months", "2015-02-28"),
        ("2015-08-31", "6 months", "2016-02-29"),
        ("2014-11-30", "3 months", "2015-02-28"),
        ("2015-03-31", "3 months", "2015-06-30"),
        ("2012-02-29", "12 months", "2013-02-28"),
        ("2016-02-29", "6 months", "2016-08-29"),
        ("2014-04-15", "15 months", "2015-07-15"),  # "more than 15 months" passes on 16 July
    ],
)
def test_worked_dates_of_the_catalogue(trigger: str, length: str, limit: str) -> None:
    assert after(trigger, length) == limit


def test_months_are_added_once_from_the_anchor_and_never_drift() -> None:
    assert after("2014-08-31", "6 months") == "2015-02-28"
    step = "2014-08-31"
    for _ in range(6):
        step = after(step, "1 month")
    assert step == "2015-02-28" and after("2014-08-31", "7 months") == "2015-03-31" != after(step, "1 month")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2015-03-28T18:00", "2015-03-29T19:00", 24),
        ("2015-10-24T18:00", "2015-10-25T17:00", 24),
        ("2015-10-23T12:00", "2015-10-26T11:00", 72),
    ],
)
def test_hours_elapse_through_the_clock_changes(start: str, end: str, hours: int) -> None:
    (first, _), (second, _) = bounds(start), bounds(end)
    assert second - first == hours * 3600


def bounds(text: str) -> tuple[int, int]:
    moment = datetime.fromisoformat(text)
    second = -1 if len(text) == 10 else moment.hour * 3600 + moment.minute * 60 + moment.second
    low, high = clock.bounds(np.array([clock.day_number(moment.date())], np.int32), np.array([second], np.int32))
    return int(low[0]), int(high[0])


def test_the_hour_that_repeats_is_both_and_the_hour_that_is_lost_is_neither() -> None:
    low, high = bounds("2015-10-25T01:30")
    assert high - low == 3600
    low, high = bounds("2015-03-29T01:30")
    assert low > high
    assert clock.skipped(np.array([number("2015-03-29")], np.int32), np.array([5400], np.int32))[0]


@UNHURRIED
@given(st.datetimes(datetime(1972, 1, 1), datetime(2090, 12, 31)))
def test_every_local_time_has_the_readings_that_zoneinfo_gives(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    readings = {int(moment.replace(tzinfo=LONDON, fold=fold).timestamp()) for fold in (0, 1)}
    back = {r for r in readings if datetime.fromtimestamp(r, LONDON).replace(tzinfo=None) == moment}
    low, high = bounds(moment.isoformat(timespec="seconds")) if moment.time().isoformat() != "00:00:00" else (min(back), max(back))
    assert (low > high) if not back else (low, high) == (min(back), max(back))


def test_a_day_is_the_whole_day_also_when_it_has_23_hours() -> None:
    low, high = bounds("2015-03-29")
    assert high - low == 23 * 3600 - 1


def test_bank_holidays_agree_with_a_second_library() -> None:
    ours = set(clock.bank_holidays())
    years = range(min(ours).year, max(ours).year + 1)
    theirs = {day for day in holidays.country_holidays("GB", subdiv="ENG", years=years) if day.weekday() < 5}
    assert {day for day in ours if day.weekday() < 5} == theirs
    assert min(ours).year == 2010 and max(ours).year >= 2028


def test_working_days_outside_the_known_holidays_are_refused() -> None:
    assert after("2009-12-31", "1 working day") == "outside"
    assert after("2028-12-29", "15 working days") == "outside"


OPEN = [d for d in (date(2010, 1, 1) + timedelta(days=i) for i in range(365 * 18)) if d.weekday() < 5 and d not in clock.bank_holidays()]


@UNHURRIED
@given(st.dates(date(2010, 1, 1), date(2027, 6, 30)), st.integers(1, 60))
def test_the_nth_working_day_is_the_nth_open_day_strictly_after(day: date, n: int) -> None:
    later = [d for d in OPEN if d > day][:n]
    assert after(day.isoformat(), f"{n} working days") == later[-1].isoformat()


@UNHURRIED
@given(st.dates(date(2010, 4, 1), date(2027, 6, 30)), st.integers(1, 60))
def test_counting_back_finds_the_nth_open_day_strictly_before(day: date, n: int) -> None:
    earlier = [d for d in OPEN if d < day]
    assert len(earlier) < n or after(day.isoformat(), f"{n} working days", -1) == earlier[-n].isoformat()


@pytest.mark.parametrize("text", ["", "10", "ten days", "10 fortnights", "-3 days", "1.5 days", "\u0661 day", "10 days or so"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        Length.parse(text)
