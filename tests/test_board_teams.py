"""Measures by team in the board's book: the counts are SQL's, the funnel is drawn of what is shown, and tells nothing of what is hidden."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import disclosure_attacker
import duckdb
import pytest
from board_runs import book, hidden_book, open_book, order, synthetic

from auditcheck.board import funnel, measures, teams
from auditcheck.board.book import make
from auditcheck.board.files import figures
from auditcheck.board.tally import Number
from auditcheck.disclosure import DFE, RATE, Raw, Released, Safe, days, everyone, joined, one, protect

DAY = {"AGG-TIMELY-26": "coalesce(due_at, trigger_at)", "AGG-ASM-08": "happened_at"}


@pytest.mark.parametrize("measure", DAY)
def test_measures_by_team_are_what_sql_counts(measure: str) -> None:
    """In the period of the book, by the day that the measure goes by."""
    folder = synthetic(1500)
    names = ", ".join(f"'{rule}'" for rule in book().rules[measure].body["rate"]["rules"])
    counted = duckdb.sql(f"""
      select case when c.child_id is null then 'Not about one child' else coalesce(team, 'No team recorded') end,
        count(*) filter (outcome = 'met'), count(*)
      from '{folder}/observations.parquet' left join '{folder}/children.parquet' c using (child_id)
      where rule_id in ({names}) and outcome in ('met', 'not_met', 'justified')
        and left({DAY[measure]}, 10) between '2014-04-01' and '2015-03-31' group by 1""").fetchall()
    (found,) = (one for one in open_book(folder).funnels if one.measure == measure)
    assert {name: (figure.n, figure.d) for name, figure in found.rows[:-1]} == {name: (n, d) for name, n, d in counted}
    assert found.whole is not None and found.whole.d == sum(d for *_, d in counted) and len(found.dots) > 5


OLD_PLANS = """
  select child_id, started_on < date '2015-03-31' - interval 15 month as counts from '{export}/plans.csv' p join '{export}/children.csv' c
  using (child_id) where p.kind = 'child_protection' and p.started_on <= '2015-03-31' and (ended_on is null or ended_on > '2015-03-31')
  and (died_on is null or died_on > '2015-03-31') and (left_area_on is null or left_area_on > '2015-03-31')
  and coalesce(date_of_birth, expected_birth_date) > date '2015-03-31' - interval 18 year"""
CAME = """
  select child_id, parent_attended = 'yes' as counts from '{export}/conferences.csv'
  where coalesce(cancelled, '') <> 'yes' and coalesce(parent_invited, '') <> 'no' and parent_attended is not null
  and left(cast(held_at as varchar), 10) between '2014-04-01' and '2015-03-31'"""


@pytest.mark.parametrize(("measure", "counted"), [("AGG-CPP15-09", OLD_PLANS), ("AGG-PARENT-13", CAME)])
def test_measures_of_records_by_team_are_what_sql_counts_in_the_export(measure: str, counted: str) -> None:
    folder = synthetic(1500)
    export = folder.parent / "made" / "case-records"
    told = duckdb.sql(f"""
      select coalesce(team, 'No team recorded'), count(*) filter (counts), count(*)
      from ({counted.format(export=export)}) join '{folder}/children.parquet' using (child_id) group by 1""").fetchall()
    (found,) = (one for one in open_book(folder).funnels if one.measure == measure)
    counts, shown = {name: (n, d) for name, n, d in told}, {name: (figure.n, figure.d) for name, figure in found.rows[:-1]}
    assert {name: shown[name] for name in shown if name in counts}.items() <= counts.items()
    few = [name for name in counts if name not in shown]
    assert {name for name, (_, d) in counts.items() if d < 10} <= {*few} and len(few) != 1
    joined_up = [shown[name] for name in shown if name not in counts]
    assert joined_up == ([(sum(counts[name][0] for name in few), sum(counts[name][1] for name in few))] if few else [])
    (own,) = (one for one in open_book(folder).measures if one.id == measure)
    assert found.whole is not None and own.figure is not None
    assert (found.whole.n, found.whole.d, found.whole.unknown) == (own.figure.n, own.figure.d, own.figure.unknown)


def test_the_records_behind_a_measure_add_up_to_it() -> None:
    folder = synthetic(1500)
    shares = duckdb.sql(f"""
      select m.measure_id, numerator, denominator, unknown, count(*) filter (counted = 'yes'), count(*) filter (counted <> 'cannot_tell'),
      count(*) filter (counted = 'cannot_tell') from (select distinct on (measure_id) * from '{folder}/measures.csv') m
      join '{folder}/measured.parquet' r on m.measure_id = r.measure_id group by all""").fetchall()
    assert {"AGG-REREF-11", "AGG-RHI-23", "AGG-IHA-14", "AGG-ASM-08.from_start"} <= {name for name, *_ in shares}
    for name, n, d, unknown, *counted in shares:
        assert [n, d, unknown] == counted, name


def test_a_measure_that_cannot_be_told_by_team_says_why() -> None:
    page = (synthetic(1500) / "board" / "book.html").read_text("utf-8")
    assert "No figures by team (counts of targets): Agreed targets met." in page
    assert re.search("figures of workers and posts, of whom a team has few[)]:[^<]*Average caseload of a social worker", page)
    assert re.search("means, behind which a team has few records[)]:[^<]*Average length of care proceedings", page)


def test_of_a_run_of_an_earlier_version_the_book_says_what_it_lacks() -> None:
    asked = order(synthetic(1500))
    (bare,) = (replace(one, measured=None) for one in asked.runs)
    found = make(replace(asked, runs=[bare]))
    whys = {title: why for why, titles in found.not_by_team.items() for title in titles}
    assert "earlier version" in whys["Conferences that a parent attended"]
    assert {one.measure for one in found.funnels} <= {"AGG-TIMELY-26", "AGG-ASM-08", "AGG-ICPC-07", "AGG-RCPC-06", "AGG-RHA-15"}


def test_the_book_shows_what_an_open_book_holds_and_its_figures_say_the_same() -> None:
    whole = {one.measure: dict(one.rows) for one in open_book(synthetic(1500)).funnels}
    made = hidden_book(synthetic(1500))
    shown = [(one.measure, name, figure) for one in made.funnels for name, figure in one.rows if not figure.hidden]
    told = {(row["line"], row["group"]): row for row in figures(made) if row["table"] == "Measures by team"}
    for measure, name, figure in shown:
        row = told[measure, name]
        assert (row["numerator"], row["denominator"]) == (str(figure.n), str(figure.d))
        if name in whole[measure]:
            assert (figure.n, figure.d) == (whole[measure][name].n, whole[measure][name].d)
    page = (synthetic(1500) / "board" / "book.html").read_text("utf-8")
    assert any(one.drawn for one in made.funnels) and page.count("Funnel chart, ") == sum(one.drawn for one in made.funnels)
    assert "<h3>Between teams</h3>" in page


@pytest.mark.parametrize(
    ("cases", "z", "low", "high"),
    [
        (50, funnel.INNER, 69.691, 91.594),
        (50, funnel.OUTER, 63.376, 97.909),
        (102, funnel.INNER, 72.975, 88.310),
        (102, funnel.OUTER, 68.553, 92.732),
    ],
)
def test_limits_are_those_of_another_program(cases: int, z: float, low: float, high: float) -> None:
    found = funnel.limits(Fraction("0.80642448"), cases, z)
    assert [100 * end for end in found] == pytest.approx([low, high], abs=6e-4)


def test_limits_end_at_nought_and_at_a_hundred() -> None:
    assert funnel.limits(Fraction(99, 100), 10, funnel.OUTER)[1] == 1.0
    assert funnel.limits(Fraction(1, 100), 10, funnel.OUTER)[0] == 0.0


# ---- what somebody reads out of the drawing


def table(counts: dict[str, tuple[int, int]], whole: bool = True) -> Raw:
    """(met, of how many) by team, as the book puts it."""
    cells = {(one(name),): {"n": n, "d": d} for name, (n, d) in counts.items()}
    if whole:
        cells[everyone(teams.ALL),] = {"n": sum(n for n, _ in counts.values()), "d": sum(d for _, d in counts.values())}
    period = days("the year", date(2014, 4, 1), date(2015, 3, 31))
    return Raw("Visits by team", "visits", ("team",), cells, counts=RATE, fixed={"period": period})


def let_through(raw: Raw) -> Safe:
    return protect([raw], DFE, Released())[0]


def drawn(raw: Raw) -> tuple[funnel.Funnel, str]:
    chart = funnel.funnel("AGG-1", "Visits in time", let_through(raw))
    return chart, funnel.svg(chart, "k")


def read(svg: str) -> list[tuple[int, int]]:
    """(met, of how many) of every dot, worked out of where it stands beside the marks of the axes."""
    marks = [(float(x), float(y), text) for x, y, text in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([\d,]+%?)</text>', svg)]
    up = [(y - 4, int(text[:-1])) for _, y, text in marks if text.endswith("%")]
    across = [(x, int(text.replace(",", ""))) for x, _, text in marks if not text.endswith("%")]
    circles = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)]
    diamonds = [
        [tuple(map(float, corner.split(","))) for corner in corners.split()] for corners in re.findall(r'<polygon points="([^"]+)"', svg)
    ]
    circles += [(sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4) for corners in diamonds]
    found = []
    for x, y in circles:
        d = round(along(across, x))
        found.append((round(along(up, y) * d / 100), d))
    return found


def along(marks: list[tuple[float, int]], at: float) -> float:
    (first, low), (last, high) = marks[0], marks[-1]
    return low + (high - low) * (at - first) / (last - first)


def made_up(seed: float) -> dict[str, tuple[int, int]]:
    lots = random.Random(seed)
    counts = {}
    for number in range(lots.randint(8, 16)):
        d = lots.choice((lots.randint(4, 20), lots.randint(30, 300)))
        counts[f"Team {number:02}"] = (d - min(d, lots.choice((0, lots.randint(1, 5), lots.randint(6, 40)))), d)
    return counts


@pytest.mark.parametrize("seed", range(6))
def test_dots_are_what_the_table_shows_and_nobody_finds_a_hidden_count(seed: int) -> None:
    """The attacker reads table and drawing, and solves both."""
    safe = let_through(table(made_up(seed)))
    chart, svg = drawn(table(made_up(seed)))
    shown = {row.labels[0]: (row.value("n"), row.value("d")) for row in safe.rows if not row.total}
    plain = sorted(pair for pair in shown.values() if None not in pair and pair[1] >= funnel.CASES)  # type: ignore[operator, type-var]
    half = 2 * sum(d for _, d in plain) >= (chart.whole.d or 0) if chart.whole else False  # type: ignore[misc]
    assert chart.drawn == (len(plain) >= funnel.TEAMS and chart.share is not None and half)
    if not chart.drawn:
        assert svg == "" and chart.says().startswith("No chart: fewer than 5 teams")
        return
    assert sorted(read(svg)) == plain
    hidden = {name for name, pair in shown.items() if None in pair}
    assert all(name in chart.says().partition(" Not drawn, ")[2] for name in hidden)
    assert not hidden & set(re.findall(r">([^<]*)</text>", svg)), "no dot bears the name of a team that is hidden"
    prints = disclosure_attacker.read([safe])
    met, known = frozenset(RATE["n"]), frozenset(RATE["d"])
    for n, d in read(svg):  # the dots are as good as another table
        names = [name for name, pair in shown.items() if pair == (n, d)]
        for name in names:
            of = {"team": frozenset([name]), "period": prints[0].of["period"]}
            prints += [
                disclosure_attacker.Print(
                    {
                        **of,
                        "outcome": of_,
                    },
                    value,
                    value,
                )
                for of_, value in ((met, n), (known, d))
            ]
    attacker = disclosure_attacker.Attacker(prints, frozenset({"team", "outcome", "period"}))
    for one_ in prints:
        if one_.hidden:
            low, high = attacker.possible(one_.of)
            assert high - low >= 5 and high >= 6, (one_.of, low, high)


@pytest.mark.parametrize("seed", range(6))
def test_nor_does_anybody_who_lays_them_beside_the_tables_of_themes_and_teams(seed: int) -> None:
    """A measure of two rules, of which each belongs to another theme; what a team's theme has beyond the measure is a count too."""
    lots = random.Random(seed)
    names = [f"Team {number}" for number in range(6)]
    counts = {(rule, name): made_up(lots.random())["Team 00"] for rule in ("R1", "R2", "R3", "R4") for name in names}
    themes = {"Plans": ("R1", "R2"), "Visits": ("R3", "R4")}

    def cell(rules: Iterable[str], teams_: Iterable[str]) -> dict[str, int]:
        some = [counts[rule, name] for rule in rules for name in teams_]
        return {"n": sum(n for n, _ in some), "d": sum(d for _, d in some)}

    fixed = {"period": days("the year", date(2014, 4, 1), date(2015, 3, 31))}
    crossed = {(joined(theme, rules), one(name)): cell(rules, [name]) for theme, rules in themes.items() for name in names}
    own = {(one(name),): cell(("R1", "R3"), [name]) for name in names} | {(everyone(),): cell(("R1", "R3"), names)}
    whole = {(one(name),): cell(("R1", "R2", "R3", "R4"), [name]) for name in names}
    pack = [
        Raw("Themes by team", "checks", ("rule", "team"), crossed, counts=RATE, fixed=fixed),
        Raw("A measure by team", "checks", ("team",), own, counts=RATE, fixed={**fixed, "rule": joined("AGG-1", ("R1", "R3"))}),
        Raw("By team", "checks", ("team",), whole, counts=RATE, fixed=fixed),
    ]

    def counted(_: str, box: Mapping[str, frozenset[object]]) -> int:
        some = [counts[pair] for pair in counts if pair[0] in box.get("rule", {pair[0]}) and pair[1] in box.get("team", {pair[1]})]
        met, all_ = sum(n for n, _ in some), sum(d for _, d in some)
        return (met if "met" in box["outcome"] else 0) + (all_ - met if "not_met" in box["outcome"] else 0)

    safes = protect(pack, DFE, Released(), counted if seed % 2 else None)
    prints = disclosure_attacker.read(safes)
    attacker = disclosure_attacker.Attacker(prints, frozenset({"team", "rule", "period", "outcome"}))
    met, known = frozenset(RATE["n"]), frozenset(RATE["d"])
    nobody_finds = [each.of for each in prints if each.hidden]
    nobody_finds += [{**one_.of, "outcome": known - met} for one_ in prints if one_.hidden and one_.of["outcome"] == met]
    assert nobody_finds
    for rule, name in counts:  # and what no table prints
        n, d = counts[rule, name]
        of = {"rule": frozenset([rule]), "team": frozenset([name]), "period": prints[0].of["period"]}
        nobody_finds += [{**of, "outcome": outcome} for outcome, count in ((met, n), (known - met, d - n)) if 0 < count < 6]
    for of in nobody_finds:
        low, high = attacker.possible(of)
        assert low >= 6 or (high - low >= 5 and high >= 6), (of, low, high)


