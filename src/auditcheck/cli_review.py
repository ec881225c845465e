"""The command ``auditcheck review-pack``: a sample of cases for people from outside, without anybody's id."""

from __future__ import annotations

from pathlib import Path

import click

from auditcheck.console import sentences, stop, tell

EPILOG = """
\b
Exit codes
  0  written
  2  nothing was written; what is wrong goes to standard error
"""


@click.command("review-pack", short_help="Sampled cases for outsiders, under other names.", epilog=EPILOG)
@click.option(
    "--run", "run_dir", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR", help="The folder of a run."
)
@click.option("--key-file", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE",
              help="The key that names are made with; made where there is none. It stays in the service.")  # fmt: skip
@click.option("--sample", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="A CSV with a column child_id.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="For the pack.")
@click.option("--rules", "rules_dir", type=click.Path(path_type=Path), metavar="DIR", help="The rules of the run, where it named others.")
@click.option("--profile", metavar="NAME", help="The profile of the run, where it is a file of your own.")
@click.option("--look-up", "name", metavar="NAME", help="Say which id a NAME in a pack stands for, and write nothing.")
@click.option("--replace", is_flag=True, help="Put the pack in place of an earlier one.")
def review_pack(
    run_dir: Path,
    key_file: Path,
    sample: Path | None,
    out: Path | None,
    rules_dir: Path | None,
    profile: str | None,
    name: str | None,
    replace: bool,
) -> None:
    """Write a pack for external validation: the sampled cases, the rules and every judgement on them, under names that only the service can
    take back. No sentence about a record, no id, nothing else about a child is in it. Restricted children of the sample are left out.

    \b
    Examples
      auditcheck review-pack --run reports/tonight --sample sample/sample.csv --key-file review.key --out review
      auditcheck review-pack --run reports/tonight --key-file review.key --look-up record-k3v9x0q2m7ab
    """
    with sentences():
        from auditcheck.reports.folder import refuse_unless_free, whole
        from auditcheck.reports.words import count
        from auditcheck.review.limits import Standards
        from auditcheck.review.pack import info_of, look_up, write
        from auditcheck.review.pseudonyms import key_of
        from auditcheck.review.sample import sampled

        if name is not None:
            click.echo(look_up(run_dir, name, key_of(key_file)))
            return
        if sample is None or out is None:
            stop("Say --sample FILE and --out DIR, or --look-up NAME.")
        refuse_unless_free(out, replace, "results.csv")
        if out.absolute() in [key_file.absolute().parent, *key_file.absolute().parents]:
            stop(f"The key {key_file} would lie in the pack. It must not leave the service: name another place for it.")
        drawn = sampled(sample)
        standards = Standards.of_run(run_dir, info_of(run_dir), rules_dir, profile)
        names = key_of(key_file)
        with whole(out, replace, "results.csv") as folder:
            made = write(folder, run_dir, drawn, names, standards)
    if made.restricted:
        tell(f"Left out: {count(made.restricted, 'restricted child', 'restricted children')} of the sample.")
    tell(f"{count(made.cases, 'case')}, {count(made.judgements, 'judgement')}: {out}. It is personal data still; README.txt says why.")
