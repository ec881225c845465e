"""The cases that came back: the audit and the moderation of each, and what makes a form of no use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditcheck.forms.spec import Problem
from auditcheck.grades import OVERALL
from auditcheck.samples.layout import AFTER, AUDIT, MODERATION, RESULTS, THEMES_SHEET
from auditcheck.samples.reading import Form, files_in, read_form
from auditcheck.samples.results import FOUND
from auditcheck.samples.run_folder import BadSample, RunFolder


@dataclass(frozen=True)
class Graded:
    """One case with what came back of it."""

    audit: Form | None
    moderation: Form | None

    @property
    def any(self) -> Form:
        """Either of its forms: what it was given is the same in both."""
        form = self.audit or self.moderation
        assert form is not None
        return form

    def grades(self, theme: str) -> tuple[str, str]:
        """The auditor's and the moderator's grade, '' where there is none."""
        return _grade(self.audit, theme), _grade(self.moderation, theme)

    def final(self, theme: str) -> str:
        """The grade that stands: the one agreed, else the auditor's."""
        agreed = self.moderation.answer("agreed", AFTER) if self.moderation and theme == OVERALL else ""
        return agreed or self.grades(theme)[0]


@dataclass(frozen=True)
class Returned:
    """Everything that came back: ``cases`` by sample and case, and every problem."""

    cases: Sequence[Graded]
    problems: Sequence[Problem]


def returned(places: Iterable[Path], run: RunFolder) -> Returned:
    """Read every form. Raises BadSample where there is no file to read."""
    paths = files_in(places)
    if not paths:
        raise BadSample("There is no form to read: give workbooks (.xlsx), or folders that hold them.")
    problems: list[Problem] = []
    held: dict[tuple[str, str], dict[str, list[Form]]] = defaultdict(lambda: defaultdict(list))
    found, children = set(run.findings["finding_id"]), set(run.children["child_id"])
    for path in paths:
        form, wrong = read_form(path, run.book)
        strange = list(_strange(form, run.info["as_of"], found, children)) if form else []
        problems += wrong + strange
        if form and not strange:
            held[form.case][form.kind].append(form)
    cases = []
    for _, forms in sorted(held.items()):
        problems += _twice(forms)
        one = {kind: found[0] for kind, found in forms.items() if len(found) == 1}
        problems += (own := list(_own(one)))
        if own:
            del one[MODERATION]
        if one:
            cases.append(Graded(one.get(AUDIT), one.get(MODERATION)))
    return Returned(cases, problems)


def _strange(form: Form, as_of: str, found: Collection[str], children: Collection[str]) -> Iterator[Problem]:
    """Whether a form belongs to this run: its day, its child and the findings that it judges."""
    if form.facts["As at"] != as_of:
        says = f"is of a run as at {form.facts['As at']}, and this run is as at {as_of}. Name the run that the sample was drawn from."
        yield Problem(form.file, "", "", form.facts["As at"], says)
        return
    if form.child_id not in children:
        yield Problem(form.file, "", "", form.child_id, f"is about child {form.child_id}, whom this run does not hold. Name its own run.")
        return
    lost = [ref for ref in form.refs.get(RESULTS, ()) if ref.startswith(f"{FOUND}:") and ref.partition(":")[2] not in found]
    if lost:
        says = f"holds findings that this run does not hold ({lost[0].partition(':')[2]}). Name the run that the sample was drawn from."
        yield Problem(form.file, RESULTS, "", lost[0], says)


def _twice(forms: dict[str, list[Form]]) -> Iterator[Problem]:
    for kind, found in forms.items():
        if len(found) > 1:
            names = " and ".join(form.file for form in found)
            says = f"{found[0].facts['Case']} has {len(found)} {kind} forms ({names}); none of them is counted. Give one."
            yield Problem(found[-1].file, "", "", "", says)


def _own(one: dict[str, Form]) -> Iterator[Problem]:
    """A moderation by the auditor is none."""
    by = [one[kind].answer("by") for kind in (AUDIT, MODERATION) if kind in one]
    if len(by) == 2 and by[0] and by[0].lower() == by[1].lower():
        says = f"'{by[1]}' audited this case too: a case that its auditor moderates is not counted as graded twice. Correct who it was."
        cell = one[MODERATION].cells["Case", "by", "Answer"]
        yield Problem(one[MODERATION].file, "Case", cell, by[1], says)


def _grade(form: Form | None, theme: str) -> str:
    if form is None:
        return ""
    return form.answer("grade") if theme == OVERALL else form.answer(theme, THEMES_SHEET, "Grade")
