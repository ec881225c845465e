"""The list of a team: which part a row is in, what shares a row, what has one cause, and what stands where there is nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import pyarrow as pa
import pytest
from lxml.html import HtmlElement
from reports_view import OBSERVATION, finding, frame, known, observation, rules, view

from auditcheck.reports.listing import listings
from auditcheck.reports.pages import write_pages
from auditcheck.reports.slugs import team_slugs
from auditcheck.reports.view import RunView

WAIVER = ["waiver_id", "finding_id", "rule_id", "child_id", "reason", "owner", "approver", "granted", "expires"]
RESOLVED = [
    "finding_id",
    "rule_id",
    "title",
    "severity",
    "child_id",
    "table",
    "record_id",
    "team",
    "worker_id",
    "first_seen",
    "why",
    "says",
]
ACTION = ["action_id", "finding_id", "child_id", "what", "owner", "due", "status", "team"]


def page(tmp_path: Path, run: RunView, team: str = "crewe-1") -> HtmlElement:
    tmp_path.mkdir(exist_ok=True)
    write_pages(tmp_path, listings(run)[0])
    return lxml.html.parse(str(tmp_path / "teams" / f"{team}.html")).getroot()


def said(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def part(document: HtmlElement, anchor: str) -> HtmlElement:
    return document.get_element_by_id(anchor).getparent()


def rows(document: HtmlElement, anchor: str) -> list[list[str]]:
    return [[said(cell) for cell in row] for row in part(document, anchor).xpath(".//tbody/tr")]


def children(document: HtmlElement, anchor: str) -> list[str]:
    return [said(row.xpath("./th")[0]) for row in part(document, anchor).xpath(".//tbody/tr")]


def family(*held: tuple[str, str], **more: Any) -> pa.Table:
    """children.parquet of (child, family)."""
    columns = ("age", "died", "restricted", "team", "plan_kind", "plan_ended")
    same = {"age": "7", "died": "no", "restricted": "no", "team": "Crewe 1", "plan_kind": "child_protection", "plan_ended": None} | more
    made = [{"child_id": child, "family_id": name or None, **{column: same[column] for column in columns}} for child, name in held]
    return pa.Table.from_pylist(made)


def test_the_parts_stand_in_the_order_of_a_morning(tmp_path: Path) -> None:
    run = known(view([finding(1), finding(2, severity="medium"), finding(3, standing="past")]))
    some = frame([observation(4)], OBSERVATION)
    waived = frame([dict.fromkeys(WAIVER, "x")], WAIVER)
    run = RunView(
        **vars(run)
        | {"due_soon": some, "cannot_tell": some, "waivers": waived, "resolved": frame([], RESOLVED), "actions": frame([], ACTION)}
    )
    document = page(tmp_path, run)
    order = ["act-today", "due-soon", "known", "cannot-tell", "done", "cleared", "actions", "not-checked", "how", "rules"]
    assert [heading.get("id") for heading in document.xpath("//h2") if heading.get("id") != "explained"] == order
    assert [children(document, anchor) for anchor in ("act-today", "due-soon", "known", "done")] == [
        ["C00001"],
        ["C00004"],
        ["C00002"],
        ["C00003"],
    ]
    counts = [said(item) for item in document.xpath("//ul[@class='counts']/li")]
    assert counts == ["1 Act today", "1 Due soon", "1 Overdue and known", "1 Cannot tell"]
    assert said(document.xpath("//h1")[0]) == "Crewe 1: case records that need attention, 10 June 2015"


def test_repeats_and_rules_with_the_same_next_step_share_a_row(tmp_path: Path) -> None:
    repeats = [finding(n, child_id="C1", due_at=f"2015-04-0{n}") for n in (1, 2)]
    other = finding(3, child_id="C1", rule_id="CPC-OTHER-02", due_at="2015-05-01")
    apart = finding(4, child_id="C1", action="Something else.")
    (first, second) = rows(page(tmp_path, view([*repeats, other, apart])), "act-today")
    assert (
        "And 2 more: section 47 enquiries E00002 (due 2 Apr 2015); section 47 enquiries E00003 (due 1 May 2015, CPC-OTHER-02)" in first[2]
    )
    assert "E00001 · CPC-ICPC-01, CPC-OTHER-02And 2 more" in first[2] and second[-1] == "Something else."


def test_brothers_and_sisters_share_a_row_and_nobody_else(tmp_path: Path) -> None:
    held = family(("C00001", "F1"), ("C00002", "F1"), ("C00003", ""), ("C00004", ""), ("C00005", "F1"))
    found = [*(finding(n) for n in (1, 2, 3, 4)), finding(5, team="Crewe 2")]
    shown = children(page(tmp_path, view(found, children=held)), "act-today")
    about = "age 7, child protection plan"
    assert shown == [f"2 children in this familyC00001{about}C00002{about}", f"C00003{about}", f"C00004{about}"]


def test_a_placeholder_for_a_family_makes_no_family(tmp_path: Path) -> None:
    held = family(*((f"C{n:05d}", "UNKNOWN") for n in range(21)))
    assert len(children(page(tmp_path, view([finding(n) for n in range(21)], children=held)), "act-today")) == 21


def test_what_makes_a_row_one_for_today(tmp_path: Path) -> None:
    """The run before was of 9 June; 12 May lies 20 working days before 10 June (25 May is a bank holiday), 11 May 21, 27 May 10."""
    medium = {"severity": "medium", "state": "continuing"}
    found = [
        finding(1, **medium, due_at="2015-05-11"),
        finding(2, **medium, due_at="2015-05-12"),
        finding(3, severity="medium", state="new", due_at="2015-06-09"),
        finding(4, severity="medium", state="new", due_at="2015-06-09", force="LOCAL"),
        finding(5, state="continuing"),
        finding(6, severity="low", state="continuing", due_at="2015-06-02"),
        finding(7, **medium, due_at="2015-06-01", happened_at="2015-06-08"),
    ]
    document = page(tmp_path, known(view(found)))
    assert [(row[1], row[0]) for row in rows(document, "act-today")] == [
        ("C00005", "Act today▲ High"),
        ("C00001", "Act todayNow over 20 working days◆ Medium"),
        ("C00003", "Act todayLimit passed since the last run◆ Medium"),
        ("C00006", "Act todayNow over 5 working days● Low"),
    ]
    assert children(document, "known") == ["C00002", "C00004"] and children(document, "done") == ["C00007"]
    assert "Since the last run: 2 new, 2 worse or changed, 0 cleared." not in said(document)  # there is no resolved.csv
    assert (
        said(page(tmp_path / "again", known(view(found, resolved=frame([], RESOLVED))))).count("2 new, 2 worse or changed, 0 cleared") == 1
    )


def test_without_an_earlier_run_nothing_is_new(tmp_path: Path) -> None:
    document = page(tmp_path, view([finding(1, severity="medium", state="new", due_at="2015-06-09")], resolved=frame([], RESOLVED)))
    assert children(document, "known") == ["C00001"] and "Since the last run" not in said(document)
    assert not document.xpath("//h2[@id='cleared'] | //th[.='On the list']")


def test_one_cause_is_one_line_with_its_rows_beneath(tmp_path: Path) -> None:
    found = [finding(n, severity="medium", rule_id="FORM-1", title="Form on file") for n in range(10)]
    urgent = [finding(n, rule_id="SEEN-2", title="Child seen") for n in range(20, 30)]
    run = view([*found, *urgent, finding(99, severity="medium")], eligible={"FORM-1": (33, 33), "SEEN-2": (11, 11), "CPC-ICPC-01": (1, 1)})
    document = page(tmp_path, run)
    notice = said(document.xpath("//div[@role='note']")[0])
    assert "Form on file: not met for 10 of the 33 children in the service whom it asks about; 10 rows on this list" in notice
    assert "Child seen: not met for 10 of the 11" in notice
    assert document.xpath("//div[@role='note']//a/@href") == ["#causes", "#act-today"]
    assert len(children(document, "causes")) == 10 and children(document, "known") == ["C00099"]
    assert len(children(document, "act-today")) == 10, "what a child's safety hangs on is never moved"


@pytest.mark.parametrize(("found", "eligible"), [(9, 10), (10, 34)], ids=["fewer than ten", "not over three in ten"])
def test_few_have_no_common_cause(tmp_path: Path, found: int, eligible: int) -> None:
    run = view([finding(n, severity="medium") for n in range(found)], eligible={"CPC-ICPC-01": (eligible, eligible)})
    document = page(tmp_path, run)
    assert len(children(document, "known")) == found and not document.xpath("//h2[@id='causes']")


def test_what_cannot_be_told_is_one_row_a_reason(tmp_path: Path) -> None:
    unknown = [observation(n) for n in range(12)] + [observation(20, message="Cannot tell: the date held can't be read")]
    document = page(tmp_path, view([], cannot_tell=frame(unknown, OBSERVATION), eligible={"CPP-VISIT-02": (3, 16)}))
    assert [row[1:4] for row in rows(document, "cannot-tell")] == [
        ["The plan has no start date, so the limit can't be worked out.", "◆ Medium", "12"],
        ["The date held can't be read", "◆ Medium", "1"],
    ]
    assert "can't be told for 13 of the 16 children" in said(document.xpath("//div[@role='note']")[0])


def test_waivers_clearances_and_actions(tmp_path: Path) -> None:
    waiver = {"waiver_id": "W1", "finding_id": "f00001", "rule_id": "R", "child_id": "C00001", "reason": "Being scanned.", "owner": "W2"}
    waivers = frame([waiver | {"approver": "W3", "granted": "2015-06-01", "expires": "2015-07-01"}], WAIVER)
    gone = {**dict.fromkeys(RESOLVED, ""), "team": "Crewe 1", "title": "Core group held", "first_seen": "2015-06-02"}
    resolved = frame(
        [
            gone | {"child_id": "C1", "why": "record_gone", "says": "The record is no longer in the export."},
            gone | {"child_id": "C2", "why": "fixed", "says": "The record shows it as it should be."},
        ],
        RESOLVED,
    )
    todo = {**dict.fromkeys(ACTION, ""), "team": "Crewe 1", "what": "See the child", "owner": "W7", "status": "open"}
    actions = frame(
        [
            todo | {"action_id": "A1", "due": "2015-06-09", "finding_id": "f00002"},
            todo | {"action_id": "A2", "due": "2015-06-10"},
            todo | {"action_id": "A3", "due": "2015-06-01", "status": "closed"},
        ],
        ACTION,
    )
    run = view([finding(1), finding(2)], waivers=waivers, resolved=resolved, actions=actions)
    run.listed[0] = False
    document = page(tmp_path, known(run))
    assert rows(document, "explained")[0][2:] == ["Being scanned.", "W2, W3", "1 July 2015"]
    assert [row[:2] for row in rows(document, "cleared")] == [["Cleared", "C2"], ["Not known", "C1"]]
    assert [row[0] for row in rows(document, "actions")] == ["9 June 2015"]
    assert rows(document, "act-today")[0][-1].endswith("Action A1: W7, due 9 June 2015")
    assert "0 new, 0 worse or changed, 1 cleared" in said(document)


EVALUATED, UNCHECKED = ("A-1", "evaluated", ""), ("B-2", "not_evaluated", "table missing: visits")
NOBODY = family(("C9", ""), team="Crewe 1")


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (view([], children=NOBODY), "No exceptions for Crewe 1: 1 rule was checked on 1 child."),
        (
            view([], children=NOBODY, rules=rules(EVALUATED, UNCHECKED)),
            "but 1 rule could not be, so there may be some that nobody looked for.",
        ),
        (view([], children=NOBODY, rules=rules(UNCHECKED)), "Nothing was checked, so nothing is listed"),
        (view([], children=NOBODY, complete=False), "this run is incomplete: that is not the same as none."),
        (
            view([], children=family(("C9", ""), team="Other"), cannot_tell=frame([observation(1)], OBSERVATION)),
            "No children of Crewe 1 are in these records. Check the name of the team.",
        ),
    ],
)
def test_each_empty_list_has_its_own_words(tmp_path: Path, run: RunView, words: str) -> None:
    document = page(tmp_path, run)
    assert words in said(document.xpath("//main/p[@class='notice']")[0])
    assert "Nothing to act on today." in said(part(document, "act-today"))
    assert "Nothing falls due in the next working days." in said(part(document, "due-soon"))


def test_more_than_a_day_holds_is_said_and_nothing_is_left_out(tmp_path: Path) -> None:
    for n, there in ((15, False), (16, True)):
        document = page(tmp_path / str(n), view([finding(k) for k in range(n)]))
        assert len(children(document, "act-today")) == n
        assert ("The 15 at the top come first; the rest follow." in said(part(document, "act-today"))) == there


def test_what_was_not_checked_is_one_row_a_reason(tmp_path: Path) -> None:
    failed = ("C-3", "rule_error", "Broke.")
    document = page(tmp_path, view(rules=rules(EVALUATED, UNCHECKED, ("B-3", *UNCHECKED[1:]), failed)))
    assert rows(document, "not-checked") == [
        ["The rule failed while running: Broke.", "1", "Title of C-3 (C-3)"],
        ["Table missing: visits", "2", "Title of B-2 (B-2); Title of B-3 (B-3)"],
    ]
    assert "1 rule failed while running" in said(document.xpath("//div[@role='note']")[0])


def test_known_rows_stand_by_worker(tmp_path: Path) -> None:
    found = [
        finding(1, severity="medium", worker_id="W2"),
        finding(2, severity="medium", worker_id=""),
        finding(3, severity="medium", worker_id="W1"),
    ]
    headings = [said(heading) for heading in page(tmp_path, view(found)).xpath("//h3")]
    assert headings == ["Worker W1: 1 row", "Worker W2: 1 row", "No worker recorded: 1 row"]


def test_the_service_counts_its_teams_and_links_to_them(tmp_path: Path) -> None:
    write_pages(tmp_path, listings(view([finding(1), finding(2, team="Ée / 1"), finding(3, team=" ")]))[0])
    index = lxml.html.parse(str(tmp_path / "index.html")).getroot()
    assert rows(index, "teams") == [
        ["Crewe 1", "1", "0", "0", "0", "0", "0"],
        ["Ée / 1", "1", "0", "0", "0", "0", "0"],
        ["No team recorded", "1", "0", "0", "0", "0", "0"],
    ]
    links = part(index, "teams").xpath(".//a/@href")
    assert links == ["teams/crewe-1.html", "teams/ee-1.html", "teams/no-team.html"] and all((tmp_path / link).is_file() for link in links)


def test_files_of_teams_have_safe_names_that_never_lead_to_another_team() -> None:
    assert team_slugs(["North West", "CON", "../../etc", ""]) == {
        "North West": "north-west",
        "CON": "team-con",
        "../../etc": "etc",
        "": "no-team",
    }
    both = team_slugs(["A B", "a/b"])
    assert len(set(both.values())) == 2 and "a-b" not in both.values()
    odd = team_slugs(["😀", "x" * 200, "No team"])
    assert odd["😀"].startswith("team-") and len(odd["x" * 200]) == 60 and odd["No team"] == "no-team"


def test_rows_link_to_case_sheets_from_both_kinds_of_page(tmp_path: Path) -> None:
    write_pages(tmp_path, listings(view([finding(1), finding(2, message='href="cases/x')]))[0], sheets={"C00001"})
    for name, up in (("index.html", ""), ("teams/crewe-1.html", "../")):
        links = lxml.html.parse(str(tmp_path / name)).xpath("//tbody//th//a/@href")
        assert [link.rpartition("cases/")[0] for link in links if "cases/" in link] == [up], name
        assert 'href="cases/x' in lxml.html.parse(str(tmp_path / name)).getroot().text_content()
