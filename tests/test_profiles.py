"""The profiles that come with auditcheck: each selects what its document asks for, says whose its figures are, and runs to the end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from commands import NORTHSHIRE, ROOT, TABLES_ALONE, Run, audit, folder, invoke, rows
from ruamel.yaml import YAML

from auditcheck.rulebook import apply, load
from auditcheck.rulebook.sources import document
from auditcheck.yaml_text import read

BOOK = load(ROOT / "rules")
FOLDER = ROOT / "rules" / "profiles"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
NOTICE = "DfE improvement notice, "
ASKS = {
    "cheshire-east-2013": [NOTICE + "Cheshire East", "Cheshire East progress table"],
    "cheshire-west-and-chester-2011": [NOTICE + "Cheshire West and Chester, 2011"],
    "cambridgeshire-2013": [NOTICE + "Cambridgeshire"],
    "inspection-2015": ["Ofsted inspection of Cheshire East, July 2015"],
}
LAW = ("working-together", "care-planning")


def selected(name: str) -> set[str]:
    return {rule.id for rule in apply(BOOK, name)}


def asked_by(documents: list[str]) -> set[str]:
    """The rules that quote one of the documents."""
    return {rule.id for rule in BOOK.rules.values() for one in rule.asked_by if named(one.source) in documents}


def named(source: str) -> str:
    found = document(source, BOOK.sources)
    return found.name if found else ""


def beside(ids: set[str]) -> set[str]:
    """Those rules, and the ones that they rest on: the premises of the composed, what measures count, what takes a rule's place."""
    found = set(ids)
    for name in ids:
        rule = BOOK.rules[name]
        found.update(rule.superseded_by)
        if rule.check == "measure":
            found.update(rule.body.get("rate", {}).get("rules", ()))
        if rule.check == "together":
            found.update(item["rule"] for part in ("all", "any") for item in rule.body.get(part, ()) if "rule" in item)
    return found if found == ids else beside(found)


def written(name: str) -> dict[str, Any]:
    value: dict[str, Any] = read((FOLDER / f"{name}.yaml").read_bytes()).value
    return value


def measures(name: str) -> bool:
    return BOOK.rules[name].kind == "measure"


def test_the_shipped_profiles_are_the_ones_promised() -> None:
    assert set(NAMES) == {*ASKS, *LAW, "local-example", "template"} == set(BOOK.profiles)


@pytest.mark.parametrize("name", ASKS)
def test_a_document_s_profile_has_every_rule_that_quotes_it_or_is_evidence_for_it_and_no_other(name: str) -> None:
    asked = asked_by(ASKS[name]) | {one for reference in BOOK.profiles[name].notice.references for one in reference.evidence}
    assert len(asked) > 10 and selected(name) == beside(asked)


def test_law_and_statutory_guidance_are_in_one_of_two_profiles_and_only_in_one() -> None:
    one, other = (selected(name) for name in LAW)
    statutory = {rule.id for rule in BOOK.rules.values() if rule.force in ("REG", "SG") and rule.stage == "active"}
    assert statutory <= one | other and not one & other
    assert {BOOK.rules[name].force for name in other if not measures(name)} == {"REG", "SG"}
    said = {name: BOOK.rules[name].law for name in one - statutory if not measures(name)}
    assert all("Working Together" in law or "notices" in law for law in said.values()), said


@pytest.mark.parametrize("name", NAMES)
def test_nothing_selected_rests_on_a_rule_that_is_not(name: str) -> None:
    assert selected(name) == beside(selected(name))


@pytest.mark.parametrize("name", NAMES)
def test_northshire_runs_to_the_end_with_each(name: str, tmp_path: Path) -> None:
    run = audit(NORTHSHIRE, tmp_path / "out", "--profile", name, "--fail-on", "never", *TABLES_ALONE)
    assert (run.status, run.info["complete"], run.info["profile"]) == (0, True, name), run.said
    states = {rule: row["status"] for rule, row in run.rules.items()}
    assert {rule for rule, state in states.items() if state != "not_selected"} == selected(name)
    assert "rule_error" not in states.values() and "evaluated" in states.values()
    assert all(row["why"] for row in run.rules.values() if row["status"] == "not_evaluated")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("template", *LAW)])
def test_every_figure_says_who_set_it(name: str) -> None:
    assert all(local.agreed_by for local in BOOK.profiles[name].limits.values())


@pytest.mark.parametrize("name", NAMES)
def test_no_quote_is_longer_than_twenty_words(name: str) -> None:
    quotes = re.findall("“([^”]*)”", (FOLDER / f"{name}.yaml").read_text("utf-8"))
    assert [quote for quote in quotes if len(quote.split()) > 20] == []


@pytest.mark.parametrize("name", NAMES)
def test_targets_are_of_what_is_selected_and_name_their_document(name: str) -> None:
    for measure, several in written(name).get("targets", {}).items():
        assert measure.partition(".")[0] in selected(name), measure
        for one in several:
            assert {named(asked["source"]) for asked in one["asked_by"]} <= set(ASKS[name]), measure


