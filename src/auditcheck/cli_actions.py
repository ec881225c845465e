"""The action register: what was undertaken about findings, auditors' observations and practice alerts, by whom, by when, and the proof."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from auditcheck.console import DAY, sentences, stop, tell

_LEDGER = click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE", required=True, help="The ledger of the service's runs.")
_KIND = click.option("--kind", type=click.Choice(["finding", "observation", "alert"]), help="Only actions of this kind.")
_OWNER = click.option("--owner", default="", metavar="WHO", help="Only this owner's actions: a role or worker id.")

EPILOG = """
\b
Exit codes
  0  done
  2  nothing was changed; why goes to standard error
"""


@click.group(short_help="The action register: add, list, close, export, import.", epilog=EPILOG)
def actions() -> None:
    """The action register, kept in the ledger: a finding, an auditor's observation or a practice alert with an owner and a due date.

    \b
    Examples
      auditcheck actions list --ledger ledger.sqlite --as-of 2015-07-15 --overdue
      auditcheck actions close A0007 --ledger ledger.sqlite --on 2015-07-14 --evidence V0912
      auditcheck actions export --ledger ledger.sqlite --as-of 2015-07-15 --out actions.xlsx
    """


@actions.command(epilog=EPILOG)
@_LEDGER
@click.option("--what", required=True, metavar="TEXT", help="What is to be done: one short sentence, no names.")
@click.option("--owner", required=True, metavar="WHO", help="Who does it: a role or worker id.")
@click.option("--due", type=DAY, required=True, metavar="YYYY-MM-DD", help="The last day on which it is in time.")
@click.option("--on", "raised_on", type=DAY, required=True, metavar="YYYY-MM-DD", help="The day on which it was agreed.")
@click.option("--finding", default="", metavar="ID", help="The finding that it is about (its id, or enough of it), of --run.")
@click.option("--run", "run_dir", type=click.Path(path_type=Path), metavar="DIR", help="The run that holds the finding.")
@click.option("--child", default="", metavar="ID", help="The child; a finding names its own.")
@click.option("--theme", default="", metavar="TEXT", help="What it belongs to, such as voice of the child.")
@click.option("--alert", type=click.Choice(["concern", "good_practice"]), help="It answers a practice alert of this kind.")
@click.option("--stage", default="", metavar="TEXT", help="Of an alert: its stage.")
@click.option("--sent-to", default="", metavar="WHO", help="Of an alert: to whom it was sent.")
@click.option("--reply-due", type=DAY, metavar="YYYY-MM-DD", help="Of an alert: when a reply is due.")
def add(
    ledger: Path,
    what: str,
    owner: str,
    due: datetime,
    raised_on: datetime,
    finding: str,
    run_dir: Path | None,
    child: str,
    theme: str,
    alert: str | None,
    stage: str,
    sent_to: str,
    reply_due: datetime | None,
) -> None:
    """Put an action in the register: on a finding, for a practice alert, or (neither said) on an auditor's observation.

    \b
    Examples
      auditcheck actions add --ledger l.sqlite --finding 7c1f8 --run out/ --what Review --owner W04 --on 2015-07-01 --due 2015-07-15
      auditcheck actions add --ledger l.sqlite --alert concern --child C18 --what Reply --owner W04 --on 2015-07-01 --due 2015-07-15
    """
    with sentences():
        from auditcheck.ledger.action import ALERT, FINDING, OBSERVATION, Action, wrong
        from auditcheck.ledger.actions import ACTIONS, put
        from auditcheck.ledger.store import writing
        from auditcheck.why import found

        if bool(finding) != bool(run_dir):
            stop("--finding and --run go together: the finding's id, and the run that holds it.")
        if run_dir is not None:
            about = found(finding, run_dir)
            if child and child != about["child_id"]:
                stop(f"Finding {about['finding_id']} is about child {about['child_id']}, not {child}. Leave --child out.")
            finding, child = about["finding_id"], about["child_id"] or ""
        action = Action(
            action_id="",
            kind=ALERT if alert else FINDING if finding else OBSERVATION,
            finding_id=finding,
            child_id=child.strip(),
            theme=theme.strip(),
            what=what.strip(),
            owner=owner.strip(),
            raised_on=raised_on.date().isoformat(),
            due=due.date().isoformat(),
            alert=alert or "",
            stage=stage.strip(),
            sent_to=sent_to.strip(),
            reply_due=reply_due.date().isoformat() if reply_due else "",
        )
        problems = [says for _, says in wrong(action)]
        if problems:
            stop("\n".join(problems))
        _there(ledger)
        with writing(ledger, ACTIONS) as db:
            kept = put(db, action)
        click.echo(f"{kept.action_id}: {kept.owner}, due {kept.due}")


@actions.command("list", epilog=EPILOG)
@_LEDGER
@_OWNER
@_KIND
@click.option("--as-of", type=DAY, metavar="YYYY-MM-DD", help="The day to compare due dates with.")
@click.option("--overdue", is_flag=True, help="Only open actions due before --as-of, or alerts whose reply was.")
@click.option("--status", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True)
@click.option("--format", "format_", type=click.Choice(["text", "csv"]), default="text", show_default=True)
def list_(ledger: Path, owner: str, kind: str | None, as_of: datetime | None, overdue: bool, status: str, format_: str) -> None:
    """The register's actions, the first due first.

    \b
    Examples
      auditcheck actions list --ledger ledger.sqlite --as-of 2015-07-15 --owner W04
      auditcheck actions list --ledger ledger.sqlite --status all --format csv
      auditcheck actions list --ledger ledger.sqlite --as-of 2015-07-15 --kind alert
    """
    with sentences():
        from auditcheck.ledger.actions import ACTIONS, every
        from auditcheck.ledger.store import reading
        from auditcheck.register.listing import as_csv, as_text, chosen

        if overdue and as_of is None:
            stop("--overdue needs --as-of YYYY-MM-DD: overdue on which day?")
        day = as_of.date().isoformat() if as_of else ""
        with reading(ledger, ACTIONS) as db:
            held = chosen(every(db), owner, "" if status == "all" else status, day if overdue else "", kind or "")
        click.echo(as_csv(held, day) if format_ == "csv" else as_text(held, day), nl=format_ != "csv")


@actions.command(epilog=EPILOG)
@click.argument("action", metavar="ACTION")
@_LEDGER
@click.option("--evidence", required=True, metavar="TEXT", help="What shows that it was done, or where that stands.")
@click.option("--on", "closed_on", type=DAY, required=True, metavar="YYYY-MM-DD", help="The day on which it was closed.")
@click.option("--outcome", default="", metavar="TEXT", help="Of an alert: the outcome for the child.")
def close(action: str, ledger: Path, evidence: str, closed_on: datetime, outcome: str) -> None:
    """Close ACTION, with the evidence that it was done. A run that shows its finding put right closes it without.

    \b
    Examples
      auditcheck actions close A0007 --ledger ledger.sqlite --on 2015-07-14 --evidence V0912
    """
    with sentences():
        from auditcheck.ledger.action import CLOSED, wrong
        from auditcheck.ledger.actions import ACTIONS, every, put
        from auditcheck.ledger.store import writing
        from auditcheck.rulebook.problems import nearest

        _there(ledger)
        with writing(ledger, ACTIONS) as db:
            held = {one.action_id: one for one in every(db)}
            now = held.get(action.strip().upper())
            if now is None:
                stop(f"There is no action {action} in {ledger.name}{nearest(action, held) or '.'}")
            if now.status == CLOSED:
                stop(f"{now.action_id} was closed on {now.closed_on} already: {now.evidence}")
            day = closed_on.date().isoformat()
            meant = now._replace(status=CLOSED, evidence=evidence.strip(), closed_on=day, outcome=outcome.strip() or now.outcome)
            problems = [says for _, says in wrong(meant)]
            if problems:
                stop("\n".join(problems))
            put(db, meant)
        click.echo(f"{now.action_id} is closed.")


@actions.command(epilog=EPILOG)
@_LEDGER
@_OWNER
@_KIND
@click.option("--as-of", type=DAY, required=True, metavar="YYYY-MM-DD", help="The day that the workbook says it was made on.")
@click.option("--status", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.xlsx", help="A new workbook.")
def export(ledger: Path, owner: str, kind: str | None, as_of: datetime, status: str, out: Path) -> None:
    """Write the register as a workbook to be filled in: owners, dates, evidence, new rows. `actions import` takes it back.

    \b
    Examples
      auditcheck actions export --ledger ledger.sqlite --as-of 2015-07-15 --out actions.xlsx
      auditcheck actions export --ledger ledger.sqlite --as-of 2015-07-15 --owner W04 --out w04.xlsx
    """
    with sentences():
        from auditcheck.ledger.actions import ACTIONS, every
        from auditcheck.ledger.store import reading
        from auditcheck.register.listing import chosen
        from auditcheck.register.workbook import write_register
        from auditcheck.whole_file import whole_file

        if out.exists():
            stop(f"{out} is there already, and may hold somebody's entries. Name another file.")
        with reading(ledger, ACTIONS) as db:
            held = chosen(every(db), owner, "" if status == "all" else status, "", kind or "")
        out.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(out) as new:
            write_register(new, held, as_of.date())
        click.echo(f"{len(held)} actions in {out}; new ones go in the rows at the end.")


@actions.command("import", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@_LEDGER
def import_(file: Path, ledger: Path) -> None:
    """Take a workbook of `actions export` back. Every row is checked; nothing is taken unless all of it can be.

    \b
    Examples
      auditcheck actions import actions.xlsx --ledger ledger.sqlite
    """
    with sentences():
        from auditcheck.ledger.actions import ACTIONS, every, put
        from auditcheck.ledger.store import writing
        from auditcheck.register.workbook import read_register

        _there(ledger)
        with writing(ledger, ACTIONS) as db:
            asked = read_register(file, every(db))
            if not asked.problems:
                for action in (*asked.changed, *asked.new):
                    put(db, action)
        if asked.problems:
            tell("\n".join([*map(str, asked.problems), "Nothing was taken. Put these right and import again."]))
            sys.exit(2)
        known = f"; {asked.known} new rows were in the register already" if asked.known else ""
        click.echo(f"{len(asked.changed)} actions changed, {len(asked.new)} added{known}.")


def _there(ledger: Path) -> None:
    """A name written wrong must not begin a second register."""
    if not ledger.is_file():
        stop(f"There is no ledger {ledger}. It is made by the first run with --ledger.")