def measured(lots: random.Random) -> tuple[dict[str, tuple[int, int, int]], Raw, Raw]:
    """A measure of records (found, not found, can't be told by team), its own figure, and it by team."""
    sizes = (0, 2, 5, 9, 30), (0, 1, 4, 7, 20), (0, 0, 3, 8)
    held = {f"Team {number}": (lots.choice(sizes[0]), lots.choice(sizes[1]), lots.choice(sizes[2])) for number in range(7)}
    sums = [sum(counts) for counts in zip(*held.values(), strict=True)]
    row = {"measure_id": "AGG-1", "status": "evaluated", "unit": "%", "period_from": "2014-04-01", "period_to": "2015-03-31"}
    row |= {"numerator": str(sums[0]), "denominator": str(sums[0] + sums[1]), "unknown": str(sums[2])}
    whole = measures.of_row(row, "2015-03-31", by_days=True)
    assert whole is not None
    each = [Number(yes, 0, no, unknown, yes, no) for yes, no, unknown in held.values()]
    return held, whole, teams.of_records("AGG-1", whole, each, list(held), DFE)


@pytest.mark.parametrize("seed", range(7))
def test_a_measure_of_records_by_team_and_its_own_figure_give_nothing_away_together(seed: int) -> None:
    """Nor does the pack before it, of a period that lies in this one: what came between is a count as well."""
    lots = random.Random(seed)
    held, whole, each = measured(lots)
    if not each.cells:
        return
    ((key, cell),) = whole.cells.items()
    less = {"n": cell["n"] - min(cell["n"], 3), "d": cell["d"] - min(cell["n"], 3), "unknown": cell["unknown"]}
    fixed = {"period": days("before", date(2014, 4, 1), date(2015, 2, 28))}
    before = Raw("AGG-1 before", whole.population, whole.dimensions, {key: less}, counts=whole.counts, fixed=fixed)
    released = Released()
    first = protect([before], DFE, released)
    released.add(first)
    safes = protect([whole, each], DFE, released)
    prints = disclosure_attacker.read([*first, *safes])
    attacker = disclosure_attacker.Attacker(prints, frozenset({"team", "period", "outcome", "measure"}))
    met, known = frozenset(RATE["n"]), frozenset(RATE["d"])
    of = dict(prints[-1].of)
    wanted = [one_.of for one_ in prints if one_.hidden]
    for name, (yes, no, unknown) in held.items():
        team = {**of, "team": frozenset([name])}
        outcomes = ((met, yes), (known - met, no), (frozenset(whole.counts["unknown"]), unknown))
        wanted += [{**team, "outcome": outcome} for outcome, count in outcomes if 0 < count < 6 and (one(name),) in each.cells]
    assert wanted
    for of_ in wanted:
        low, high = attacker.possible(of_)
        assert low >= 6 or (high - low >= 5 and high >= 6), (of_, low, high)
    march = {**{name: part for name, part in of.items() if name != "team"}, "team": None}
    low, high = attacker.possible({**march, "outcome": known}, minus=[{**march, "period": fixed["period"].members, "outcome": known}])
    truth = cell["d"] - less["d"]
    assert low <= truth <= high and (not 0 < truth < 6 or (high - low >= 5 and high >= 6)), (truth, low, high)


