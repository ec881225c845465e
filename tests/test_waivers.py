"""Waivers: what they take off the lists, for how long, and what is said of those that do nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import FIRST, LATER, WRITTEN, Run, audit, folder, invoke, rows, small_book

WHOLE = {
    "id": "W-1",
    "rule": LATER,
    "child": "C1",
    "reason": "The review was held by another authority.",
    "owner": "PM-4",
    "approver": "HOS-1",
    "granted": "2015-06-01",
    "expires": "2015-06-30",
}


def _text(*waivers: dict[str, str]) -> str:
    items = ["\n    ".join(f"{key}: {value}" for key, value in waiver.items()) for waiver in waivers]
    return "waivers:\n" + "".join(f"  - {item}\n" for item in items)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_book(tmp_path / "rules")
    folder(tmp_path / "export")
    return tmp_path


def _run(place: Path, text: str | None, as_of: str = "2015-06-30", *more: str) -> Run:
    words = ["--rules", place / "rules", "--replace", *more]
    if text is not None:
        (place / "waivers.yml").write_text(text)
        words += ["--waivers", place / "waivers.yml"]
    return audit(place / "export", place / "out", *words, as_of=as_of)


def _waived(run: Run) -> dict[tuple[str, str], str]:
    return {(row["rule_id"], row["record_id"]): row["waiver"] for row in rows(run.out / "findings.csv") if row["waiver"]}


def _told(run: Run) -> list[tuple[str, str]]:
    return [(row["waiver_id"], row["status"]) for row in rows(run.out / "waivers.csv")]


def test_a_waived_finding_stays_is_counted_and_is_off_the_lists_and_off_fail_on(place: Path) -> None:
    bare = _run(place, None)
    counted = bare.info["summary"]["findings"]
    run = _run(place, _text(WHOLE, WHOLE | {"id": "W-2", "rule": FIRST, "child": "C3"}))
    assert run.findings == bare.findings
    assert _waived(run) == {(LATER, "K2"): "W-1", (FIRST, "P3"): "W-2"}
    assert run.info["summary"]["waived"] == 2 and "Waived, and not on the lists: 2" in run.said
    assert (counted["high"], run.info["summary"]["findings"]["high"]) == (2, 0)
    assert (bare.status, run.status) == (1, 0)
    assert _told(run) == [("W-1", "applied"), ("W-2", "applied")] and run.info["warnings"] == []
    assert "another authority" not in (run.out / "findings.csv").read_text("utf-8")


def test_a_finding_may_be_named_by_its_id(place: Path) -> None:
    (name,) = [row["finding_id"] for row in rows(_run(place, None).out / "findings.csv") if row["rule_id"] == LATER]
    one = {key: value for key, value in WHOLE.items() if key not in ("rule", "child")} | {"finding": name}
    assert _waived(_run(place, _text(one))) == {(LATER, "K2"): "W-1"}


@pytest.mark.parametrize(
    ("as_of", "status"), [("2015-05-31", "not_yet"), ("2015-06-01", "applied"), ("2015-06-30", "applied"), ("2015-07-01", "lapsed")]
)
def test_a_waiver_applies_from_its_first_day_to_its_last(place: Path, as_of: str, status: str) -> None:
    run = _run(place, _text(WHOLE), as_of)
    assert _told(run) == [("W-1", status)]
    assert bool(_waived(run)) == (status == "applied")
    warned = any("W-1 has lapsed: It expired on 30 June 2015; 1 finding that it named counts again." in w for w in run.info["warnings"])
    assert warned == (status == "lapsed") and ("WARNING: Waiver W-1" in run.said) == warned


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"reason": "TBC"}, "'TBC' only holds a place, expected the reason itself"),
        ({"reason": "n/a"}, "'n/a' only holds a place"),
        ({"reason": ""}, "'reason' says nothing"),
        ({"owner": "'-'"}, "'-' only holds a place, expected the owner itself"),
        ({"approver": "pm-4 "}, "the approver is the owner"),
        ({"granted": "1 June 2015"}, "'1 June 2015' is no date"),
        ({"expires": "2015-02-30"}, "'2015-02-30' is no date"),
        ({"expires": "2015-05-31"}, "before it was granted"),
        ({"finding": "7c1f8e21cdb2fb0f"}, "expected either 'finding', or 'rule' and 'child'"),
        ({"rule": "CPC-RCPC2-13"}, f"there is no rule 'CPC-RCPC2-13', did you mean '{LATER}'?"),
        ({"id": "../../x y"}, "expected an id of letters"),
        ({"until": "2015-07-01"}, "'until' is nothing that a waiver says"),
        ({"owner": "!!python/object:os.system x"}, "the tag"),
        ({"owner": "[a, b]"}, "'owner' says nothing"),
    ],
)
def test_a_malformed_waiver_waives_nothing_and_the_others_do(place: Path, changed: dict[str, str], says: str) -> None:
    good = WHOLE | {"id": "W-9", "rule": WRITTEN, "child": "C3"}
    run = _run(place, _text(WHOLE | changed, good))
    name = changed.get("id", "W-1")
    assert run.status == 1 and _waived(run) == {(WRITTEN, "P3"): "W-9"}
    assert sorted(_told(run)) == sorted([(name, "malformed"), ("W-9", "applied")])
    assert all(warning.startswith(f"Waiver {name} waives nothing: line ") for warning in run.info["warnings"]) and run.info["warnings"]
    assert says in next(row["says"] for row in rows(run.out / "waivers.csv") if row["waiver_id"] == name)
    status, _, said = invoke("waivers", "check", place / "waivers.yml", "--rules", place / "rules")
    assert status == 2 and says in said and said.startswith("waivers.yml:")


@pytest.mark.parametrize("missing", ["reason", "owner", "approver", "granted", "expires", "child", "id"])
def test_everything_is_required(place: Path, missing: str) -> None:
    run = _run(place, _text({key: value for key, value in WHOLE.items() if key != missing}))
    assert not _waived(run) and [status for _, status in _told(run)] == ["malformed"]


def test_of_two_with_one_id_the_second_is_void_and_of_two_for_one_finding_the_second_is_unused(place: Path) -> None:
    run = _run(place, _text(WHOLE, WHOLE | {"rule": FIRST, "child": "C3"}, WHOLE | {"id": "W-3"}, WHOLE | {"id": "W-4", "child": "C2"}))
    assert _waived(run) == {(LATER, "K2"): "W-1"}
    assert _told(run) == [("W-1", "applied"), ("W-3", "unused"), ("W-4", "unused"), ("W-1", "malformed")]
    assert len(run.info["warnings"]) == 3
    assert not any(child in warning for child in ("C1", "C2", "C3") for warning in run.info["warnings"])  # the pages show them


@pytest.mark.parametrize(
    "text", ["", "just a text", "waivers: no list", "- id: W-1", "waivers: [", "waivers: []\nmore: 1", "waivers: &a []", "\x00"]
)
def test_a_file_that_is_no_file_of_waivers_stops_the_run(place: Path, text: str) -> None:
    (place / "waivers.yml").write_text(text)
    for words in (["run", place / "export", "--as-of", "2015-06-30", "--out", place / "new", "--waivers"], ["waivers", "check"]):
        status, _, said = invoke(*words, place / "waivers.yml", "--rules", place / "rules")
        assert status == 2 and "waivers.yml" in said and not (place / "new").exists()
    status, _, said = invoke("waivers", "check", place / "none.yml")
    assert status == 2 and "can't be read" in said


def test_no_waivers_at_all_are_none(place: Path) -> None:
    for text in ("waivers:\n", "waivers: []\n"):
        assert _told(_run(place, text)) == []


def test_check_beside_a_run_says_what_each_comes_to(place: Path) -> None:
    run = _run(place, _text(WHOLE))
    words = ["waivers", "check", place / "waivers.yml", "--rules", place / "rules"]
    assert invoke(*words)[:2] == (0, "1 waiver is well formed.\n")
    status, out, _ = invoke(*words, "--run", run.out)
    assert status == 0 and out.startswith("W-1  applied  ")
    (place / "waivers.yml").write_text(_text(WHOLE | {"expires": "2015-06-29"}))
    status, out, said = invoke(*words, "--run", run.out)
    assert (status, out) == (2, "") and said.startswith("W-1  lapsed  ")
