"""What is said at the terminal once a sample is drawn."""

from __future__ import annotations

from pathlib import Path

from auditcheck.reports.words import count, listed_in_words
from auditcheck.samples.draw import Sample
from auditcheck.samples.frame import HIGH
from auditcheck.sampling import margin_of


def drawn_in_words(sample: Sample, out: Path) -> str:
    """Who was drawn from whom, who was left out, what could not be kept, and how far a share can be read."""
    cases, frame, order = sample.cases, sample.frame, sample.order
    number, of = len(cases), len(frame.rows)
    high, all_high = int((cases["risk"] == HIGH).sum()), int((frame.rows["risk"] == HIGH).sum())
    lines = [
        f"{count(number, 'case')} drawn from {count(of, 'child', 'children')} with seed {order.seed}; {high} of high risk, of {all_high}."
    ]
    if number < order.n:
        lines.append(f"{order.n} were asked for: there are no more.")
    lines += [f"Left out: {count(left, 'child', 'children')}, because {why}." for why, left in frame.excluded.items()]
    if sample.floor < order.floor:
        lines.append(
            f"{number} cases are too few for {order.floor} from each of {len(sample.strata)} strata: at least {sample.floor} from each."
        )
    none = [one.name for one in sample.strata if not one.drawn]
    if none:
        lines.append(f"Nobody was drawn from {listed_in_words(none)}: the sample says nothing of them.")
    lines.append(f"A share found in these cases is known to within about {margin_of(number, of):.0%}, at worst (95%, before weights).")
    lines.append(f"Look at {out / 'sample.csv'}; forms to audit in {out / 'audit'}, to moderate in {out / 'moderation'}.")
    return "\n".join(lines)
