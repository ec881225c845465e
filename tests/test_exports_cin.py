"""CIN census XML through the public door."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from auditcheck.exports import read
from auditcheck.raw import BadExport, Export

IDS = "<ChildIdentifiers><LAchildID>C1</LAchildID><PersonBirthDate>2015-03-27</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>"
EPISODE = """
  <CINdetails>
    <CINreferralDate>2022-10-06</CINreferralDate><ReferralSource>1A</ReferralSource>
    <CINclosureDate>2023-02-27</CINclosureDate><ReasonForClosure>RC1</ReasonForClosure>
    <Assessments><AssessmentActualStartDate>2022-10-07</AssessmentActualStartDate>
      <AssessmentAuthorisationDate/><FactorsIdentifiedAtAssessment><AssessmentFactors>1C</AssessmentFactors>
      <AssessmentFactors>6B</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>
    <CINPlanDates><CINPlanStartDate>2022-11-01</CINPlanStartDate><CINPlanEndDate>2022-12-06</CINPlanEndDate></CINPlanDates>
    <Section47><S47ActualStartDate>2022-11-15</S47ActualStartDate><InitialCPCtarget>2022-12-06</InitialCPCtarget>
      <DateOfInitialCPC>2022-12-06</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired></Section47>
    <ReferralNFA>0</ReferralNFA>
    <ChildProtectionPlans><CPPstartDate>2022-12-06</CPPstartDate><CPPendDate></CPPendDate>
      <InitialCategoryOfAbuse>PHY</InitialCategoryOfAbuse><LatestCategoryOfAbuse>MUL</LatestCategoryOfAbuse>
      <NumberOfPreviousCPP>1</NumberOfPreviousCPP>
      <Reviews><CPPreviewDate>2023-01-15</CPPreviewDate><CPPreviewDate>2023-02-15</CPPreviewDate></Reviews>
      <Reviews><CPPreviewDate>2023-02-25</CPPreviewDate></Reviews></ChildProtectionPlans>
  </CINdetails>"""


def message(*children: str, header: str = "") -> str:
    return f"<Message>{header}<Children>{''.join(f'<Child>{child}</Child>' for child in children)}</Children></Message>"


def census(tmp_path: Path, text: str | bytes) -> Export:
    (tmp_path / "cin.xml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(tmp_path / "cin.xml")


def rows(export: Export, table: str) -> list[dict[str, str]]:
    columns = {name: column.to_pylist() for name, column in export.tables[table].columns.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def said(export: Export) -> list[str]:
    """What is wrong, without the notes of elements and of the header that a small file leaves out."""
    return [p.problem for p in export.problems if "in the whole file" not in p.problem and "no reference date" not in p.problem]


def test_one_episode_with_every_module(tmp_path: Path) -> None:
    header = "<Header><CollectionDetails><ReferenceDate>2023-03-31</ReferenceDate></CollectionDetails></Header>"
    export = census(tmp_path, message(IDS + EPISODE, header=header))
    assert (export.kind, export.as_of, [p for p in export.problems if not p.noted]) == ("cin-census", "2023-03-31", [])
    (referral,), (enquiry,) = (rows(export, t) for t in ("referrals", "section_47_enquiries"))
    assert referral == {
        "referral_id": "referrals:C1:2022-10-06:1",
        "child_id": "C1",
        "received_at": "2022-10-06",
        "source_agency": "1A",
        "no_further_action": "no",
        "closed_on": "2023-02-27",
        "closure_reason": "RC1",
    }
    assert (enquiry["started_on"], enquiry["conference_required"]) == ("2022-11-15", "yes")
    assert "strategy_id" not in enquiry and "strategy_discussions" not in export.tables
    assert enquiry["referral_id"] == referral["referral_id"]
    in_need, protection = rows(export, "plans")
    assert (in_need["kind"], in_need["started_on"], in_need["ended_on"]) == ("child_in_need", "2022-11-01", "2022-12-06")
    assert protection == {
        "plan_id": "plans:C1:2022-12-06:child_protection:1",
        "child_id": "C1",
        "referral_id": "referrals:C1:2022-10-06:1",
        "kind": "child_protection",
        "started_on": "2022-12-06",
        "ended_on": "",
        "category": "physical",
        "latest_category": "multiple",
        "previous_plans": "1",
    }
    conferences = [(c["kind"], c["held_at"], c["enquiry_id"], c["plan_id"]) for c in rows(export, "conferences")]
    assert conferences == [
        ("initial", "2022-12-06", enquiry["enquiry_id"], ""),
        ("review", "2023-01-15", "", protection["plan_id"]),
        ("review", "2023-02-15", "", protection["plan_id"]),
        ("review", "2023-02-25", "", protection["plan_id"]),
    ], "the date at both levels is one conference, and every review counts"
    assert {table: said for table, said in export.coverage.items() if said != "complete"} == {
        **dict.fromkeys(("referrals", "plans"), "latest_only"),
        **dict.fromkeys(("assessments", "section_47_enquiries"), "since 2022-04-01"),
    }, "the census year that ends on the reference date; earlier referrals and plans are not in it"


def test_what_the_census_does_not_carry_has_no_column(tmp_path: Path) -> None:
    export = census(tmp_path, message(IDS + EPISODE))
    assert {"child_seen", "worker_id", "team"}.isdisjoint(export.tables["assessments"].columns)
    assert {"signed_off_by", "child_seen_at", "outcome"}.isdisjoint(export.tables["section_47_enquiries"].columns)
    assert {"visits", "reviews", "involvements", "pre_proceedings"}.isdisjoint(export.tables)


def at_episode(day: str, episode: str = EPISODE) -> str:
    """The episode with an initial conference at its own level."""
    return episode.replace("<Assessments>", f"<DateOfInitialCPC>{day}</DateOfInitialCPC><Assessments>", 1)


def test_the_day_for_which_an_initial_conference_was_set(tmp_path: Path) -> None:
    """The census gives it with the enquiry; at the level of the episode none is asked for, so none is missing there."""
    episode = at_episode("2022-12-05").replace("<InitialCPCtarget>2022-12-06", "<InitialCPCtarget>2022-12-04")
    held = [row for row in rows(census(tmp_path, message(IDS + episode)), "conferences") if row["kind"] == "initial"]
    assert sorted((row["held_at"], row["due_on"]) for row in held) == [("2022-12-05", ""), ("2022-12-06", "2022-12-04")]


def told_twice(export: Export) -> list[tuple[str, str]]:
    """The dates of conferences that stand at two levels, and how they were read."""
    found = [problem for problem in export.problems if problem.column == "DateOfInitialCPC"]
    return [(one.value, "one" if "read as one" in one.problem else "two" if "read as two" in one.problem else "?") for one in found]


def initial(export: Export) -> list[tuple[str, bool]]:
    """Initial conferences: the day, and whether an enquiry carries it."""
    return sorted((row["held_at"], row["enquiry_id"] != "") for row in rows(export, "conferences") if row["kind"] == "initial")


def test_an_initial_conference_that_no_enquiry_carries(tmp_path: Path) -> None:
    episode = EPISODE.replace("<DateOfInitialCPC>2022-12-06</DateOfInitialCPC><ICPCnot", "<DateOfInitialCPC/><ICPCnot")
    export = census(tmp_path, message(IDS + at_episode("2022-12-06", episode)))
    assert (initial(export), told_twice(export)) == ([("2022-12-06", False)], [])


def test_an_initial_conference_at_both_levels_is_told(tmp_path: Path) -> None:
    """DfE's check 2884; the same date is one conference within an episode, another date may be another conference."""
    export = census(tmp_path, message(IDS + at_episode("2022-12-06")))
    assert (initial(export), told_twice(export)) == ([("2022-12-06", True)], [("2022-12-06", "one")])
    export = census(tmp_path, message(IDS + at_episode("2022-12-05")))
    assert (initial(export), told_twice(export)) == ([("2022-12-05", False), ("2022-12-06", True)], [("2022-12-05 / 2022-12-06", "two")])


