"""Holds docs/sbom.cdx.json against CycloneDX's own schema, strictly. Needs ``cyclonedx-python-lib[json-validation]``; see `make lock`."""

from __future__ import annotations

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

BILL = Path(__file__).parents[1] / "docs/sbom.cdx.json"

if __name__ == "__main__":
    if broken := JsonStrictValidator(SchemaVersion.V1_6).validate_str(BILL.read_text("utf-8")):
        sys.exit(f"{BILL.name} is not CycloneDX 1.6: {broken}")
    print(f"{BILL.name} is CycloneDX 1.6")
