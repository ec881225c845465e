"""The voice of the child by stage: every figure recounted in SQL, children under five beside older ones, and nothing of it found out."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pytest
from board_runs import book, hidden_book, invented, open_book, synthetic
from disclosure_attacker import Attacker, Print, read

from auditcheck.board import records, themes
from auditcheck.board.book import Book
from auditcheck.board.coded import READ, count
from auditcheck.board.files import figures
from auditcheck.board.groups import groups
from auditcheck.board.known import Known
from auditcheck.board.periods import Period
from auditcheck.board.shown import Figure
from auditcheck.board.stages import ALL_AGES, ALL_STAGES, NAME, Stages, by_stage
from auditcheck.board.tables import by_group, by_rule, by_theme_and_group, on_record
from auditcheck.board.tally import Tally
from auditcheck.disclosure import DFE, RATE, Policy, Raw, Released, Safe, protect

STAGES = {
    "Assessment": ("ASM-EXPL-14", "ASM-SEEN-05", "ASM-VOICE-06", "VOI-PAR-04"),
    "Section 47 enquiry": ("S47-24H-04", "S47-ALONE-05"),
    "Conference": ("CPC-CHILD-08", "CPC-SEEN-09"),
    "Plan and core group": ("CPP-VOICE-12", "VOI-USED-03"),
    "Visits": ("LAC-ALONE-15", "PF-ALONE-04", "VIS-ALONE-03", "VIS-SEEN-02"),
    "Reviews": ("LAC-PART-23",),
    "Closing": ("CLS-SEEN-09",),
    "At any time": ("VOI-CHILD-01", "VOI-FEED-05", "VOI-U5-02"),
}
EVENTS = ("S47-24H-04", "VIS-ALONE-03")
Line = tuple[str, str]
Counts = tuple[int, int, int]


def test_each_rule_of_the_subject_is_in_one_stage() -> None:
    """Whether a rule is there by its area (visits to a plan) or by the records it judges (the views of parents in an assessment)."""
    told = {one.title: one.rules for one in themes.stages(book().rules.values())}
    assert told == STAGES and list(told) == list(STAGES)
    (subject,) = (one for one in themes.subjects(book().rules.values()) if one.title == "The voice of the child")
    assert sorted(rule for rules in told.values() for rule in rules) == list(subject.rules)


# ---- what is counted


@cache
def counted(folder: Path, event: bool, year: tuple[str, str]) -> dict[tuple[str, str], Counts]:
    """(met, known, can't be told) by rule and age, of the ages of the tables."""
    inside = f"coalesce(left(coalesce(due_at, trigger_at), 10) between '{year[0]}' and '{year[1]}', standing = 'open')"
    rows = duckdb.sql(f"""
      select rule_id, case when age = 'unborn' then 'Unborn' when try_cast(age as int) < 5 then 'Under five'
          when try_cast(age as int) >= 5 then 'Five and over' else 'Age not known' end,
        count(*) filter (outcome = 'met'), count(*) filter (outcome in ('met', 'justified', 'not_met')),
        count(*) filter (outcome = 'cannot_tell')
      from '{folder}/observations.parquet' left join '{folder}/children.parquet' using (child_id)
      where outcome <> 'not_applicable' and {inside if event else "standing = 'open'"} group by all""").fetchall()
    return {(rule, age): (n, d, unknown) for rule, age, n, d, unknown in rows if (rule in EVENTS) is event}


YEARS = {invented: ("2014-07-01", "2015-06-30"), synthetic: ("2014-04-01", "2015-03-31")}


def expected(folder: Path, year: tuple[str, str], event: bool, stage: str, ages: str) -> Counts:
    """What SQL counts of a line, whatever stages and ages it joins."""
    stages = [*STAGES] if stage == ALL_STAGES else stage.split("; ")
    told = counted(folder, event, year)
    joined = [one[:1].upper() + one[1:] for one in ages.split(", or ")]
    some = [
        told[rule, age]
        for one in stages
        for rule in STAGES[one]
        for age in ("Under five", "Five and over", "Unborn", "Age not known")
        if (rule, age) in told and (ages == ALL_AGES or age in joined)
    ]
    return tuple(map(sum, zip(*some, strict=True))) if some else (0, 0, 0)  # type: ignore[return-value]


def lines(made: Book, event: bool) -> dict[Line, Figure]:
    (found,) = (one for one in made.voice if ("fell due" in one.about) is event)
    return {(stage, ages): figure for stage, ages, figure in found.lines}


BOOKS = {"invented": (invented, YEARS[invented]), "large": (lambda: synthetic(1500), YEARS[synthetic])}


@pytest.mark.parametrize("event", [True, False], ids=["due", "on record"])
@pytest.mark.parametrize("which", BOOKS)
def test_every_line_is_what_sql_counts(which: str, event: bool) -> None:
    where, year = BOOKS[which]
    found = lines(open_book(where()), event)
    assert {line: (one.n, one.d, one.unknown) for line, one in found.items()} == {
        line: expected(where(), year, event, *line) for line in found
    }
    some = {rule for (rule, _), (_, d, unknown) in counted(where(), event, year).items() if d or unknown}
    stages = [stage for stage, rules in STAGES.items() if some & set(rules)]
    assert [stage for stage, ages in found if ages == ALL_AGES] == [*stages, *([ALL_STAGES] if len(stages) > 1 else [])]
    assert stages or which == "invented"


def test_the_ages_beside_each_other_are_all_there_are() -> None:
    """With the unborn, and those of no known age, where there are any."""
    found = lines(open_book(synthetic(1500)), False)
    ages = list(dict.fromkeys(age for _, age in found))
    assert ages[:3] == [ALL_AGES, "Under five", "Five and over"] and len(found) == len(ages) * len({stage for stage, _ in found})
    for stage in {stage for stage, _ in found}:
        whole, *each = (found[stage, age] for age in ages)
        assert (whole.n, whole.d, whole.unknown) == tuple(
            map(sum, zip(*((one.n, one.d, one.unknown) for one in each), strict=True))  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("event", [True, False], ids=["due", "on record"])
def test_what_is_shown_of_a_large_authority_is_what_sql_counts(event: bool) -> None:
    """Stages that are counted together too; and no few of them are shown by age."""
    found = lines(hidden_book(synthetic(1500)), event)
    for line, one in found.items():
        n, d, unknown = expected(synthetic(1500), YEARS[synthetic], event, *line)
        assert (one.n, one.d) == (n, d) or one.hidden, line
        assert one.unknown in (unknown, None), line
    by_age = {stage for (stage, ages), one in found.items() if ages != ALL_AGES and one.value is not None}
    assert len(by_age) >= (1 if event else 3)
    assert sum(one.hidden for one in found.values()) <= len(found) / 10


# ---- where it is read


def test_it_is_in_the_section_the_figures_and_the_workbook() -> None:
    made, folder = hidden_book(synthetic(1500)), synthetic(1500) / "board"
    rows = [row for row in figures(made) if row["table"] == NAME]
    told = {(row["about"], row["line"], row["group"]): row for row in rows}
    for one in made.voice:
        for stage, ages, figure in one.lines:
            assert told[one.about, stage, ages].items() >= {**figure.csv(), "justified": ""}.items()
    page = (folder / "book.html").read_text("utf-8")
    section = page.partition('<h3 id="voice">')[2].partition("<h3")[0]
    assert "by the way they were heard" in section and section.count("<table") == len(made.voice)
    sheet = openpyxl.load_workbook(folder / "tables.xlsx")["Voice of the child"]
    assert sheet.max_row == 3 + len(rows)
    assert "Closing" in section.partition("No figure of: ")[2].partition(".")[0], "what its rule judges is closed, and not counted"


def test_in_a_tiny_authority_nothing_is_shown_and_the_page_says_of_what() -> None:
    said = records.voice(hidden_book(synthetic(60, False)))
    assert said["tables"] == [] and said["says"][1:] == ["By stage there is too little to show."]
    assert said["notes"][:2] == [
        "Too little to show of what fell due from 1 April 2014 to 31 March 2015: Visits.",
        "Too little to show of what is on the records open on 31 March 2015: Assessment; Plan and core group; Visits; At any time.",
    ]


def test_what_the_door_hides_is_named_and_not_printed_in_rows() -> None:
    made = open_book(invented())
    lines = [("Visits", ALL_AGES, Figure(40, 60)), ("Visits", "Under five", Figure(None, 20)), ("Reviews", ALL_AGES, Figure(None, None))]
    said = records.voice(replace(made, voice=(replace(made.voice[1], lines=tuple(lines)),)))
    assert [row for table in said["tables"] for row in table["rows"]] == [
        ("Visits", [ALL_AGES, "66.7%", "40 of 60", "54.1 to 77.3%", "c", "c"])
    ]
    assert said["notes"][0] == "Hidden (c) of what is on the records open on 30 June 2015: Visits, under five; Reviews, all ages."


# ---- nobody finds out


RULES = (
    "ASM-SEEN-05", "ASM-VOICE-06", "CPC-CHILD-08", "CPC-SEEN-09", "VIS-SEEN-02", "VOI-CHILD-01",
    "CPC-QUOR-06", "CLS-PREM-03", "CPP-OUTC-04",
)  # fmt: skip
BANDS = {"unborn": "Unborn", "0": "Under 1", "3": "1 to 4", "7": "5 to 9", "12": "10 to 15", "": "Age not known"}
AS_OF = Period(date(2015, 6, 30), date(2015, 6, 30))
Box = tuple[frozenset[object], frozenset[object]]
Held = dict[tuple[str, str, str], int]


def tally(held: Held) -> Tally:
    """A count of so many observations by rule, age and outcome, each of a child of its own."""
    every = [key for key, number in held.items() for _ in range(number)]
    ids = [f"C{number}" for number in range(len(every))]
    blank = [None] * len(every)
    ages = [age or None for _, age, _ in every]
    columns = {"team": blank, "plan_kind": blank, "plan_category": blank, "age": ages, "ethnicity": blank, "disabled": blank}
    children = pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})
    found = Tally.empty(RULES, (), AS_OF, [one for one in groups(children) if one.key == "age"], len(ids))
    said = {"rule_id": [rule for rule, *_ in every], "outcome": [outcome for *_, outcome in every], "child_id": ids}
    said |= {"standing": ["open"] * len(every)}
    count([pa.table({name: pa.array(said.get(name, blank), pa.string()) for name in READ})], pa.array(ids), [found])
    return found


