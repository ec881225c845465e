"""The worked dates of the requirements catalogue, sections 2.1 to 2.4, against the oracle's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from oracle import clock
from oracle.clock import NO, UNKNOWN, YES, Answer


def due(start: str, limit: str) -> str:
    return clock.shifted(clock.read_moment(start), clock.read_limit(limit), 1).text()


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2015-04-01", "15 working days", "2015-04-24"),
        ("2015-12-18", "15 working days", "2016-01-13"),
        ("2011-04-15", "15 working days", "2011-05-12"),
        ("2012-05-29", "10 working days", "2012-06-14"),
        ("2022-09-09", "10 working days", "2022-09-26"),
        ("2015-01-02", "45 working days", "2015-03-06"),
        ("2015-07-04", "1 working day", "2015-07-06"),
        ("2015-01-01", "16 weeks", "2015-04-23"),
        ("2015-01-01", "24 weeks", "2015-06-18"),
        ("2015-01-01", "8 weeks", "2015-02-26"),
        ("2015-01-01", "1 week", "2015-01-08"),
        ("2014-08-31", "6 months", "2015-02-28"),
        ("2015-08-31", "6 months", "2016-02-29"),
        ("2014-11-30", "3 months", "2015-02-28"),
        ("2015-03-31", "3 months", "2015-06-30"),
        ("2012-02-29", "12 months", "2013-02-28"),
        ("2016-02-29", "6 months", "2016-08-29"),
        ("2014-04-15", "15 months", "2015-07-15"),
        ("2015-03-28T18:00", "24 hours", "2015-03-29T19:00:00+01:00"),
        ("2015-10-24T18:00", "24 hours", "2015-10-25T17:00:00+00:00"),
        ("2015-10-23T12:00", "72 hours", "2015-10-26T11:00:00+00:00"),
    ],
)
def test_worked_dates(start: str, limit: str, expected: str) -> None:
    assert due(start, limit) == expected


@pytest.mark.parametrize(
    ("start", "event", "limit", "expected"),
    [
        ("2015-06-01", "2015-06-01", "24 hours", YES),
        ("2015-06-01", "2015-06-02", "24 hours", UNKNOWN),
        ("2015-06-01", "2015-06-03", "24 hours", NO),
        ("2015-06-01", "2015-06-03", "72 hours", YES),
        ("2015-06-01", "2015-06-04", "72 hours", UNKNOWN),
        ("2015-06-01", "2015-06-05", "72 hours", NO),
        ("2015-10-23", "2015-10-25", "72 hours", UNKNOWN),
    ],
)
def test_only_days_known_after(start: str, event: str, limit: str, expected: Answer) -> None:
    last = clock.shifted(clock.read_moment(start), clock.read_limit(limit), 1)
    assert clock.not_after(clock.read_moment(event), last, True) is expected


@pytest.mark.parametrize(
    ("shared", "meeting", "expected"),
    [
        ("2015-06-01", "2015-06-03", YES),
        ("2015-06-02", "2015-06-03", UNKNOWN),
        ("2015-06-03", "2015-06-03", NO),
        ("2015-03-28", "2015-03-30", UNKNOWN),
    ],
)
def test_only_days_known_before(shared: str, meeting: str, expected: Answer) -> None:
    last = clock.shifted(clock.read_moment(meeting), clock.read_limit("24 hours"), -1)
    assert clock.not_after(clock.read_moment(shared), last, True) is expected


@pytest.mark.parametrize(
    ("meeting", "limit", "expected"),
    [
        ("2015-04-08", "5 working days", "2015-03-30"),
        ("2015-04-08", "5 days", "2015-04-03"),
        ("2015-05-31", "3 months", "2015-02-28"),
    ],
)
def test_counts_back_the_same_way(meeting: str, limit: str, expected: str) -> None:
    assert clock.shifted(clock.read_moment(meeting), clock.read_limit(limit), -1).text() == expected


def test_midnight_is_day_only() -> None:
    assert clock.read_moment("2015-06-01T00:00") == clock.read_date("2015-06-01")
    assert clock.read_moment("2015-06-01T00:00:00") == clock.read_date("2015-06-01")


def test_the_hour_that_repeats_is_both() -> None:
    moment = clock.read_moment("2015-10-25T01:30")
    assert (moment.early, moment.late) == (datetime(2015, 10, 25, 0, 30, tzinfo=UTC), datetime(2015, 10, 25, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    ["2015-03-29T01:30", "2015-02-30", "1899-12-31", "2100-01-01", "01/04/2015", "2015-4-1", "2015-04-01 10:00", "2015-04-01T24:00", "TBC"],
)
def test_unreadable(text: str) -> None:
    with pytest.raises(clock.UnreadableError):
        clock.read_moment(text)


@pytest.mark.parametrize("start", ["2009-12-31", "2028-12-29"])
def test_outside_the_calendar(start: str) -> None:
    with pytest.raises(clock.OutsideCalendarError):
        due(start, "1 working day")


def test_days_that_a_due_moment_can_fall_on() -> None:
    last = clock.shifted(clock.read_moment("2015-10-25"), clock.read_limit("24 hours"), 1)
    assert clock.day_before(last, date(2015, 10, 26)) is UNKNOWN
    assert clock.day_after(last, date(2015, 10, 25)) is UNKNOWN
