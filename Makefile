# make demo   sets up and runs the example campaign to a report
# make test   sets up and passes the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# modules are compiled when they are first used, and kept; pip would compile all of them, used or not (a minute)
export PYTHONDONTWRITEBYTECODE :=
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt

.PHONY: help setup demo test lint bench clean
help:
	@sed -n 's/^# //p' Makefile

setup: $(READY)

# torch first and by its constraint: otherwise its dependants would bring the newest build with CUDA along
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "AI-Chemist needs Python 3.11 or newer; set PYTHON=python3.12 or the like")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) (a few minutes the first time)"
	@$(INSTALL) torch
	@$(INSTALL) -e ".[dev]"
	@touch $(READY)

# demo: runs in ./runs; every call makes a new run
demo: setup
	$(BIN)/aichemist demo
	@echo "more commands: . $(BIN)/activate, then aichemist --help"

test: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal

# lint: style, types, and the order of import between the rooms
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# bench: every benchmark in its quick form
bench: setup
	for script in benchmarks/[a-z]*.py; do $(BIN)/python $$script --quick || exit 1; done

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
