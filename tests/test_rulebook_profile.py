"""A profile narrows the rulebook and sets its own figures; what it gets wrong is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from test_rulebook_load import RULE, book

from auditcheck.clock import Length
from auditcheck.rulebook import RulebookError, apply, chosen, load
from auditcheck.rulebook.model import Rulebook

LIMIT = RULE[RULE.index("limit:\n") : RULE.index("settings:")]
WITHOUT_LIMIT = RULE.replace(LIMIT, "")


def rule(rule_id: str, area: str = "conference", limit: str = LIMIT, stage: str = "active") -> str:
    text = RULE.replace("CPC-ICPC-01", rule_id).replace("area: conference", f"area: {area}").replace(LIMIT, limit)
    if "field:" in limit:
        text = text.replace("needs: [", "needs: [section_47_enquiries.signed_off_by, workers.experience, ")
    return text.replace("stage: active", f"stage: {stage}").replace("    limit: 10 working days\n", "")


@pytest.fixture
def rulebook(tmp_path: Path) -> Rulebook:
    more = {
        "conference/CPC-LATE-02.yaml": rule("CPC-LATE-02"),
        "conference/CPC-OLD-03.yaml": rule("CPC-OLD-03", stage="retired"),
        "plan/CPP-OWN-03.yaml": rule("CPP-OWN-03", "plan", "limit: local\n"),
        "plan/CPP-FREQ-16.yaml": rule("CPP-FREQ-16", "plan", "limit: {field: signed_off_by.experience, values: local}\n"),
        "profiles/north.yaml": "id: north\ntitle: The north\nrules: [plan, CPC-I*]\nexclude: [CPP-OWN-03]\nlook_back: 6 months\n",
    }
    return load(book(tmp_path / "rules", **more))


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text("id: mine\ntitle: Mine\n" + text, encoding="utf-8")
    return file


def test_without_a_profile_every_active_rule_runs_with_its_own_limit(rulebook: Rulebook) -> None:
    rules = apply(rulebook, None)
    assert [r.id for r in rules] == ["CPC-ICPC-01", "CPC-LATE-02", "CPP-FREQ-16", "CPP-OWN-03"]
    assert all(r is rulebook.rules[r.id] for r in rules)


def test_a_profile_selects_by_area_id_and_glob_and_leaves_out(rulebook: Rulebook) -> None:
    assert [r.id for r in apply(rulebook, "north")] == ["CPC-ICPC-01", "CPP-FREQ-16"]
    assert chosen(rulebook, "north").look_back == Length(6, "months")


def test_a_local_limit_replaces_the_dated_values(rulebook: Rulebook, tmp_path: Path) -> None:
    agreed = "{limit: 10 working days, settings: {recent: 2 months}, agreed_by: the board, agreed_on: 2014-05-01}"
    file = written(tmp_path, f"rules: all\nlimits:\n  CPC-ICPC-01: {agreed}\n")
    found = apply(rulebook, file)[0]
    (value,) = found.limit.values
    assert (value.from_, value.until, value.is_, value.verified) == (date(2010, 3, 1), None, Length(10, "working days"), "local")
    assert value.edition == "mine" and value.law == "agreed by the board; 2014-05-01"
    assert found.settings == {"recent": Length(2, "months")}
    assert len(rulebook.rules["CPC-ICPC-01"].limit.values) == 2


def test_a_purely_local_limit_is_set(rulebook: Rulebook, tmp_path: Path) -> None:
    rules = {r.id: r for r in apply(rulebook, written(tmp_path, "rules: [plan]\nlimits: {CPP-OWN-03: {limit: 5 days}}\n"))}
    assert not rules["CPP-OWN-03"].limit.local and rules["CPP-OWN-03"].limit.values[0].is_ == Length(5, "days")


def test_a_limit_by_category_takes_a_figure_for_each(rulebook: Rulebook, tmp_path: Path) -> None:
    file = written(tmp_path, "rules: [plan]\nlimits: {CPP-FREQ-16: {limit: {assessed_year: 2 weeks, experienced: 1 month}}}\n")
    limit = apply(rulebook, file)[0].limit
    assert limit.by_category == {"assessed_year": Length(2, "weeks"), "experienced": Length(1, "months")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: [CPC-ICPC-1]\n", "'CPC-ICPC-1' selects nothing"),
        ("rules: [conferences]\n", "did you mean 'conference'?"),
        ("rules: all\nexclude: [XYZ-*]\n", "'XYZ-*' selects nothing"),
        ("rules: every\n", "'every'"),
        ("rules: all\nlimits: {CPC-ICPC-10: {limit: 5 days}}\n", "did you mean 'CPC-ICPC-01'?"),
        ("rules: all\nlimits: {CPC-ICPC-01: {limit: 5 dayz}}\n", "4:31: [mine] '5 dayz' is not a length of time, expected"),
        ("rules: all\nlimits: {CPC-ICPC-01: {settings: {recnt: 5 days}}}\n", "did you mean 'recent'?"),
        ("rules: all\nlimits: {CPC-ICPC-01: {limit: {experienced: 5 days}}}\n", "expected a length"),
        ("rules: all\nlimits: {CPP-FREQ-16: {limit: 5 days}}\n", "expected a length for each signed_off_by.experience"),
        ("rules: all\nlimits: {CPP-FREQ-16: {limit: {experiencd: 5 days}}}\n", "did you mean 'experienced'?"),
        ("rules: all\nlimits: {CPC-ICPC-01: {limit: 5 days, agreed_on: 2014-02-30}}\n", "'2014-02-30' is no date"),
        ("rules: all\nlimits: {CPC-ICPC-01: {note: none}}\n", "expected a limit or settings"),
        ("rules: all\nlook_back: a year\n", "'a year' is not a length of time"),
        ("rules: all\nunknown_over: 120\n", "unknown_over: '120'"),
        ("rules: all\nlookback: 6 months\n", "did you mean 'look_back'?"),
        ("rules: all\nrules: all\n", "'rules' is written twice"),
    ],
)
def test_what_a_profile_gets_wrong_is_named(rulebook: Rulebook, tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(RulebookError) as caught:
        apply(rulebook, written(tmp_path, text))
    assert expected in str(caught.value)


def test_an_unknown_profile_has_a_nearest_name(rulebook: Rulebook, tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="did you mean 'north'"):
        chosen(rulebook, "nort")
    with pytest.raises(RulebookError, match="cannot be read"):
        chosen(rulebook, tmp_path / "absent.yaml")


def test_a_limit_for_a_rule_that_has_none_is_refused(tmp_path: Path) -> None:
    states = WITHOUT_LIMIT.replace(
        RULE[RULE.index("requires:") : RULE.index("limit:\n")], "requires:\n  states: {all: [{field: outcome}]}\n"
    )
    plain = states.replace("justified_by: event.late_reason\n", "").replace("    limit: 10 working days\n", "")
    rulebook = load(book(tmp_path / "rules", plain))
    with pytest.raises(RulebookError, match="the rule has no limit to set"):
        apply(rulebook, written(tmp_path, "rules: all\nlimits: {CPC-ICPC-01: {limit: 5 days}}\n"))


def test_a_shipped_profile_is_checked_with_the_book(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"profiles/north\.yaml:3:9: \[north\] 'plans' selects nothing"):
        load(book(tmp_path, **{"profiles/north.yaml": "id: north\ntitle: The north\nrules: [plans]\n"}))
