# Everything runs in .venv, which uv builds from uv.lock; uv itself lives in .uv. Needs Python 3.11, git and make.
PYTHON ?= python3.11
UV_VERSION = 0.13.9
UV = .uv/bin/uv
BIN = .venv/bin
SUPERSET = dbt_project/dashboards/superset
BENCHMARKS = nothing_new reader pdf vocabulary audit refreshes
SHELL = /bin/bash
AS_ROOT = $(if $(filter 0,$(shell id -u)),,sudo)
export UV_PYTHON_DOWNLOADS = never
export DBT_SEND_ANONYMOUS_USAGE_STATS = false

.DEFAULT_GOAL := help
.PHONY: help setup system-packages warehouse test test-fast test-clients test-bi fidelity drill torture benchmark benchmark-full lint format ui superset clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Build .venv from uv.lock (EXTRAS="gcs azure": for letters in those stores)
	@$(if $(EXTRAS),$(UV) sync --quiet --frozen --compile-bytecode --python $(PYTHON) $(EXTRAS:%=--extra %))

# Programs that only tests need and no Python package brings. What is there is left as it is.
system-packages: ## Install by apt what tests need of the system and is missing: PostgreSQL, Chromium (as root, or by sudo)
	@if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
		$(AS_ROOT) apt-get update -qq && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql; \
	fi
	@if ! command -v chromium >/dev/null; then \
		$(AS_ROOT) apt-get update -qq && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-liberation; \
	fi

warehouse: setup ## Refresh the warehouse from data/letters (settings: IMR_LETTERS, IMR_HOME)
	$(BIN)/imr refresh

test: setup ## Run all tests
	$(BIN)/pytest -n logical --dist worksteal tests

test-fast: setup ## Run the unit tests only (seconds)
	$(BIN)/pytest tests/unit

test-clients: setup ## Open a fresh publication in DuckDB clients from 1.1 to 2.0 (needs the package index)
	$(BIN)/python tests/clients.py $(UV)

test-bi: setup .superset/.ready ## Load the dashboards into Superset, look at each chart in Chromium, publish under it; some five minutes
	$(BIN)/pytest tests/bi/dashboards.py

fidelity: setup ## Measure by field how right the labelled letters are read (RECORD=1, VERBOSE=1, LETTERS=folder)
	$(BIN)/python -m tests.fidelity $(if $(RECORD),--record) $(if $(VERBOSE),--verbose) $(if $(LETTERS),--letters "$(LETTERS)")

torture: setup ## Kill refreshes at 200 instants and at each file they name (INSTANTS=, SEED=, NAME=); two hours
	$(BIN)/python -m tests.torture $(if $(INSTANTS),--instants $(INSTANTS)) $(if $(SEED),--seed $(SEED)) $(if $(NAME),--first-name $(NAME))

drill: setup ## Make each kind of trouble, and show what arrives by Slack, e-mail and HTTP; some six minutes
	$(BIN)/python -m tests.drill

# Runs them all, also when one misses its goal. What only the benchmarks need leaves .venv at the next change of uv.lock.
benchmark: setup ## Measure an idle refresh, the reader (beside eyecite), PDF files, the vocabulary and the audit; some ten minutes
	$(UV) sync --frozen --quiet --group benchmark --compile-bytecode --python $(PYTHON)
	@status=0; for name in $(BENCHMARKS); do \
		echo "--- $$name"; $(BIN)/python -m tests.benchmarks.$$name || status=1; \
	done; exit $$status

benchmark-full: setup ## Load 10,000, 100,000 and 1,000,000 letters, the last also killed in each step; half an hour, 30 GB
	$(BIN)/python -m tests.benchmarks.refreshes 10000 100000 1000000 --killed $(if $(FOLDER),--folder "$(FOLDER)")

lint: setup ## Check style, SQL and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project
	$(BIN)/mypy

format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

ui: setup ## Open Dagster's page on http://127.0.0.1:3000
	$(BIN)/imr ui

superset: .superset/.ready ## Open the dashboards in Apache Superset on http://127.0.0.1:8088 (PORT=, IMR_HOME=)
	@.superset/bin/python $(SUPERSET)/start.py $(if $(PORT),--port $(PORT))

clean: ## Remove .venv, .superset, .uv and caches; letters, lake and publication stay
	rm -rf .venv .superset .uv .mypy_cache .ruff_cache .pytest_cache dbt_project/target dbt_project/logs

$(UV):
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# Compiled, and the report page's scripts bundled, at once: the first runs would spend more on that than on their work.
.venv/.ready: $(UV) pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --compile-bytecode --python $(PYTHON)
	$(BIN)/python -m orchestration.report.scripts
	@touch $@

# Beside .venv: Superset needs older packages than the warehouse.
.superset/.ready: $(UV) $(SUPERSET)/pyproject.toml $(SUPERSET)/uv.lock
	@echo "Installing Superset in .superset; this takes some two minutes ..."
	@UV_PROJECT_ENVIRONMENT=$(CURDIR)/.superset $(UV) sync --quiet --frozen --compile-bytecode --python $(PYTHON) --project $(SUPERSET)
	@touch $@
