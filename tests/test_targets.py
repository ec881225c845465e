"""Targets of every shape at their boundary days, and what a run says of measures and targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commands import ROOT, audit, folder, invoke, rows
from running import Rows, book, export_of, results_of

from auditcheck import clock
from auditcheck.audit import RULE_ERROR
from auditcheck.nightly import audit as audit_of
from auditcheck.rulebook.profile import apply
from auditcheck.rulebook.targets import targets
from auditcheck.targets import Standing, Targets


def referrals(*days: str, assessed: tuple[str, ...] = ()) -> dict[str, Rows]:
    """A referral a day, each of another child; those named were followed by an assessment."""
    made = {"children": [{"child_id": day} for day in days]}
    made["referrals"] = [{"referral_id": day, "child_id": day, "received_at": day} for day in days]
    made["assessments"] = [
        {"assessment_id": day, "child_id": day, "referral_id": day, "kind": "initial", "started_on": day} for day in assessed
    ] or [{"assessment_id": "Z", "child_id": "Z", "referral_id": "", "kind": "early_help", "started_on": "2009-01-01"}]
    return made  # type: ignore[return-value]


def counted(*posts: tuple[str, str, str]) -> dict[str, Rows]:
    """Counts of social workers' posts: (day, established, vacant)."""
    rows_ = [
        {"establishment_id": f"S{n}", "counted_on": day, "role": "social_worker", "established": whole, "vacant": part}
        for n, (day, whole, part) in enumerate(posts)
    ]
    return {"children": [{"child_id": "C1"}], "establishment": rows_}


def caseload(*, children: int, workers: int) -> dict[str, Rows]:
    """So many open cases shared out among so many full-time social workers."""
    held = [
        {
            "involvement_id": f"I{n}",
            "child_id": f"C{n}",
            "worker_id": f"W{n % workers}",
            "role": "lead",
            "started_on": "2011-01-05",
            "ended_on": "",
        }
        for n in range(children)
    ]
    staff = [{"worker_id": f"W{n}", "role": "social_worker", "full_time_equivalent": "1"} for n in range(workers)]
    return {"children": [{"child_id": f"C{n}"} for n in range(children)], "involvements": held, "workers": staff}


def standing(tables: dict[str, Rows], as_of: str, measure: str, start: str | None = None, **target: Any) -> Standing:
    measures = results_of(tables, date.fromisoformat(as_of)).measures
    assert measures is not None
    (one,) = targets({measure: [target]})
    return Targets(measures, [one], date.fromisoformat(start) if start else None).standing(one)


BY = {"at_least": "65%", "by": "2012-05-31"}


def test_by_a_date_it_is_not_yet_due_up_to_that_day_and_judged_from_the_next() -> None:
    tables = referrals("2012-01-10", "2012-01-11", assessed=("2012-01-10",))
    assert standing(tables, "2012-05-31", "AGG-REFIA-01", **BY).status == "not_yet_due"
    assert standing(tables, "2012-06-01", "AGG-REFIA-01", **BY).status == "not_met"


def test_after_its_day_the_figure_of_that_day_decides() -> None:
    met_then = referrals("2012-05-31", "2012-06-01", "2012-06-02", assessed=("2012-05-31",))
    found = standing(met_then, "2012-09-30", "AGG-REFIA-01", **BY)
    assert found.status == "met" and found.figure is not None and found.figure.denominator == 1
    assert found.figure.to == clock.day_number(date(2012, 5, 31))
    met_now = referrals("2012-05-31", "2012-06-01", "2012-06-02", assessed=("2012-06-01", "2012-06-02"))
    assert standing(met_now, "2012-09-30", "AGG-REFIA-01", **BY).status == "not_met"


def test_a_figure_of_the_as_of_day_is_worked_out_again_for_the_day_of_the_target() -> None:
    plans = [
        {"plan_id": "P1", "child_id": "C1", "kind": "child_protection", "started_on": "2012-01-10", "ended_on": "2013-06-15"},
        {"plan_id": "P2", "child_id": "C2", "kind": "child_protection", "started_on": "2013-06-01", "ended_on": ""},
    ]
    tables = {"children": [{"child_id": "C1"}, {"child_id": "C2"}], "plans": plans}
    found = standing(tables, "2013-09-30", "AGG-CPP15-09", at_most="10%", by="2013-06-14")
    assert found.status == "not_met" and found.figure is not None and (found.figure.numerator, found.figure.denominator) == (1, 2)
    assert standing(tables, "2013-09-30", "AGG-CPP15-09", at_most="10%", by="2013-06-15").status == "met"


