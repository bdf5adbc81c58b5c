# `make train` and `make test` do everything on a fresh machine with Python and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

ROBUSTNESS := kills saves writers flips failing_writes hostile processes cost

.PHONY: train test test-slow browser lint format bench bench-faults robust clean

train: $(VENV)/.installed
	$(BIN)/art train configs/digits.cfg

test: $(VENV)/.installed-dev lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" -n 2  # two workers share two cores

test-slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow

browser:  # Debian's Chromium, for the tests of the quickstart page
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p art
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/training.py

bench-faults: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks.faults --peers

robust: $(addprefix robust-,$(ROBUSTNESS))  # every figure of docs/robustness.md

robust-%: $(VENV)/.installed-dev  # one of them: `make robust-kills`
	$(BIN)/python -m benchmarks.robustness $*

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python setup.cfg constraints.txt
	$(INSTALL) -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python setup.cfg constraints.txt
	$(INSTALL) -e '.[dev]'
	touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: $(VENV)/bin/python setup.cfg constraints.txt
	$(INSTALL) -e '.[bench]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
