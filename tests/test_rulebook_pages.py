"""The pages of the rules are made from the rules, and CI fails when they are not what the rules say."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from auditcheck.cli import main
from auditcheck.rulebook import pages
from auditcheck.rulebook.load import load
from auditcheck.rulebook.profile import apply

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "rules"


def test_the_committed_pages_are_what_the_rules_say() -> None:
    assert pages.stale(load(ROOT / "rules"), DOCS) == [], "run `auditcheck rules docs`"


def test_every_rule_has_a_page_and_the_index_links_to_it() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    for rule in load(ROOT / "rules").rules.values():
        assert f"({rule.id}.md)" in index
        page = (DOCS / f"{rule.id}.md").read_text("utf-8")
        assert page.startswith(f"# {rule.id}: ")


def test_the_table_in_the_readme_counts_the_rules() -> None:
    assert "\n".join(pages.coverage(load(ROOT / "rules"))) in (ROOT / "README.md").read_text("utf-8")


def test_the_index_by_profile_names_every_rule_that_a_profile_selects() -> None:
    book = load(ROOT / "rules")
    parts = pages.pages(book)["by-profile.md"].split("\n## ")[1:]
    assert [part.split("\n")[0] for part in parts] == list(book.profiles)
    for part, profile in zip(parts, book.profiles.values(), strict=True):
        if profile.rules == "all":
            assert "\nEvery rule.\n" in part
        else:
            assert set(re.findall(r"^\| \[([A-Z0-9-]+)\]", part, re.MULTILINE)) == {rule.id for rule in apply(book, profile)}
    notice = parts[list(book.profiles).index("cheshire-west-and-chester-2011")]
    assert "| [CPC-REP5-05](CPC-REP5-05.md) | 5 days | the Department for Education, in the improvement notice |" in notice


def test_the_index_by_document_has_every_quote_under_its_document_in_the_order_of_its_places() -> None:
    book = load(ROOT / "rules")
    *parts, none = pages.pages(book)["by-source.md"].split("\n## ")[1:]
    assert [part.split("\n")[0] for part in parts] == [source.name for source in book.sources]
    asked = [(one.source, rule.id) for rule in book.rules.values() for one in rule.asked_by]
    for part, source in zip(parts, book.sources, strict=True):
        rows = re.findall(r"^\| (.+?) \| \[([A-Z0-9-]+)\]", part, re.MULTILINE)
        mine = [(said.removeprefix(source.name).removeprefix(", ") or "-", rule) for said, rule in asked if said.startswith(source.name)]
        assert sorted(rows) == sorted(mine)
    numbered = [int(found) for found in re.findall(r"^\| paragraph (\d+) ", parts[4], re.MULTILINE)]
    assert numbered == sorted(numbered) and len(numbered) > 100
    quiet = {rule.id for rule in book.rules.values() if not rule.asked_by}
    assert set(re.findall(r"^\| \[([A-Z0-9-]+)\]", none, re.MULTILINE)) == quiet


def test_the_index_by_law_has_every_rule_once() -> None:
    book = load(ROOT / "rules")
    assert sorted(re.findall(r"^\| \[([A-Z0-9-]+)\]", pages.pages(book)["by-law.md"], re.MULTILINE)) == list(book.rules)


def test_a_changed_a_missing_and_a_left_over_page_are_stale(tmp_path: Path) -> None:
    out = tmp_path / "rules"
    run = CliRunner().invoke
    assert run(main, ["rules", "docs", "--out", str(out)]).exit_code == 0
    assert run(main, ["rules", "docs", "--out", str(out), "--check"]).exit_code == 0
    (out / "CPC-ICPC-01.md").write_text("something else", "utf-8")
    (out / "VIS-CP-01.md").unlink()
    (out / "NO-RULE-01.md").write_text("", "utf-8")
    done = run(main, ["rules", "docs", "--out", str(out), "--check"])
    assert done.exit_code == 2 and "3 pages" in done.output
    run(main, ["rules", "docs", "--out", str(out)])
    assert not (out / "NO-RULE-01.md").exists() and pages.stale(load(), out) == []