def test_the_same_date_at_another_episode_of_the_child_is_told_and_that_of_another_child_is_not(tmp_path: Path) -> None:
    alone = "<CINdetails><CINreferralDate>2021-01-04</CINreferralDate><DateOfInitialCPC>2022-12-06</DateOfInitialCPC></CINdetails>"
    assert told_twice(census(tmp_path, message(IDS + EPISODE + alone))) == [("2022-12-06", "one")]
    assert told_twice(census(tmp_path, message(IDS + EPISODE + alone.replace("2022-12", "2021-02")))) == []
    assert told_twice(census(tmp_path, message(IDS + EPISODE, IDS.replace("C1", "C2") + alone))) == []


def test_two_enquiries_each_with_its_own_conference_are_in_order(tmp_path: Path) -> None:
    second = "<Section47><S47ActualStartDate>2023-01-15</S47ActualStartDate><DateOfInitialCPC>2023-02-01</DateOfInitialCPC></Section47>"
    export = census(tmp_path, message(IDS + EPISODE.replace("<ReferralNFA>", second + "<ReferralNFA>")))
    assert (initial(export), told_twice(export)) == ([("2022-12-06", True), ("2023-02-01", True)], [])


def test_rows_are_lines_of_the_file_far_beyond_65535(tmp_path: Path) -> None:
    text = message(IDS + EPISODE).replace("<Children>", "<Children>" + "\n" * 70_000)
    lines = [text[: text.index(f"<{name}>")].count("\n") + 1 for name in ("CINPlanDates", "ChildProtectionPlans")]
    assert census(tmp_path, text).tables["plans"].rows.tolist() == lines
    assert lines[0] > 70_000


