"""The board's book: every figure recounted in SQL, nothing small in it, and nobody."""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml
from board_runs import LAST_YEAR, OPEN, book, hidden_book, invented, invented_with_book, open_book, order, run, synthetic
from browser import DESK, PHONE, SMALL_PHONE, opened, sheets_of_paper, sideways, violations
from commands import invoke

from auditcheck.board import BoardRefused, restated, sentences, themes
from auditcheck.board import records as section_seven
from auditcheck.board.book import make
from auditcheck.board.commentary import parse
from auditcheck.board.files import COLUMNS, figures
from auditcheck.board.page_tables import grid
from auditcheck.board.periods import Period, months, up_to
from auditcheck.board.periods import parse as period
from auditcheck.board.write import write_book
from auditcheck.clock import Length
from auditcheck.disclosure import DFE
from auditcheck.rulebook.model import YEAR

BOOKS = [pytest.param(invented_with_book, marks=pytest.mark.deep), lambda: synthetic(60, False), lambda: synthetic(1500)]
EVENTS = ("within", "recurs", "before", "includes", "compares")
THEMES = yaml.safe_load((Path(themes.__file__).parent / "themes.yaml").read_text("utf-8"))


@cache
def records(folder: Path) -> duckdb.DuckDBPyConnection:
    """The run's observations with the rule's theme and area, the child's groups, and the day that counts."""
    base = duckdb.connect()
    theme = {area: one["title"] for one in THEMES["themes"].values() for area in one["areas"]}
    rules = [(rule.id, rule.area, theme[rule.area], rule.check in EVENTS) for rule in book().rules.values() if rule.area != "measures"]
    base.execute("create table rules (rule_id text, area text, theme text, event bool)")
    base.executemany("insert into rules values (?, ?, ?, ?)", rules)
    as_of = json.loads((folder / "run.json").read_text("utf-8"))["as_of"]
    base.execute(f"""
      create table seen as select o.*, area, theme, event, coalesce(left(coalesce(due_at, trigger_at), 10), '') as day,
        case plan_kind when 'child_protection' then 'Child protection: ' ||
          coalesce(case plan_category when 'physical' then 'physical abuse'
          when 'sexual' then 'sexual abuse' when 'emotional' then 'emotional abuse' else plan_category end, 'category not recorded')
          when 'child_in_need' then 'Child in need' when 'care' then 'Care plan' when 'pathway' then 'Pathway plan'
          when 'permanence' then 'Permanence plan' else 'No plan' end as plan,
        case when age = 'unborn' then 'Unborn' when age is null then 'Age not known' when age::int < 1 then 'Under 1'
          when age::int < 5 then '1 to 4' when age::int < 10 then '5 to 9' when age::int < 16 then '10 to 15'
          when age::int < 18 then '16 and 17' else '18 and over' end as age_band,
        case when c.child_id is null then null else coalesce(team, 'No team recorded') end as team_name,
        case disabled when 'yes' then 'Disabled' when 'no' then 'Not disabled' else 'Not recorded' end as disability,
        case when ethnicity is null then 'Not recorded' when upper(ethnicity) in ('WBRI') then 'White'
          when upper(ethnicity) in ('APKN') then 'Asian or Asian British' 
          when upper(ethnicity) = 'MWBC' then 'Mixed or multiple ethnic groups'
          when upper(ethnicity) = 'BAFR' then 'Black or Black British' else 'Recorded in other words' end as ethnic
      from '{folder}/observations.parquet' o join rules using (rule_id) left join '{folder}/children.parquet' c using (child_id)
      where outcome <> 'not_applicable'""")
    base.execute(f"create macro as_of() as '{as_of}'")
    return base


def counted(folder: Path, by: str, event: bool, span: Period = LAST_YEAR) -> dict[str, tuple[int, int, int, int]]:
    """(met, known, late with a reason, can't be told) by any column."""
    inside = f"(day between '{span.first}' and '{span.last}') or (day = '' and standing = 'open')" if event else "standing = 'open'"
    rows = (
        records(folder)
        .execute(f"""
      select {by}, count(*) filter (outcome = 'met'), count(*) filter (outcome in ('met', 'justified', 'not_met')),
        count(*) filter (outcome = 'justified'), count(*) filter (outcome = 'cannot_tell')
      from seen where event = {event} and ({inside}) group by all having count(*) filter (outcome <> 'not_yet_due') > 0""")
        .fetchall()
    )
    return {str(name): tuple(numbers) for name, *numbers in rows}


