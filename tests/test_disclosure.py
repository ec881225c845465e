"""Nothing hidden can be worked out of what is shown; shown by somebody who tries, and who succeeds where less is hidden."""

from __future__ import annotations

import copy
import os
import sys
from dataclasses import replace
from datetime import date
from importlib import import_module
from itertools import combinations, product
from pathlib import Path

import pytest
from disclosure_attacker import Attacker, Print, read

from auditcheck import disclosure
from auditcheck.disclosure import (
    COUNT,
    DFE,
    OUTCOMES,
    ROUND5,
    LedgerUnreadable,
    NotATable,
    NotReleased,
    Part,
    Policy,
    Raw,
    Released,
    Safe,
    days,
    everyone,
    joined,
    one,
    protect,
)
from auditcheck.disclosure.intervals import wilson
from auditcheck.disclosure.protect import ZEROS

WORKED = [[3, 14, 9, 22], [11, 17, 8, 16], [9, 2, 12, 10], [13, 12, 15, 6]]
JULY, AUGUST = days("July 2015", date(2015, 7, 1), date(2015, 7, 31)), days("August 2015", date(2015, 8, 1), date(2015, 8, 31))


def grid(figures: list[list[int]], name: str = "Findings") -> Raw:
    """A table of teams by kind of finding, with all its totals."""
    cells = {}
    teams, kinds = [one("ABCDEFGH"[at]) for at in range(len(figures))], [one(str(at + 1)) for at in range(len(figures[0]))]
    for rows, columns in product(
        [*([at] for at in range(len(teams))), range(len(teams))], [*([at] for at in range(len(kinds))), range(len(kinds))]
    ):
        key = (teams[rows[0]] if isinstance(rows, list) else everyone(), kinds[columns[0]] if isinstance(columns, list) else everyone())
        cells[key] = {"d": sum(figures[row][column] for row in rows for column in columns)}
    return Raw(name, "findings", ("team", "kind"), cells, counts=COUNT, fixed={"period": JULY})


def by(dimension: str, figures: dict[str, tuple[int, int]], *, total: bool = True, population: str = "visits", **more: object) -> Raw:
    """A table of rates: of each value, n of d."""
    cells = {(one(value),): {"n": n, "d": d} for value, (n, d) in figures.items()}
    if total:
        cells[everyone(),] = {name: sum(counts[name] for counts in cells.values()) for name in ("n", "d")}
    return Raw(f"Visits by {dimension}", population, (dimension,), cells, **{"fixed": {"period": JULY}, **more})  # type: ignore[arg-type]


def printed(figures: list[list[int]], hidden: set[str]) -> list[Print]:
    """The worked table as somebody printed it by hand, with these cells (A1) hidden and zero allowed for them."""
    found = []
    for key, counts in grid(figures).cells.items():
        hide = "".join(part.label for part in key) in hidden
        of = {name: part.members for name, part in zip(("team", "kind"), key, strict=True)}
        found.append(Print(of, 0 if hide else counts["d"], float("inf") if hide else counts["d"]))
    return found


def cell(name: str) -> dict[str, frozenset[object]]:
    return {"team": frozenset(name[0]), "kind": frozenset(name[1])}


def ranges(prints: list[Print], *names: str) -> dict[str, tuple[float, float]]:
    attacker = Attacker(prints, frozenset({"team", "kind"}))
    return {name: attacker.possible(cell(name)) for name in names}


# --- the attacker works where less is hidden


def test_hiding_small_counts_alone_gives_them_away() -> None:
    assert ranges(printed(WORKED, {"A1", "C2"}), "A1", "C2") == {"A1": (3, 3), "C2": (2, 2)}


def test_hiding_the_next_smallest_in_the_row_gives_everything_away() -> None:
    found = ranges(printed(WORKED, {"A1", "A3", "C1", "C2"}), "A1", "A3", "C1", "C2")
    assert found == {"A1": (3, 3), "A3": (9, 9), "C1": (9, 9), "C2": (2, 2)}


# --- the worked table


