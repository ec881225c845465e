"""``python -m auditcheck``."""

from auditcheck.cli import program

program()
