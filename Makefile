# `make train` and `make test` do everything on a fresh machine with Python and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

ROBUSTNESS := kills saves writers flips failing_writes hostile canaries processes cost

.PHONY: train test test-slow test-gpu browser lint format bench bench-heavy bench-gpu bench-faults \
  robust clean

train: $(VENV)/.installed
	$(BIN)/art train configs/digits.cfg

test: $(VENV)/.installed-dev lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" -n 2  # two workers share two cores

test-slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow

test-gpu: $(VENV)/.installed-dev  # what a GPU alone can show; below 6 minutes on one
	$(BIN)/python -m pytest -m gpu tests/gpu

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

bench-heavy: $(VENV)/.installed
	$(BIN)/python -m benchmarks.heavy

bench-gpu: $(VENV)/.installed  # steps by precision, then memory and time; below 6 minutes on one
	for precision in 32-true bf16-mixed; do \
	  $(BIN)/art debug speed configs/digits.cfg --system.precision=$$precision; done
	$(BIN)/python -m benchmarks.heavy --programs mlp,transformer

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