def test_teams_that_are_all_alike_have_a_sentence_and_no_chart() -> None:
    chart, svg = drawn(table({f"Team {number}": (50 + number, 50 + number) for number in range(6)}))
    assert svg == "" and chart.says() == "No chart: every team is at 100.0%."


def test_what_is_hidden_moves_nothing_in_the_drawing() -> None:
    """Two services that differ in hidden counts alone give the same bytes: no dot, limit, scale or word hangs on them."""
    counts = {f"Team {number}": (80 + number, 100 + number) for number in range(6)}
    one_way, other_way = ({**counts, "Team 7": (a, 99), "Team 8": (b, 99)} for a, b in ((96, 95), (95, 96)))
    (first, drawing), (second, again) = drawn(table(one_way)), drawn(table(other_way))
    assert first.drawn and drawing == again and first == second and funnel.text(first) == funnel.text(second)
    assert dict(first.rows)["Team 7"].hidden and "Not drawn, as too small, hidden or no team: Team 7; Team 8." in first.says()


def test_only_teams_outside_are_named_and_names_can_hold_anything() -> None:
    counts = {f"Team {number}": (170, 200) for number in range(7)} | {"R&D <b>": (120, 200), "Not about one child": (90, 200)}
    chart, svg = drawn(table(counts))
    assert chart.says().startswith("Of 8 teams drawn, 1 lies outside the 99.8% limits around all together: R&D <b> (below).")
    assert "R&amp;D &lt;b&gt;</text>" in svg and "<b>" not in svg and "Team 3</text>" not in svg
    assert chart.lies("R&D <b>") == "below the 99.8% limits" and chart.lies("Team 3") == "above the 95% limits"
    assert chart.lies("Not about one child") == "", "what is about no child is no team"
    assert svg.count("<polygon") == 1 and svg.count("<circle") == 7


