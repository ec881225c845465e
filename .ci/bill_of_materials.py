"""What auditcheck runs on: which packages, in which versions, by which hashes, under which licences.

    python .ci/bill_of_materials.py     # writes docs/sbom.cdx.json and docs/licences.md

Packages, versions, hashes and who needs whom come from .ci/requirements.lock, licences from each package's own metadata, so this runs where
the lock is installed. The same lock and the same metadata give the same bytes. The form is CycloneDX 1.6 (ECMA-424).
"""

from __future__ import annotations

import configparser
import importlib.metadata
import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".ci/requirements.lock"
BILL = ROOT / "docs/sbom.cdx.json"
LICENCES = ROOT / "docs" / "licences.md"

#: Names under which a classifier speaks of exactly one SPDX licence. "BSD License" does not: there are several.
_SPDX = {
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
#: What leaves open which licence is meant.
_NO_ID = {"BSD License"}
_OURSELVES = "auditcheck"


@dataclass(frozen=True)
class Locked:
    """A package of the lock. ``via``: the packages that need it, `auditcheck` for ourselves; ``hashes``: sha256 of each of its archives."""

    name: str
    version: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


@dataclass(frozen=True)
class Licence:
    """What a package says of its licence, and in which field of its metadata."""

    says: str
    field: str

    @property
    def names(self) -> list[str]:
        """The licences in it, one by one: an expression may join them, and there may be several classifiers."""
        return re.split(r" (?:AND|OR|WITH) |; ", self.says.replace("(", "").replace(")", ""))


def locked(path: Path = LOCK) -> list[Locked]:
    """The packages of a lock that uv or pip-compile wrote, in its order."""
    found = []
    for part in re.split(r"\n(?=[a-z0-9])", path.read_text("utf-8")):
        if head := re.match(r"([a-z0-9-]+)==([^\s;\\]+)", part):
            via = tuple(name for name in re.findall(r"^ +# +(?:via +)?([a-z][\w.-]*)", part, re.MULTILINE) if name != "via")
            found.append(Locked(head[1], head[2], tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", part)), via))
    return found


def licence(name: str) -> Licence:
    """Raises ValueError where a package says nothing, PackageNotFoundError where it is not installed."""
    told: Any = importlib.metadata.metadata(name)
    kinds = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License :: ")]
    if says := told.get("License-Expression"):
        return Licence(says, "License-Expression")
    if re.fullmatch(r"[A-Za-z]+-?[\d.]*(-Clause)?", says := told.get("License") or ""):
        return Licence(says, "License")
    if not kinds:
        raise ValueError(f"{name} does not say under which licence it stands: look into its files, or do without it.")
    return Licence("; ".join(sorted(_SPDX.get(kind, kind) for kind in kinds)), "Classifier")


def bill(packages: list[Locked]) -> str:
    """The bill of materials as JSON. Its serial number is drawn from what it says."""
    by_name = {_OURSELVES: _OURSELVES, **{one.name: one.purl for one in packages}}
    needs: dict[str, list[str]] = {ref: [] for ref in by_name.values()}
    for one in packages:
        for other in one.via:
            needs[by_name[other]].append(one.purl)
    said: dict[str, Any] = {
        "metadata": {"component": _ourselves()},
        "components": [_component(one) for one in packages],
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(needs.items())],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(said, sort_keys=True))
    head: dict[str, Any] = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return json.dumps(head | said, indent=1) + "\n"


def _ourselves() -> dict[str, Any]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    told = setup["metadata"]
    licences = [{"license": {"id": told["license"]}}]
    return {"type": "application", "bom-ref": _OURSELVES, "name": _OURSELVES, "version": told["version"], "licenses": licences}


def _component(one: Locked) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "licenses": _licences(licence(one.name)),
        "hashes": [{"alg": "SHA-256", "content": content} for content in one.hashes],
    }


def _licences(one: Licence) -> list[dict[str, Any]]:
    if _NO_ID & set(one.names) or ";" in one.says:
        return [{"license": {"name": one.says}}]
    if len(one.names) > 1:
        return [{"expression": one.says}]
    return [{"license": {"id": one.says}}]


def page(packages: list[Locked]) -> str:
    """The list for people."""
    rows = []
    for one in packages:
        told = licence(one.name)
        rows.append(f"| {one.name} | {one.version} | {told.says} | `{told.field}` | {', '.join(one.via)} |")
    return _PAGE.format(count=len(packages), rows="\n".join(rows))


_PAGE = """\
# Licences of what auditcheck runs on

auditcheck stands under the [MIT licence](../LICENSE). With it these {count} packages are installed, none of which is part of it.
The licence is what the package says in that field of its own metadata; no lawyer has read the texts. "BSD License" leaves open
which of the BSD licences is meant; python-dateutil, which names two, is offered under either.

| package | version | licence | said in | needed by |
| --- | --- | --- | --- | --- |
{rows}

`tests/test_bill_of_materials.py` holds the licences that may stand in this list. `sbom.cdx.json` says the same for machines
(CycloneDX 1.6), with the hash of every archive of each version, whatever system or Python it is for. `make lock` writes both.
"""


def main() -> None:
    packages = locked()
    if astray := [one.name for one in packages if importlib.metadata.version(one.name) != one.version]:
        raise SystemExit(f"Another version than .ci/requirements.lock has is installed of: {', '.join(astray)}. Install the lock first.")
    BILL.write_text(bill(packages), "utf-8")
    LICENCES.write_text(page(packages), "utf-8")
    print(f"{len(packages)} packages: {BILL.name}, docs/{LICENCES.name}")


if __name__ == "__main__":
    main()
