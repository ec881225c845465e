# Two commands: `make demo` runs the audit of the invented authority of Northshire, `make test` runs everything that CI runs.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null && echo $$p && break; done)
NORTHSHIRE := run fixtures/northshire --as-of 2015-06-30 --profile local-example --fail-on never --replace

# Where the environment says not to keep compiled modules, every command that a test starts would compile them again, a third of a second each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-deep bench sample lint lock audit-dependencies clean

demo: $(VENV)/ready
	$(BIN)/auditcheck $(NORTHSHIRE) --out reports/northshire
	@echo "Open reports/northshire/index.html in a browser, or reports/northshire/exceptions.xlsx in Excel or LibreOffice."

test: lint $(VENV)/ready-to-test
	$(BIN)/auditcheck rules check
	$(BIN)/auditcheck rules test
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-deep: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m deep

lint: $(VENV)/ready-to-test
	$(BIN)/ruff check src tests fixtures benchmarks .ci
	$(BIN)/ruff format --check src tests fixtures benchmarks .ci
	$(BIN)/mypy
	$(BIN)/lint-imports

# PEER: a Python that has the sector's validator of the census (benchmarks/peers.py says how to get one); without it that part is left out.
bench: $(VENV)/ready-to-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e '.[bench]' || echo "Not everything could be installed; what is missing is left out below."
	$(BIN)/python benchmarks/side_by_side.py $(if $(PEER),--peer $(PEER))
	$(BIN)/python benchmarks/measure.py

# The committed run of Northshire; a test compares it with a fresh one.
sample: $(VENV)/ready
	$(BIN)/auditcheck $(NORTHSHIRE) --out reports/sample

# What is installed with `--require-hashes` (docs/security.md), from setup.cfg and .ci/constraints.txt, and the bill of materials that goes with it.
LOCK := $(VENV)/supply/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --custom-compile-command "make lock"
lock: $(VENV)/ready $(VENV)/supply/ready
	$(LOCK) --python $(BIN)/python -c .ci/constraints.txt -o .ci/requirements.lock setup.cfg
	echo 'setuptools >= 68' | $(LOCK) --python $(BIN)/python -o .ci/requirements-build.lock -
	$(BIN)/python .ci/bill_of_materials.py
	$(VENV)/supply/bin/python .ci/validate_bill.py

# Asks a service in the network whether faults are known. The script ends with 1 where some are, with 2 where it could not be checked.
audit-dependencies: $(VENV)/supply/ready
	$(VENV)/supply/bin/python .ci/audit_dependencies.py $(VENV)/supply/bin/pip-audit

clean:
	rm -rf $(VENV) build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/ready: setup.cfg pyproject.toml .ci/constraints.txt
	sh .ci/packages gcc python3-dev python3-venv
	@test -n "$(PYTHON)" || { echo "auditcheck needs Python 3.11 or 3.12 (durable-rules cannot be imported on 3.13)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 -c .ci/constraints.txt -e .
	touch $@

$(VENV)/ready-to-test: $(VENV)/ready
	sh .ci/packages chromium fonts-liberation libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e '.[test]'
	touch $@

$(VENV)/supply/ready:
	$(PYTHON) -m venv $(VENV)/supply
	$(VENV)/supply/bin/python -m pip install --quiet --disable-pip-version-check uv pip-audit 'cyclonedx-python-lib[json-validation]'
	touch $@
