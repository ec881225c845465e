"""The commands under ``auditcheck rules``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditcheck.console import DAY, sentences, stop

if TYPE_CHECKING:
    from datetime import datetime

EPILOG_RULES = """
\b
Exit codes
  0  nothing wrong
  2  something is wrong; what it is goes to standard error
"""


@click.group(short_help="The rulebook: list, explain, check, test, compare.", epilog=EPILOG_RULES)
def rules() -> None:
    """The rulebook: list it, explain a rule, check rule files, run their examples.

    \b
    Examples
      auditcheck rules list --profile local-example
      auditcheck rules test CPC-ICPC-01
    """


_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
_RULES = click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")


@rules.command("list", epilog=EPILOG_RULES)
@_FORMAT
@_RULES
@click.option("--profile", metavar="NAME", help="Only the rules that a profile selects, with its limits.")
def list_rules(format_: str, rules_dir: Path | None, profile: str | None) -> None:
    """Every rule: id, force, severity, stage, area and title (json: everything).

    \b
    Examples
      auditcheck rules list
      auditcheck rules list --profile local-example --format json
    """
    with sentences():
        from auditcheck.rulebook import show
        from auditcheck.rulebook.load import load
        from auditcheck.rulebook.profile import apply

        book = load(rules_dir, examples=format_ == "json")
        chosen = apply(book, profile) if profile else list(book.rules.values())
        click.echo(show.as_json(chosen) if format_ == "json" else show.as_text_list(chosen))


@rules.command(epilog=EPILOG_RULES)
@click.argument("rule_id", metavar="ID")
@_RULES
@click.option("--profile", metavar="NAME", help="With the limits and suspensions of a profile.")
def explain(rule_id: str, rules_dir: Path | None, profile: str | None) -> None:
    """What a rule asks, whose law it is, what it flags and what to do.

    \b
    Examples
      auditcheck rules explain CPC-ICPC-01
      auditcheck rules explain VIS-CP-01 --profile local-example
    """
    with sentences():
        from difflib import get_close_matches

        from auditcheck.rulebook import show
        from auditcheck.rulebook.load import load
        from auditcheck.rulebook.profile import apply

        book = load(rules_dir)
        if rule_id not in book.rules:
            near = get_close_matches(rule_id.upper(), list(book.rules), 1)
            stop(f"There is no rule {rule_id}." + (f" Did you mean {near[0]}?" if near else " `auditcheck rules list` shows them all."))
        mine = {rule.id: rule for rule in apply(book, profile)} if profile else book.rules
        if rule_id not in mine:
            stop(f"The profile {profile} does not select {rule_id}. Without --profile it is explained as the rule stands.")
        click.echo(show.explain(mine[rule_id], book.editions))


@rules.command(epilog=EPILOG_RULES)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Read every rule, profile and edition of a folder (default: the shipped rules) and say all that is wrong with them.

    \b
    Examples
      auditcheck rules check
      auditcheck rules check our-rules
    """
    with sentences():
        from auditcheck.rulebook.load import load

        book = load(folder)
        click.echo(f"{len(book.rules)} rules, {len(book.profiles)} profiles, {len(book.editions)} editions: nothing wrong.")


@rules.command(epilog=EPILOG_RULES)
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs/rules"), show_default=True, metavar="DIR")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 2 where a page is out of date.")
@_RULES
def docs(out: Path, only_check: bool, rules_dir: Path | None) -> None:
    """Write a page for every rule, and their index, from the rules themselves.

    \b
    Examples
      auditcheck rules docs
      auditcheck rules docs --check
    """
    with sentences():
        from auditcheck.rulebook import pages
        from auditcheck.rulebook.load import load

        book = load(rules_dir)
        if only_check:
            old = pages.stale(book, out)
            if old:
                stop(f"{len(old)} pages in {out} are not what the rules say, {old[0]} first. Run `auditcheck rules docs`.")
            return
        pages.write(book, out)
        click.echo(f"{len(pages.pages(book))} pages in {out}.")


@rules.command(epilog=EPILOG_RULES)
@click.argument("rule_id", metavar="ID")
@click.option("--area", required=True, metavar="AREA", help="The folder it goes in, such as core_group.")
@click.option(
    "--rules", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Your folder of rules."
)
def new(rule_id: str, area: str, folder: Path) -> None:
    """Begin a rule: a file to fill in, which fails its check until the law is there.

    \b
    Examples
      auditcheck rules new OUR-CG-MIN-01 --area core_group --rules our-rules
    """
    with sentences():
        from auditcheck.rulebook import scaffold

        path = scaffold.new(rule_id, area, folder)
        click.echo(f"{path}: fill it in, then `auditcheck rules check {folder}` and `auditcheck rules test {rule_id} --rules {folder}`.")


@rules.command(epilog=EPILOG_RULES)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@_RULES
def test(ids: tuple[str, ...], rules_dir: Path | None) -> None:
    """Run the examples of all rules (or of those named), batched. A rule without examples fails.

    \b
    Examples
      auditcheck rules test
      auditcheck rules test CPC-ICPC-01 --rules our-rules
    """
    with sentences():
        from auditcheck.example_runs import test_examples
        from auditcheck.rulebook.load import load

        result = test_examples(load(rules_dir), ids)
    for line in result.failures:
        click.echo(line, err=True)
    click.echo(f"{result.passed} passed, {len(result.failures)} failed ({result.rules} rules, {result.batches} batches)")
    sys.exit(2 if result.failures or not result.passed else 0)


@rules.command(epilog=EPILOG_RULES)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--on", "export", required=True, type=click.Path(path_type=Path), metavar="EXPORT", help="The export to try both on.")
@click.option("--as-of", type=DAY, metavar="DATE", help="The day to speak of (default: the export's own).")
@click.option("--profile", metavar="NAME", help="The profile that goes with folders of rules and with 'shipped'.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv", help="Write every row that moves there.")
def compare(old: str, new: str, export: Path, as_of: datetime | None, profile: str | None, out: Path | None) -> None:
    """What a changed rule or limit would move, before it goes live.

    OLD and NEW are each a folder of rules, a profile (name or file) over the shipped rules, or the word 'shipped'.

    \b
    Examples
      auditcheck rules compare shipped our-rules --on exports/today
      auditcheck rules compare local-example ours.yaml --on exports/today --out moved.csv
    """
    with sentences():
        from auditcheck import compare as comparison
        from auditcheck.reports.tables import write_csv

        if out is not None and out.exists():
            stop(f"{out} is there already. Name another file.")
        found = comparison.compare(old, new, export, as_of.date() if as_of else None, profile)
        click.echo(comparison.as_text(found))
        if out is not None:
            out.touch(mode=0o600)
            write_csv(out, found.moved)
