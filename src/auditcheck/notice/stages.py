"""How far people say that each thing has come. That it makes a difference is taken only where a figure bears it out: a measure with a real
change for the better, or a theme of sampled audits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditcheck.board import spc
from auditcheck.board.asked import Evidence, Shows
from auditcheck.board.audit_tables import AuditsShown
from auditcheck.board.shown import HIDDEN
from auditcheck.board.trends import VARIATION
from auditcheck.grades import THEMES
from auditcheck.notice.progress import STAGES, BadProgress, Key, Written, key
from auditcheck.rulebook.problems import wrong

_LAST, _BEFORE = STAGES[-1], STAGES[-2]


def borne_out(found: Sequence[Shows], written: Mapping[Key, Written], audits: AuditsShown | None) -> dict[Key, str]:
    """Of each reference that names what shows it: that, in words.

    Raises:
        BadProgress: what is named is no evidence of it, or shows no change for the better where a difference is said to be made.
    """
    told: dict[Key, str] = {}
    for one in found:
        said = written.get(key(one.reference), Written())
        if said.shown_by:
            told[key(one.reference)] = _shown(one, said, audits)
        elif said.stage == _LAST:
            raise BadProgress(
                _refused(said, "shown_by is empty", "name there a measure with a real change for the better, or a theme of audits")
            )
    return told


def _shown(one: Shows, said: Written, audits: AuditsShown | None) -> str:
    """What ``shown_by`` names, in words."""
    if said.shown_by in THEMES:
        return _theme(said, audits)
    evidence = next((each for each in one.evidence if each.id == said.shown_by), None)
    if evidence is None:
        known = [*(each.id for each in one.evidence), *THEMES]
        what = wrong(f"'{said.shown_by}' is no evidence of {one.reference.place}", known, said.shown_by)
        raise BadProgress(f"{said.where}, column shown_by: {what}.")
    if said.stage == _LAST and evidence.trend != VARIATION[spc.BETTER]:
        because = f"{evidence.id} shows no real change for the better ({_says(evidence)})"
        raise BadProgress(_refused(said, because, "name another measure or a theme of audits under shown_by"))
    return f"{evidence.title}: {_says(evidence)}"


def _theme(said: Written, audits: AuditsShown | None) -> str:
    """A theme of sampled audits: how many are good or better."""
    heading = THEMES[said.shown_by][0]
    if audits is None:
        raise BadProgress(f"{said.where}, column shown_by: '{said.shown_by}' is a theme of audits, and none were given: say --audits DIR.")
    figure = dict(audits.themes).get(heading)
    if figure is None or figure.hidden:
        why = "no audit of the period has a grade for it" if figure is None else f"what audits found of it is hidden ({HIDDEN})"
        if said.stage == _LAST:
            raise BadProgress(_refused(said, why, "name a measure or another theme under shown_by"))
        return f"Audits, {heading}: {why}"
    return f"Audits, {heading}: {figure.n:,} of {figure.d:,} good or better"


def _says(one: Evidence) -> str:
    return one.trend or one.why


def _refused(said: Written, because: str, instead: str) -> str:
    return f"{said.where}, column stage: '{_LAST}' is not taken, as {because}. Say '{_BEFORE}', or {instead}."


def themes_shown(written: Iterable[Written]) -> set[str]:
    """The headings of the themes of audits that are named as showing something."""
    return {THEMES[one.shown_by][0] for one in written if one.shown_by in THEMES}
