"""The clock at its bounds: what is counted between days, the edges of its calendar, and London's time at every offset."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from auditcheck import clock
from auditcheck.clock import NAT, Length

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(clock.bank_holidays()[0].year, 1, 1), date(clock.bank_holidays()[-1].year, 12, 31)


def days(*texts: str | date) -> clock.Days:
    return np.array([clock.day_number(date.fromisoformat(str(text))) for text in texts], np.int32)


def test_a_length_is_told_and_taken_several_times() -> None:
    lengths = [Length(1, "working days"), Length(2, "weeks"), Length(0, "days"), Length(1, "hours") * 3, Length(2, "months") * 1]
    assert [str(length) for length in lengths] == ["1 working day", "2 weeks", "0 days", "3 hours", "2 months"]
    assert [length.counted_in for length in lengths] == ["working days", "days", "days", "minutes", "days"]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("1900-01-31", -1, None),
        ("1900-02-28", -1, "1900-01-28"),
        ("1900-03-31", -1, "1900-02-28"),  # 1900 was no leap year
        ("2099-11-30", 1, "2099-12-30"),
        ("2099-12-01", 0, "2099-12-01"),
        ("2099-10-31", 2, "2099-12-31"),
        ("2099-12-01", 1, None),
        ("2099-12-31", 1, None),
        ("1900-01-01", 2399, "2099-12-01"),
        ("1900-01-01", 2400, None),
        ("2099-12-31", -2399, "1900-01-31"),
        ("2099-12-31", -2400, None),
    ],
)
def test_months_at_the_edges_of_the_calendar(start: str, months: int, end: str | None) -> None:
    (found,) = clock.add(days(start), Length(abs(months), "months"), -1 if months < 0 else 1).tolist()
    assert found == (NAT if end is None else days(end)[0])


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2015-04-01", "2015-04-01", 0),
        ("2015-04-01", "2015-04-02", 1),
        ("2015-04-02", "2015-04-07", 1),  # Easter
        ("2015-04-03", "2015-04-06", 0),
        ("2015-04-07", "2015-04-01", -2),
        (FIRST, FIRST, 0),
        (LAST, LAST, 0),
        (LAST - timedelta(days=7), LAST, None),
    ],
)
def test_working_days_between(start: str | date, end: str | date, count: int | None) -> None:
    one, other = days(start, end)
    open_ = [
        one + back
        for back in range(1, other - one + 1)
        if clock.add(np.array([one + back - 1], np.int32), Length(1, "working days"))[0] == one + back
    ]
    found = clock.working_days_between(days(start), days(end))[0]
    assert found == (len(open_) if count is None else count)


@pytest.mark.parametrize("outside", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_working_days_are_not_counted_outside_the_calendar(outside: date) -> None:
    inside = days("2015-04-01")
    assert clock.working_days_between(days(outside), inside)[0] == NAT == clock.working_days_between(inside, days(outside))[0]


def test_the_bank_holidays_between_two_days() -> None:
    def between(start: str, end: str) -> list[str]:
        one, other = days(start, end)
        return [day.isoformat() for day in clock.holidays_between(one, other)]

    assert between("2015-04-02", "2015-04-06") == ["2015-04-03", "2015-04-06"]
    assert between("2015-04-03", "2015-04-05") == []
    assert between("2015-04-03", "2015-04-06") == ["2015-04-06"]


def test_every_bank_holiday_is_counted_once_where_two_lists_meet() -> None:
    held = clock.bank_holidays()
    assert list(held) == sorted(set(held))
    by_year = [sum(day.year == year for day in held) for year in range(held[0].year, held[-1].year + 1)]
    assert set(by_year) <= {8, 9, 10}


def test_no_working_days_are_nothing_moved() -> None:
    edge = days(FIRST, "2015-04-03", LAST)
    assert clock.add(edge, Length(0, "working days")).tolist() == edge.tolist()
    assert clock.add(days(LAST), Length(1, "working days"))[0] == NAT


@pytest.mark.parametrize(("hours", "moved"), [(1, 1), (24, 1), (25, 2), (48, 2), (49, 3), (72, 3), (600, 25), (601, 26)])
def test_hours_are_begun_days(hours: int, moved: int) -> None:
    assert clock.add(days("2015-04-01"), Length(hours, "hours"))[0] == days("2015-04-01")[0] + moved


def test_the_calendar_ends_with_its_last_day() -> None:
    assert clock.add(days("2099-12-30"), Length(1, "days")).tolist() == days("2099-12-31").tolist()
    assert clock.add(days("2099-12-31"), Length(1, "days"))[0] == NAT
    assert clock.add(days("1900-01-02"), Length(1, "days"), -1).tolist() == days("1900-01-01").tolist()
    assert clock.add(days("1900-01-01"), Length(1, "days"), -1)[0] == NAT


@pytest.mark.parametrize("year", [1970, 1971, 1972, 1981, 1996, 2015, 2099])
def test_london_time_on_both_sides_of_each_change(year: int) -> None:
    for hour in range(0, 366 * 24, 5):
        utc = int(datetime(year, 1, 1, tzinfo=ZoneInfo("UTC")).timestamp()) + hour * 3600
        there = datetime.fromtimestamp(utc, LONDON)
        day, second = (column[0] for column in clock.london(np.array([utc], np.int64)))
        assert (clock.as_date(day), int(second)) == (there.date(), there.hour * 3600 + there.minute * 60 + there.second)


def test_the_offset_of_a_local_moment() -> None:
    at = days("2015-01-15", "2015-07-15", "2015-10-25", "2015-10-25", "2015-07-15")
    seconds = np.array([0, 43_200, 5_400, 7_200, clock.DAY_ONLY], np.int32)
    assert clock.offset_of(at, seconds).tolist() == [0, 3600, 3600, 0, 3600]
    spring = days("2015-03-29", "2015-03-29", "2015-03-29")
    assert clock.offset_of(spring, np.array([clock.DAY_ONLY, 0, 7_200], np.int32)).tolist() == [0, 0, 3600]


@pytest.mark.parametrize("year", [1971, 1972, 2015, 2016, 2099])
def test_the_clocks_change_at_one_second(year: int) -> None:
    """Local moments around each change, to the second: the first and the last instant that each may be, and whether it was ever shown."""
    for hour in range(366 * 24):
        utc = int(datetime(year, 1, 1, tzinfo=ZoneInfo("UTC")).timestamp()) + hour * 3600
        if datetime.fromtimestamp(utc, LONDON).utcoffset() == datetime.fromtimestamp(utc - 1, LONDON).utcoffset():
            continue
        for local in (datetime.fromtimestamp(utc + step, ZoneInfo("UTC")) for step in (-1, 0, 1, 3599, 3600, 3601, 7199, 7200)):
            at = days(local.date()), np.array([local.hour * 3600 + local.minute * 60 + local.second], np.int32)
            both = [local.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1)]
            first, last = (column[0] for column in clock.bounds(*at))
            shown = any(
                one.astimezone(ZoneInfo("UTC")).astimezone(LONDON).replace(tzinfo=None) == local.replace(tzinfo=None) for one in both
            )
            assert bool(clock.skipped(*at)[0]) == (not shown)
            assert not shown or [first, last] == [int(one.timestamp()) for one in both]
            assert not shown or clock.offset_of(*at)[0] == both[0].utcoffset().total_seconds()  # type: ignore[union-attr]
        for second in (utc - 1, utc):
            there = datetime.fromtimestamp(second, LONDON)
            day, of_day = (column[0] for column in clock.london(np.array([second], np.int64)))
            assert (clock.as_date(day), int(of_day)) == (there.date(), there.hour * 3600 + there.minute * 60 + there.second)


def test_where_there_is_no_day_the_earliest_is_later_than_the_latest() -> None:
    for seconds in (clock.DAY_ONLY, 0, 43_200):
        first, last = clock.bounds(np.array([NAT], np.int32), np.array([seconds], np.int32))
        assert first[0] > last[0]


def test_a_day_in_the_years_of_summer_time_all_year_round() -> None:
    first, last = clock.bounds(days("1970-01-15", "1900-06-01"), np.array([clock.DAY_ONLY, 43_200], np.int32))
    assert [first[0], last[0]] == [14 * 86400 - 3600, 15 * 86400 - 3601]
    assert first[1] == last[1] == int(days("1900-06-01")[0]) * 86400 + 43_200 - 3600  # before 1970 the offset of its first day is taken


@pytest.mark.parametrize("start", ["2011-12-30", "2015-04-02", "2015-04-03", "2015-04-04", "2015-12-24"])
def test_working_days_are_counted_one_after_another(start: str) -> None:
    """Forwards and back, and from the first days of the calendar."""
    closed = set(clock.bank_holidays())

    def counted(day: date, number: int, step: int) -> date:
        while number:
            day += timedelta(days=step)
            number -= day.weekday() < 5 and day not in closed
        return day

    for number in range(25):
        for sign in (1, -1):
            expected = counted(date.fromisoformat(start), number, sign)
            assert clock.as_date(clock.add(days(start), Length(number, "working days"), sign)[0]) == expected, (number, sign)


def test_working_days_end_with_the_calendar() -> None:
    closed = set(clock.bank_holidays())
    first = next(day for n in range(9) if (day := FIRST + timedelta(days=n)).weekday() < 5 and day not in closed)
    second = next(day for n in range(1, 9) if (day := first + timedelta(days=n)).weekday() < 5 and day not in closed)
    assert clock.add(days(second), Length(1, "working days"), -1).tolist() == days(first).tolist()
    assert clock.add(days(first), Length(1, "working days"), -1)[0] == NAT
    assert clock.add(days(FIRST - timedelta(days=1)), Length(0, "working days"))[0] == NAT
    assert clock.add(np.array([NAT], np.int32), Length(0, "working days"))[0] == NAT
    assert clock.add(days(FIRST), Length(0, "working days")).tolist() == days(FIRST).tolist()
    for unit in ("days", "weeks", "months", "hours"):
        assert clock.add(np.array([NAT], np.int32), Length(0, unit))[0] == NAT
