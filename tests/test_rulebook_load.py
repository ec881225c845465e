"""A rulebook is read whole or refused whole, and says exactly where and why."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from auditcheck.clock import Length
from auditcheck.contract import tables
from auditcheck.rulebook import Limit, RulebookError, build, load
from auditcheck.rulebook.load import shipped
from auditcheck.rulebook.model import Escalation
from auditcheck.rulebook.schema import kinds

BAD = sorted((Path(__file__).parent / "bad_rules").glob("*.yaml"))
EDITIONS = """\
editions:
  - {id: WT2013, title: Working Together 2013, from: 2013-04-15, verified: secondary}
  - {id: WT2010, title: Working Together 2010, from: 2010-03-01, verified: primary, note: title page}
"""
RULE = """\
id: CPC-ICPC-01
title: Initial conference held in time
area: conference
kind: automated
force: SG
severity: high
stage: active
subject: section_47_enquiries
where: {outcome: substantiated_conference, conference_required: {not: [no]}}
needs: [section_47_enquiries.started_on, section_47_enquiries.outcome, conferences.held_at, conferences.kind]
uses: [conferences.late_reason, section_47_enquiries.conference_required]
requires:
  within:
    trigger: started_on
    event: {table: conferences, at: held_at, match: enquiry_id, where: {kind: initial}}
    early: true
limit:
  - {from: 2010-03-01, until: 2013-04-15, is: none}
  - {from: 2013-04-15, is: 15 working days, law: as quoted, verified: secondary}
settings: {recent: 3 months}
unless:
  - {when: {conference_required: no}, because: recorded as not required}
justified_by: event.late_reason
escalates: {after: 3, to: high}
ends: [child]
says: Due on {due}, held on {happened}.
do: Hold it.
law: Working Together
verified: secondary
asked_by: [{source: inspection report, says: conferences held in time}]
examples:
  - name: at the limit, with a time
    as_of: 2015-06-30
    given:
      section_47_enquiries: [{enquiry_id: 010, child_id: 7, started_on: 2015-04-01, conference_required: yes, not_seen_reason: }]
      conferences: [{conference_id: K1, child_id: 7, enquiry_id: 010, held_at: 2015-04-24T10:00}]
    expect: met
    limit: 10 working days
  - name: one past the limit
    as_of: 2015-06-30
    given: {}
    expect: {E1: not_met}
    escalated: [E1]
  - name: blank start
    as_of: 2015-06-30
    given: {}
    expect: cannot_tell