@pytest.mark.parametrize(("met", "status"), [(13, "met"), (12, "not_met")])
def test_exactly_the_figure_is_enough(met: int, status: str) -> None:
    days = [f"2012-01-{n:02d}" for n in range(1, 21)]
    assert standing(referrals(*days, assessed=tuple(days[:met])), "2012-06-01", "AGG-REFIA-01", **BY).status == status


@pytest.mark.parametrize(("children", "status"), [(31, "not_met"), (32, "met"), (36, "met"), (37, "not_met")])
def test_an_average_between_two_figures_by_a_date(children: int, status: str) -> None:
    wanted = {"between": [16, 18], "average_by": "2012-04-30"}
    tables = caseload(children=children, workers=2)
    assert standing(tables, "2012-04-30", "AGG-CASE-02", **wanted).status == "not_yet_due"
    assert standing(tables, "2012-05-01", "AGG-CASE-02", **wanted).status == status


def test_at_any_time_every_snapshot_is_put_to_the_test() -> None:
    wanted = {"at_most": "10%", "at_any_time": "true"}
    fine = (("2012-01-31", "20", "2"), ("2012-04-30", "20", "1"))
    assert standing(counted(*fine), "2012-04-30", "AGG-VAC-03", **wanted).status == "met"
    over = (("2012-01-31", "20", "2.01"), ("2012-04-30", "20", "1"))
    found = standing(counted(*over), "2012-04-30", "AGG-VAC-03", **wanted)
    assert found.status == "not_met" and found.figure is not None and found.figure.value == Fraction("10.05")
    assert standing(counted(*over), "2012-04-30", "AGG-VAC-03", start="2012-01-31", **wanted).status == "not_met"
    assert standing(counted(*over), "2012-04-30", "AGG-VAC-03", start="2012-02-01", **wanted).status == "met"
    assert standing(counted(*over), "2012-04-30", "AGG-VAC-03", start="2012-05-01", **wanted).status == "cannot_tell"


def test_within_so_long_of_the_start_that_the_user_gives() -> None:
    tables = referrals("2012-01-10", assessed=("2012-01-10",))
    wanted = {"at_least": "65%", "within": "12 months"}
    assert standing(tables, "2012-05-01", "AGG-REFIA-01", start="2011-05-01", **wanted).status == "not_yet_due"
    found = standing(tables, "2012-05-02", "AGG-REFIA-01", start="2011-05-01", **wanted)
    assert (found.status, found.due) == ("met", clock.day_number(date(2012, 5, 1)))
    ungiven = standing(tables, "2012-05-02", "AGG-REFIA-01", **wanted)
    assert ungiven.status == "cannot_tell" and "start was not given" in ungiven.why


def test_a_standing_target_is_judged_at_every_run() -> None:
    assert standing(referrals("2012-01-10"), "2012-01-10", "AGG-REFIA-01", at_most="10%").status == "met"
    assert standing(referrals("2012-01-10"), "2012-01-10", "AGG-REFIA-01", at_least="10%").status == "not_met"


def test_what_depends_on_the_unknown_records_cannot_be_told() -> None:
    tables = referrals("2012-01-10", "2012-01-11", "2012-01-12", "2012-01-32", assessed=("2012-01-10", "2012-01-11"))
    assert [standing(tables, "2012-05-31", "AGG-REFIA-01", at_least=least).status for least in ("50%", "51%", "75%", "76%")] == [
        "met", "cannot_tell", "cannot_tell", "not_met",
    ]  # fmt: skip


def test_nothing_to_count_is_no_target_met() -> None:
    found = standing(referrals("2009-01-10"), "2012-05-31", "AGG-REFIA-01", at_most="10%")
    assert (found.status, found.why) == ("cannot_tell", "there is nothing to count")


