"""The grades that auditors give, and the themes under which they judge a case."""

from __future__ import annotations

#: Grades in order, best first, as codes of case records (docs/case-records.md) and as inspectors say them. The last is outside the order.
GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement to be good",
    "inadequate": "Inadequate",
    "not_applicable": "Not applicable",
}
ORDERED = tuple(GRADES)[:-1]
#: Fewer cases graded twice give no figure of agreement; fewer graded once, no percentage.
FEWEST = 20

#: The headings under which every case is judged, and what to look for.
THEMES = {
    "voice": (
        "The child's voice and lived experience",
        "What is a day like for this child? Whose words are on the file, and what changed because of them?",
    ),
    "analysis": ("Analysis", "Does the record say what the information means for this child, and not only what happened?"),
    "risk": ("Risk", "Are risks named, weighed and looked at again when something changed?"),
    "plan": ("Plan specific and measurable", "Would the family know what must change, who does what by when, and how all will know?"),
    "oversight": (
        "Management oversight with direction",
        "Does a manager's record say why, give direction, and follow up what was asked last time?",
    ),
    "impact": ("Impact for the child", "What is better for the child because of this work?"),
    "diversity": ("Diversity", "Are culture, language, faith, disability, sex and identity understood as this child lives them?"),
    "multi_agency": ("Multi-agency work", "Did the right agencies share, meet and do what they undertook?"),
}
OVERALL = "overall"
