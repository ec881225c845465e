"""The ledger of figures that have left the service, as the commands that release figures are given it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditcheck.console import stop, tell

if TYPE_CHECKING:
    from auditcheck.disclosure import Released, Safe


@dataclass(frozen=True)
class Ledger:
    """``before``: what was released before; ``file``: where it is put down, None where nothing is to be."""

    before: Released
    file: Path | None

    @classmethod
    def of(cls, released: Path | None, release: bool) -> Ledger:
        """What --released and --release ask for; refused where the file is not there, as a misspelt name would leave nothing protected."""
        from auditcheck.disclosure import Released

        if released is None:
            if release:
                stop("--release needs the ledger: say --released FILE.")
            return cls(Released(), None)
        if not released.exists() and not release:
            stop(f"There is no ledger {released}, so nothing is known of earlier packs. Check its name; --release begins a new one.")
        if not released.parent.is_dir():
            stop(f"A new ledger can't be begun: there is no folder {released.parent}.")
        return cls(Released.read(released), released if release else None)

    def add(self, tables: Sequence[Safe]) -> None:
        """Put down what leaves the service now, where that was asked for."""
        if self.file is None:
            return
        begun = not self.file.exists()
        self.before.add(tables, self.file)
        if begun and self.file.exists():
            tell(f"A new ledger was begun: {self.file}. Name it with --released for every later pack.")
