"""Names that only the service can take back: a keyed hash (HMAC-SHA-256), whose key stays in a file of the service."""

from __future__ import annotations

import base64
import hmac
import os
import stat
from pathlib import Path
from secrets import token_hex

_SHORT = 12


class KeyRefused(Exception):
    """The key can't be used. The message is a sentence; exit 2."""


class Pseudonyms:
    """The same id of the same kind has the same name under one key, and another under another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, id_: str) -> str:
        """A name such as ``child-k3v9x0q2m7ab``; empty for an empty id."""
        if not id_:
            return ""
        digest = hmac.new(self._key, f"{kind}\x1f{id_}".encode(), "sha256").digest()
        return f"{kind}-{base64.b32encode(digest).decode('ascii')[:_SHORT].lower()}"


def key_of(file: Path) -> Pseudonyms:
    """The key in a file; a new one where there is no such file. Raises KeyRefused."""
    try:
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
                new.write(token_hex(32) + "\n")
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise KeyRefused(f"{file} can be read by others than its owner, so it is no secret. chmod 600 it, or name a new file.")
        key = bytes.fromhex(file.read_text("ascii").strip())
    except (OSError, ValueError) as problem:
        raise KeyRefused(f"{file} can't be used as a key: expected 64 hexadecimal digits in a file of its own ({problem}).") from problem
    if len(key) != 32:
        raise KeyRefused(f"{file} can't be used as a key: expected 64 hexadecimal digits.")
    return Pseudonyms(key)