COLUMN = {
    "theme": "theme", "area": "upper(area[1]) || replace(area[2:], '_', ' ')", "rule": "rule_id",
    "team": "coalesce(team_name, 'Not about one child')", "plan": "case when child_id is null then 'Not about one child' else plan end",
    "age": "case when child_id is null then 'Not about one child' else age_band end",
    "ethnicity": "case when child_id is null then 'Not about one child' else ethnic end",
    "disability": "case when child_id is null then 'Not about one child' else disability end",
}  # fmt: skip


@pytest.mark.parametrize("basis", ["due", "record"])
@pytest.mark.parametrize("by", COLUMN)
def test_every_table_is_what_sql_counts(by: str, basis: str) -> None:
    table = open_book(invented()).shown[f"{basis}-{by}"]
    shown = {label: (one.n, one.d, one.justified, one.unknown) for label, one in table.lines if label != "All rules"}
    expected = counted(invented(), COLUMN[by], basis == "due")
    assert shown == expected and len(shown) > 1
    if by in ("theme", "team"):
        whole = table.figure("All rules")
        assert whole is not None
        assert (whole.n, whole.d, whole.justified, whole.unknown) == tuple(map(sum, zip(*expected.values(), strict=True)))


@pytest.mark.parametrize("basis", ["due", "record"])
def test_themes_by_group_are_what_sql_counts(basis: str) -> None:
    grids = [one for one in open_book(invented()).grids if ("fell due" in one.name) == (basis == "due")]
    assert len(grids) == 5
    for crossed in grids:
        shown = {" / ".join(row.labels): (row.value("n"), row.value("d")) for row in crossed.rows if row.value("d")}
        expected = counted(invented(), f"theme || ' / ' || {COLUMN[crossed.dimensions[1]]}", basis == "due")
        assert shown == {name: (n, d) for name, (n, d, *_) in expected.items() if d}


def test_the_period_before_is_what_sql_counts() -> None:
    before = counted(invented(), "theme", True, Period(date(2013, 7, 1), date(2014, 6, 30)))
    shown = {label: (then.n, then.d, then.justified, then.unknown) for label, _, then in open_book(invented()).changes}
    assert {name: shown[name] for name in before if name in shown} == {name: numbers for name, numbers in before.items() if name in shown}
    assert set(before) & set(shown)


def test_rates_ranges_and_bounds_follow_from_the_counts() -> None:
    for row in figures(open_book(invented())):
        if row["table"] in ("Trends", "Measures", "The period before") or not row["bound_low"] or row["denominator"] == "0":
            continue
        n, d, unknown = int(row["numerator"]), int(row["denominator"]), int(row["unknown"])
        assert (row["bound_low"], row["bound_high"]) == (four(n, d + unknown), four(n + unknown, d + unknown))
        too_much = unknown * 100 > 20 * (d + unknown)
        assert row["percent"] == ("x" if too_much else four(n, d))
        if not too_much:
            # Wilson's interval as the roots of a quadratic, not as the product writes it.
            z, p = 1.959964, n / d
            middle, half = (p + z * z / (2 * d)) / (1 + z * z / d), z * ((p * (1 - p) + z * z / (4 * d)) / d) ** 0.5 / (1 + z * z / d)
            assert float(row["range_low"]) == pytest.approx(100 * max(middle - half, 0), abs=1e-4)
            assert float(row["range_high"]) == pytest.approx(100 * min(middle + half, 1), abs=1e-4)


def four(n: int, d: int) -> str:
    return f"{float(round(Fraction(100 * n, d) * 10_000 + Fraction(1, 10**9))) / 10_000:.4f}"


def test_measures_are_those_of_the_run() -> None:
    with (invented() / "measures.csv").open(encoding="utf-8") as file:
        rows = {row["measure_id"]: row for row in csv.DictReader(file)}
    shown = {one.id: one.figure for one in open_book(invented()).measures}
    assert set(shown) == set(rows) and len(rows) > 26
    for name, figure in shown.items():
        if figure is not None and figure.d:
            assert [str(figure.n), str(figure.d), str(figure.unknown)] == [rows[name][c] for c in ("numerator", "denominator", "unknown")]


