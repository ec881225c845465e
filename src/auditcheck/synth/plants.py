"""Every plant there is."""

from __future__ import annotations

from auditcheck.synth import fields_care, fields_door, fields_plan, plants_care, plants_door, plants_file, plants_meetings, plants_plan
from auditcheck.synth.planting import Plant


def plants() -> list[Plant]:
    """In a fixed order, which decides between plants that are lacking alike."""
    return [plant for module in (plants_door, plants_meetings, plants_plan, plants_file, plants_care, fields_door, fields_plan, fields_care) for plant in module.PLANTS.all]
