"""The challenge sheet of a team: what became of promises, who waits longest, what to ask; one side of A4 however much there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import pandas as pd
from browser import opened, sheets_of_paper, violations
from lxml.html import HtmlElement
from reports_view import finding, known, view

from auditcheck.ledger.action import Action
from auditcheck.reports.listing import listings
from auditcheck.reports.pages import write_pages
from auditcheck.reports.view import RunView

RESOLVED = ["finding_id", "rule_id", "title", "child_id", "table", "record_id", "team", "worker_id", "first_seen", "why", "says"]


def register(*actions: Action) -> pd.DataFrame:
    """The register of a run whose children are all with one team."""
    return pd.DataFrame([(*action, "Crewe 1") for action in actions], columns=[*Action._fields, "team"], dtype="str")


def action(number: int, **changed: Any) -> Action:
    kept = Action(f"A{number:04d}", "observation", "", "C00001", "", "Hold the review", "W7", "2015-06-01", "2015-06-09")
    return kept._replace(**changed)


def alert(number: int, **changed: Any) -> Action:
    return action(number, kind="alert", alert="concern", theme="Drift", due="2015-06-30", reply_due="2015-06-08")._replace(**changed)


def written(tmp_path: Path, run: RunView) -> Path:
    tmp_path.mkdir(exist_ok=True)
    write_pages(tmp_path, listings(run)[0])
    return tmp_path / "challenge" / "crewe-1.html"


def sheet(tmp_path: Path, run: RunView) -> HtmlElement:
    return lxml.html.parse(str(written(tmp_path, run))).getroot()


def said(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def part(document: HtmlElement, anchor: str) -> list[str]:
    """What stands under a heading: a line a row of its table, item or paragraph."""
    lines = []
    for element in document.get_element_by_id(anchor).itersiblings():
        if element.tag == "h2":
            break
        lines += [" | ".join(said(cell) for cell in row) for row in element.xpath(".//tbody/tr")] or [
            said(one) for one in (element.xpath("./li") or [element])
        ]
    return lines


def test_a_promise_is_kept_or_not_or_not_yet_known(tmp_path: Path) -> None:
    closed = {"status": "closed", "evidence": "K1"}
    run = view(
        actions=register(
            action(1),
            action(2, due="2015-06-12"),
            action(3, closed_on="2015-06-09", **closed),
            action(4, closed_on="2015-06-10", due="2015-06-08", **closed),
            action(5, closed_on="2015-05-20", raised_on="2015-05-01", **closed),  # told at the meeting before
            action(6, raised_on="2015-06-11"),  # after the day of the run
            action(7, due="2015-06-08", closed_on="2015-06-11", **closed),  # was still open on the day of the run
        )
    )
    assert [line.split(" | ")[::5] for line in part(sheet(tmp_path, run), "promised")] == [
        ["A0007", "Not kept yet: 2 working days over"],
        ["A0001", "Not kept yet: 1 working day over"],
        ["A0004", "Kept, 2 working days over: 10 Jun 2015"],
        ["A0003", "Kept: 9 Jun 2015"],
        ["A0002", "In time so far"],
    ]


def test_alerts_are_tracked_until_they_are_closed(tmp_path: Path) -> None:
    run = view(
        actions=register(
            alert(1, reply_due="2015-06-12"),
            alert(2),
            alert(3, replied_on="2015-06-05"),
            alert(4, status="closed", closed_on="2015-06-05", outcome="Seen each week"),
            alert(5, alert="good_practice", theme="Play used to hear the child", reply_due=""),
        )
    )
    document = sheet(tmp_path, run)
    assert [line.split(" | ")[::7] for line in part(document, "alerts")] == [
        ["A0002", "No reply yet: 2 working days over"],
        ["A0003", "Replied 5 Jun 2015; still open"],
        ["A0004", "Closed 5 Jun 2015: Seen each week"],
        ["A0001", "No reply yet; in time so far"],
    ]
    assert part(document, "well")[0] == "Good practice raised on 1 June 2015, child C00001: Play used to hear the child"
    overdue = lxml.html.parse(str(tmp_path / "teams" / "crewe-1.html")).getroot().xpath("//caption[@id='actions-caption']/../tbody/tr")
    assert [(said(row[0]), said(row[2])) for row in overdue] == [("8 June 2015", "No reply yet to this practice alert: Hold the review")]


def test_who_waits_longest_and_who_has_much_to_do(tmp_path: Path) -> None:
    many = [finding(n, child_id="C9", action=f"Step {n}.", severity="low", due_at="") for n in (1, 2, 3)]
    document = sheet(tmp_path, view([finding(4, due_at="2015-06-08"), finding(5, due_at="2015-06-01"), *many]))
    assert [line.split(" | ")[::3] for line in part(document, "waiting")] == [["C00005", "7"], ["C00004", "2"]]
    assert part(document, "busy") == ["C9: 3 rows, none to act on today"]
    assert part(document, "questions") == [
        "C00005 has waited 7 working days past the limit: what is in the way, and who can take it away this week?",
        "Who sees the whole of what C9 needs, and what comes first?",
    ]


def test_where_there_is_nothing_each_part_says_so(tmp_path: Path) -> None:
    row = dict.fromkeys(RESOLVED, "") | {"child_id": "C4", "title": "Review held", "team": "Crewe 1", "why": "fixed", "finding_id": "f9"}
    bare = sheet(tmp_path / "bare", view([finding(1, due_at="")]))
    assert "without a ledger" in part(bare, "promised")[0] and "without a ledger" in part(bare, "alerts")[0]
    assert part(bare, "waiting")[0].startswith("Nothing that is open")
    held = known(view([finding(1)], actions=register(), resolved=pd.DataFrame([row], dtype="str")))
    document = sheet(tmp_path / "held", held)
    assert "holds nothing open" in part(document, "promised")[0]
    assert part(document, "well")[0] == "Put right since the last run, child C4: Review held"


def test_a_restricted_child_is_on_no_sheet(tmp_path: Path) -> None:
    run = view([finding(1), finding(2)], actions=register(action(1), action(2, child_id="C00002")), restricted=frozenset({"C00001"}))
    text = written(tmp_path, run).read_text("utf-8")
    assert "C00001" not in text and "A0001" not in text and "A0002" in text and "restricted are on no team's sheet" in text


def test_the_fullest_sheet_is_one_side_of_paper(tmp_path: Path) -> None:
    long = "The record shows that this was not done, nor why, for as long a sentence as a rule has ever said of any record " * 2
    findings = [
        finding(n, child_id=f"C{n % 12:07d}", message=long[:160], action=f"{n}. {long[:110]}", due_at="2015-03-03") for n in range(1, 45)
    ]
    actions = [*(action(n, what=long[:200]) for n in range(1, 12)), *(alert(n, theme=long[:60], outcome=long[:200]) for n in range(20, 30))]
    praise = [alert(n, alert="good_practice", theme=long[:60]) for n in range(40, 45)]
    run = view(findings, actions=register(*actions, *praise), eligible={"CPC-ICPC-01": (20, 20)})
    with opened(written(tmp_path, run)) as page:
        assert violations(page) == [] and sheets_of_paper(page) == 1
