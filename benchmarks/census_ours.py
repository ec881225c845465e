"""auditcheck's checks of a census alone, as `census_peer.py` measures the validator's: ``census_ours.py RETURN OUT``."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from contestant import spent

from auditcheck import clock, exports
from auditcheck.audit import EVALUATED
from auditcheck.nightly import audit
from auditcheck.rulebook.load import load
from auditcheck.rulebook.profile import apply, chosen

book = load(None, examples=False)
rules = apply(book, chosen(book, None))
export = exports.read(Path(sys.argv[1]))
as_of = clock.day_number(date.fromisoformat(export.as_of or ""))
began = spent()
results = audit(export, rules, book, as_of)
seconds = spent() - began
asked = [run for run in results.seen.runs.values() if run.status == EVALUATED and run.rule.check != "measure"]
Path(sys.argv[2]).write_text(json.dumps({"rules": len(asked), "checks": seconds}))