def test_a_rule_may_have_a_target_its_share_met_in_the_period() -> None:
    enquiries = [{"enquiry_id": f"E{n}", "child_id": f"C{n}", "started_on": "2015-04-01"} for n in range(4)]
    held = [
        {"conference_id": f"K{n}", "child_id": f"C{n}", "enquiry_id": f"E{n}", "kind": "initial", "held_at": "2015-04-20"} for n in range(3)
    ]
    tables: dict[str, Rows] = {
        "children": [{"child_id": f"C{n}"} for n in range(4)], "section_47_enquiries": enquiries, "conferences": held,
    }  # fmt: skip
    found = standing(tables, "2015-06-30", "CPC-ICPC-01", at_least="75%")
    assert found.status == "met" and found.figure is not None and (found.figure.numerator, found.figure.denominator) == (3, 4)
    assert standing(tables, "2015-06-30", "ASM-45-03", at_least="75%").why == "it rests on ASM-45-03 (table missing: assessments)"


# ---- a run

PROFILE = """\
id: ours
title: Our notice
rules: all
notice: {start: given}
targets:
  AGG-REFIA-01:
    - at_least: 65%
      by: 2015-05-31
      baseline: {value: 50.8%, when: 2009-10}
      comparators: [{value: 60%, whose: England, when: 2009-10}]
      asked_by: [{source: the notice, says: as it says}]
    - {at_least: 40%}
  AGG-CPP15-09: [{at_most: 10%, within: 12 months}]
  AGG-RCPC-06: [{at_least: 95%}]
  CPC-RCPC1-11: [{at_least: 50%}]
  AGG-DUE-25: [{at_least: 100%, within: 18 months}]
"""
REFERRED = {
    "referrals.csv": "referral_id,child_id,received_at,re_referral\nR1,C1,2015-05-10,no\nR2,C2,2015-06-10,no\n",
    "assessments.csv": "assessment_id,child_id,referral_id,kind,started_on,authorised_on\nA1,C1,R1,single,2015-05-12,\n",
}


def export(place: Path, **changed: str) -> Path:
    """The small export of `commands`, with referrals and the ends of its plans."""
    made = folder(place, REFERRED | changed)
    plans = (made / "plans.csv").read_text()
    (made / "plans.csv").write_text("\n".join(f"{line},{'ended_on' if n == 0 else ''}" for n, line in enumerate(plans.splitlines())) + "\n")
    return made


def ours(place: Path, text: str = PROFILE) -> Path:
    (place / "ours.yaml").write_text(text, encoding="utf-8")
    return place / "ours.yaml"


