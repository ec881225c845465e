"""The log of the nights: one line of JSON a step. It holds counts and names of files, never an id, a value or a sentence about a record."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditcheck.unattended.private import private


@dataclass(frozen=True)
class Log:
    """Lines are added to the end of ``file``, which its owner alone can read."""

    file: Path

    def step(self, name: str, ok: bool, **facts: Any) -> None:
        """One line: when (the clock on the wall, which decides nothing), which step, how it went."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), "step": name, "ok": ok, **facts}, ensure_ascii=True)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with private(self.file).open("ab", buffering=0) as log:
            before, said = os.fstat(log.fileno()).st_size, f"{line}\n".encode()
            try:
                while said:
                    said = said[os.write(log.fileno(), said) :]
            except OSError as problem:
                if self.file.is_file():  # half a line would spoil the next night's first
                    log.truncate(before)
                raise OSError(problem.errno, problem.strerror, str(self.file)) from problem
