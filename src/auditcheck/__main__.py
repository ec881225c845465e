"""``python -m auditcheck``."""

from auditcheck.cli import main

main()
