"""Writes a large, plausible children in need return to measure with: ``make_census.py OUT.xml [--children N] [--seed S]``.

One year's return, to 31 March 2024, written child by child. A child has one episode, one in five a second; four in ten episodes reach
an enquiry, a quarter a child protection plan with its reviews. About one interval in twenty is late. The same N and seed give the
same bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

YEAR_ENDS = date(2024, 3, 31)
HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails><Collection>CIN</Collection><Year>2024</Year><ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>000</LEA><SoftwareCode>invented</SoftwareCode><SerialNo>001</SerialNo></Source>
  </Header>
  <Children>
"""


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("out", type=Path)
    ask.add_argument("--children", type=int, default=10_000)
    ask.add_argument("--seed", type=int, default=1)
    given = ask.parse_args()
    chance = random.Random(given.seed)
    with given.out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER)
        for number in range(given.children):
            file.write("\n".join(child(chance, number)) + "\n")
        file.write("  </Children>\n</Message>\n")
    print(f"{given.children:,} children, {given.out.stat().st_size / 1e6:.1f} MB in {given.out}")


def child(chance: random.Random, number: int) -> Iterator[str]:
    """The lines of one child."""
    yield "    <Child>"
    yield "      <ChildIdentifiers>"
    yield leaf(8, "LAchildID", f"C{number:07d}")
    yield leaf(8, "UPN", f"A{number:012d}")
    yield leaf(8, "PersonBirthDate", day(chance, date(2007, 1, 1), date(2022, 12, 31)))
    yield leaf(8, "Sex", chance.choice("MF"))
    yield "      </ChildIdentifiers>"
    yield "      <ChildCharacteristics>"
    yield leaf(8, "Ethnicity", chance.choice(["WBRI", "WOTH", "MOTH", "APKN", "BAFR", "NOBT"]))
    yield f"        <Disabilities>{leaf(0, 'Disability', chance.choice(['NONE', 'NONE', 'NONE', 'LD', 'AUT']))}</Disabilities>"
    yield "      </ChildCharacteristics>"
    start = YEAR_ENDS - timedelta(chance.randrange(10, 600))
    yield from episode(chance, start)
    if chance.random() < 0.2 and (YEAR_ENDS - start).days > 250:
        yield from episode(chance, start + timedelta(200), early=False)
    yield "    </Child>"


def episode(chance: random.Random, start: date, early: bool = True) -> Iterator[str]:
    """One CINdetails: an assessment, and whatever follows from it."""
    closed = start + timedelta(chance.randrange(60, 190 if early else 400))
    no_action = chance.random() < 0.08
    yield "      <CINdetails>"
    yield leaf(8, "CINreferralDate", start)
    yield leaf(8, "ReferralSource", chance.choice(["1A", "2A", "3A", "6", "10"]))
    yield leaf(8, "PrimaryNeedCode", chance.choice(["N1", "N2", "N4", "N5"]))
    yield from past("CINclosureDate", start if no_action else closed)
    if no_action:
        yield leaf(8, "ReasonForClosure", "RC8")
    elif closed <= YEAR_ENDS:
        yield leaf(8, "ReasonForClosure", "RC7")
    if not no_action:
        yield from assessment(chance, start)
        if chance.random() < 0.4:
            yield from enquiry(chance, start + timedelta(8))
        if chance.random() < 0.4:
            yield "        <CINPlanDates>"
            yield leaf(10, "CINPlanStartDate", start + timedelta(50))
            yield from past("CINPlanEndDate", closed)
            yield "        </CINPlanDates>"
    yield leaf(8, "ReferralNFA", int(no_action))
    if not no_action and chance.random() < 0.25:
        yield from protection(chance, start + timedelta(25), closed)
    yield "      </CINdetails>"


def assessment(chance: random.Random, start: date) -> Iterator[str]:
    yield "        <Assessments>"
    yield leaf(10, "AssessmentActualStartDate", start + timedelta(1))
    yield from past("AssessmentAuthorisationDate", start + timedelta(chance.randrange(20, 64)))
    factors = "".join(leaf(0, "AssessmentFactors", code) for code in chance.sample(["1A", "3B", "4B", "8B", "13A", "21"], 2))
    yield f"          <FactorsIdentifiedAtAssessment>{factors}</FactorsIdentifiedAtAssessment>"
    yield "        </Assessments>"


def enquiry(chance: random.Random, start: date) -> Iterator[str]:
    yield "        <Section47>"
    yield leaf(10, "S47ActualStartDate", start)
    needed = chance.random() < 0.6
    if needed:
        yield leaf(10, "InitialCPCtarget", start + timedelta(21))
        yield from past("DateOfInitialCPC", start + timedelta(chance.randrange(10, 23)))
    yield leaf(10, "ICPCnotRequired", "false" if needed else "true")
    yield "        </Section47>"


def protection(chance: random.Random, start: date, closed: date) -> Iterator[str]:
    yield "        <ChildProtectionPlans>"
    yield leaf(10, "CPPstartDate", start)
    yield from past("CPPendDate", closed)
    category = chance.choice(["NEG", "PHY", "EMO", "SAB", "MUL"])
    yield leaf(10, "InitialCategoryOfAbuse", category)
    yield leaf(10, "LatestCategoryOfAbuse", category)
    yield leaf(10, "NumberOfPreviousCPP", int(chance.random() < 0.2))
    held = start + timedelta(chance.randrange(60, 95))
    if held < min(closed, YEAR_ENDS):
        yield "          <Reviews>"
        while held < min(closed, YEAR_ENDS):
            yield leaf(12, "CPPreviewDate", held)
            held += timedelta(chance.randrange(120, 188))
        yield "          </Reviews>"
    yield "        </ChildProtectionPlans>"


def past(name: str, when: date) -> Iterator[str]:
    """The element, where its day has come by the end of the year."""
    if when <= YEAR_ENDS:
        yield leaf(10, name, when)


def day(chance: random.Random, first: date, last: date) -> date:
    return first + timedelta(chance.randrange((last - first).days))


def leaf(indent: int, name: str, text: object) -> str:
    return f"{' ' * indent}<{name}>{text}</{name}>"


if __name__ == "__main__":
    main()