def pack(held: Held, policy: Policy) -> tuple[list[Raw], Stages, Known]:
    """What a book says by rule, by age, by theme and age, and by stage."""
    found, rules = tally(held), [book().rules[rule] for rule in RULES]
    basis = on_record(RULES, AS_OF)
    (ages,) = found.breakdowns.values()
    tables = [*by_rule(found, rules, (), basis, policy), by_group(found, ages, basis, policy)]
    crossed = by_theme_and_group(found, rules, ages, basis, policy)
    of_stages = by_stage(found, rules, basis, policy, tables[-2], crossed)
    raws = [crossed, *(raw for one in tables for raw in one.raws.values())]
    raws += [raw for several in of_stages.raws.values() for raw in several]
    return raws, of_stages, Known(found, [basis], frozenset(RULES), raws, lambda pieces: None)


def invented_counts(seed: int) -> Held:
    """Few not met here and there, as in a service where most is done."""
    lots = random.Random(seed)
    sizes = {"met": (0, 12, 40, 90), "not_met": (0, 1, 3, 7, 20), "justified": (0, 0, 0, 2), "cannot_tell": (0, 0, 2, 9)}
    return {(rule, age, outcome): lots.choice(sizes[outcome]) for rule, age, outcome in product(RULES, BANDS, sizes)}


