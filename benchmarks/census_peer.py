"""The sector's validator of the census, as its own command line runs it: ``census_peer.py RETURN OUT``; run by a Python that has it.

Writes to OUT how many rules it asked, and the processor seconds of asking them, reading left out.
"""

import importlib
import json
import sys
import time
import xml.etree.ElementTree as ET

from cin_validator import cin_validator

RULESET = "cin2024_25"

records = cin_validator.process_data(cin_validator.convert_data(ET.parse(sys.argv[1]).getroot()))
rules = importlib.import_module(f"cin_validator.rules.{RULESET}").registry
began = time.process_time()
issues = cin_validator.CinValidator(records, rules).full_issue_df
spent = time.process_time() - began
print(issues)
with open(sys.argv[2], "w") as out:  # noqa: PTH123
    json.dump({"rules": len(rules), "checks": spent}, out)
