"""Measures by team in the board's book: the counts are SQL's, the funnel is drawn of what is shown, and tells nothing of what is hidden."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

import disclosure_attacker
import duckdb
import pytest
from board_runs import book, hidden_book, open_book, synthetic

from auditcheck.board import funnel, teams
from auditcheck.board.files import figures
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
    chart = funnel.funnel("AGG-1", "Visits in time", "the year", let_through(raw))
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


@pytest.mark.parametrize("seed", range(10))
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


def test_four_teams_are_no_funnel_nor_are_any_without_a_whole() -> None:
    four = {f"Team {number}": (170, 200) for number in range(4)}
    assert drawn(table(four))[1] == ""
    assert drawn(table({**four, "Team 4": (7, 9)}))[1] == "", "a team with nine cases is not drawn"
    assert drawn(table({**four, "Team 4": (170, 200)}, whole=False))[1] == ""
    assert drawn(table({**four, "Team 4": (170, 200)}))[1]
