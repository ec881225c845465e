"""The commands about an export itself: what it can answer, and what a service would have to supply for more."""

from __future__ import annotations

from pathlib import Path

import click

from auditcheck.console import sentences, stop

_RULES = click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="Another folder of rules.")
_PROFILE = click.option("--profile", metavar="NAME", help="Only the rules that a profile selects, with its limits.")

EPILOG = """
\b
Exit codes
  0  done
  2  the export or the rules can't be read; why goes to standard error
"""


@click.command(short_help="Which rules an export can answer, and what the others lack.", epilog=EPILOG)
@click.argument("export", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="EXPORT...")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE", help="How files of your own layout are read.")
@_PROFILE
@_RULES
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def coverage(export: tuple[Path, ...], mapping: Path | None, profile: str | None, rules_dir: Path | None, format_: str) -> None:
    """Which rules EXPORT (one source, or several joined) can answer, which table or field the others lack, and what to fill in first.

    \b
    Examples
      auditcheck coverage annex-a.xlsx
      auditcheck coverage exports/tonight --profile local-example --format json
      auditcheck coverage cin.xml local-extract/
    """
    with sentences():
        from auditcheck import coverage as covered
        from auditcheck.mapping.sources import read_all
        from auditcheck.rulebook.load import load
        from auditcheck.rulebook.profile import apply

        sources = read_all([one.absolute() for one in export], mapping)
        found = covered.answers(sources, apply(load(rules_dir, examples=False), profile))
        click.echo(covered.as_json(found) if format_ == "json" else covered.as_text(" + ".join(one.name for one in export), found))


@click.command(short_help="Tables, workbook and SQL to supply what is missing.", epilog=EPILOG)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="A new folder for the files.")
@click.option("--table", "only", multiple=True, metavar="NAME", help="Only this table; may be said several times.")
@_PROFILE
@_RULES
def template(out: Path, only: tuple[str, ...], profile: str | None, rules_dir: Path | None) -> None:
    """What a service would have to supply: empty tables, a workbook with drop-downs, a data dictionary and SQL to begin with.

    \b
    Examples
      auditcheck template --out collection --profile local-example
      auditcheck template --out collection --table plan_actions --table core_groups
    """
    with sentences():
        from auditcheck import contract
        from auditcheck.collection.write import write_collection_folder
        from auditcheck.reports.folder import whole
        from auditcheck.rulebook.load import load
        from auditcheck.rulebook.problems import nearest
        from auditcheck.rulebook.profile import apply

        for name in only:
            if name not in contract.supplied():
                near = nearest(name, contract.supplied()).removeprefix(", did you mean ")
                stop(f"There is no table '{name}'." + (f" Did you mean {near}" if near else " docs/case-records.md lists them all."))
        rules = apply(load(rules_dir, examples=False), profile)
        with whole(out, replace=False, mark="datapackage.json") as folder:
            tables = write_collection_folder(folder, rules, only)
        click.echo(f"{len(tables)} tables in {out}: fill in tables/*.csv or collection.xlsx; dictionary.md says what each field is for.")