def test_the_worked_table_hides_what_it_must_and_no_more() -> None:
    (safe,) = protect([grid(WORKED)], DFE, Released())
    assert {"".join(row.labels): "c" for row in safe.rows if row.figure("d") == "c"} == dict.fromkeys(["A1", "A2", "C1", "C2"], "c")
    assert WORKED[0][1] + WORKED[2][0] == 23
    assert ranges(printed(WORKED, {"A1", "A2", "C1", "C2"}), "A1", "A2", "C1", "C2") == {
        "A1": (1, 12),
        "A2": (5, 16),
        "C1": (0, 11),
        "C2": (0, 11),
    }


def test_the_worked_table_holds_against_a_reader_who_knows_that_zeros_are_shown() -> None:
    attacker = Attacker(read(protect([grid(WORKED)], DFE, Released())), frozenset({"team", "kind", "period", "outcome"}))
    for name, expected in {"A1": (2, 11), "A2": (6, 15), "C1": (1, 10), "C2": (1, 10)}.items():
        assert attacker.possible(cell(name)) == expected


def test_no_cheaper_choice_would_do() -> None:
    for figures in ([[3, 14, 9], [11, 2, 8], [9, 12, 12]], [[1, 9, 7], [30, 8, 8], [6, 7, 6]], [[2, 0, 20], [0, 9, 9], [8, 8, 1]]):
        (safe,) = protect([grid(figures)], DFE, Released())
        cost = {key: counts["d"] for key, counts in grid(figures).cells.items()}
        lost = sum(cost[row.parts] for row in safe.rows if row.value("d") is None)
        assert lost == _cheapest(figures)


def _cheapest(figures: list[list[int]]) -> int:
    """The least total that any choice must hide, by trying them all in order of what they lose."""
    table = grid(figures)
    cost = {"".join(part.label for part in key): counts["d"] for key, counts in table.cells.items()}
    small = {name for name, count in cost.items() if 0 < count < 6}
    others = [name for name, count in cost.items() if count >= 6]
    choices = (small | set(more) for size in range(5) for more in combinations(others, size))
    for choice in sorted(choices, key=lambda choice: sum(cost[name] for name in choice)):
        prints = [replace(one, low=1) if one.hidden else one for one in printed(figures, choice)]
        attacker = Attacker(prints, frozenset({"team", "kind"}))
        found = [attacker.possible(one.of) for one in prints if one.hidden]
        if all(high - low >= 5 and high >= 6 for low, high in found):
            return sum(cost[name] for name in choice)
    raise AssertionError("more than four others must be hidden")


# --- counts that are linked


def test_what_is_missing_from_a_total_is_a_count_too() -> None:
    """57 of 60 in time tells that 3 were not."""
    (safe,) = protect([by("team", {"Crewe": (57, 60), "Nantwich": (30, 40), "Sandbach": (50, 70)})], DFE, Released())
    crewe = safe.row("Crewe")
    assert "c" in (crewe.figure("n"), crewe.figure("d"))
    assert (crewe.percent(), crewe.interval(), crewe.share(), crewe.bounds()) == ("c", "c", None, None)
    attacker = Attacker(read([safe]), frozenset({"team", "period"}))
    team = {"team": frozenset({"Crewe"})}
    late = attacker.possible({**team, "outcome": frozenset({"justified", "not_met"})})
    assert late[1] - late[0] >= 5 and late[1] >= 6


def test_the_total_under_one_table_is_the_total_under_the_others() -> None:
    """One hidden row in each of two tables: each total, shown in the other, would give it away."""
    tables = [by("team", {"Crewe": (3, 60), "Nantwich": (30, 40)}), by("age", {"Under 1": (20, 50), "1 and over": (13, 50)})]
    safe = protect(tables, DFE, Released())
    attacker = Attacker(read(safe), frozenset({"team", "age", "period"}))
    found = attacker.possible({"team": frozenset({"Crewe"}), "outcome": frozenset({"met"})})
    assert found[1] - found[0] >= 5 and found[1] >= 6


def test_a_service_is_the_sum_of_its_teams() -> None:
    teams = by("team", {"Crewe": (3, 60), "Nantwich": (30, 50), "Sandbach": (20, 70), "Wilmslow": (40, 60)}, total=False)
    services = {"South": joined("South", ["Crewe", "Nantwich"]), "North": joined("North", ["Sandbach", "Wilmslow"])}
    cells = {(services["South"],): {"n": 33, "d": 110}, (services["North"],): {"n": 60, "d": 130}}
    safe = protect([teams, Raw("Visits by service", "visits", ("team",), cells, fixed={"period": JULY})], DFE, Released())
    attacker = Attacker(read(safe), frozenset({"team", "period"}))
    found = attacker.possible({"team": frozenset({"Crewe"}), "outcome": frozenset({"met"})})
    assert found[1] - found[0] >= 5 and found[1] >= 6


