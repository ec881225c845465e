"""index.html as a browser would meet it: one file, nothing fetched, every row there, hostile text inert."""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
from pathlib import Path

import lxml.html
import pytest
from lxml.html import HtmlElement
from reports_view import HOSTILE, OBSERVATION, finding, frame, known, observation, quality, rules, view

from auditcheck.reports import index_page
from auditcheck.reports.listing import listings
from auditcheck.reports.pages import write_pages
from auditcheck.reports.view import RunView


def source(tmp_path: Path, run: RunView) -> str:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    write_pages(folder, listings(run)[0])
    return (folder / "index.html").read_text(encoding="utf-8")


def parsed(tmp_path: Path, run: RunView) -> HtmlElement:
    return lxml.html.fromstring(source(tmp_path, run))


def said(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def section(document: HtmlElement, anchor: str) -> str:
    """The text of one part of a page, without its heading."""
    heading = document.get_element_by_id(anchor)
    return " ".join(said(element) for element in heading.itersiblings())


def exceptions(document: HtmlElement) -> list[HtmlElement]:
    return document.xpath("//table[caption[@id='exceptions-caption']]/tbody/tr")


def test_every_listed_finding_is_there_once_in_the_fixed_order(tmp_path: Path) -> None:
    run = view([finding(1, severity="low"), finding(2, severity="medium"), finding(3), finding(4, due_at="2015-03-03"), finding(5)])
    run.listed[4] = False
    shown = [said(row.xpath("./th")[0]) for row in exceptions(parsed(tmp_path, run))]
    assert shown == ["C00004", "C00003", "C00002", "C00001"]


def test_a_row_says_what_when_and_why(tmp_path: Path) -> None:
    document = parsed(tmp_path, known(view([finding(1, state="new", kind="composed", because="no visit since January")])))
    row = exceptions(document)[0]
    assert [said(cell) for cell in row] == [
        "Act today▲ High",
        "C00001",
        "The record shows no initial conference for this enquiry. It was due by 3 April 2015."
        "Because: no visit since January"
        "section 47 enquiries E00001 · "
        "CPC-ICPC-01",
        "3 Apr 2015",
        "45",
        "W7Crewe 1",
        "New",
        "Hold the conference, or record why none is needed and who agreed.",
    ]
    assert row.xpath(".//time/@datetime") == ["2015-04-03"]


def test_the_law_is_one_click_away(tmp_path: Path) -> None:
    local = finding(2, rule_id="LOC-1", force="LOCAL", law="Local standard 4")
    document = parsed(tmp_path, view([finding(1), local], due_soon=frame([observation(3)], OBSERVATION)))
    targets = [link[1:] for link in document.xpath("//td//a/@href")]
    assert len(targets) == 3 and all(len(document.xpath(f"//dt[@id='{target}']")) == 1 for target in targets)
    law = section(document, "rules")
    assert "Statutory guidance: Working Together to Safeguard Children, chapter 1, WT2015. Limit: 15 working days." in law
    assert "Local standard: Local standard 4" in law and "not in the source itself" in law


def test_hostile_text_is_shown_not_obeyed(tmp_path: Path) -> None:
    kinds = ("message", "team", "child_id", "worker_id", "rule_id", "title", "action", "record_id", "law", "because", "severity", "state")
    hostile = [finding(n, **dict.fromkeys(kinds, text)) for n, text in enumerate(HOSTILE)]
    waiting = frame([observation(n, **dict.fromkeys(OBSERVATION, text)) for n, text in enumerate(HOSTILE)], OBSERVATION)
    run = view(
        hostile,
        cannot_tell=waiting,
        due_soon=waiting,
        rules=rules(*[(text, status, text) for text in HOSTILE for status in ("not_evaluated", "rule_error")]),
        quality=quality(*[(text, text, text, text) for text in HOSTILE]),
        complete=False,
    )
    run.info.update(incomplete=list(HOSTILE), version=HOSTILE[2], profile=HOSTILE[1])
    document = parsed(tmp_path, run)
    assert len(document.xpath("//script")) == 1 and not document.xpath("//img")
    assert not document.xpath("//@*[starts-with(name(), 'on')]") and not document.xpath("//@style")
    assert "<script>alert(1)</script>" in said(document) and "{{ 7 * 7 }}" in said(document)
    assert not re.search("[\u202a-\u202e\x00\x1b]", source(tmp_path, run))
    assert len(exceptions(document)) == len(HOSTILE)


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    document = parsed(tmp_path, view([finding(1), finding(2)], cannot_tell=frame([observation(1)], OBSERVATION)))
    assert [link for link in document.xpath("//@href") if not link.startswith("#")] == ["teams/crewe-1.html"]
    assert not document.xpath("//@src | //@srcset | //@action | //link | //iframe | //object | //embed | //base")
    inline = "".join(document.xpath("//style/text() | //script/text()"))
    assert not re.search(r"https?:|//[a-z]|url\(|@import|fetch|XMLHttp|localStorage|innerHTML|eval\(", inline)


def test_the_policy_allows_exactly_what_is_in_the_page(tmp_path: Path) -> None:
    document = parsed(tmp_path, view())
    policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy
    for kind in ("style", "script"):
        text = document.xpath(f"//{kind}")[0].text
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_it_works_with_scripts_off(tmp_path: Path) -> None:
    document = parsed(tmp_path, view([finding(1), finding(2)]))
    assert document.get_element_by_id("filters").get("hidden") is not None
    assert not document.xpath("//tr[@hidden]") and not document.xpath("//table//button")


def test_what_a_screen_reader_needs(tmp_path: Path) -> None:
    full = frame([observation(1)], OBSERVATION)
    unchecked = rules(("A-1", "not_evaluated", "No table."))
    document = parsed(tmp_path, view(due_soon=full, cannot_tell=full, rules=unchecked, quality=quality(("a", "b", "c", "d"))))
    assert document.get("lang") == "en-GB" and len(document.xpath("//h1")) == 1
    assert len(document.xpath("//table")) == 6 == len(document.xpath("//table/caption"))
    assert not document.xpath("//th[not(@scope)]")
    assert len(document.xpath("//table/ancestor::div[@role='region'][@tabindex='0'][@aria-labelledby]")) == 6
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(document.xpath("//@aria-labelledby | //label/@for")) <= set(ids)
    assert {link[1:] for link in document.xpath("//@href[starts-with(., '#')]")} <= set(ids)
    assert not document.xpath("//select[not(@id = //label/@for)] | //input[not(@id = //label/@for)]")
    assert document.get_element_by_id("status").get("role") == "status"


def test_the_filters_offer_what_the_rows_hold(tmp_path: Path) -> None:
    document = parsed(tmp_path, view([finding(1, team="B & Co"), finding(2, team="", severity="low")]))
    assert document.xpath("//select[@id='team']/option/text()") == ["All teams", "B & Co", "No team recorded"]
    assert document.xpath("//select[@id='severity']/option/@value") == ["", "high", "low"]
    assert sorted(document.xpath("//tr/@data-team")) == ["B & Co", "No team recorded"]


def test_counts_and_notices(tmp_path: Path) -> None:
    run = view(
        [finding(n) for n in range(16)],
        cannot_tell=frame([observation(n) for n in range(9)], OBSERVATION),
        rules=rules(("A-1", "evaluated", ""), ("B-2", "not_evaluated", "The export has no table visits."), ("C-3", "rule_error", "Broke.")),
        quality=quality(*[("plans.csv", "started_on", "x", "not a date")] * 3),
    )
    document = parsed(tmp_path, run)
    assert [said(item) for item in document.xpath("//ul[@class='counts']/li")] == [
        "16 Act today", "0 Due soon", "0 Overdue and known", "9 Cannot tell"
    ]  # fmt: skip
    notices = said(document.xpath("//div[@role='note']")[0])
    assert "1 rule could not be checked" in notices and "1 rule failed while running" in notices and "C-3" in notices
    assert "3 values or records could not be taken as they stood" in notices
    cells = document.xpath("//table[contains(caption, 'quality.csv')]//td")
    assert [said(cell) for cell in cells] == ["plans.csv", "started_on", "not a date", "3"]
    assert "The export has no table visits." in section(document, "not-checked")
    gap = document.xpath("//table[contains(@class, 'gaps')]/tbody/tr")
    assert [said(cell) for cell in gap[0]][1:4] == ["The plan has no start date, so the limit can't be worked out.", "◆ Medium", "9"]
    assert "C00000: plans P00000; C00001: plans P00001" in said(gap[0]) and len(gap) == 1


def test_rows_past_the_most_are_counted_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_page, "MOST_ROWS", 3)
    monkeypatch.setattr(index_page, "MOST_DUE_SOON", 2)
    document = parsed(tmp_path, view([finding(n) for n in range(5)], due_soon=frame([observation(n) for n in range(7)], OBSERVATION)))
    assert len(exceptions(document)) == 3
    assert "first 3 rows are shown here. 2 more are on the pages of the teams, in exceptions.xlsx and findings.csv" in section(
        document, "list"
    )
    assert "5 more are in exceptions.xlsx" in section(document, "due-soon")


