"""One table row of a page as HTML. A row stands on the page of its team and on that of the whole service, and is made once for both.

Strings instead of a template: thousands of rows, each the same. Whatever is not ours is escaped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import escape

from auditcheck.reports import words
from auditcheck.reports.fold import Due, Gap, Row
from auditcheck.reports.order import WHENS
from auditcheck.reports.slugs import case_file

#: The parts of a list whose rows are not findings, as the filter names them.
DUE_SOON, CANNOT_TELL = "Due soon", "Cannot tell"
#: Records that a row names on a page; the workbook names them all.
MOST_NAMED = 20


@dataclass(frozen=True)
class Fragments:
    """``anchors``: where each rule's law stands on the page. ``about``: a few words on each child. ``planned``: actions, by finding.

    ``remembers``: whether the run knows an earlier one, so that rows say since when. ``sheets``: the children who have a case sheet.
    """

    anchors: Mapping[str, str]
    about: Mapping[str, str]
    planned: Mapping[str, str]
    remembers: bool
    sheets: Collection[str]

    def finding(self, row: Row) -> str:
        """A row of findings: when to act, child, what the record shows, due, working days over, worker, (since,) next step."""
        rank = WHENS.index(row.when)
        when = f'<span class="tag tag-{rank}">{row.when}</span>{_fine(row.why)}{_fine(row.status if row.status != "Open" else "")}'
        says = f"{escape(row.says)}{_fine(row.because and 'Because: ' + row.because)}"
        planned = "".join(_fine(self.planned[finding]) for finding in row.findings if finding in self.planned)
        since = f"since {words.in_short(row.since)}" if row.since and row.change != "New" else ""
        return (
            f"<tr{_data(row.when, row.team, row.workers, row.severity, row.rules)}{'' if rank == 0 else ' class=later'}>"
            f'<td data-sort="{rank}">{when}{_fine_severity(row.severity)}</td>'
            f"{self._child(row.children)}"
            f"<td>{says}{self._where((row.record,), row.rules)}{_more(row.more)}</td>"
            f"{_day(row.due_at)}"
            f"<td class=number>{'' if row.late is None else row.late}</td>"
            f"{_worker(row.workers, row.team)}"
            + (f"<td data-sort={_quoted(row.since)}>{escape(row.change)}{_fine(since)}</td>" if self.remembers else "")
            + f"<td>{escape(row.action)}{planned}</td></tr>\n"
        )

    def due(self, row: Due) -> str:
        """A row of what is due soon: due, child, what is due, worker."""
        return (
            f"<tr{_data(DUE_SOON, row.team, row.workers, row.severity, (row.rule_id,))}>"
            f"{_day(row.due_at, weekday=True)}{self._child(row.children)}"
            f"<td>{escape(row.title)}{self._where(row.records, (row.rule_id,))}</td>"
            f"<td>{_severity(row.severity)}</td>{_worker(row.workers, row.team)}</tr>\n"
        )

    def gap(self, row: Gap, team: str) -> str:
        """A row of what can't be told: what, why, how many records, which."""
        named = "; ".join(f"{self._linked(child)}: {escape(records)}" for child, records in _by_child(row.where[:MOST_NAMED]))
        more = f"; and {len(row.where) - MOST_NAMED:,} more, in exceptions.xlsx" if len(row.where) > MOST_NAMED else ""
        workers = tuple(dict.fromkeys(worker for _, worker, _ in row.where if worker))
        return (
            f"<tr{_data(CANNOT_TELL, team, workers, row.severity, (row.rule_id,))}>"
            f"<th scope=row>{escape(row.title)}<span class=fine>{self._rules((row.rule_id,))}</span></th>"
            f"<td>{escape(_missing(row.says))}</td><td>{_severity(row.severity)}</td><td class=number>{len(row.where):,}</td>"
            f"<td>{named}{more}</td></tr>\n"
        )

    def _child(self, children: Sequence[str]) -> str:
        if not children:
            return f"<th scope=row>{words.NO_CHILD}</th>"
        if len(children) == 1:
            return f"<th scope=row>{self._named(children[0])}</th>"
        each = "".join(f"<li>{self._named(child)}" for child in children)
        return f"<th scope=row>{len(children)} children in this family<ul>{each}</ul></th>"

    def _named(self, child: str) -> str:
        """A child's id, linked, and a few words."""
        return f"{self._linked(child)}{_fine(self.about.get(child, ''))}"

    def _linked(self, child: str) -> str:
        """A child's id, linked to its case sheet as seen from index.html."""
        return f'<a href="{case_file(child)}">{escape(child)}</a>' if child in self.sheets else str(escape(child or words.NO_CHILD))

    def _where(self, records: Sequence[str], rules: Sequence[str]) -> str:
        """Which records to find, and by which rules."""
        named = ", ".join(record for record in records if record)
        return f"<span class=fine>{escape(named)}{' · ' if named else ''}{self._rules(rules)}</span>"

    def _rules(self, rules: Iterable[str]) -> str:
        return ", ".join(f'<a href="#{self.anchors[rule]}">{escape(rule)}</a>' for rule in rules)


def _missing(says: str) -> str:
    """What is missing, without the words that stand over the part already."""
    rest = says.removeprefix("Cannot tell: ")
    return rest[:1].upper() + rest[1:]


def _by_child(where: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """The records of each child, those of one table together: ``conferences K1, K2``."""
    found: dict[str, dict[str, list[str]]] = {}
    for child, _, record in where:
        table, _, name = record.rpartition(" ")
        names = found.setdefault(child, {}).setdefault(table, [])
        if name not in names:
            names.append(name)
    return [(child, ", ".join(f"{table} {', '.join(names)}".strip() for table, names in tables.items())) for child, tables in found.items()]


def _data(when: str, team: str, workers: Iterable[str], severity: str, rules: Iterable[str]) -> str:
    """What the filters compare. Several values stand on a line each."""
    held = {"when": when, "team": team or words.NO_TEAM, "worker": "\n".join(workers), "severity": severity, "rule": "\n".join(rules)}
    return "".join(f" data-{name}={_quoted(value)}" for name, value in held.items())


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'


def _fine(text: str) -> str:
    return f"<span class=fine>{escape(text)}</span>" if text else ""


def _severity(code: str) -> str:
    shape, _, word = words.SEVERITY.get(code, f" {code}").partition(" ")
    return f"<span aria-hidden=true>{escape(shape)}</span> {escape(word)}"


def _fine_severity(code: str) -> str:
    return f"<span class=fine>{_severity(code)}</span>"


def _day(due_at: str, weekday: bool = False) -> str:
    told = words.with_weekday(due_at) if weekday else words.in_short(due_at)
    shown = f"<time datetime={_quoted(due_at)}>{escape(told)}</time>" if due_at else ""
    return f"<td data-sort={_quoted(due_at)}>{shown}</td>"


def _worker(workers: Sequence[str], team: str) -> str:
    return f"<td>{escape(', '.join(workers))}<span class='fine team'>{escape(team or words.NO_TEAM)}</span></td>"


def _more(more: Sequence[str]) -> str:
    """The further records that the same action is for."""
    if not more:
        return ""
    rest = f"; and {len(more) - MOST_NAMED} more, in exceptions.xlsx" if len(more) > MOST_NAMED else ""
    return _fine(f"And {len(more)} more: {'; '.join(more[:MOST_NAMED])}{rest}")
