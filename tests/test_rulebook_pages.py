"""The pages of the rules are made from the rules, and CI fails when they are not what the rules say."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from auditcheck.cli import main
from auditcheck.rulebook import pages
from auditcheck.rulebook.load import load

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
