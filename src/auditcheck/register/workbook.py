"""The register as a workbook: out with its drop-downs, in with every row checked. Nothing is taken unless all of it can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path

from auditcheck.forms.reading import Filled, read_sheet, workbook
from auditcheck.forms.spec import REF, Cell, Entry, Problem, Row, Sheet
from auditcheck.forms.writing import write_form
from auditcheck.ledger.action import FINDING, OBSERVATION, OPEN, WORDS, Action, wrong

SHEET = "Actions"
_NEW_ROWS = 40
_NEW, _MARKED = "new:", "@"
_SAYS = (
    "Change owner, due date, status, evidence and the fields of practice alerts in the bordered cells; write new actions in the empty rows "
    "at the end. To close an action say what shows that it was done, and on which day. Short sentences, no names."
)


def _choice(name: str) -> Entry:
    return Entry("choice", {word: word.replace("_", " ").capitalize() for word in WORDS[name]})


#: Field -> its heading, width and how it is filled in; and those that can't be changed once an action is there.
_COLUMNS: dict[str, tuple[str, int, Entry]] = {
    "kind": ("Kind", 12, _choice("kind")),
    "finding_id": ("Finding", 18, Entry()),
    "child_id": ("Child", 12, Entry()),
    "theme": ("Theme", 18, Entry()),
    "what": ("What is to be done", 46, Entry(lines=2)),
    "owner": ("Owner (role or id)", 16, Entry("who")),
    "raised_on": ("Raised on", 12, Entry("date")),
    "due": ("Due", 12, Entry("date")),
    "status": ("Status", 9, _choice("status")),
    "evidence": ("Evidence: what shows that it was done", 40, Entry()),
    "closed_on": ("Closed on", 12, Entry("date")),
    "alert": ("Alert", 13, _choice("alert")),
    "stage": ("Stage", 14, Entry()),
    "sent_to": ("Sent to", 14, Entry("who")),
    "reply_due": ("Reply due", 12, Entry("date")),
    "replied_on": ("Replied", 12, Entry("date")),
    "outcome": ("Outcome for the child", 34, Entry()),
}
#: On paper the register ends before the fields of practice alerts: all of it on one page's width can't be read.
_PRINTED = 1 + list(_COLUMNS).index("closed_on") + 1
_FIXED = ("kind", "finding_id", "child_id", "raised_on")
_ENTRIES = {heading: entry for heading, _, entry in _COLUMNS.values()}


def write_register(path: Path, actions: Iterable[Action], day: date, new_rows: int = _NEW_ROWS) -> None:
    """Write actions as a workbook that `read_register` takes back; those without an id as new. ``day``: when it says it was made."""
    held = list(actions)
    rows = [_row(action, f"{action.action_id}{_MARKED}{_mark(action)}") for action in held if action.action_id]
    new = [action for action in held if not action.action_id] + [_BLANK] * new_rows
    rows += [_row(action, f"{_NEW}{number}") for number, action in enumerate(new, 1)]
    headings = (("Action", 9), *((heading, width) for heading, width, _ in _COLUMNS.values()))
    write_form(path, "actions", [Sheet(SHEET, "Action register", _SAYS, headings, rows, True, _PRINTED)], day)


_BLANK = Action(*[""] * len(Action._fields))


def _row(action: Action, ref: str) -> Row:
    cells: list[Cell] = [action.action_id]
    for name, (_, _, entry) in _COLUMNS.items():
        value = getattr(action, name)
        fixed = action.action_id and name in _FIXED
        cells.append(entry.words.get(value, value) if fixed else Entry(entry.kind, entry.words, entry.lines, shown=value))
    return Row(ref, tuple(cells))


@dataclass(frozen=True)
class Changes:
    """What a workbook asks of the register. ``changed``: actions as they are to be; ``new``: those without ids.

    ``known``: how many new rows are in the register already.
    """

    changed: Sequence[Action]
    new: Sequence[Action]
    known: int
    problems: Sequence[Problem]


def read_register(path: Path, register: Sequence[Action]) -> Changes:
    """Read a workbook back and compare it with the register as it stands."""
    sheets, problems = workbook(path)
    if problems:
        return Changes([], [], 0, problems)
    filled = read_sheet(path.name, SHEET, sheets.get(SHEET), lambda _, heading: _ENTRIES.get(heading))
    reader = _Reader(path.name, filled, {action.action_id: action for action in register})
    for ref in (ref for ref in filled.rows if ref not in filled.spoilt):
        reader.take(ref)
    return Changes(reader.changed, reader.new, reader.known, [*filled.problems, *reader.problems])


class _Reader:
    """Takes the rows of one workbook."""

    def __init__(self, file: str, filled: Filled, register: dict[str, Action]) -> None:
        self.file, self.filled, self.register = file, filled, register
        self.changed: list[Action] = []
        self.new: list[Action] = []
        self.known = 0
        self.problems: list[Problem] = []

    def take(self, ref: str) -> None:
        """One row: an action that is there, or a new one."""
        values = {name: self.filled.values.get((ref, heading), "") for name, (heading, _, _) in _COLUMNS.items()}
        if ref.startswith(_NEW):
            if any(values.values()):
                self._new(ref, values)
            return
        name, _, mark = ref.partition(_MARKED)
        now = self.register.get(name)
        if now is None:
            self._problem(ref, "", "", f"there is no action {name} in this ledger. Write it as a new one, or name the ledger it came from.")
            return
        meant = now._replace(**values)
        self._changed(ref, now, meant, mark)

    def _changed(self, ref: str, now: Action, meant: Action, mark: str) -> None:
        if meant == now or _mark(meant) == mark:  # nothing was changed here
            return
        if _mark(now) != mark:
            says = f"{now.action_id} was changed in the ledger after this workbook was made. Export again, and make the change there."
            self._problem(ref, "", "", says)
            return
        for name in _FIXED:
            if getattr(meant, name) != getattr(now, name):
                was = getattr(now, name) or "blank"
                self._problem(ref, name, getattr(meant, name), f"{_COLUMNS[name][0]} of {now.action_id} was {was} and can't be changed.")
        self._kept(ref, meant._replace(closed_by="" if meant.status == OPEN else now.closed_by), self.changed)

    def _new(self, ref: str, values: dict[str, str]) -> None:
        values["status"] = values["status"] or OPEN
        values["kind"] = values["kind"] or (FINDING if values["finding_id"] else OBSERVATION)
        action = Action("", **values)
        same = [old for old in self.register.values() if _same(old, action)]
        if same:
            self.known += 1
            return
        self._kept(ref, action, self.new)

    def _kept(self, ref: str, action: Action, among: list[Action]) -> None:
        found = list(wrong(action))
        for name, says in found:
            self._problem(ref, name, getattr(action, name), says)
        if not found:
            among.append(action)

    def _problem(self, ref: str, name: str, value: str, says: str) -> None:
        cell = self.filled.cells.get((ref, _COLUMNS[name][0] if name else REF), "")
        row = f"A{self.filled.rows[ref]}"
        self.problems.append(Problem(self.file, SHEET, cell or row, value, says))


def _mark(action: Action) -> str:
    """A short name for exactly what a row shows: to notice a change by somebody else meanwhile."""
    shown = (action.action_id, *(getattr(action, name) for name in _COLUMNS))
    return blake2b("\x1f".join(shown).encode(), digest_size=6).hexdigest()


def _same(one: Action, other: Action) -> bool:
    """Whether two actions are the same undertaking, though one has no id yet."""
    return all(getattr(one, name) == getattr(other, name) for name in (*_FIXED, "what"))
