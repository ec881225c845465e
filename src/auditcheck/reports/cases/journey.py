"""The areas of the rules in the order of a child's journey: how they are headed, and why what they ask matters, in one line each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """``place``: its place in the journey. ``why``: blank for an area that is not known here."""

    place: int
    heading: str
    why: str


_WHY = {
    "referral": ("Referral", "Until a decision is made and recorded, nobody may be responsible for acting on the worry about this child."),
    "missing": ("Missing from home or care", "What a child says soon after coming back can help to prevent the next time."),
    "exploitation": ("Exploitation", "A risk that is written down and weighed can be acted on by everyone who meets the child."),
    "assessment": ("Assessment", "Help that rests on an old or thin assessment may be the wrong help."),
    "section_47": ("Section 47 enquiry", "While an enquiry is open, it is not known whether the child is safe."),
    "conference": ("Child protection conference", "The conference is where family and agencies agree on the risk and on who does what."),
    "plan": ("Plan", "Without a clear plan neither the family nor the agencies know what has to change, and by when."),
    "core_group": ("Core group", "The core group is where the plan is carried out. Between meetings a plan can stand still."),
    "child_in_need": ("Child in need", "A plan that is not looked at again can go on without helping, or end too soon."),
    "visit": ("Visits", "Seeing the child, and seeing the child alone, is how the service learns whether the child is safe."),
    "voice": ("The child's voice", "What the child says and shows should shape what is decided."),
    "advocacy": ("Advocacy", "An advocate or visitor helps a child to be heard where grown-ups decide."),
    "disability": ("Disability", "A disabled child is at greater risk of harm, and less easily heard."),
    "oversight": (
        "Supervision and management oversight",
        "A manager's second look is the guard against drift and against getting used to risk.",
    ),
    "drift": ("Drift and delay", "Months without change are long in a child's life."),
    "composed": ("Drift and delay", "Each part may look small. Together they show a child for whom little moves."),
    "looked_after": ("Looked after", "The authority is the child's parent, and owes what a good parent would do."),
    "connected_persons": ("Connected persons", "A carer is approved in time so that the child's home is safe and can last."),
    "private_fostering": ("Private fostering", "A child who lives away from close family is known to be safe only if somebody looks."),
    "pre_proceedings": ("Before and in proceedings", "Delay before court is delay in a child's having a settled home."),
    "permanence": ("Permanence", "Each month of waiting makes a settled family harder to find."),
    "care_leavers": ("Leaving care", "Young people who leave care still count on the authority as their parent."),
    "closure": ("Closing the case", "A case that closes too soon may have to be opened again, after more harm."),
    "quality_assurance": ("Quality assurance", "A challenge that nobody answers changes nothing for the child."),
    "data_quality": (
        "The record itself",
        "Dates that contradict each other hide what happened, and nobody can rely on what rests on them.",
    ),
}
AREAS = {name: Area(place, heading, why) for place, (name, (heading, why)) in enumerate(_WHY.items())}


def area(name: str) -> Area:
    """The area of that name; one that is not known here comes last, under its own name."""
    return AREAS.get(name) or Area(len(AREAS), name.replace("_", " ").capitalize(), "")