def test_agencies_are_what_sql_counts_in_the_records() -> None:
    """Strategy discussions by agency, from the export itself."""
    export = invented().parent / "export"
    table = open_book(invented()).shown["agency-strategy discussion"]
    base = duckdb.connect()
    base.execute(f"create table held as select * from read_csv('{export}/strategy_discussions.csv', all_varchar = true)")
    inside = f"try_cast(left(held_at, 10) as date) between date '{LAST_YEAR.first}' and date '{LAST_YEAR.last}'"
    listed = "list_transform(string_split(coalesce(agencies, ''), ';'), lambda x: lower(trim(x)))"
    for agency in ("police", "health", "social_care"):
        (n, d, unknown), = base.execute(f"""select count(*) filter (list_contains({listed}, '{agency}')),
          count(*) filter (coalesce(agencies, '') <> ''), count(*) filter (coalesce(agencies, '') = '')
          from held where {inside}""").fetchall()  # fmt: skip
        figure = table.figure(agency.replace("_", " ").capitalize())
        assert figure is not None and (figure.n, figure.d, figure.unknown) == (n, d, unknown) and 0 < n < d


def test_months_are_what_sql_counts() -> None:
    """Thirty months and more of a synthetic authority: by the day due, or where a measure says so, by the day it happened.

    Of what rules observed; for measures of records see test_board_record_months.py.
    """
    folder = synthetic(1500)
    trends = {one.id: one.trend for one in open_book(folder).measures if one.trend.rows and "rate" in book().rules[one.id].body}
    assert {"AGG-TIMELY-26", "AGG-ASM-08"} <= set(trends)
    for name, trend in trends.items():
        rate = book().rules[name].body["rate"]
        day = "left(happened_at, 10)" if rate["of"] == "happened" else "day"
        names = ", ".join(f"'{rule}'" for rule in rate["rules"])
        rows = records(folder).execute(f"""
          select left({day}, 7), count(*) filter (outcome = 'met'), count(*) from seen
          where rule_id in ({names}) and outcome in ('met', 'justified', 'not_met') group by 1""").fetchall()  # fmt: skip
        by_month = {month: (n, d) for month, n, d in rows if month}
        spans = [month for month in months(date(2015, 3, 31), 36) if month.first.isoformat()[:7] in by_month]
        if len(trend.rows) > 12:
            expected = [by_month[month.first.isoformat()[:7]] for month in spans]
            assert [(figure.n, figure.d) for _, figure in trend.rows] == expected[-len(trend.rows) :]
            assert len(trend.rows) >= 30 or name != "AGG-TIMELY-26"


# ---- nobody in it


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of a book as text, what a workbook is packed of too."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    # Where a cell stands (C10) is no child.
                    said = re.sub(r' (r|ref|sqref|activeCell|topLeftCell)="[^"]*"', "", packed.read(name).decode("utf-8"))
                    yield f"{path.name}/{name}", said
        else:
            yield path.name, path.read_text("utf-8")