def test_the_targets_of_the_notices_are_as_they_were_written() -> None:
    found = written("cheshire-west-and-chester-2011")["targets"]
    assert [found[name][0].get(key) for name, key in (("AGG-REFIA-01", "at_least"), ("AGG-REFIA-01", "by"))] == ["65%", "2012-05-31"]
    assert found["AGG-REFIA-01"][0]["baseline"] == {"value": "50.8%", "when": "2009-10"}
    assert (found["AGG-CASE-02"][0]["between"], found["AGG-CASE-02"][0]["average_by"]) == ([16, 18], "2012-04-30")
    assert (found["AGG-VAC-03"][0]["at_most"], found["AGG-VAC-03"][0]["at_any_time"]) == ("10%", "true")
    months = {name: written(name)["targets"]["AGG-DUE-25"][0]["within"] for name in ("cheshire-east-2013", "cambridgeshire-2013")}
    assert months == {"cheshire-east-2013": "18 months", "cambridgeshire-2013": "12 months"}
    assert {written(name)["notice"]["start"] for name in ASKS if name != "inspection-2015"} == {"given"}


def told(run: Run, measure: str) -> tuple[str, str, str]:
    """The target of a measure, its day and how it stands."""
    (row,) = [row for row in rows(run.out / "measures.csv") if row["measure_id"] == measure]
    return row["target"], row["target_due"], row["target_status"]


def test_a_notice_s_targets_count_from_the_day_that_the_user_gives(tmp_path: Path) -> None:
    words = ["--profile", "cambridgeshire-2013", "--fail-on", "never"]
    for start, due, status in [
        ("2014-06-30", "2015-06-30", "not_yet_due"),
        ("2014-07-31", "2015-07-31", "not_yet_due"),
        ("", "", "cannot_tell"),
    ]:
        given = ["--notice-start", start] if start else []
        run = audit(NORTHSHIRE, tmp_path / f"out{start}", *words, *given, *TABLES_ALONE)
        assert told(run, "AGG-DUE-25") == ("at least 100% within 12 months of the notice's start", due, status)


def test_a_notice_s_own_date_decides_and_a_baseline_alone_is_only_shown(tmp_path: Path) -> None:
    notice = audit(NORTHSHIRE, tmp_path / "notice", "--profile", "cheshire-west-and-chester-2011", "--fail-on", "never", *TABLES_ALONE)
    assert told(notice, "AGG-CASE-02") == ("from 16 to 18 children on average by 30 April 2012", "2012-04-30", "not_met")
    assert told(notice, "CPC-REP24-04")[0] == "at least 100%"
    report = audit(NORTHSHIRE, tmp_path / "report", "--profile", "inspection-2015", "--fail-on", "never", *TABLES_ALONE)
    (row,) = [row for row in rows(report.out / "measures.csv") if row["measure_id"] == "AGG-RCPC-06"]
    assert (row["target"], row["target_status"], row["baseline"]) == ("", "no_target", "89% (report of July 2015)")
    assert row["says"].endswith("No target; to hold it against: 89% (report of July 2015).")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("{baseline: {value: 50%, when: 2014}, by: 2015-01-01}", "'by' beside a baseline alone"),
        ("{asked_by: []}", "expected exactly one of at_least, at_most and between, or a baseline alone"),
        ("{at_least: 5%, at_most: 6%, baseline: {value: 50%, when: 2014}}", "expected exactly one of at_least, at_most and between"),
    ],
)
def test_what_a_baseline_alone_gets_wrong_is_named(tmp_path: Path, target: str, expected: str) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"id: mine\ntitle: Ours\nrules: all\ntargets:\n  AGG-RCPC-06: [{target}]\n", "utf-8")
    status, _, said = invoke("rules", "list", "--profile", mine)
    assert status == 2 and "mine.yaml:5:" in said and expected in said, said


def said_to_be_wrong() -> list[tuple[str, str]]:
    """A profile that is wrong, and what docs/profiles.md says that it is told."""
    table = (ROOT / "docs" / "profiles.md").read_text("utf-8").split("## What may be wrong with it")[1]
    messages = re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE)
    time = "from: 2020-04-24, until: 2020-09-25, because: a, law: b, verified: local"
    texts = [
        "limits: {CG-NEXT-20: {limit: 5 days}}",
        "exclude: [conferences]",
        "limits: {CG-NEXT-02: {limit: 6 weekz}}",
        "limits: {MGT-SEN-04: {settings: {recnt: 3 months}}}",
        "limits: {SUP-FREQ-02: {limit: 3 months}}",
        "limits: {CPP-OWN-03: {limit: 3 months}}",
        "targets: {AGG-REFIA-10: [{at_least: 65%}]}",
        "targets: {AGG-REFIA-01: [{at_least: 65}]}",
        "targets: {AGG-REFIA-01: [{by: 2026-12-31}]}",
        f"suspended: [{{rules: [VIS-*], {time.replace('2020-09-25', '2020-04-01')}}}]",
        f"suspended: [{{rules: [CPP-OWN-03], {time}}}]",
        "id: our-board",
    ]
    return list(zip(texts, messages, strict=True))