def by_id(out: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows(out / "measures.csv"):
        found.setdefault(row["measure_id"], []).append(row)
    return found


def test_measures_csv_says_how_every_measure_and_target_stands(tmp_path: Path) -> None:
    run = audit(
        export(tmp_path / "in"), tmp_path / "out", "--profile", ours(tmp_path), "--notice-start", "2014-06-29", "--fail-on", "never"
    )
    assert run.status == 0
    found = by_id(run.out)
    by, standing_ = found["AGG-REFIA-01"]
    assert {**by, "says": ""} == {
        "measure_id": "AGG-REFIA-01", "title": "Referrals followed by an initial or single assessment",
        "theme": "child protection activity",
        "good": "higher", "period_from": "2014-07-01", "period_to": "2015-06-30",
        "unit": "%", "value": "50.0", "low": "50.0", "high": "50.0",
        "numerator": "1", "denominator": "2", "unknown": "0", "highest": "", "status": "evaluated", "why": "",
        "target": "at least 65% by 31 May 2015", "target_due": "2015-05-31", "target_figure": "100.0", "target_status": "met",
        "baseline": "50.8% (2009-10)", "comparator": "60% England (2009-10)", "says": "",
    }  # fmt: skip
    assert by["says"].startswith("1 of 2 referrals received from 1 July 2014 to 30 June 2015 were followed")
    assert by["says"].endswith("Target: at least 65% by 31 May 2015: met on 31 May 2015 (100.0%).")
    assert (standing_["target_status"], standing_["target_due"], standing_["target_figure"]) == ("met", "", "50.0")
    (old,) = found["AGG-CPP15-09"]
    assert (old["target_due"], old["target_status"]) == ("2015-06-29", "not_met")
    (rule,) = found["CPC-RCPC1-11"]
    assert (rule["value"], rule["target_status"], rule["title"]) == ("", "cannot_tell", "First review conference held within three months")
    assert found["AGG-VAC-03"][0]["target_status"] == "no_target" and found["AGG-VAC-03"][0]["why"] == "table missing: establishment"
    (agreed,) = found["AGG-DUE-25"]
    assert (agreed["target_due"], agreed["target_status"]) == ("2015-12-29", "not_yet_due")
    con = duckdb.connect()
    con.register("measures", con.read_csv(str(run.out / "measures.csv"), all_varchar=True))
    query = (
        "select count(*) filter (target_status = 'met'), count(*) filter (target_status <> 'cannot_tell'), count(*) from measures where "
    )
    met, told, every = con.execute(query + "target is not null and measure_id <> 'AGG-DUE-25'").fetchone() or (0, 0, 0)
    assert (agreed["numerator"], agreed["denominator"], agreed["unknown"]) == (str(met), str(told), str(every - told))


def test_without_the_start_what_counts_from_it_is_not_judged(tmp_path: Path) -> None:
    found = by_id(audit(export(tmp_path / "in"), tmp_path / "out", "--profile", ours(tmp_path)).out)
    (old,) = found["AGG-CPP15-09"]
    assert (old["target_due"], old["target_status"]) == ("", "cannot_tell")
    assert "the notice's start was not given" in old["says"]


def test_too_much_unknown_leaves_only_the_bounds(tmp_path: Path) -> None:
    unread = REFERRED["referrals.csv"].replace("2015-06-10", "2015-06-31")
    made = export(tmp_path / "in", **{"referrals.csv": unread})
    (only,) = by_id(audit(made, tmp_path / "out").out)["AGG-REFIA-01"]
    assert (only["value"], only["low"], only["high"], only["unknown"]) == ("", "50.0", "100.0", "1")
    assert "Too many to show one figure." in only["says"]
    generous = ours(tmp_path, "id: ours\ntitle: Ours\nrules: all\nunknown_over: 50\n")
    (shown,) = by_id(audit(made, tmp_path / "more", "--profile", generous).out)["AGG-REFIA-01"]
    assert shown["value"] == "100.0"


def test_a_profile_sets_the_period_of_all_measures_or_of_one(tmp_path: Path) -> None:
    text = "id: ours\ntitle: Ours\nrules: all\nperiod: 1 month\nlimits: {AGG-REREF-11: {settings: {period: 2 months}}}\n"
    found = by_id(audit(export(tmp_path / "in"), tmp_path / "out", "--profile", ours(tmp_path, text)).out)
    assert found["AGG-REFIA-01"][0]["period_from"] == "2015-05-31"
    assert found["AGG-REREF-11"][0]["period_from"] == "2015-05-01"


def test_measures_are_no_findings_and_leave_the_exit_code_alone(tmp_path: Path) -> None:
    made = export(tmp_path / "in")
    with_them = audit(made, tmp_path / "with", "--profile", ours(tmp_path))
    without = audit(made, tmp_path / "without", "--profile", ours(tmp_path, "id: ours\ntitle: Ours\nrules: all\nexclude: [measures]\n"))
    assert with_them.status == without.status == 1
    assert with_them.findings == without.findings and with_them.outcomes == without.outcomes
    assert (with_them.out / "findings.csv").read_bytes() == (without.out / "findings.csv").read_bytes()
    row = with_them.rules["AGG-REFIA-01"]
    assert (row["kind"], row["status"], row["met"], row["cannot_tell"]) == ("measure", "evaluated", "", "")
    assert without.rules["AGG-REFIA-01"]["status"] == "not_selected"
    assert rows(without.out / "measures.csv") == []


def test_an_export_that_feeds_measures_alone_says_that_nothing_was_checked(tmp_path: Path) -> None:
    made = tmp_path / "in"
    made.mkdir()
    (made / "children.csv").write_text("child_id\nC1\n")
    (made / "workers.csv").write_text("worker_id,role,agency\nM1,practice_manager,yes\n")
    run = audit(made, tmp_path / "out", "--profile", ours(tmp_path, "id: ours\ntitle: Ours\nrules: [measures]\n"))
    assert run.status == 0 and "NOTHING WAS CHECKED" in run.said and by_id(run.out)["AGG-AGY-04"][0]["value"] == "100.0"


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    made = export(tmp_path / "in")
    first, second = (audit(made, tmp_path / name, "--profile", ours(tmp_path)) for name in ("first", "second"))
    for name in ("measures.csv", "index.html", "exceptions.xlsx"):
        assert (first.out / name).read_bytes() == (second.out / name).read_bytes()


def test_the_page_and_the_workbook_show_measures_and_say_that_nothing_is_hidden(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    run = audit(export(tmp_path / "in"), tmp_path / "out", "--profile", ours(tmp_path))
    page = (run.out / "index.html").read_text("utf-8")
    assert 'id="measures"' in page and "Small numbers are not hidden here" in page and "AGG-REFIA-01" in page
    sheet = load_workbook(run.out / "exceptions.xlsx")["Measures"]
    assert "Small numbers are not hidden here" in str(sheet["A2"].value)
    assert 'id="measures"' not in (run.out / "restricted" / "index.html").read_text("utf-8")


def test_a_measure_that_fails_is_a_rule_error_and_costs_no_other() -> None:
    rules = [
        replace(rule, body={"share": {}}) if rule.id == "AGG-REFIA-01" else rule for rule in apply(book(), None) if rule.area == "measures"
    ]
    results = audit_of(export_of(referrals("2012-01-10")), rules, book(), clock.day_number(date(2012, 5, 31)))
    assert results.seen.runs["AGG-REFIA-01"].status == RULE_ERROR
    assert results.seen.runs["AGG-REREF-11"].status != RULE_ERROR


# ---- what is written wrongly


def problem(tmp_path: Path, text: str) -> str:
    """What is said of a profile with this in it."""
    status, _, said = invoke("rules", "list", "--profile", ours(tmp_path, f"id: ours\ntitle: Ours\nrules: all\n{text}"))
    assert status == 2
    return said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("targets: {AGG-REFA-01: [{at_least: 65%}]}\n", "4:11: [ours] there is no measure or rule 'AGG-REFA-01'"),
        ("targets: {AGG-REFA-01: [{at_least: 65%}]}\n", "did you mean 'AGG-REFIA-01'?"),
        ("targets: {AGG-CPP15-09.familys: [{at_most: 10%}]}\n", "did you mean 'AGG-CPP15-09.families'?"),
        ("targets: {S47-RETRO-12: [{at_least: 65%}]}\n", "no measure or rule 'S47-RETRO-12'"),
        ("targets: {AGG-REFIA-01: [{at_last: 65%}]}\n", "did you mean 'at_least'?"),
        ("targets: {AGG-REFIA-01: [{by: 2012-05-31}]}\n", "exactly one of at_least, at_most and between"),
        ("targets: {AGG-REFIA-01: [{at_least: 1%, at_most: 2%}]}\n", "exactly one of at_least, at_most and between"),
        ("targets: {AGG-REFIA-01: [{at_least: 65}]}\n", "4:37: [ours] '65' is not in per cent, expected '65%'"),
        ("targets: {AGG-CASE-02: [{at_most: 18%}]}\n", "'18%' is not in the measure's unit, expected 18 children"),
        ("targets: {AGG-COURT-18: [{at_most: 26 months}]}\n", "expected 26 weeks"),
        ("targets: {AGG-CASE-02: [{between: [18, 16]}]}\n", "the first figure is the larger"),
        ("targets: {AGG-REFIA-01: [{at_least: 65%, by: 2012-06-31}]}\n", "'2012-06-31' is no date"),
        ("targets: {AGG-REFIA-01: [{at_least: 65%, within: 12 moons}]}\n", "'12 moons' is not a length of time"),
        ("targets: {AGG-REFIA-01: [{at_least: 65%, by: 2012-05-31, at_any_time: true}]}\n", "'at_any_time' beside 'by'"),
        ("targets: {AGG-REFIA-01: [{at_least: 65%, at_any_time: yes}]}\n", "at_any_time"),
        ("targets: {AGG-REFIA-01: [{at_least: 65%, baseline: {value: 51, when: 2010}}]}\n", "expected '51%'"),
        ("targets: {AGG-REFIA-01: [{at_least: lots}]}\n", "expected a figure such as 65%, 18 or 26 weeks"),
        ("targets: {AGG-REFIA-01: [{at_least: 65%, asked_by: [{source: x, says: " + "word " * 21 + "}]}]}\n", "a quote of 21 words"),
        ("notice: {start: soon}\n", "expected a date such as 2011-05-01, or given"),
        ("notice: {start: 2011-02-30}\n", "'2011-02-30' is no date"),
        ("period: a year\n", "'a year' is not a length of time"),
        ("limits: {AGG-REFIA-01: {settings: {perod: 3 months}}}\n", "did you mean 'period'?"),
        ("target: {}\n", "did you mean 'targets'?"),
    ],
)
def test_what_a_profile_gets_wrong_about_targets_is_named(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in problem(tmp_path, text)


MEASURE = (ROOT / "rules" / "measures" / "AGG-CPP15-09.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: measure", "kind: automated", "kind 'automated' with the check 'measure', expected 'measure' with 'measure'"),
        ("share: {counts", "shair: {counts", "did you mean 'share'?"),
        ("lasted: {from: started_on, over: limit}}}\n    also", "lasts: {from: started_on, over: limit}}}\n    also",
         "did you mean 'lasted'?"),
        ("over: limit}}}\n    also", "over: limits}}}\n    also",
         "'limits' is not set in this rule, expected limit, did you mean 'limit'?"),
        ("lasted: {from: started_on, over", "lasted: {from: startd_on, over", "did you mean 'started_on'?"),
        ("from: started_on, over: limit}}}\n    also", "from: category, over: limit}}}\n    also", "'category' is a text field"),
        ("each: child_id.family_id", "each: child_id.familly_id", "did you mean 'family_id'?"),
        ("uses: [children.family_id]\n", "", "children.family_id is read here, expected it in needs or uses"),
        ("theme: child protection activity", "theme: child protection", "did you mean 'child protection activity'?"),
        ("name: families", "name: Families", "expected a name in lower case"),
        ("also: {families: {value", "also: {familys: {value", "no figure 'familys', expected families, did you mean 'families'?"),
        ("unknown: 1}", "unkown: 1}", "unknown word 'unkown', expected"),
        ("says: \"{numerator}", "says: \"{counted}", "nothing fills in '{counted}'"),
        ("limit:\n", "unless: [{when: {format: x}, because: y}]\nlimit:\n", "'unless' speaks of one record and says nothing in a measure"),
        ("repeat: 280", "repeat: 1", "repeat: 1, expected a whole number from 2 to 2000"),
        ('plan_id: "D#", child_id: "D#"', "plan_id: D, child_id: D", "a repeated row without '#'"),
        ("name: at the limit", "name: fifteen months", "expected one whose name starts 'at the limit'"),
    ],
)  # fmt: skip
def test_what_a_measure_gets_wrong_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in MEASURE
    (tmp_path / "measures").mkdir()
    (tmp_path / "editions.yaml").write_text((ROOT / "rules" / "editions.yaml").read_text())
    (tmp_path / "measures" / "AGG-CPP15-09.yaml").write_text(MEASURE.replace(old, new))
    status, _, said = invoke("rules", "check", tmp_path)
    assert status == 2 and expected in said, said


def test_a_wrong_example_of_a_measure_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "measures").mkdir()
    (tmp_path / "editions.yaml").write_text((ROOT / "rules" / "editions.yaml").read_text())
    (tmp_path / "measures" / "AGG-CPP15-09.yaml").write_text(MEASURE.replace("denominator: 308", "denominator: 309"))
    status, _, said = invoke("rules", "test", "--rules", tmp_path)
    assert status == 2 and "found denominator 308 (expected 309)" in said
