"""What a person would write instead for one rule, VIS-CP-01: one DuckDB query over the same CSV (``by_hand.py EXPORT``).

Per plan, the gaps longer than ten working days of England: from its start to the first visit at which the child was seen, between those
visits, and from the last one to the plan's end or the as-of date.
"""

from __future__ import annotations

import sys

import duckdb
from by_heart import BANK_HOLIDAYS

QUERY = """
with days as (
    select unnest(generate_series(date '2010-01-01', date '2020-01-01', interval 1 day))::date as day
), calendar as (
    select day, sum((isodow(day) < 6 and day not in (select unnest($holidays)::date))::int) over (order by day) as number from days
), open_plans as (
    select plan_id, try_cast(started_on as date) as started,
        least(coalesce(try_cast(ended_on as date), $as_of::date), $as_of::date) as until
    from read_csv($plans, header = true, all_varchar = true) where kind = 'child_protection'
), seen as (
    select plan_id, try_cast(left(visited_at, 10) as date) as day from read_csv($visits, header = true, all_varchar = true)
    where kind = 'child_protection' and child_seen = 'yes'
), anchors as (
    select plan_id, started as day, until from open_plans where started is not null
    union
    select plan_id, seen.day, until from seen join open_plans using (plan_id) where seen.day between started and until
), gaps as (
    select plan_id, day, coalesce(lead(day) over (partition by plan_id order by day), until) as next from anchors
)
select count(*), count(*) filter (where b.number - a.number > 10)
from gaps join calendar a on a.day = gaps.day join calendar b on b.day = gaps.next
"""


def main(export: str) -> None:
    given = {"plans": f"{export}/plans.csv", "visits": f"{export}/visits.csv", "holidays": BANK_HOLIDAYS.split(), "as_of": "2015-06-30"}
    intervals, late = duckdb.execute(QUERY, given).fetchall()[0]
    print(f"{intervals:,} intervals, {late:,} over ten working days")


if __name__ == "__main__":
    main(sys.argv[1])