def test_of_teams_that_are_not_drawn_nothing_is_concluded() -> None:
    counts = {f"Team {number}": (80 + number, 100) for number in range(8)}
    more = {"no team": {"Not about one child": (80, 100)}, "hidden": {"Team 8": (97, 100)}}
    said, beside, hidden = (drawn(table({**counts, **some}))[0].outside() for some in ({}, *more.values()))
    assert said == beside == "All 8 teams drawn lie within the 99.8% limits, so chance alone could explain how these differ."
    assert hidden.endswith("so chance alone could explain how these differ. The teams that are not drawn may differ from these.")


def test_four_teams_are_no_funnel_nor_are_any_without_a_whole() -> None:
    four = {f"Team {number}": (170, 200) for number in range(4)}
    assert drawn(table(four))[1] == ""
    assert drawn(table({**four, "Team 4": (7, 9)}))[1] == "", "a team with nine cases is not drawn"
    assert drawn(table({**four, "Team 4": (170, 200)}, whole=False))[1] == ""
    assert drawn(table({**four, "Team 4": (170, 200)}))[1]


def test_a_figure_beside_a_measure_is_left_out_where_little_lies_between_the_two() -> None:
    """Of 74 care leavers 33, of the 53 among them who are 19 to 21 17: of the others 5 are not."""

    def share(name: str, n: int, d: int) -> Raw:
        row = {"measure_id": name, "status": "evaluated", "unit": "%", "numerator": str(n), "denominator": str(d), "unknown": "0"}
        found = measures.of_row(row | {"period_from": "2015-03-31", "period_to": "2015-03-31"}, "2015-03-31", by_days=True)
        assert found is not None
        return found

    every = share("AGG-1", 33, 74)
    assert measures.too_near(share("AGG-1.some", 17, 53), every, DFE), "5 others of whom it is not so"
    assert measures.too_near(share("AGG-1.some", 30, 60), every, DFE), "3 others of whom it is so"
    assert measures.too_near(share("AGG-1.some", 33, 72), every, DFE), "2 others"
    assert not measures.too_near(share("AGG-1.some", 20, 50), every, DFE)
    assert not measures.too_near(share("AGG-1.some", 33, 74), every, DFE), "the same says nothing new"


def test_such_a_figure_is_c_in_the_book_and_in_its_files() -> None:
    asked = order(synthetic(1500))
    (of,) = asked.runs
    near = {"AGG-NEET-21": ("33", "74"), "AGG-NEET-21.aged_19_to_21": ("17", "53")}
    rows = [
        {**row, "numerator": near[row["measure_id"]][0], "denominator": near[row["measure_id"]][1]} if row["measure_id"] in near else row
        for row in of.measures
    ]
    found = make(replace(asked, runs=[replace(of, measures=rows, measured=None)]))
    assert {one.id: one.told for one in found.measures if one.id in near} == {"AGG-NEET-21": "44.6%", "AGG-NEET-21.aged_19_to_21": "c"}
    (row,) = (row for row in figures(found) if row["line"] == "AGG-NEET-21.aged_19_to_21")
    assert (row["numerator"], row["denominator"], row["percent"]) == ("c", "", "")