def released(raws: list[Raw], known: Known) -> list[Safe]:
    return protect(raws, DFE, Released(), known)


def differences(prints: list[Print]) -> set[Box]:
    """The rules and ages of what is printed, of ages that add up, and of what one leaves when another that lies within it is subtracted."""
    every = frozenset(RULES), frozenset(BANDS.values())
    printed = {(one.of.get("rule") or every[0], (one.of.get("age") or every[1]) & every[1]) for one in prints}
    for rules, ages in product({rules for rules, _ in printed}, {ages for _, ages in printed}):
        if ages == frozenset().union(*(some for own, some in printed if own == rules and some <= ages)):
            printed.add((rules, ages))
    found = {*printed}
    for (rules, ages), (fewer, some) in product(printed, printed):
        if ages == some and fewer < rules:
            found.add((rules - fewer, ages))
        if rules == fewer and some < ages:
            found.add((rules, ages - some))
    return found


@pytest.mark.parametrize("seed", [9, 11, *(pytest.param(seed, marks=pytest.mark.deep) for seed in (0, 1, 2, 3, 4, 5, 8, 10, 27, 67))])
def test_nobody_who_lays_it_beside_rules_ages_and_themes_by_age_finds_a_small_count(seed: int) -> None:
    held = invented_counts(seed)
    raws, _, known = pack(held, DFE)
    safes = released(raws, known)
    others = [raw for raw in raws if not raw.name.startswith(NAME)]
    hidden = sum(safe.hidden for safe in safes if not safe.name.startswith(NAME))
    assert hidden == sum(safe.hidden for safe in released(others, known)), "nothing else is hidden for its sake"
    assert any(None not in row.shown.values() for safe in safes if safe.name.startswith(NAME) for row in safe.rows)
    prints = read(safes)
    attacker = Attacker(prints, frozenset({"rule", "age", "period", "outcome"}))
    untold = next(one.of["outcome"] for one in prints if not one.of["outcome"] <= RATE["d"])  # type: ignore[operator]
    small = 0
    for rules, ages in sorted(differences(prints), key=lambda box: sorted(map(sorted, box))):
        for outcomes in ({"met"}, {"not_met", "justified"}, {"cannot_tell"}):
            number = sum(held[rule, age, outcome] for rule, (age, name), outcome in product(rules, BANDS.items(), outcomes) if name in ages)
            if 0 < number < 6:
                small += 1
                of = {"rule": rules, "age": ages, "outcome": untold if outcomes - RATE["d"] else frozenset(outcomes)}
                low, high = attacker.possible(of)
                assert low <= number <= high
                assert high - low >= 5 and high >= 6, (of, low, high)
    assert small


