"""What an audit form asks, in which words: the writer lays it out and the reader finds it again by the same names."""

from __future__ import annotations

from auditcheck.forms.spec import Entry
from auditcheck.grades import GRADES

VERDICTS = {"agree": "Agree", "disagree": "Disagree", "cannot_say": "Cannot say"}
ANSWERS = {"yes": "Yes", "partly": "Partly", "no": "No", "cannot_say": "Cannot say", "does_not_apply": "Does not apply"}
YES_NO = {"yes": "Yes", "no": "No"}

TEXT, WHO, LONG, DATE, GRADE = Entry(), Entry("who"), Entry(lines=4), Entry("date"), Entry("choice", GRADES)

CASE, RESULTS, NOT_FOUND, QUESTIONS, THEMES_SHEET, ACTIONS, AFTER = (
    "Case", "Results", "Not found", "Questions", "Themes", "Actions", "After both grades",
)  # fmt: skip
RULES = "Rules"
AUDIT, MODERATION = "audit", "moderation"

#: Sheets of questions, one a row: sheet -> ref -> what is asked, and how it is answered. The heading of the answers is `ANSWER`.
ANSWER = "Answer"
FIELDS: dict[str, dict[str, dict[str, tuple[str, Entry]]]] = {
    AUDIT: {
        CASE: {
            "by": ("Auditor: role or worker id, no name", WHO),
            "on": ("Audited on", DATE),
            "grade": ("Overall grade", GRADE),
            "why": ("Why this grade", LONG),
            "well": ("What is done well", LONG),
            "spoken_on": ("Worker spoken to on", DATE),
            "worker_says": ("The worker's response", LONG),
            "family_asked": ("Was feedback sought from the child or family?", Entry("choice", YES_NO)),
            "family_says": ("What the child or family say", LONG),
        }
    },
    MODERATION: {
        CASE: {
            "by": ("Moderator: role or worker id, no name", WHO),
            "on": ("Moderated on", DATE),
            "grade": ("Overall grade, given before you see the auditor's", GRADE),
            "why": ("Why this grade", LONG),
        },
        AFTER: {
            "agreed": ("Agreed grade", GRADE),
            "reason": ("Reason for a change", LONG),
        },
    },
}

#: Tables: sheet -> heading -> how its cells are filled in.
RESULT_ENTRIES = {"Auditor": Entry("choice", VERDICTS), "Comment": TEXT}
TABLES: dict[str, dict[str, dict[str, Entry]]] = {
    AUDIT: {
        RESULTS: RESULT_ENTRIES,
        NOT_FOUND: {
            "Rule, where one should have found it": Entry("listed", sheet=RULES),
            "Record or date": TEXT,
            "What was late or missing": TEXT,
        },
        QUESTIONS: {ANSWER: Entry("choice", ANSWERS), "What shows it": TEXT},
        THEMES_SHEET: {"What shows it": LONG, "What is done well": TEXT, "Grade": GRADE, "Next step": TEXT},
        ACTIONS: {"What": TEXT, "Owner (role or worker id)": WHO, "Due": DATE, "Theme": TEXT},
    },
    MODERATION: {THEMES_SHEET: {"What shows it": LONG, "Grade": GRADE}},
}


def entry(kind: str, sheet: str, ref: str, heading: str) -> Entry | None:
    """How the cell in a row ``ref`` under a heading is filled in; None where it is not for filling in."""
    asked = FIELDS[kind].get(sheet)
    if asked is not None:
        return asked[ref][1] if ref in asked and heading == ANSWER else None
    return TABLES[kind].get(sheet, {}).get(heading)
