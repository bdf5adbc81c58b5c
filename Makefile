# `make train` and `make test` do everything on a fresh machine with Python and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# $(1) has the sha256 of all that $(2) needs, but for torch, whose build differs by machine: that,
# and what an older Python needs in place of it, is left to the second line.
define INSTALL
$(PIP) --require-hashes --no-deps -r $(1)
$(PIP) -c constraints.txt --no-build-isolation -e '$(2)'
endef
COMPILE := .venv-lock/bin/pip-compile --quiet --generate-hashes --strip-extras --no-header \
  --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
  --unsafe-package torch --all-build-deps -c constraints.txt

ROBUSTNESS := kills saves writers flips failing_writes hostile canaries processes cost

.PHONY: train test test-slow test-gpu browser lint format bench bench-heavy bench-gpu bench-faults \
  robust locked lock audit clean

train: $(VENV)/.installed
	$(BIN)/art train configs/digits.cfg

test: $(VENV)/.installed-dev lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" -n 2  # two workers share two cores

test-slow: $(VENV)/.installed-dev
	ART_TESTS_FRESH=1 $(BIN)/python -m pytest -m slow

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

locked: $(VENV)/.installed-dev  # every package has its hashes, and nothing else is installed
	$(BIN)/python -m pytest tests/test_locked.py

.venv-lock/bin/pip-audit:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools pip-audit

lock: .venv-lock/bin/pip-audit  # after a change of constraints.txt or of what setup.cfg requires
	$(COMPILE) --extra dev --extra bench -o requirements-dev.txt setup.cfg
	$(COMPILE) -o requirements.txt setup.cfg

audit: .venv-lock/bin/pip-audit  # known faults in these versions: needs an index that answers
	.venv-lock/bin/pip-audit --progress-spinner off --disable-pip --no-deps -r requirements-dev.txt

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python setup.cfg constraints.txt requirements.txt
	$(call INSTALL,requirements.txt,.)
	touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python setup.cfg constraints.txt requirements-dev.txt
	$(call INSTALL,requirements-dev.txt,.[dev])
	touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: $(VENV)/bin/python setup.cfg constraints.txt requirements-dev.txt
	$(call INSTALL,requirements-dev.txt,.[bench])
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .venv-lock build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
