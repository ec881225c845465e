"""Every plant there is: what is broken, what only looks it."""

from __future__ import annotations

from auditcheck.synth.planting import Plant
from auditcheck.synth.plants import (
    actions,
    adoption_dates,
    assessments,
    births,
    care,
    closing,
    conferences,
    contacts,
    deaths,
    documents,
    drift,
    enquiries,
    fields_beyond,
    fields_care,
    fields_conference,
    fields_door,
    fields_enquiry,
    fields_plan,
    fields_quality,
    file,
    leaving,
    misdated,
    overlaps,
    placements,
    reports,
    reviews,
    scores,
    services,
    visits,
    yearly,
)

_MODULES = (
    contacts,
    assessments,
    enquiries,
    closing,
    reports,
    conferences,
    reviews,
    documents,
    actions,
    services,
    drift,
    visits,
    file,
    care,
    placements,
    leaving,
    fields_door,
    fields_enquiry,
    fields_conference,
    fields_plan,
    fields_care,
    fields_beyond,
    adoption_dates,
    births,
    deaths,
    fields_quality,
    scores,
    yearly,
    misdated,
    overlaps,
)


def plants() -> list[Plant]:
    """In a fixed order, which decides between plants that are lacking alike."""
    return [plant for module in _MODULES for plant in module.PLANTS.all]