@pytest.mark.parametrize("folder", BOOKS, ids=["invented", "tiny", "large"])
def test_no_child_worker_or_small_count_is_in_a_book(folder: object) -> None:
    where: Path = folder()  # type: ignore[operator]
    base = duckdb.connect()
    ids = {text for (text,) in base.execute(f"""select child_id from '{where}/children.parquet' union select family_id from
      '{where}/children.parquet' union select worker_id from '{where}/children.parquet' union select record_id from
      '{where}/observations.parquet'""").fetchall() if text and len(text) > 2}  # fmt: skip
    for name, text in texts(where / "board"):
        assert not ids & set(re.findall(r"[\w.:-]+", text)), name
    with (where / "board" / "figures.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows and tuple(rows[0]) == COLUMNS
    for row in rows:
        counts = [int(row[c]) for c in ("numerator", "denominator", "justified", "unknown") if row[c].isdigit()]
        if row["numerator"].isdigit() and row["denominator"].isdigit():
            counts.append(int(row["denominator"]) - int(row["numerator"]))
        if not row["line"].startswith("AGG-DUE-25"):  # it counts targets, not children
            assert not [count for count in counts if 0 < count < 6], row
        if "c" in (row["numerator"], row["denominator"]) and row["table"] != "Measures":
            assert {row["percent"], row["range_low"]} <= {"c", ""}, row


def test_a_tiny_authority_is_nearly_all_hidden_and_says_so() -> None:
    made = hidden_book(synthetic(60, False))
    rules = [figure for _, figure in made.shown["due-rule"].lines]
    assert rules and sum(figure.hidden for figure in rules) > len(rules) / 2
    page = (synthetic(60, False) / "board" / "book.html").read_text("utf-8")
    assert "Counts of 1 to 5 are shown as c." in page


@pytest.mark.parametrize("folder", BOOKS, ids=["invented", "tiny", "large"])
def test_no_mean_or_ratio_tells_of_a_few_children_or_workers(folder: Callable[[], Path]) -> None:
    made, ratios = hidden_book(folder()), 0
    said = {one.id: one.told for one in made.measures}
    for row in made.order.run.measures:
        if row["unit"] != "%" and row["denominator"]:
            counts = [float(row["denominator"]), *([float(row["numerator"])] if row["unit"] not in ("days", "weeks") else [])]
            assert not any(0 < count < 6 for count in counts) or said[row["measure_id"]] == "c", row
            ratios += 1
    assert ratios


def test_where_zeros_had_to_be_hidden_in_some_table_the_book_says_so_at_its_head() -> None:
    said = "In some tables a c may also be a 0"
    asked = order(synthetic(60, False))
    made = make(replace(asked, policy=replace(DFE, cover_zeros=True)))
    assert said in replace(made, order=asked).convention
    assert said not in hidden_book(synthetic(60, False)).convention


def test_what_is_shown_in_a_large_authority_is_what_an_open_book_holds() -> None:
    """The door hides and never changes."""
    whole = open_book(synthetic(1500))
    shown = 0
    for key, table in hidden_book(synthetic(1500)).shown.items():
        for label, figure in table.lines:
            other = whole.shown[key].figure(label)
            if other is not None and not figure.hidden:
                assert (figure.n, figure.d) == (other.n, other.d)
                shown += 1
    assert shown > 50


def test_the_children_behind_a_count_are_counted_too() -> None:
    """Many late visits to a few children are as telling as a few late visits."""
    hidden = hidden_book(synthetic(1500)).shown["due-rule"]
    few = records(synthetic(1500)).execute("""
      select rule_id from seen where event and day between '2014-04-01' and '2015-03-31' and outcome in ('not_met', 'justified')
      group by 1 having count(*) > 5 and count(distinct child_id) < 6""").fetchall()  # fmt: skip
    for (rule,) in few:
        figure = hidden.figure(rule)
        assert figure is None or figure.hidden, rule


# ---- what people write, and what a run keeps


def test_commentary_survives_and_is_printed(tmp_path: Path) -> None:
    tiny = synthetic(60, False)
    run("board", tiny, "--out", tmp_path / "book")
    form = (tmp_path / "book" / "commentary.md").read_text("utf-8")
    assert "## AGG-RCPC-06" in form and "Owner:" in form
    said = "## AGG-RCPC-06\nOwner: A <b> head\nWhat changed: fewer rooms\nwere free.\n\n## views\nA young person said it was noisy.\n"
    (tmp_path / "book" / "commentary.md").write_text(said, encoding="utf-8")
    run("board", tiny, "--out", tmp_path / "book", "--replace")
    assert (tmp_path / "book" / "commentary.md").read_text("utf-8") == said
    page = (tmp_path / "book" / "book.html").read_text("utf-8")
    assert "fewer rooms were free." in page and "A &lt;b&gt; head" in page and "A young person said it was noisy." in page


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("## AGG-RCPC-60\nWhat changed: x\n", "commentary.md, line 1: 'AGG-RCPC-60' is no heading of the book"),
        ("## views\n## views\n", "line 2: views has a heading already"),
        ("\n## views\nWe saw c7 twice\n", "commentary.md, line 3, names the child 'c7'"),
    ],
)
def test_commentary_that_can_not_be_used_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(BoardRefused, match=re.escape(says)):
        parse(text, ["AGG-RCPC-06"], ["C7"])


@pytest.mark.parametrize(
    "folder", [lambda: synthetic(60, False), pytest.param(invented_with_book, marks=pytest.mark.deep)], ids=["tiny", "much is hidden"]
)
def test_the_same_run_gives_the_same_bytes(folder: Callable[[], Path], tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_book(tmp_path / name, order(folder()))
        made.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())})
    assert made[0] == made[1]
    assert set(made[0]) == {"book.html", "commentary.md", "figures.csv", "figures.json", "tables.xlsx"}
    assert {path.name for path in (folder() / "board").iterdir()} == set(made[0])


