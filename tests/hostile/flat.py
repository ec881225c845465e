"""Good folders of tables in the formats that no command invents: Annex A as CSV, SSDA903, the census as tables. Each of a few children."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl

_CHILDREN = range(1, 9)

_CARE = {
    "header": ("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB", "{n},2,27/03/2008,WBRI,U,,"),
    "episodes": (
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,URN",
        "{n},05/05/2014,S,C2,N1,U4,PR1,0{n}/02/2015,E11,\n{n},1{n}/02/2015,S,C2,N1,U4,PR1,,,",
    ),
    "reviews": ("CHILD,DOB,REVIEW,REVIEW_CODE", "{n},27/03/2008,0{n}/06/2014,PN1\n{n},27/03/2008,0{n}/12/2014,PN1"),
    "missing": ("CHILD,DOB,MISSING,MIS_START,MIS_END", "{n},27/03/2008,M,0{n}/08/2014,1{n}/08/2014"),
    "sw_episodes": ("CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON", "{n},27/03/2008,W{n},05/05/2014,,"),
    "oc2": ("CHILD,DOB,SDQ_SCORE,HEALTH_ASSESSMENT,TEETH_CHECK", "{n},27/03/2008,12,1,1"),
}
_CENSUS = {
    "ChildIdentifiers": ("LAchildID,UPN,PersonBirthDate,Sex", "C{n},U,2008-03-27,F"),
    "CINdetails": ("LAchildID,CINdetailsID,CINreferralDate,CINclosureDate,ReasonForClosure,ReferralNFA", "C{n},{n},2014-05-0{n},,,0"),
    "ChildProtectionPlans": ("LAchildID,CINdetailsID,CPPID,CPPstartDate,CPPendDate,InitialCategoryOfAbuse", "C{n},{n},1,2014-06-0{n},,PHY"),
    "CINplanDates": ("LAchildID,CINdetailsID,CINPlanStartDate,CINPlanEndDate", "C{n},{n},2014-05-1{n},2014-06-0{n}"),
    "Section47": ("LAchildID,CINdetailsID,S47ActualStartDate,DateOfInitialCPC,ICPCnotRequired", "C{n},{n},2014-05-1{n},2014-06-0{n},0"),
    "Reviews": ("LAchildID,CINdetailsID,CPPID,CPPreviewDate", "C{n},{n},1,2014-09-0{n}\nC{n},{n},1,2015-02-0{n}"),
}


def ssda903(folder: Path) -> None:
    _tables(folder, _CARE)


def cin_tables(folder: Path) -> None:
    _tables(folder, _CENSUS)


def annex_a(folder: Path, workbook: Path) -> None:
    """The sheets of a workbook, a file each."""
    folder.mkdir(parents=True)
    for sheet in openpyxl.load_workbook(workbook, read_only=True).worksheets:
        with (folder / f"{sheet.title}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(sheet.values)


def _tables(folder: Path, tables: dict[str, tuple[str, str]]) -> None:
    folder.mkdir(parents=True)
    for name, (header, row) in tables.items():
        rows = "".join(f"{row.format(n=number)}\n" for number in _CHILDREN)
        (folder / f"{name}.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
