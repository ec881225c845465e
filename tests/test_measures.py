"""Every measure recomputed in SQL, from the records or from what rules observed: equal to the last digit."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import duckdb
import holidays
import pyarrow as pa
import pytest
from invented_service import AS_OF, service
from running import Rows, book, export_of, results_of

from auditcheck import clock
from auditcheck.checks.figure import Figure, in_figures
from auditcheck.measures import Measures
from auditcheck.nightly import audit
from auditcheck.results import Results
from auditcheck.rulebook.profile import apply

FIRST = date(2014, 7, 1)
DATA = service()

#: Name -> query: `prepared` says what the others stand on, the others give (numerator, denominator, unknown) of the measure of that name.
QUERIES = dict(
    re.findall(
        r"^-- ([A-Za-z0-9_.-]+)\n(.*?)(?=^-- |\Z)", (Path(__file__).parent / "measures.sql").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
)
SHARES = [name for name in QUERIES if name != "prepared"]

#: Rates over what rules observed: AGG id -> the rules and the day that puts an observation in the period (None: open at the as-of day).
RATES = {
    "AGG-RCPC-06": (["CPC-RCPC1-11", "CPC-RCPC2-12"], "due_at"),
    "AGG-ICPC-07": (["CPC-ICPC-01"], "happened_at"),
    "AGG-ASM-08": (["ASM-45-03"], "happened_at"),
    "AGG-RHA-15": (["LAC-RHA-17", "LAC-DENT-18", "LAC-IMM-19"], None),
    "AGG-RHA-15.dental": (["LAC-DENT-18"], None),
    "AGG-RHI-23.accepted": (["MIS-72H-02"], "trigger_at"),
    "AGG-TIMELY-26": (["VIS-CP-01", "VIS-CIN-06", "LAC-VIS1-11", "LAC-VIS6-12", "CG-FIRST-01", "LAC-VISW-14", "CG-NEXT-02"], "due_at"),
    "AGG-TIMELY-26.core_groups": (["CG-FIRST-01", "CG-NEXT-02"], "due_at"),
}

MEANS = {
    "AGG-A1-16": ("entered_care_on", "placed_on", "adoptions where reversed_on = ''", "adopted_on", date(2012, 7, 1), 1),
    "AGG-A1-16.to_adoption": ("entered_care_on", "adopted_on", "adoptions where reversed_on = ''", "adopted_on", date(2012, 7, 1), 1),
    "AGG-A2-17": ("placement_order_on", "matched_on", "adoptions where reversed_on = ''", "adopted_on", date(2012, 7, 1), 1),
    "AGG-A2-17.match_to_move": ("matched_on", "placed_on", "adoptions where reversed_on = ''", "adopted_on", date(2012, 7, 1), 1),
    "AGG-COURT-18": ("issued_in_court_on", "court_concluded_on", "pre_proceedings where true", "court_concluded_on", FIRST, 7),
}


@cache
def audited() -> Results:
    return results_of(DATA, AS_OF)


@cache
def records() -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    for name, rows in DATA.items():
        columns = sorted({column for row in rows for column in row})
        base.register(name, pa.table({c: pa.array([row.get(c, "") for row in rows], pa.string()) for c in columns}))
    base.register("observations", audited().table())
    base.execute(f"create macro as_of() as date '{AS_OF}'; create macro first_day() as date '{FIRST}';" + QUERIES["prepared"])
    return base


def measured(name: str) -> Figure:
    measures = audited().measures
    assert isinstance(measures, Measures)
    found = measures.figures[name]
    assert isinstance(found, Figure), found
    return found


def counted(name: str) -> tuple[Fraction, Fraction, int]:
    figure = measured(name)
    return figure.numerator, figure.denominator, figure.unknown


def asked(query: str) -> tuple[int, ...]:
    row = records().execute(query).fetchone()
    assert row is not None
    return tuple(int(number) for number in row)


@pytest.mark.parametrize("name", SHARES)
def test_a_share_is_what_sql_counts(name: str) -> None:
    expected = asked(QUERIES[name])
    assert counted(name) == expected
    assert expected[0] > 0 and expected[1] > expected[0]


@pytest.mark.parametrize("name", RATES)
def test_a_rate_is_what_sql_counts_in_the_observations(name: str) -> None:
    rules, day = RATES[name]
    # What can't be told and has no day: its event, its start and the end of its record may still lie outside the period.
    outside = (
        f"coalesce(left(happened_at, 10) not between '{FIRST}' and '{AS_OF}', false) or coalesce(left(trigger_at, 10) > '{AS_OF}', false)"
    )
    if day == "happened_at":
        outside += f" or coalesce(left(due_at, 10) not between '{FIRST}' and '{AS_OF}', false)"
    ended = 'exists (from records_ended e where e.kind = o."table" and e.id = o.record_id)'
    inside = f"left({day}, 10) between '{FIRST}' and '{AS_OF}'" if day else "standing = 'open'"
    maybe = f"(({inside}) or ({day} is null and not ({outside}) and not ({ended})))" if day else inside
    names = ", ".join(f"'{rule}'" for rule in rules)
    expected = asked(
        f"""select count(*) filter (outcome = 'met' and {inside}),
            count(*) filter (outcome in ('met', 'justified', 'not_met') and {inside}),
            count(*) filter (outcome = 'cannot_tell' and {maybe}) from observations o where rule_id in ({names})"""
    )
    assert counted(name) == expected
    assert 0 < expected[0] <= expected[1]


def test_initial_health_assessments_leave_out_who_left_before_they_were_due() -> None:
    still = "left(due_at, 10) between '2014-07-01' and '2015-06-30' and (happened(ended_on) is null or d(ended_on) > d(due_at))"
    expected = asked(
        f"""select count(*) filter (outcome = 'met'), count(*) filter (outcome <> 'cannot_tell'), count(*) filter (outcome = 'cannot_tell'),
            count(*) filter (outcome <> 'cannot_tell' and happened_at is not null)
            from observations join care_episodes on record_id = care_episode_id
            where rule_id = 'LAC-IHA-16' and outcome in ('met', 'justified', 'not_met', 'cannot_tell') and {still}"""
    )
    assert counted("AGG-IHA-14") == expected[:3]
    assert counted("AGG-IHA-14.had_one") == (expected[3], expected[1], expected[2])


@pytest.mark.parametrize("name", MEANS)
def test_a_mean_is_what_sql_adds_up(name: str) -> None:
    start, end, table, day, first, weeks = MEANS[name]
    total, n, unknown, longest = asked(
        f"""select coalesce(sum(date_diff('day', d({start}), d({end}))) filter (good), 0),
            count(*) filter (good), count(*) filter (not good), max(date_diff('day', d({start}), d({end}))) filter (good)
            from (select *, coalesce(d({day}) is not null and d({end}) >= d({start}), false) as good from {table}
                  and (bad({day}) or d({day}) between date '{first}' and as_of()))"""
    )
    figure = measured(name)
    assert (figure.numerator * weeks, figure.denominator, figure.unknown) == (total, n, unknown)
    assert figure.value == Fraction(total, n * weeks) and figure.highest == Fraction(longest, weeks)
    assert figure.low == Fraction(total, weeks * (n + unknown)) and figure.high is None


@pytest.mark.parametrize(
    ("name", "what", "more"),
    [
        ("AGG-CASE-02", "child_id", "true"),
        ("AGG-CASE-02.families", "case when family_id = '' then child_id else family_id end", "true"),
        ("AGG-CASE-02.assessed_year", "child_id", "coalesce(experience, 'assessed_year') = 'assessed_year'"),
    ],
)
def test_the_caseload_is_what_sql_counts(name: str, what: str, more: str) -> None:
    query = f"""
      with held as (select worker_id, worker_role, fte, count(distinct {what}) as n from allocated
        where coalesce(worker_role, 'social_worker') = 'social_worker' and {more} group by worker_id, worker_role, fte)
      select sum(n) filter (fte is not null), 10000 * sum(fte) filter (fte is not null), coalesce(sum(n) filter (fte is null), 0),
        max(n) filter (fte is not null), count(*) filter (fte is null),
        coalesce(sum(n) filter (fte is null and worker_role is not null), 0) from held"""
    n, parts, unknown, most, lost, unpaid = asked(query)
    figure, total = measured(name), Fraction(parts, 10_000)
    assert (figure.numerator, figure.denominator, figure.unknown, figure.highest) == (n, total, unknown, most)
    assert (figure.low, figure.high) == (Fraction(n + unpaid) / (total + lost), Fraction(n + unknown) / total)
    assert unknown > 0


def test_the_caseload_of_reviewing_officers_is_what_sql_counts() -> None:
    n, parts, unknown = asked("""
      select count(distinct child_id) filter (w.worker_id is not null),
        10000 * (select sum(number(full_time_equivalent)) from workers where worker_id in (select reviewing_officer_id from looked_after)),
        count(distinct child_id) filter (w.worker_id is null)
      from looked_after left join workers w on w.worker_id = reviewing_officer_id where reviewing_officer_id <> ''""")
    assert counted("AGG-IRO-05") == (n, Fraction(parts, 10_000), unknown)


def test_episodes_for_each_missing_child_are_what_sql_counts() -> None:
    expected = asked("select count(*), count(distinct child_id), 0 from missing_episodes where in_period(went_missing_at)")
    assert counted("AGG-RHI-23.per_child") == expected


def test_vacancies_are_what_sql_adds_up_on_every_day_of_counting() -> None:
    rows = (
        records()
        .execute("""
      select d(counted_on), sum(number(vacant)), sum(number(established)) from establishment
      where role = 'social_worker' and in_period(counted_on) group by all order by 1""")
        .fetchall()
    )
    figure = measured("AGG-VAC-03")
    said = [(clock.as_date(one.to), one.numerator, one.denominator) for one in figure.snapshots]
    assert said == [(day, Fraction(vacant), Fraction(posts)) for day, vacant, posts in rows] and len(said) > 3
    assert (figure.numerator, figure.denominator) == said[-1][1:]
    assert figure.highest == max(100 * vacant / posts for _, vacant, posts in said)


def test_assessments_counted_from_their_own_start_are_what_sql_counts() -> None:
    off = holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2017))
    days = [day for day in (date(2012, 1, 1) + timedelta(n) for n in range(1800)) if day.weekday() < 5 and day not in off]
    base = records()
    base.register("working", pa.table({"day": days, "n": list(range(len(days)))}))
    expected = asked("""
      with timed as (select *, (select min(n) from working where day > d(started_on)) + 44 as due
        from assessments where kind <> 'early_help')
      select count(*) filter (in_period(authorised_on) and d(authorised_on) <= (select day from working where n = due)),
        count(*) filter (in_period(authorised_on) and d(started_on) is not null and d(authorised_on) >= d(started_on)),
        count(*) filter ((in_period(authorised_on) and d(started_on) is null) or (bad(authorised_on) and (d(started_on) is null
          or (select day from working where n = due) between first_day() and as_of()))
          or (authorised_on = '' and d(started_on) is null))
      from timed where started_on = '' or bad(started_on) or d(started_on) >= date '2013-04-15'""")
    assert counted("AGG-ASM-08.from_start") == expected


def test_every_measure_of_the_catalogue_is_recomputed_here() -> None:
    singly = {"AGG-IHA-14", "AGG-CASE-02", "AGG-IRO-05", "AGG-VAC-03"} | {"AGG-DUE-25"}  # the last in test_targets.py
    done = {*SHARES, *RATES, *MEANS} | singly
    assert {rule.id for rule in book().rules.values() if rule.kind == "measure"} <= done


# ---- what must not matter, and what must hold of every figure


def figures(tables: dict[str, list[dict[str, str]]]) -> dict[str, Figure | str]:
    measures = audit(export_of(tables), apply(book(), "local-example"), book(), clock.day_number(AS_OF)).measures
    assert measures is not None
    return measures.figures


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = {name: Random(7).sample(rows, len(rows)) for name, rows in DATA.items()}
    assert figures(shuffled) == audited().measures.figures  # type: ignore[union-attr]


def test_figures_that_count_children_add_up_over_parts_of_the_service() -> None:
    family = {row["child_id"]: row["family_id"] or row["child_id"] for row in DATA["children"]}

    def part(keep: bool) -> dict[str, list[dict[str, str]]]:
        return {
            name: [row for row in rows if "child_id" not in row or (hash_of(family[row["child_id"]]) % 2 == 0) == keep]
            for name, rows in DATA.items()
        }

    def hash_of(text: str) -> int:
        return sum(map(ord, text))

    one, other, both = figures(part(True)), figures(part(False)), figures(DATA)
    for name in (*SHARES, *RATES, *MEANS):
        if name.startswith(("AGG-AGY", "AGG-ASYE")):
            continue  # those count workers
        parts = [one[name], other[name], both[name]]
        assert all(isinstance(figure, Figure) for figure in parts)
        for word in ("numerator", "denominator", "unknown"):
            assert getattr(parts[0], word) + getattr(parts[1], word) == getattr(parts[2], word), (name, word)


def test_the_bounds_hold_whatever_the_unknown_records_hold() -> None:
    for name, figure in audited().measures.figures.items():  # type: ignore[union-attr]
        if isinstance(figure, Figure) and figure.denominator:
            assert figure.value is not None
            assert figure.low is None or figure.low <= figure.value, name
            assert figure.high is None or figure.value <= figure.high, name
            if not figure.unknown:
                assert figure.low == figure.value == figure.high, name


def test_filling_in_what_was_unknown_stays_inside_the_bounds() -> None:
    bounds = measured("AGG-PARENT-13")
    for answer in ("yes", "no"):
        filled = DATA | {"conferences": [row | {"parent_attended": row["parent_attended"] or answer} for row in DATA["conferences"]]}
        figure = figures(filled)["AGG-PARENT-13"]
        assert isinstance(figure, Figure) and figure.value is not None and bounds.low is not None and bounds.high is not None
        assert bounds.low <= figure.value <= bounds.high


def test_rounding_is_half_away_from_zero() -> None:
    assert [in_figures(Fraction(n, d) * 100) for n, d in ((41, 138), (137, 357), (28, 308), (1, 800))] == ["29.7", "38.4", "9.1", "0.1"]
    assert in_figures(Fraction(125, 100)) == "1.3"


# ---- what the export does not carry


def test_a_measure_without_its_table_or_field_is_not_evaluated_and_never_nought() -> None:
    found = results_of({"children": [{"child_id": "C1"}], "placements": [{"placement_id": "Z", "child_id": "C1"}]}, AS_OF)
    runs = {name: run for name, run in found.seen.runs.items() if name.startswith("AGG-")}
    assert runs["AGG-REFIA-01"].why == "table missing: referrals"
    assert runs["AGG-RCPC-06"].why.startswith("it rests on CPC-RCPC1-11 (")
    assert {run.status for name, run in runs.items() if name != "AGG-DUE-25"} == {"not_evaluated"}
    assert not any(isinstance(figure, Figure) for figure in found.measures.figures.values())  # type: ignore[union-attr]


def reviews(*days: str) -> dict[str, Rows]:
    held = [
        {"review_id": f"R{day}", "child_id": "C1", "kind": "looked_after", "held_on": day, "child_participation": "PN1"} for day in days
    ]
    return {"children": [{"child_id": "C1", "date_of_birth": "2005-01-01"}], "reviews": held}


def test_a_table_of_which_only_the_latest_records_are_there_counts_no_period() -> None:
    found = results_of(reviews("2015-01-05"), AS_OF, {"reviews": "latest_only"})
    assert "only the latest reviews" in found.seen.runs["AGG-PART-12"].why


def test_a_period_begins_where_the_export_does() -> None:
    figure = results_of(reviews("2015-01-05"), AS_OF, {"reviews": "since 2014-12-01"}).measures.figures["AGG-PART-12"]  # type: ignore[union-attr]
    assert isinstance(figure, Figure) and clock.as_date(figure.from_) == date(2014, 12, 1)


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        (date(2015, 6, 30), "2014-07-01"),
        (date(2015, 2, 28), "2014-03-01"),
        (date(2016, 2, 29), "2015-03-01"),
        (date(2015, 3, 31), "2014-04-01"),
    ],
)
def test_the_period_is_the_twelve_months_up_to_the_day(as_of: date, first: str) -> None:
    start = date.fromisoformat(first)
    tables = reviews(first, (start - timedelta(1)).isoformat(), as_of.isoformat(), (as_of + timedelta(1)).isoformat())
    figure = results_of(tables, as_of).measures.figures["AGG-PART-12"]  # type: ignore[union-attr]
    assert isinstance(figure, Figure) and (figure.numerator, figure.denominator) == (2, 2)
    assert (clock.as_date(figure.from_), clock.as_date(figure.to)) == (start, as_of)