def test_a_folder_that_is_no_run_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, _, said = invoke("board", tmp_path / "empty", "--out", tmp_path / "book")
    assert status == 2 and "empty holds no run.json" in said
    assert not (tmp_path / "book").exists()


# ---- periods


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015-Q3", "2015-07-01", "2015-09-30"),
        ("2014/15", "2014-04-01", "2015-03-31"),
        ("2014/15-Q4", "2015-01-01", "2015-03-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2015", "2015-01-01", "2015-12-31"),
        ("2014-07-01..2015-06-30", "2014-07-01", "2015-06-30"),
    ],
)
def test_a_period_is_what_people_call_it(text: str, first: str, last: str) -> None:
    assert period(text).slug == f"{first}..{last}"


@pytest.mark.parametrize(
    ("differs", "same", "says"),
    [
        (0, 1, "Nothing differs by more than chance alone could explain: 1 figure, in section 6 and annex B."),
        (0, 2, "Nothing differs by more than chance alone could explain: 2 figures, in section 6 and annex B."),
        (1, 1, "No other differs by more than chance alone could explain: 1 figure, in section 6 and annex B."),
        (1, 0, ""),
    ],
)
def test_one_figure_is_one_figure(differs: int, same: int, says: str) -> None:
    assert sentences.unchanged(["It differs."] * differs, ["It does not."] * same) == says


def test_one_point_is_one_point() -> None:
    found = restated.Restated("AGG-1", date(2014, 12, 31), 1, (("Mar 2014", "9", "-7"),))
    assert found.says("Visits").startswith("Visits: 1 of 1 point is counted differently now: Mar 2014 (")


SAMPLE = Path(__file__).parents[1] / "reports" / "sample"


def test_a_period_that_begins_after_the_run_is_refused(tmp_path: Path) -> None:
    code, _, said = invoke("board", SAMPLE, "--period", "2015-Q3", "--out", tmp_path / "book")
    assert code == 2 and not (tmp_path / "book").exists()
    assert "The period 1 July 2015 to 30 September 2015 begins after the day of the run, 30 June 2015." in said


def test_a_book_says_of_which_time_its_measures_are_and_with_whose_limits_records_were_checked(tmp_path: Path) -> None:
    assert invoke("board", SAMPLE, "--period", "2015-Q2", "--profile", "cheshire-west-and-chester-2011", "--out", tmp_path / "book")[0] == 0
    said = (tmp_path / "book" / "book.html").read_text("utf-8")
    assert "Latest: 1 July 2014 to 30 June 2015, whatever the period of the book; another time stands under its name." in said
    assert "Target: at least 65% by 31 May 2012: cannot tell." in said, "the targets are those of the book's profile, not of the run's"
    assert re.search(r"AGG-STAB-20\. Inspection standard\. On 30 June 2015</span>", said)
    assert (
        "Based on records as at 1 July 2015, checked as things stood on 30 June 2015 and with the limits of another profile: EXAMPLE"
        in said
    )


