"""Names of files that are about a child: they say nothing about whom, and are the same every night."""

from __future__ import annotations

from hashlib import blake2b


def case_file(child_id: str) -> str:
    """Where a child's case sheet lies, from the folder of the list that links to it: ``cases/3f2a9c0d1e4b5a67.html``.

    The same under ``restricted/`` as at the top of a run.
    """
    return f"cases/{blake2b(child_id.encode(), digest_size=8, person=b'case').hexdigest()}.html"
