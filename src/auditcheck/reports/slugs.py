"""Names of files that are about a team or a child: the same on every night and every machine; those of children say nothing about whom."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b, sha256

#: The file of those without a team.
NO_TEAM = "no-team"
_LONGEST = 60
#: What Windows keeps for itself, whatever the ending.
_WINDOWS = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.ASCII)


def case_file(child_id: str) -> str:
    """Where a child's case sheet lies, from the folder of the list that links to it: ``cases/3f2a9c0d1e4b5a67.html``.

    The same under ``restricted/`` as at the top of a run.
    """
    return f"cases/{blake2b(child_id.encode(), digest_size=8, person=b'case').hexdigest()}.html"


def team_slugs(names: Iterable[str]) -> dict[str, str]:
    """A file name (without its ending) for each name. Names that would share one each get a few digits of their own hash.

    So a link kept from an earlier night leads to the same team or nowhere, never to another's list.
    """
    plain = {name: _plain(name) for name in names}
    shared = Counter(plain.values())
    return {name: slug if shared[slug] == 1 else f"{slug}-{_digits(name)}" for name, slug in plain.items()}


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST].rstrip("-")
    if not name:
        return NO_TEAM
    return f"team-{slug or _digits(name)}" if not slug or _WINDOWS.fullmatch(slug) else slug


def _digits(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