@pytest.mark.parametrize(("text", "message"), said_to_be_wrong())
def test_the_page_of_profiles_says_what_one_is_told(tmp_path: Path, text: str, message: str) -> None:
    mine = tmp_path / "our-council.yaml"
    name = "" if text.startswith("id:") else "id: our-council\n"
    mine.write_text(f"{name}title: Ours\nrules: all\n{text}\n", "utf-8")
    status, _, said = invoke("rules", "list", "--profile", mine)
    assert status == 2 and all(part.strip(" ,") in said for part in message.split("...")), (said, message)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.+?)```", (ROOT / "docs" / "profiles.md").read_text("utf-8"), re.DOTALL))
def test_every_example_of_the_page_of_profiles_can_be_used(tmp_path: Path, block: str) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"id: mine\ntitle: Ours\nrules: all\n{block}", "utf-8")
    assert invoke("rules", "list", "--profile", mine)[::2] == (0, "")


#: A conference whose reports came a day and an hour before (the parent's), an hour too late (the child's), and not at all (the others').
REPORTS = {
    "children.csv": "child_id,date_of_birth\nC1,2004-05-01\n",
    "plans.csv": None,
    "conferences.csv": "conference_id,child_id,kind,held_at\nK1,C1,initial,2012-03-15T10:00\n",
    "conference_reports.csv": (
        "report_id,conference_id,child_id,recipient,shared_at\nT1,K1,C1,parent,2012-03-14T09:00\nT2,K1,C1,child,2012-03-14T11:00\n"
    ),
}


def test_a_notice_s_own_limit_says_so_in_the_finding(tmp_path: Path) -> None:
    export = folder(tmp_path / "export", REPORTS)
    run = audit(export, tmp_path / "out", "--profile", "cheshire-west-and-chester-2011", as_of="2012-06-30")
    late = [row for row in rows(run.out / "findings.csv") if row["rule_id"] == "CPC-REP24-04"]
    assert len(late) == 2, "the child's came an hour too late, the professionals' never"
    told = {(row["limit"], row["edition"], row["verified"]) for row in late}
    assert told == {("24 hours", "cheshire-west-and-chester-2011", "notice")}
    assert all("“not less than 24 hours in advance" in row["law"] for row in late)


def uncommented(text: str, keys: tuple[str, ...]) -> str:
    """The template with these of its commented parts switched on, and the plain ones of the same names away."""
    kept: list[str] = []
    on = False
    for line in text.splitlines():
        key = re.match(r"# ([a-z_]+):", line)
        if key:
            on = key[1] in keys
        elif not line.startswith("#  "):
            on = False
        kept.append(line[2:] if on else line)
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize(
    "keys", [("exclude",), ("limits",), ("notice",), ("targets",), ("suspended",), ("exclude", "limits", "notice", "targets", "suspended")]
)
def test_each_commented_part_of_the_template_is_right_when_it_is_switched_on(tmp_path: Path, keys: tuple[str, ...]) -> None:
    text = uncommented((FOLDER / "template.yaml").read_text("utf-8"), keys)
    assert all(f"\n{key}:" in text for key in keys)
    mine = tmp_path / "our-council.yaml"
    mine.write_text(text.replace("id: template", "id: our-council"), "utf-8")
    status, out, said = invoke("rules", "list", "--profile", mine)
    assert (status, said) == (0, "") and len(out.splitlines()) > 200
    assert set(keys) <= set(YAML(typ="safe", pure=True).load(mine.read_text("utf-8")))


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("CG-NEXT-02:\n", "CG-NEXT-20:\n", "there is no rule 'CG-NEXT-20', expected one of "),
        ("limit: 6 weeks", "limit: 6 weekz", "'6 weekz' is not a length of time"),
        ("early_career: 1 month", "early_carer: 1 month", "did you mean 'early_career'?"),
        ("settings: {recent: 3 months}", "settings: {recnt: 3 months}", "did you mean 'recent'?"),
        ("verified: notice", "verified: notise", "did you mean 'notice'?"),
        ("agreed_by: head", "agred_by: head", "did you mean 'agreed_by'?"),
        ("rules: [LAC-VIS*]", "rules: [LAK-VIS6-12]", "did you mean 'LAC-VIS6-12'?"),
    ],
)
def test_a_slip_in_a_copy_of_the_template_is_named(tmp_path: Path, right: str, wrong: str, expected: str) -> None:
    text = uncommented((FOLDER / "template.yaml").read_text("utf-8"), ("limits", "suspended")).replace("id: template", "id: our-council")
    assert right in text
    mine = tmp_path / "our-council.yaml"
    mine.write_text(text.replace(right, wrong), "utf-8")
    line = next(n for n, one in enumerate(mine.read_text("utf-8").splitlines(), start=1) if wrong.strip() in one)
    status, _, said = invoke("rules", "list", "--profile", mine)
    assert status == 2 and f"our-council.yaml:{line}:" in said and expected in said, said