@pytest.mark.parametrize(
    "text",
    [
        "<CINdetailsCollection><Child>{}</Child></CINdetailsCollection>",
        '<x:Message xmlns:x="urn:cin"><x:Children><Child>{}</Child></x:Children></x:Message>',
        '<Message xmlns="urn:cin"><Children><Child>{}</Child></Children></Message>',
        "\ufeff<Child>{}</Child>",
    ],
)
def test_any_root_any_namespace_and_no_header(tmp_path: Path, text: str) -> None:
    export = census(tmp_path, text.format(IDS + EPISODE))
    assert len(export.tables["plans"]) == 2
    assert export.as_of is None


def test_other_encodings(tmp_path: Path) -> None:
    text = message(IDS + EPISODE)
    assert len(census(tmp_path, text.encode("utf-16")).tables["plans"]) == 2


def test_a_code_that_is_in_no_list_is_told(tmp_path: Path) -> None:
    export = census(tmp_path, message(IDS + EPISODE.replace(">6B<", ">RB<").replace(">1A<", ">ZZ<")))
    assert {(p.column, p.value) for p in export.problems if "not one of the answers" in p.problem} == {
        ("AssessmentFactors", "1C;RB"),
        ("ReferralSource", "ZZ"),
    }


def test_codes_that_are_written_otherwise_are_read_and_told_once(tmp_path: Path) -> None:
    """False for 0; figures for sex in the element that holds letters, but not in that of earlier years."""

    def told(text: str) -> list[tuple[str, str]]:
        return [(p.column, p.value) for p in census(tmp_path, text).problems if "which are the codes" in p.problem]

    words = EPISODE.replace("<ICPCnotRequired>0", "<ICPCnotRequired>false")
    assert told(message(IDS + EPISODE)) == []
    assert told(message(IDS + words + words)) == [("ICPCnotRequired", "false")]
    for name, expected in (("GenderCurrent", []), ("Sex", [("Sex", "2")])):
        text = message(IDS.replace("<Sex>F</Sex>", f"<{name}>2</{name}>") + EPISODE)
        assert told(text) == expected
        assert rows(census(tmp_path, text), "children")[0]["sex"] == "F"


def test_names_of_elements_drift(tmp_path: Path) -> None:
    drifted = """<ChildIdentifiers><LAchildID>C1</LAchildID><GenderCurrent>1</GenderCurrent>
      <UPNUnknownType>UN1</UPNUnknownType></ChildIdentifiers>
      <CINdetails><CINreferralDate>2022-01-01</CINreferralDate><CINClosureDate>2022-02-02</CINClosureDate><ReferralNFA>True</ReferralNFA>
      <DateofInitialICPC>2022-01-20</DateofInitialICPC>
      <Section47><S47ActualStartDate>2022-01-05</S47ActualStartDate><ICPCRequired>False</ICPCRequired></Section47>
      <childprotectionplans><CPPstartdate>2022-01-20</CPPstartdate><NumberofPreviousCPP>3</NumberofPreviousCPP></childprotectionplans></CINdetails>"""
    export = census(tmp_path, message(drifted))
    assert [p.column for p in export.problems if "not the name of an element" in p.problem] == [
        *("CINClosureDate", "DateofInitialICPC", "childprotectionplans", "CPPstartdate", "NumberofPreviousCPP")
    ]
    assert rows(export, "children")[0]["sex"] == "M"
    assert (rows(export, "referrals")[0]["closed_on"], rows(export, "referrals")[0]["no_further_action"]) == ("2022-02-02", "yes")
    assert rows(export, "conferences")[0]["held_at"] == "2022-01-20"
    assert rows(export, "section_47_enquiries")[0]["conference_required"] == "no"
    assert rows(export, "plans")[0]["previous_plans"] == "3"


@pytest.mark.parametrize(
    ("code", "sex"),
    [("1", "M"), ("2", "F"), ("0", "U"), ("9", "U"), ("M", "M"), ("f", "F"), ("U", "U"), ("X", "X"), ("", "")],
)
def test_sex_in_old_and_new_codes(tmp_path: Path, code: str, sex: str) -> None:
    export = census(tmp_path, message(IDS.replace("<Sex>F<", f"<Sex>{code}<")))
    assert rows(export, "children")[0]["sex"] == sex


