"""What is to be planted: the usual, or what a file of breaches asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from auditcheck.synth.planting import USUAL, Plant, Quota

#: Shares that the inspection report of July 2015 gives (table 3 of the requirements catalogue).
KNOWN = {
    "CPC-RCPC1-11": 0.11,  # 11% of review conferences later than planned
    "CPC-RCPC2-12": 0.11,
    "CPC-CHILD-08": 0.07,  # 93% of children take part in some way
    "CPC-PAR-07": 0.58,  # parents' attendance recorded at 42%
    "LAC-IHA-16": 0.70,  # 41 of 138 initial health assessments in time
    "LAC-RHA-17": 0.02,  # 98% of reviews of health done
    "CL-EET-14": 0.47,  # 47% of care leavers neither in work nor in education
}


class BadOrder(Exception):
    """A file of breaches that cannot be followed; the message is a sentence for the user."""


def usual(plants: Iterable[Plant]) -> list[Quota]:
    """Every rule that can be broken is, for some; every near miss occurs."""
    return _shared(plants, {}, USUAL)


def asked_for(plants: Iterable[Plant], file: Path) -> list[Quota]:
    """What a YAML file asks for: rule id to how many (a number) or what share (``5%``) of the children who could carry it.

    Near misses of the rules it names are planted at the usual share; other rules stay lawful. Raises `BadOrder`.
    """
    known = list(plants)
    rules = {plant.rule for plant in known if not plant.trap}
    wanted: dict[str, float | int] = {}
    for rule, said in _read(file).items():
        if rule not in rules:
            near = get_close_matches(str(rule), sorted(rules), 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise BadOrder(f"{file.name}: {rule} is no rule that a breach can be planted of in this format.{hint}")
        wanted[str(rule)] = _amount(file, str(rule), said)
    return _shared([plant for plant in known if plant.rule in wanted], wanted, USUAL)


def _read(file: Path) -> dict[object, object]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        read = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as fault:
        raise BadOrder(f"{file.name} is not YAML that can be read ({str(fault).splitlines()[0]}).") from fault
    if not isinstance(read, dict) or not read:
        raise BadOrder(f"{file.name} should hold lines such as `CPC-ICPC-01: 5%` or `CPC-ICPC-01: 12`, and holds none.")
    return read


def _amount(file: Path, rule: str, said: object) -> float | int:
    text = str(said).strip()
    if text.endswith("%"):
        try:
            share = float(text[:-1]) / 100
        except ValueError:
            share = -1.0
        if 0 <= share <= 1:
            return share
    elif isinstance(said, int) and not isinstance(said, bool) and said >= 0:
        return said
    raise BadOrder(f"{file.name}: {rule}: {text!r} is neither a whole number of breaches nor a share such as 5%.")


def _shared(plants: Iterable[Plant], wanted: dict[str, float | int], usual_share: float) -> list[Quota]:
    """A rule's amount split over the ways in which it can be broken."""
    ways: dict[str, list[Plant]] = defaultdict(list)
    found = []
    for plant in plants:
        if plant.trap:
            found.append(Quota(plant, usual_share))
        else:
            ways[plant.rule].append(plant)
    for rule, several in ways.items():
        amount = wanted.get(rule, KNOWN.get(rule, usual_share))
        for place, plant in enumerate(several):
            if isinstance(amount, int):
                found.append(Quota(plant, 0, amount // len(several) + (place < amount % len(several))))
            else:
                found.append(Quota(plant, amount / len(several)))
    return found
