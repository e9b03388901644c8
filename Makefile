.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# The first Python on the path that is new enough; `make PYTHON=python3.13 test` takes another.
PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: help
help: ## List every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: put it on the PATH, or say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: $(INSTALLED) ## Make .venv from the hashed lock (once, and again when the lock changes)

.PHONY: demo
demo: $(INSTALLED) ## Start everything locally, score sample events, show the alerts
	@$(BIN)/churn demo

# More than twice as many as two cores: a third of the time goes into waiting for servers and leases.
# The files go out in the order of the folders, so that none of the dear ones is left for the end.
TEST_PROCESSES := 5

.PHONY: test
test: lint $(INSTALLED) ## Everything that guards a change: lint, unit, property, contract, functional (under 4 min)
	$(BIN)/pytest -m "not long" --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

.PHONY: test-long
test-long: $(INSTALLED) ## Long fuzzing, state machines, outages, soak (under 40 min)
	$(BIN)/pytest -m long --numprocesses $(TEST_PROCESSES) --dist worksteal
	$(BIN)/pytest tests/properties --hypothesis-profile=search --numprocesses 2 --dist worksteal

.PHONY: perf-tests
perf-tests: $(INSTALLED) ## F1 at the alert topic: held-out customers through the whole system
	$(BIN)/pytest tests/functional/test_served_quality.py -rP

.PHONY: bench
bench: $(INSTALLED) ## The worker's speed and memory beside other consumers, on an idle machine (3 min)
	@$(BIN)/churn bench worker

.PHONY: figures
figures: $(INSTALLED) ## Write the tables and pictures of docs/ anew from code and measured figures
	@$(BIN)/python docs/generated_parts.py

.PHONY: chaos
chaos: $(INSTALLED) ## 50,000 events while everything goes wrong; CHURN_CHAOS_{EVENTS,SECONDS,SEED} change it
	$(BIN)/pytest tests/chaos

.PHONY: conformance
conformance: $(INSTALLED) ## Probe both Pub/Sub servers sentence by sentence; write docs/emulator-conformance.md
	$(BIN)/pytest tests/contract/pubsub --conformance --conformance-page docs/emulator-conformance.md \
		-r fE --numprocesses $(TEST_PROCESSES) --dist loadfile

.PHONY: lint
lint: $(INSTALLED) ## ruff, mypy --strict over everything, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(INSTALLED) ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: coverage-unit
coverage-unit: $(INSTALLED) ## Unit and property tests with a coverage report
	$(BIN)/pytest tests/unit tests/properties --cov --cov-report=term-missing:skip-covered

.PHONY: schemas
schemas: $(INSTALLED) ## Write schemas/exported anew from the models
	$(BIN)/python -m schemas.export

.PHONY: docs
docs: $(INSTALLED) ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "open docs/_build/html/index.html"

.PHONY: lock
lock: $(INSTALLED) ## Resolve the dependencies anew into the two hashed locks
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-header --all-extras pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml -c requirements-dev.lock -o requirements.lock

.PHONY: clean
clean: ## Remove what the other targets made
	rm -rf $(VENV) build dist docs/_build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