@pytest.mark.parametrize(("codes", "disabled"), [(["HAND", "HEAR"], "yes"), (["NONE"], "no"), (["NONE", "AUT"], "yes"), ([], "")])
def test_any_disability_but_none(tmp_path: Path, codes: list[str], disabled: str) -> None:
    inner = "".join(f"<Disability>{code}</Disability>" for code in codes)
    child = f"{IDS}<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities>{inner}</Disabilities></ChildCharacteristics>"
    assert rows(census(tmp_path, message(child)), "children")[0]["disabled"] == disabled


@pytest.mark.parametrize(("value", "required"), [("0", "yes"), ("1", "no"), ("true", "no"), ("FALSE", "yes"), ("", ""), ("maybe", "maybe")])
def test_conference_not_required_turned_round(tmp_path: Path, value: str, required: str) -> None:
    episode = EPISODE.replace(">0</ICPCnotRequired>", f">{value}</ICPCnotRequired>")
    assert rows(census(tmp_path, message(IDS + episode)), "section_47_enquiries")[0]["conference_required"] == required


def test_an_unborn_child_and_one_who_died(tmp_path: Path) -> None:
    unborn = "<ChildIdentifiers><LAchildID>U</LAchildID><ExpectedPersonBirthDate>2023-05-01</ExpectedPersonBirthDate></ChildIdentifiers>"
    died = IDS.replace("<Sex>", "<PersonDeathDate>2023-01-09</PersonDeathDate><Sex>")
    one, two = rows(census(tmp_path, message(unborn, died)), "children")
    assert (one["date_of_birth"], one["expected_birth_date"]) == ("", "2023-05-01")
    assert two["died_on"] == "2023-01-09"


def test_several_episodes_of_a_child_keep_their_own(tmp_path: Path) -> None:
    second = EPISODE.replace("2022-10-06", "2021-05-05").replace("2022-10-07", "2021-05-06")
    export = census(tmp_path, message(IDS + EPISODE + second))
    assert [(a["started_on"], a["referral_id"]) for a in rows(export, "assessments")] == [
        ("2022-10-07", "referrals:C1:2022-10-06:1"),
        ("2021-05-06", "referrals:C1:2021-05-05:1"),
    ]
    assert len(export.tables["children"]) == 1


def test_the_block_on_pre_proceedings(tmp_path: Path) -> None:
    block = """<PreProceedingsandFGDM><PPStartDate>2026-09-09</PPStartDate><LBPSentDate>2026-09-20</LBPSentDate>
      <FGDMMeetingOffer>1</FGDMMeetingOffer>
      <InitialPPMeetingDate>2026-09-28</InitialPPMeetingDate><StepDecisionDate>2026-12-01</StepDecisionDate><PPOutcome>A</PPOutcome>
      <CourtAppDate>2026-12-18</CourtAppDate></PreProceedingsandFGDM></CINdetails>"""
    export = census(tmp_path, message(IDS + EPISODE.replace("</CINdetails>", block)))
    (found,) = rows(export, "pre_proceedings")
    assert list(found.values()) == [
        "pre_proceedings:C1:2026-09-09:1",
        "C1",
        "2026-09-09",
        "2026-09-20",
        "2026-09-28",
        "A",
        "2026-12-01",
        "2026-12-18",
    ]


def test_unknown_elements_are_counted_and_stray_text_is_told(tmp_path: Path) -> None:
    child = IDS.replace("<Sex>", "oops<Sex>").replace("</ChildIdentifiers>", "<Shoe>9</Shoe></ChildIdentifiers>")
    export = census(tmp_path, message(child, child.replace("C1", "C2").replace("oops", "")))
    shoe = [p for p in export.problems if p.column == "Shoe"]
    assert len(shoe) == 1
    assert "2 times" in shoe[0].problem
    stray = [p for p in export.problems if p.value == "oops"]
    assert [(p.row, p.column) for p in stray] == [(1, "PersonBirthDate")]
    assert rows(export, "children")[0]["date_of_birth"] == "2015-03-27"


def test_an_element_twice_with_different_content_is_unreadable(tmp_path: Path) -> None:
    child = IDS.replace("<Sex>", "<PersonBirthDate>2015-03-28</PersonBirthDate><Sex>")
    export = census(tmp_path, message(child))
    assert rows(export, "children")[0]["date_of_birth"] == "?differs"
    assert [(p.column, p.value) for p in export.problems if "more than once" in p.problem] == [
        ("PersonBirthDate", "2015-03-27 / 2015-03-28")
    ]


