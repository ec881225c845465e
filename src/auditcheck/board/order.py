"""What a book is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditcheck.board.actions import Acted
from auditcheck.board.audits import Audits
from auditcheck.board.periods import BadPeriod, Period
from auditcheck.board.source import Run
from auditcheck.clock import day_number
from auditcheck.disclosure import DFE, Policy, Released
from auditcheck.rulebook.model import Profile, Rulebook
from auditcheck.texts import in_words


@dataclass(frozen=True)
class Order:
    """What a book is made of. ``runs``: the latest by its day gives the figures, the others what they said of measures before.

    ``audits``: results of sampled audits; ``register``: the action register; None: not given.
    """

    runs: Sequence[Run]
    book: Rulebook
    profile: Profile
    period: Period
    commentary: str = ""
    policy: Policy = DFE
    released: Released | None = None
    audits: Audits | None = None
    register: Sequence[Acted] | None = None

    def __post_init__(self) -> None:
        """Raises `BadPeriod` where nothing of the period had happened on the run's day."""
        if self.period.first > self.run.as_of:
            raise BadPeriod(
                f"The period {self.period} begins after the day of the run, {in_words(day_number(self.run.as_of))}. "
                "Name a later run, or an earlier period."
            )

    @property
    def earlier(self) -> list[Run]:
        """The other runs, the latest first; of those of one day the last that was named."""
        others = {run.as_of: run for run in self.runs if run.as_of < self.run.as_of}
        return [others[day] for day in sorted(others, reverse=True)]

    @property
    def run(self) -> Run:
        return max(self.runs, key=lambda run: run.as_of)