def ages_of(held: Held) -> tuple[str, ...]:
    return pack(held, DFE)[1].ages


@pytest.mark.parametrize(
    ("unborn", "unknown", "ages"),
    [
        (0, 0, ("Under five", "Five and over")),
        (2, 0, ("Under five, or unborn", "Five and over")),
        (0, 2, ("Under five", "Five and over, or age not known")),
        (9, 9, ("Under five", "Five and over", "Unborn", "Age not known")),
    ],
)
def test_the_unborn_and_those_of_no_known_age_stand_apart_where_they_are_not_few(unborn: int, unknown: int, ages: tuple[str, ...]) -> None:
    held = dict.fromkeys(product(RULES, ("3", "7"), ("met", "not_met")), 20)
    for age, many in (("unborn", unborn), ("", unknown)):
        held |= dict.fromkeys(product(RULES[:4], (age,), ("met", "not_met")), many)
    assert ages_of(held) == ages
    raws, stages, known = pack(held, DFE)
    by_age = stages.raws["rate"][1]
    whole = {key[0].label: sum(counts["d"] for other, counts in by_age.cells.items() if other[0] == key[0]) for key in by_age.cells}
    assert whole["Assessment"] == 160 + 4 * unborn + 4 * unknown
    assert not any(safe.hidden for safe in released(raws, known))


def test_a_stage_with_few_under_five_is_told_over_all_ages_and_joined_by_age() -> None:
    held = dict.fromkeys(product(RULES, ("3", "7"), ("met", "not_met")), 20)
    held |= {(rule, "3", "not_met"): 1 for rule in ("CPC-CHILD-08", "CPC-SEEN-09")}
    _, stages, _ = pack(held, DFE)
    over_all, by_age = ([key[0].label for key in raw.cells] for raw in stages.raws["rate"])
    assert over_all == ["Assessment", "Conference", "Visits", "At any time", ALL_STAGES]
    assert list(dict.fromkeys(by_age)) == ["Assessment", "At any time", "Conference; Visits", ALL_STAGES]


def test_of_one_stage_there_is_no_line_for_all_of_them_and_of_stages_all_too_small_there_is_no_other() -> None:
    one = dict.fromkeys(product(RULES[:2], ("3", "7"), ("met", "not_met")), 20)
    assert [key[0].label for key in pack(one, DFE)[1].raws["rate"][0].cells] == ["Assessment"]
    small = dict.fromkeys(product(RULES[::2], ("3", "7"), ("met", "not_met")), 3)
    assert {key[0].label for key in pack(small, DFE)[1].raws["rate"][1].cells} == {ALL_STAGES}
    few = {(rule, "3", outcome): 1 for rule, outcome in product(RULES[::2], ("met", "not_met"))}
    assert [raw.cells for several in pack(few, DFE)[1].raws.values() for raw in several][1] == {}
