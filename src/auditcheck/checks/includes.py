"""`includes`: everyone who should take part is in the list."""

from __future__ import annotations

import numpy as np

from auditcheck import values
from auditcheck.checks import words
from auditcheck.checks.ground import Ground, settle_population
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET, Observations, Verdict
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, never


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a meeting that has been held."""
    body = rule.body
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    at = scope.when(body["at"])
    codes, texts = scope.words(body["field"])
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    verdict.settle(at.state > BLANK, CANNOT_TELL, f"Cannot tell: {words.plain(body['at'])} can't be read")
    verdict.settle(codes == -2, CANNOT_TELL, f"Cannot tell: {words.plain(body['field'])} can't be read")
    verdict.settle(scope.blank(body["field"]).yes, NOT_MET, f"{words.plain(body['field']).capitalize()} is not recorded")
    for code, text in enumerate(texts):
        there = {values.normal(part, "text") for part in text.split(";")} - {""}
        missing = [name for name in body["all"] if name not in there]
        strange = there - set(body["all"]) - set(body.get("known") or [])
        here = codes == code
        if not missing:
            verdict.settle(here, MET, "Everyone who should take part is recorded")
        elif strange:
            verdict.settle(here, CANNOT_TELL, "Cannot tell: the record names an agency that is not in the list")
        else:
            verdict.settle(here, NOT_MET, f"Not recorded as taking part: {', '.join(missing).replace('_', ' ')}")
    observations = Observations(
        rule,
        rule.subject,
        scope.rows,
        verdict,
        rule.subject,
        scope.rows,
        at,
        never(m),
        never(m),
        np.full(m, -1, np.int32),
        exempt=ground.exemptions(rule, scope),
    )
    return [ground.counted(observations.keep(at.state != BLANK))]