EVALUATED, UNCHECKED = ("A-1", "evaluated", ""), ("B-2", "not_evaluated", "No table.")


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (view([]), "No exceptions: 1 rule was checked on 118 children."),
        (view([], rules=rules(EVALUATED, UNCHECKED)), "but 1 rule could not be, so there may be some that nobody looked for."),
        (view([], rules=rules(UNCHECKED)), "Nothing was checked, so nothing is listed"),
        (view([], complete=False), "this run is incomplete: that is not the same as none."),
        (view([finding(1)], restricted=frozenset({"C00001"})), "All of those counted concern restricted records."),
    ],
)
def test_each_empty_list_has_its_own_words(tmp_path: Path, run: RunView, words: str) -> None:
    document = parsed(tmp_path, run)
    assert words in section(document, "list") and not document.xpath("//table[@id='exceptions'] | //form")
    assert section(document, "due-soon") == "Nothing falls due in the next working days."
    assert section(document, "cannot-tell") == "Every open record that a rule looks at could be judged."
    assert section(document, "quality") == "Every value and record was taken as it stood."


def test_an_incomplete_run_says_so_first_and_why(tmp_path: Path) -> None:
    run = view(complete=False)
    run.info["incomplete"] = ["visits.csv: no column child_id"]
    document = parsed(tmp_path, run)
    assert said(document.xpath("//title")[0]).startswith("INCOMPLETE")
    assert "visits.csv: no column child_id" in said(document.xpath("//header/p")[0])
    assert "INCOMPLETE" not in source(tmp_path, view())


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    run = view([finding(n) for n in range(9)], cannot_tell=frame([observation(n) for n in range(9)], OBSERVATION))
    assert source(tmp_path, run) == source(tmp_path, run)