def test_all_but_one_gives_that_one_away() -> None:
    """40 in all, 37 in all teams but Crewe."""
    cells = {(everyone(),): {"d": 40}}
    but = {(joined("All but Crewe", ["Nantwich", "Sandbach"]),): {"d": 37}}
    tables = [
        Raw(name, "alerts", ("team",), figures, counts=COUNT, fixed={"period": JULY}) for name, figures in (("All", cells), ("But", but))
    ]
    safe = protect(tables, DFE, Released())
    assert "c" in (safe[0].rows[0].figure("d"), safe[1].rows[0].figure("d"))


def test_what_stands_in_several_rows_is_not_added_up() -> None:
    """A child whom two agencies failed stands in both rows; the children that no agency failed are still a count."""
    cells = {(one("Police"),): {"d": 30}, (one("Health"),): {"d": 38}, (everyone(),): {"d": 40}}
    (safe,) = protect([Raw("By agency", "children", ("agency",), cells, counts=COUNT, overlapping=frozenset({"agency"}))], DFE, Released())
    assert safe.row("Police").figure("d") == "30"
    assert "c" in (safe.row("Health").figure("d"), safe.row("Total").figure("d"))


# --- packs before this one


def year_to(end: date, n: int) -> Raw:
    span = days(f"to {end}", date(2015, 4, 1), end)
    return Raw("Year to date", "alerts", (), {(): {"d": n}}, counts=COUNT, fixed={"period": span})


def test_a_later_year_to_date_gives_no_month_away() -> None:
    """14, then 17: 3 in between."""
    released = Released()
    first = protect([year_to(date(2015, 10, 31), 14)], DFE, released)
    assert first[0].rows[0].figure("d") == "14"
    unaware = protect([year_to(date(2015, 11, 30), 17)], DFE, Released())
    november = [{"period": frozenset(range(date(2015, 11, 1).toordinal(), date(2015, 12, 1).toordinal()))}]
    assert Attacker(read([*first, *unaware]), frozenset({"period", "outcome"})).possible(*november) == (3, 3)
    released.add(first)
    second = protect([year_to(date(2015, 11, 30), 17)], DFE, released)
    low, high = Attacker(read([*first, *second]), frozenset({"period", "outcome"})).possible(*november)
    assert high - low >= 5 and high >= 6
    assert protect([year_to(date(2015, 11, 30), 20)], DFE, released)[0].rows[0].figure("d") == "20"


@pytest.mark.parametrize(
    ("october", "november", "hidden"), [(8, 9, True), (20, 21, True), (20, 22, True), (20, 23, False), (20, 30, False)]
)
def test_two_roundings_give_no_month_away(october: int, november: int, hidden: bool) -> None:
    """Both to the nearest 5: alike, they tell that there were four at most in between; one five later, that there may be nine."""
    released = Released()
    released.add(protect([year_to(date(2015, 10, 31), october)], ROUND5, released))
    (safe,) = protect([year_to(date(2015, 11, 30), november)], ROUND5, released)
    assert (safe.rows[0].figure("d") == "c") == hidden


@pytest.mark.parametrize("others", [60, 600, 3000, 60_000])
def test_a_row_hidden_under_a_rounded_total_stays_hidden_however_large_the_other_figures_then(others: int) -> None:
    """Team A's 1 to 4 would be the rest of January's 8 to 12 and B's."""
    january, year = days("Jan", date(2026, 1, 1), date(2026, 1, 31)), days("Year", date(2026, 1, 1), date(2026, 12, 31))

    def table(name: str, period: Part, counts: dict[Part, int]) -> Raw:
        return Raw(
            name, "visits", ("team",), {(part,): {"d": count} for part, count in counts.items()}, counts=COUNT, fixed={"period": period}
        )

    released = Released()
    month = table("Month", january, {one("A"): 1, one("B"): 9, everyone(): 10})
    whole = table("Year", year, {one("A"): others, one("B"): others, everyone(): 2 * others})
    released.add(protect([month, whole], ROUND5, released))
    (safe,) = protect([table("Team B", january, {one("B"): 9})], ROUND5, released)
    assert [dict(row.shown) for row in safe.rows] == [{"d": None}] and safe.notes == ()