@pytest.mark.parametrize("text", ["2015-Q5", "2014/16", "Q3", "2015-13", "2015-02-30..2015-03-01", "2015-03-02..2015-03-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BoardRefused, match="expected 2015-Q3"):
        period(text)


def test_the_period_before_is_as_long() -> None:
    assert period("2015-Q1").before().slug == "2014-10-01..2014-12-31"
    assert up_to(date(2015, 6, 30), YEAR).before().slug == "2013-07-01..2014-06-30"
    assert period("2015-01-10..2015-01-19").before().slug == "2014-12-31..2015-01-09"
    assert up_to(date(2015, 6, 30), Length.parse("3 months")).first == date(2015, 3, 31)


# ---- as it is read


@pytest.mark.parametrize("width", [DESK, pytest.param(PHONE, marks=pytest.mark.deep), SMALL_PHONE])
@pytest.mark.parametrize("folder", BOOKS, ids=["invented", "tiny", "large"])
def test_the_book_is_accessible_and_no_wider_than_the_window(folder: object, width: int) -> None:
    where: Path = folder()  # type: ignore[operator]
    with opened(where / "board" / "book.html", width=width) as page:
        assert violations(page) == [] and sideways(page) == 0


@pytest.mark.parametrize(("folder", "most"), [(lambda: synthetic(60, False), 8), (lambda: synthetic(1500), 12)], ids=["tiny", "large"])
def test_the_ten_sections_are_read_in_ten_minutes(folder: object, most: int) -> None:
    """In print they are some pages; the tables are in the annexes."""
    where: Path = folder()  # type: ignore[operator]
    with opened(where / "board" / "book.html") as page:
        whole = sheets_of_paper(page)
        page.evaluate("""() => { let next = document.getElementById("measures"); while (next) { const one = next;
          next = next.nextElementSibling; one.remove(); } }""")
        assert 3 <= sheets_of_paper(page) <= most < whole <= 40


def test_what_is_hidden_is_named_once_and_not_printed_in_rows() -> None:
    page = (synthetic(60, False) / "board" / "book.html").read_text("utf-8")
    hidden = [label for label, figure in hidden_book(synthetic(60, False)).shown["due-rule"].lines if figure.hidden]
    (named,) = re.findall(r"Hidden \(c\), \d+ rows: ([^<]*)\.</p>", page.partition("By rule. What fell due")[2].partition("<h3")[0])[:1]
    assert len(hidden) > 20 and set(named.split("; ")) <= set(hidden)
    assert not re.search(r'<th scope="row">' + re.escape(named.split("; ")[0]) + " ", page)


def test_what_is_fully_met_is_not_called_met_least() -> None:
    """In a tiny authority all that can be shown is fully met, as few that are not met are hidden."""
    shown = dict(section_seven.subjects(hidden_book(synthetic(60, False))))
    rows = section_seven.least(hidden_book(synthetic(60, False)))["rows"]
    assert rows and all(cells[1] not in ("100.0%", "c") for _, cells in rows)
    full = {title for title, lines in shown.items() if lines and all(figure.n == figure.d for *_, figure in lines)}
    assert full and full == {title for title, cells in rows if cells[0].endswith("can be shown, and all that they ask is met")}


def test_groups_stand_in_their_order_and_those_counted_together_last() -> None:
    made = hidden_book(synthetic(1500))
    ages = [grid(one, made.groups["age"]) for one in made.grids if one.dimensions[1] == "age"]
    assert ages
    for table in ages:
        groups = [label for label, _ in table["rows"]]
        known = [name for name in made.groups["age"] if name in groups]
        assert groups[: len(known)] == known and len(groups) - len(known) <= 1


def test_charts_say_in_words_what_they_draw() -> None:
    made = hidden_book(synthetic(1500))
    charts = [one.trend.chart for one in made.measures if one.trend.chart]
    assert charts and any(chart.limits for chart in charts)
    page = (synthetic(1500) / "board" / "book.html").read_text("utf-8")
    assert page.count("<svg") == page.count("<desc") == len(charts) + sum(one.drawn for one in made.funnels)
    assert "Line chart" in page and "Data in the table below." in page


def test_what_was_not_evaluated_is_counted_by_its_reason_and_listed(tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "reports" / "sample"
    assert invoke("board", sample, "--out", tmp_path / "book")[0] == 0
    page = html.unescape(re.sub(r"<[^>]*>", " ", (tmp_path / "book" / "book.html").read_text("utf-8")))
    with (sample / "rules.csv").open(encoding="utf-8", newline="") as file:
        lacking = {row["rule_id"]: row["why"] for row in csv.DictReader(file) if row["status"] == "not_evaluated"}
    told = {reason: int(number) for number, reason in re.findall(r"(\d+) rules? or measures? not evaluated: ([^.]+)\.", page)}
    for reason in ("table missing", "field missing", "it rests on a rule that was not evaluated"):
        assert told[reason] == sum(why.startswith(" ".join(reason.split()[:3])) for why in lacking.values()) > 0, reason
    listed = page[page.rindex("Rules and measures that were not evaluated, and why") :]
    assert sum(told.values()) == len(lacking) and all(rule in listed and why in listed for rule, why in lacking.items())


def test_an_open_policy_hides_nothing() -> None:
    """What the other tests rest on."""
    assert not any(figure.hidden for table in open_book(invented()).shown.values() for _, figure in table.lines)
    assert OPEN.small(1) is False