def test_a_child_without_an_id(tmp_path: Path) -> None:
    export = census(tmp_path, message(IDS + EPISODE, EPISODE, "<Nothing/>"))
    assert [row["child_id"] for row in rows(export, "referrals")] == ["C1", ""]
    assert sum("belong to nobody" in text for text in said(export)) == 1
    assert sum("neither an LAchildID nor" in text for text in said(export)) == 1
    assert export.inputs[0].rows == 2


def test_without_a_header_what_ended_tells_the_census_year(tmp_path: Path) -> None:
    export = census(tmp_path, message(IDS + EPISODE))
    assert export.as_of is None
    assert export.coverage["assessments"] == "since 2022-04-01"
    assert ["2022-04-01" in p.problem for p in export.problems if p.column == "ReferenceDate"] == [True]


def test_modules_that_are_not_in_the_file_count_as_not_supplied(tmp_path: Path) -> None:
    export = census(tmp_path, message(IDS + "<CINdetails><CINreferralDate>2022-01-01</CINreferralDate></CINdetails>"))
    assert sorted(export.tables) == ["children", "referrals"]
    missing = [p.problem.split(": ")[1].split()[0] for p in export.problems if "in the whole file" in p.problem]
    assert missing == ["conferences", "assessments", "plans", "section_47_enquiries"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (message(IDS + EPISODE)[:-30], f"line {EPISODE.count(chr(10)) + 1}"),
        (message(IDS).replace("</Sex>", "</Sax>"), "line 1"),
        ("<Message></Message>", "not a CIN census"),
        ("<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID></HEADER></CHILD></EXPSSDA903>", "not a CIN census"),
        ("<!DOCTYPE m SYSTEM 'file:///etc/passwd'>" + message(IDS), "DOCTYPE"),
        ("<!DOCTYPE m [<!ENTITY a 'aaaa'>]>" + message(IDS.replace("C1", "&a;")), "DOCTYPE"),
        ("<!DOCTYPE m [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><m>&a;</m>", "DOCTYPE"),
        (message(IDS.replace("C1", "&nobody;")), "not well-formed"),
    ],
)
def test_what_cannot_be_trusted_is_refused_whole(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadExport) as caught:
        census(tmp_path, text)
    assert says in str(caught.value)
    assert "cin.xml" in str(caught.value)


def test_a_bomb_of_entities_is_refused(tmp_path: Path) -> None:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 20))
    with pytest.raises(BadExport):
        census(tmp_path, f"<!DOCTYPE m [<!ENTITY e0 'ha'>{levels}]>" + message(IDS.replace("C1", "&e19;")))


def _samples() -> list[str]:
    where = os.environ.get("AUDITCHECK_SAMPLES")
    if not where:
        return []
    return [str(path) for place in ("cin_census", "cin_generated") for path in sorted((Path(where) / place).glob("*.xml"))]


@pytest.mark.skipif("AUDITCHECK_SAMPLES" not in os.environ, reason="AUDITCHECK_SAMPLES is not set")
@pytest.mark.parametrize("path", _samples(), ids=lambda path: Path(path).name)
def test_counts_of_the_public_samples(path: str) -> None:
    tree = ElementTree.parse(path)

    def count(*names: str) -> int:
        return sum(element.tag.lower() in [n.lower() for n in names] for element in tree.iter())

    export = read(Path(path))
    n = {name: len(table) for name, table in export.tables.items()}
    assert export.inputs[0].rows == n["children"] == count("LAchildID") > 0
    assert n["referrals"] == count("CINdetails")
    assert n.get("assessments", 0) == count("Assessments")
    assert n.get("plans", 0) == count("CINPlanDates", "ChildProtectionPlans")
    assert n.get("section_47_enquiries", 0) == count("Section47")
    kinds = export.tables["conferences"].columns["kind"].to_pylist()
    assert kinds.count("review") == sum(1 for e in tree.iter("CPPreviewDate") if (e.text or "").strip())
    initial = 0
    for episode in tree.iter("CINdetails"):
        enquiries = [e.text for s in episode.iter("Section47") for e in s if e.tag.lower() in ("dateofinitialcpc", "dateofinitialicpc")]
        own = {e.text for e in episode if e.tag.lower() in ("dateofinitialcpc", "dateofinitialicpc") and e.text}
        initial += len([text for text in enquiries if text]) + len(own - set(enquiries))
    assert kinds.count("initial") == initial
    assert not any("not known here" in p.problem for p in export.problems)