def test_what_was_hidden_stays_hidden() -> None:
    """The same month in a second pack, with one figure restated: a fresh choice might hide others, and show those hidden before."""
    released = Released()
    first = protect([grid(WORKED)], DFE, released)
    released.add(first)
    restated = copy.deepcopy(WORKED)
    restated[3][3] += 40
    restated[0][1] += 30
    (second,) = protect([grid(restated)], DFE, released)
    hidden = {row.parts for row in first[0].rows if row.value("d") is None}
    assert hidden <= {row.parts for row in second.rows if row.value("d") is None}


def test_what_an_earlier_pack_gave_away_is_said() -> None:
    """Released when "fewer than 5" was the rule; now that it is "1 to 5", 5 is hidden, and everybody has it."""
    released = Released()
    released.add(protect([year_to(date(2015, 10, 31), 5), year_to(date(2015, 11, 30), 12)], Policy(smallest=5), released))
    first, second = protect([year_to(date(2015, 10, 31), 5), year_to(date(2015, 11, 30), 12)], DFE, released)
    assert (first.rows[0].figure("d"), second.rows[0].figure("d")) == ("c", "12")
    month = days("November", date(2015, 11, 1), date(2015, 11, 30))
    loud = Released()
    loud.add(protect([by_team({"Crewe": 5}, month), by_team({"Total": 8}, month)], Policy(smallest=3), loud))
    (safe,) = protect([by_team({"Crewe": 5, "Sandbach": 3, "Total": 8}, month)], DFE, loud)
    assert any("give away a count" in note for note in safe.notes)


def test_figures_restated_do_not_stop_a_pack() -> None:
    released = Released()
    released.add(protect([grid(WORKED)], DFE, released))
    (safe,) = protect([grid([[cell + 7 for cell in row] for row in WORKED])], DFE, released)
    assert safe.row("Total", "Total").figure("d") == str(179 + 16 * 7)


def test_the_ledger_is_kept_and_read_back(tmp_path: Path) -> None:
    path, released = tmp_path / "released.jsonl", Released()
    safe = protect([grid(WORKED), by("team", {"Crewe": (57, 60), "Nantwich": (30, 40)})], DFE, released)
    released.add(safe, path)
    released.add(safe, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text().splitlines()) == 2
    assert Released.read(path).tables == released.tables
    assert Released.read(tmp_path / "none.jsonl").tables == []
    path.write_text(path.read_text() + "{}\n")
    with pytest.raises(LedgerUnreadable, match=r"released\.jsonl, line 3"):
        Released.read(path)


def test_the_ledger_is_closed_to_others_and_says_nothing_twice(tmp_path: Path) -> None:
    """Also where it was open to them, and where one pack has the same table twice."""
    path, released = tmp_path / "released.jsonl", Released()
    path.touch(0o644)
    (safe,) = protect([grid(WORKED)], DFE, released)
    released.add([safe, safe], path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text().splitlines()) == len(released.tables) == 1