"""


def book(folder: Path, rule: str = RULE, **more: str) -> Path:
    files = {"editions.yaml": EDITIONS, "conference/CPC-ICPC-01.yaml": rule} | more
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        load(folder)
    return caught.value.problems


def test_a_rule_is_what_its_file_says(tmp_path: Path) -> None:
    rule = load(book(tmp_path)).rules["CPC-ICPC-01"]
    assert (rule.check, rule.body["early"], rule.body["trigger"]) == ("within", "true", "started_on")
    assert rule.where["conference_required"] == {"not": ["no"]}
    assert rule.unless[0].when == {"conference_required": "no"} and rule.unless[0].class_ is None
    assert rule.justified_by == ("event.late_reason",)
    assert rule.escalates is not None and (rule.escalates.after, rule.escalates.to) == (3, "high")
    assert (rule.settings, rule.ends) == ({"recent": Length(3, "months")}, ("child",))
    assert (rule.file, rule.line) == ("conference/CPC-ICPC-01.yaml", 1)


def test_the_limit_in_force_changes_on_the_day_of_until(tmp_path: Path) -> None:
    limit = load(book(tmp_path)).rules["CPC-ICPC-01"].limit
    before, after = limit.on(date(2013, 4, 14)), limit.on(date(2013, 4, 15))
    assert before is not None and before.is_ is None
    assert after is not None and after.is_ == Length(15, "working days")
    assert limit.on(date(2010, 2, 28)) is None


def test_an_audit_reads_the_rules_without_their_examples(tmp_path: Path) -> None:
    folder = book(tmp_path)
    with_them, without = load(folder).rules, load(folder, examples=False).rules
    assert all(rule.examples for rule in with_them.values())
    assert without == {name: replace(rule, examples=()) for name, rule in with_them.items()}


def test_what_follows_the_examples_is_read_all_the_same(tmp_path: Path) -> None:
    folder = book(tmp_path)
    file = folder / "conference" / "CPC-ICPC-01.yaml"
    moved = "escalates: {after: 3, to: high}\n"
    file.write_text(file.read_text("utf-8").replace(moved, "") + f"# a comment at the start of a line\n{moved}", encoding="utf-8")
    assert load(folder, examples=False).rules["CPC-ICPC-01"].escalates == Escalation(3, "high")


def test_examples_keep_ids_dates_and_answers_as_written(tmp_path: Path) -> None:
    example = load(book(tmp_path)).rules["CPC-ICPC-01"].examples[0]
    assert example.given["section_47_enquiries"] == [
        {"enquiry_id": "010", "child_id": "7", "started_on": "2015-04-01", "conference_required": "yes", "not_seen_reason": ""}
    ]
    assert example.given["conferences"][0]["held_at"] == "2015-04-24T10:00"
    assert (example.as_of, example.limit) == (date(2015, 6, 30), Length(10, "working days"))


def test_editions_come_oldest_first(tmp_path: Path) -> None:
    assert [edition.id for edition in load(book(tmp_path)).editions] == ["WT2010", "WT2013"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, Limit()),
        ("local", Limit(local=True)),
        ({"field": "visit_every"}, Limit(field="visit_every")),
        ({"field": "lead_worker_id.experience", "values": "local"}, Limit(field="lead_worker_id.experience", by_category={})),
    ],
)
def test_limits_without_dates(written: object, read: Limit) -> None:
    assert build.limit(written) == read


def test_the_hash_changes_with_any_file_and_only_then(tmp_path: Path) -> None:
    first = load(book(tmp_path / "a")).hash
    assert load(book(tmp_path / "b")).hash == first
    assert load(book(tmp_path / "c", RULE + "# one more word\n")).hash != first


@pytest.mark.parametrize("bad", BAD, ids=[bad.stem for bad in BAD])
def test_a_mistake_is_named_with_its_place(bad: Path, tmp_path: Path) -> None:
    text = bad.read_text(encoding="utf-8")
    expected = text.splitlines()[0].removeprefix("# expect: ")
    found = problems(book(tmp_path, text))
    assert any(expected in problem for problem in found), "\n".join(found)


def test_the_mistakes_are_many() -> None:
    assert len(BAD) > 80


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    two = RULE.replace("CPC-ICPC-01", "CPC-LATE-02").replace("started_on\n", "begun_on\n").replace("{happened}", "{hapened}")
    found = problems(book(tmp_path, RULE.replace("is: 15 working", "is: 15 wrking"), **{"conference/CPC-LATE-02.yaml": two}))
    assert [problem.split(":")[0] for problem in found] == ["conference/CPC-ICPC-01.yaml"] + ["conference/CPC-LATE-02.yaml"] * 2


def test_an_id_belongs_to_one_file(tmp_path: Path) -> None:
    found = problems(book(tmp_path, **{"conference/CPC-LATE-02.yaml": RULE}))
    assert any("is also the id of conference/CPC-ICPC-01.yaml" in problem for problem in found)


@pytest.mark.parametrize("stray", ["CPC-ICPC-02.yaml", "conference/more/CPC-ICPC-02.yaml", "conference/CPC-ICPC-02.yml"])
def test_no_file_is_passed_over_in_silence(stray: str, tmp_path: Path) -> None:
    assert any(problem.startswith(f"{stray}:1:1: ") for problem in problems(book(tmp_path, **{stray: RULE})))


@pytest.mark.parametrize(
    "junk", [b"\xff\xfe\x00", b"", b"- a\n- b\n", b"just words", b"[" * 3000, b"a: \x00", b"? [a]\n: b\n", b"{{a}}: b"]
)
def test_junk_is_a_problem_and_no_traceback(junk: bytes, tmp_path: Path) -> None:
    book(tmp_path)
    (tmp_path / "conference" / "CPC-X-01.yaml").write_bytes(junk)
    assert all(problem.startswith("conference/CPC-X-01.yaml:") for problem in problems(tmp_path))


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    assert "there is no rule" in problems(tmp_path)[0]
    assert "no such folder" in problems(tmp_path / "absent")[0]


def test_editions_have_a_shape_too(tmp_path: Path) -> None:
    found = problems(book(tmp_path, **{"editions.yaml": EDITIONS.replace("2013-04-15", "2013-04-31")}))
    assert any(problem.startswith("editions.yaml:") and "does not exist" in problem for problem in found)


def test_the_shipped_rules_are_found() -> None:
    assert (shipped() / "editions.yaml").is_file()


def test_every_name_in_the_schemas_is_a_name_the_lint_knows() -> None:
    known = {"path", "code", "table", "column", "rule", "setting", "date", "length", "figure", "condition", "measure"}

    def names(part: object) -> set[str]:
        if isinstance(part, list):
            return set().union(*map(names, part))
        if not isinstance(part, dict):
            return set()
        own = {part["names"]} if isinstance(part.get("names"), str) else set()
        return own.union(*map(names, part.values()))

    assert names(list(kinds().values())) <= known


def test_a_hop_over_two_tables_is_followed(tmp_path: Path) -> None:
    rule = RULE.replace("trigger: started_on", "trigger: strategy_id.referral_id.received_at")
    found = problems(book(tmp_path, rule))
    missing = ["section_47_enquiries.strategy_id", "strategy_discussions.referral_id", "referrals.received_at"]
    assert [problem.split("] ")[1].split(" ")[0] for problem in found] == sorted(missing)
    assert tables()["strategy_discussions"]["referral_id"].refers_to == "referrals"


@pytest.mark.parametrize("name", ["conference/CPC-X-01.yaml", "profiles/ours.yaml", "editions.yaml"])
def test_a_link_that_leads_out_is_refused_and_nothing_of_it_shown(tmp_path: Path, name: str) -> None:
    folder = book(tmp_path / "rules")
    (tmp_path / "secret.txt").write_text("the-secret: [\n", encoding="utf-8")
    (folder / name).unlink(missing_ok=True)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).symlink_to(tmp_path / "secret.txt")
    found = problems(folder)
    assert [one for one in found if one.startswith(f"{name}:1:1") and "a link that leads out of the folder of rules" in one] != []
    assert "the-secret" not in "".join(found)


def test_a_folder_that_is_a_link_is_named_and_not_passed_by(tmp_path: Path) -> None:
    (book(tmp_path / "elsewhere") / "conference").rename(tmp_path / "conference")
    folder = book(tmp_path / "rules")
    (folder / "plan").symlink_to(tmp_path / "conference")
    assert [one for one in problems(folder) if one.startswith("plan:1:1") and "a folder that is a link" in one] != []


def test_a_link_within_the_folder_is_read_also_where_the_folder_is_one(tmp_path: Path) -> None:
    plain = book(tmp_path / "rules")
    (plain / "..data").mkdir()
    (plain / "conference" / "CPC-ICPC-01.yaml").rename(plain / "..data" / "rule")
    (plain / "conference" / "CPC-ICPC-01.yaml").symlink_to(Path("..") / "..data" / "rule")
    (tmp_path / "also").symlink_to(plain)
    assert list(load(tmp_path / "also").rules) == ["CPC-ICPC-01"]


@pytest.mark.parametrize("examples", [True, False])
def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path: Path, examples: bool) -> None:
    folder = book(tmp_path, RULE + f"  # {'x' * 500_000}\n")
    (folder / "profiles").mkdir()
    with (folder / "profiles" / "long.yaml").open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(RulebookError) as caught:
            load(folder, examples)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    longer = [one.partition(":")[0] for one in caught.value.problems if "the file is longer than 500000 bytes" in one]
    assert longer == ["conference/CPC-ICPC-01.yaml", "profiles/long.yaml"] and most < 50_000_000