def test_the_ledger_is_on_the_disk_and_its_owners_alone_before_a_pack_counts_as_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a power cut takes back was released all the same."""
    path, seen, sync = tmp_path / "released.jsonl", [], os.fsync

    def noted(handle: int) -> None:
        held = os.fstat(handle)
        seen.append((held.st_mode & 0o777, held.st_size))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    Released().add(protect([grid(WORKED)], DFE, Released()), path)
    assert seen == [(0o600, path.stat().st_size)]


def test_two_packs_that_do_not_know_of_each_other_are_not_both_released(tmp_path: Path) -> None:
    """The second was protected as if there were no first: it may be what is subtracted from it."""
    path = tmp_path / "released.jsonl"
    one, other = Released.read(path), Released.read(path)
    one.add(protect([grid(WORKED)], DFE, one), path)
    held = path.read_bytes()
    with pytest.raises(NotReleased, match=r"Another pack was put down in released\.jsonl while this one was made"):
        other.add(protect([by("team", {"Crewe": (57, 60), "Nantwich": (30, 40)})], DFE, other), path)
    assert path.read_bytes() == held
    assert [entry.name for entry in tmp_path.iterdir()] == ["released.jsonl"]


def test_of_two_packs_that_are_put_down_at_once_one_is_refused(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    path, released = tmp_path / "released.jsonl", Released()
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(NotReleased, match="Another pack was put down"):
        released.add(protect([grid(WORKED)], DFE, released), path)
    assert list(tmp_path.iterdir()) == []
    os.close(other)
    again = Released()
    again.add(protect([grid(WORKED)], DFE, again), path)
    assert Released.read(path).tables == again.tables


def test_where_no_folder_can_be_locked_a_pack_is_put_down_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""
    monkeypatch.setattr(disclosure, "released", disclosure.released)  # put back in the end, as is what is imported here
    monkeypatch.delitem(sys.modules, "auditcheck.disclosure.released")
    monkeypatch.setitem(sys.modules, "fcntl", None)
    elsewhere, path = import_module("auditcheck.disclosure.released"), tmp_path / "released.jsonl"
    elsewhere.Released().add(protect([grid(WORKED)], DFE, Released()), path)
    assert [table.name for table in Released.read(path).tables] == [grid(WORKED).name]


def test_a_pack_that_cannot_be_put_down_is_not_released(tmp_path: Path) -> None:
    released = Released()
    with pytest.raises(NotReleased, match=r"can't be put down in released\.jsonl: No such file or directory\. Nothing was written"):
        released.add(protect([grid(WORKED)], DFE, released), tmp_path / "gone" / "released.jsonl")


def test_the_last_line_may_lack_its_end(tmp_path: Path) -> None:
    """As some editors leave it: what is added does not run into it."""
    path, released = tmp_path / "released.jsonl", Released()
    released.add(protect([grid(WORKED)], DFE, released), path)
    path.write_text(path.read_text().rstrip("\n"))
    released.add(protect([by("team", {"Crewe": (57, 60), "Nantwich": (30, 40)})], DFE, released), path)
    assert len(Released.read(path).tables) == 2


def test_a_zero_that_betrays_an_earlier_pack_is_hidden_too_and_that_is_said() -> None:
    """Crewe's 9 of July are hidden for the sake of Nantwich's 3, and its 9 of July and August are shown: no August tells everything."""
    summer = days("July and August", date(2015, 7, 1), date(2015, 8, 31))
    july = by_team({"Crewe": 9, "Nantwich": 3, "Total": 12}, JULY)
    released = Released()
    first = protect([july, by_team({"Crewe": 9}, summer)], DFE, released)
    assert [row.figure("d") for table in first for row in table.rows] == ["c", "c", "12", "9"]
    released.add(first)
    (august,) = protect([by_team({"Crewe": 0, "Sandbach": 0}, AUGUST)], DFE, released)
    assert [row.figure("d") for row in august.rows] == ["c", "0"] and ZEROS in august.notes and august.policy.least_hidden == 0
    (august,) = protect([by_team({"Sandbach": 0}, AUGUST)], DFE, released)
    assert august.row("Sandbach").figure("d") == "0" and ZEROS not in august.notes


def test_of_a_table_in_which_a_zero_is_hidden_a_later_pack_takes_no_more_for_known(tmp_path: Path) -> None:
    released, path = Released(), tmp_path / "released.jsonl"
    released.add(protect([by_team({"Crewe": 3}, JULY)], DFE, released), path)
    released.add(protect([by_team({"Crewe": 0}, AUGUST)], Policy(cover_zeros=True), released), path)
    assert [table.least_hidden for table in Released.read(path).tables] == [1, 0]


def by_team(figures: dict[str, int], period: Part) -> Raw:
    cells = {(everyone() if name == "Total" else one(name),): {"d": count} for name, count in figures.items()}
    return Raw(f"Alerts, {period.label}", "alerts", ("team",), cells, counts=COUNT, fixed={"period": period})


# --- the door


def test_only_the_door_makes_a_table_that_can_be_shown() -> None:
    (safe,) = protect([grid(WORKED)], DFE, Released())
    with pytest.raises(TypeError, match="comes from auditcheck"):
        Safe("x", "x", (), (), (), DFE, None)
    with pytest.raises(TypeError):
        replace(safe, rows=())
    assert "door" not in repr(safe)
    table = grid(WORKED)
    assert "14" not in f"{table} {table!r}"


def test_of_a_part_of_a_table_no_more_is_released() -> None:
    released = Released()
    (safe,) = protect([grid(WORKED)], DFE, released)
    some = safe.part(["A", "Total"])
    assert [row.labels for row in some.rows] == [row.labels for row in safe.rows if row.labels[0] in ("A", "Total")] and len(
        some.rows
    ) == 10
    assert (some.name, some.notes, some.policy, some.counts, some.fixed) == (safe.name, safe.notes, safe.policy, safe.counts, safe.fixed)
    released.add([some])
    assert {key[0].label for key in released.tables[0].cells} == {"A", "Total"}


def test_a_hidden_count_is_nowhere_in_a_table_that_can_be_shown() -> None:
    figures = [[3, 7001, 7003], [7005, 7007, 7009], [7011, 7013, 7015]]
    (safe,) = protect([grid(figures)], DFE, Released())
    hidden = [counts["d"] for key, counts in grid(figures).cells.items() if safe.row(*(part.label for part in key)).value("d") is None]
    assert len(hidden) == 4
    for count in hidden[1:] if hidden[0] == 3 else hidden:
        assert str(count) not in repr(safe)


def test_rows_stand_in_an_order_that_tells_no_size() -> None:
    sizes = {"Nantwich": (10, 20), "Crewe": (30, 90), "Wilmslow": (20, 50)}
    names = [row.labels[0] for row in protect([by("team", sizes)], DFE, Released())[0].rows]
    assert names == ["Crewe", "Nantwich", "Wilmslow", "Total"]
    agreed = Policy(order={"team": ("Wilmslow", "Crewe")})
    names = [row.labels[0] for row in protect([by("team", sizes)], agreed, Released())[0].rows]
    assert names == ["Wilmslow", "Crewe", "Nantwich", "Total"]


@pytest.mark.parametrize("dimension", ["worker", "worker_id", "child_id", "manager"])
def test_no_table_is_by_one_person(dimension: str) -> None:
    with pytest.raises(NotATable, match="figures of one person"):
        by(dimension, {"W1": (30, 40)})


def test_figures_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(NotATable, match="do not add up to their total 'Total'"):
        Raw("x", "x", ("team",), {(one("Crewe"),): {"d": 10}, (everyone(),): {"d": 11}}, counts=COUNT)
    with pytest.raises(NotATable, match="counts more n than d"):
        by("team", {"Crewe": (41, 40)})
    with pytest.raises(NotATable, match="which is the same figure"):
        protect([by("team", {"Crewe": (30, 40)}), by("age", {"Under 1": (20, 40)})], DFE, Released())
    with pytest.raises(NotATable, match="contradict each other"):
        teams = by("team", {"Crewe": (30, 40), "Nantwich": (30, 40)}, total=False)
        south = Raw("South", "visits", ("team",), {(joined("South", ["Crewe", "Nantwich"]),): {"n": 50, "d": 80}}, fixed={"period": JULY})
        protect([teams, south], DFE, Released())


# --- what is agreed


def test_fewer_than_five_and_zeros() -> None:
    figures = {"Crewe": (5, 40), "Nantwich": (30, 60), "Sandbach": (0, 30), "Wilmslow": (12, 45)}
    assert protect([by("team", figures)], DFE, Released())[0].row("Crewe").figure("n") == "c"
    fewer = protect([by("team", figures)], Policy(smallest=5), Released())[0]
    assert (fewer.row("Crewe").figure("n"), fewer.row("Sandbach").figure("n")) == ("5", "0")
    zeros = protect([by("team", figures)], Policy(hide_zeros=True), Released())[0]
    assert zeros.row("Sandbach").figure("n") == "c"


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (1, "c"), (7, "c"), (8, "10"), (12, "10"), (13, "15"), (22, "20"), (302, "300")])
def test_rounding(count: int, said: str) -> None:
    (safe,) = protect([Raw("x", "x", (), {(): {"d": count}}, counts=COUNT)], ROUND5, Released())
    assert safe.rows[0].csv("d") == said


def test_rounding_alone_can_give_a_small_count_away_and_so_is_not_alone() -> None:
    """8 and 8 are printed 10 and 10, and 17 is printed 15: at most 17, less at least 16, so the hidden one is 1."""
    figures = {"Crewe": 1, "Nantwich": 8, "Sandbach": 8}
    cells = {(one(name),): {"d": count} for name, count in figures.items()} | {(everyone(),): {"d": 17}}
    crewe = {"team": frozenset({"Crewe"})}
    naive = [Print({"team": frozenset({name})}, *((1, 7) if count < 8 else (8, 12))) for name, count in figures.items()]
    assert Attacker([*naive, Print({"team": None}, 13, 17)], frozenset({"team"})).possible(crewe) == (1, 1)
    safe = protect([Raw("x", "x", ("team",), cells, counts=COUNT)], ROUND5, Released())
    prints = [replace(one, low=max(8, one.low)) if not one.hidden or one.low > 1 else one for one in read(safe, spread=2)]
    low, high = Attacker(prints, frozenset({"team", "outcome"})).possible(crewe)
    assert high - low >= 5 and high >= 6


def test_small_rows_are_joined_before_anything_is_hidden() -> None:
    figures = {"Crewe": (30, 60), "Nantwich": (3, 7), "Sandbach": (0, 4), "Wilmslow": (20, 45)}
    (safe,) = protect([by("team", figures)], Policy(merge={"team": "Other teams"}), Released())
    assert [row.labels[0] for row in safe.rows] == ["Crewe", "Other teams", "Wilmslow", "Total"]
    assert safe.row("Other teams").figure("d") == "11"
    assert "'Other teams' joins those with fewer than 10." in safe.notes


def test_a_row_with_one_result_says_so() -> None:
    (safe,) = protect([by("team", {"Crewe": (0, 12), "Nantwich": (20, 40), "Sandbach": (30, 30)})], DFE, Released())
    assert [note.split(":")[0] for note in safe.notes] == ["Crewe", "Sandbach"]


def test_figures_in_words() -> None:
    cells = {(): {"n": 1042, "d": 1208, "justified": 40, "unknown": 12, "days": 15704}}
    table = Raw("x", "x", (), cells, counts=OUTCOMES, sums={"days": "d"})
    (row,) = protect([table], DFE, Released())[0].rows
    assert (row.figure("n"), row.csv("n"), row.sheet("n")) == ("1,042", "1042", 1042)
    assert (row.percent(), row.percent(places=1), row.interval()) == ("86%", "86.3%", "84% to 88%")
    assert row.percent(("n", "unknown"), ("d", "unknown"), places=1) == "86.4%"
    assert row.mean("days") == "13.0"
    hidden = Raw("x", "x", (), {(): {"n": 1, "d": 3, "days": 31}}, sums={"days": "d"})
    (row,) = protect([hidden], DFE, Released())[0].rows
    assert (row.figure("n"), row.csv("d"), row.sheet("d"), row.mean("days")) == ("c", "c", "[c]", "c")
    (row,) = protect([Raw("x", "x", (), {(): {"n": 0, "d": 0, "days": 0}}, sums={"days": "d"})], DFE, Released())[0].rows
    assert (row.figure("d"), row.percent(), row.interval(), row.mean("days"), row.share()) == ("0", "z", "z", "z", None)


@pytest.mark.parametrize(
    ("episodes", "children", "said"), [(10, 3, "c"), (3, 40, "c"), (20, 8, "2.5"), (0, 8, "0.0"), (0, 0, "z"), (6, 6, "1.0")]
)
def test_a_ratio_is_shown_where_both_of_its_counts_could_be(episodes: int, children: int, said: str) -> None:
    """Whoever knows that there were about ten episodes knows from 3.3 of each child that there are three children."""
    counts = {"d": frozenset({"children"}), "n": frozenset({"episodes"})}
    cell = {"d": children, "n": episodes, "each": episodes}
    (safe,) = protect([Raw("x", "x", (), {(): cell}, counts=counts, sums={"each": ("d", "n")})], DFE, Released())
    assert safe.rows[0].mean("each") == said


@pytest.mark.parametrize(
    ("n", "d", "ends"),
    [(5, 8, "30.57-86.32"), (0, 12, "0.00-24.25"), (12, 12, "75.75-100.00"), (61, 69, "78.75-94.01"), (182, 200, "86.22-94.23")],
)
def test_wilson(n: int, d: int, ends: str) -> None:
    assert "-".join(f"{100 * end:.2f}" for end in wilson(n, d)) == ends
    assert wilson(65, 100) == pytest.approx((0.5525444, 0.7363575), abs=1e-7)
