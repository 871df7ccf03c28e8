# Everything one does with Respite. Each target first makes what it needs in .venv, once.
# To use another Python than python3: make demo PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
MADE := $(VENV)/.made
FOR_RUN := $(VENV)/.installed-run
FOR_DEMO := $(VENV)/.installed-demo
FOR_DEV := $(VENV)/.installed-dev
COMPILE := $(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo run test check format lock bench

help:
	@echo "make demo     look at Respite in your browser, without a Discord account"
	@echo "make run      start the bot (settings: config.toml; docs/operating.md tells how)"
	@echo "make test     run all tests"
	@echo "make check    look for mistakes: style, types, who imports whom"
	@echo "make format   put the code into its usual shape"
	@echo "make bench    measure how fast it is"
	@echo "make crash    kill it, cut its power, fill its disk: that part of make prove alone"
	@echo "make prove    attack what is promised, and write docs/proof.md"
	@echo "make pictures take the pictures in the documents from the demo"
	@echo "make lock     write down the libraries' versions (newer ones: make lock ARGS=--upgrade)"

# ARGS are passed on: make run ARGS="--config /srv/respite/config.toml"
demo: $(FOR_DEMO)
	@$(PY) -m bot demo $(ARGS)

run: $(FOR_RUN)
	@$(PY) -m bot run $(ARGS)

test: $(FOR_DEV)
	@$(PY) -m pytest -q --numprocesses=auto $(ARGS)

check: $(FOR_DEV)
	@failed=; for each in "ruff check --quiet ." "ruff format --check ." pyright "lint-imports --no-logo"; do \
		$(VENV)/bin/$$each || failed="$$failed [$$each]"; done; \
	test -z "$$failed" || { echo "Failed:$$failed"; exit 1; }; echo "All checks passed."

format: $(FOR_DEV)
	@$(VENV)/bin/ruff check --fix --quiet .
	@$(VENV)/bin/ruff format --quiet .

bench: $(FOR_DEV)
	@$(PY) -m tests.benchmarks.checkin $(ARGS)

# Each file builds on the one before, so that all three agree on every version.
lock: $(FOR_DEV)
	@$(COMPILE) $(ARGS) -o requirements.txt
	@$(COMPILE) $(ARGS) --extra demo -c requirements.txt -o requirements-demo.txt
	@$(COMPILE) $(ARGS) --extra dev -c requirements-demo.txt -o requirements-dev.txt

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
		echo "Respite needs Python 3.11 or newer, and there is no '$(PYTHON)' here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Respite needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1 | head -n 1)." \
			"If you have a newer one, name it: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make a virtual environment: ensurepip is missing." \
			"On Debian and Ubuntu type: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# The larger sets contain the smaller ones, version by version: whoever has one has those below it.
$(FOR_RUN): requirements.txt | $(MADE)
	@echo "Installing what the bot needs. This happens once and takes about a minute."
	@$(INSTALL) -r $<
	@touch $@

$(FOR_DEMO): requirements-demo.txt | $(MADE)
	@echo "Installing what the demo needs. This happens once and takes about a minute."
	@$(INSTALL) -r $<
	@touch $(FOR_RUN) $@

$(FOR_DEV): requirements-dev.txt | $(MADE)
	@echo "Installing what development needs. This happens once and takes about two minutes."
	@$(INSTALL) -r $<
	@touch $(FOR_RUN) $(FOR_DEMO) $@

.PHONY: prove
# Needs Chromium.
pictures: $(FOR_DEV)
	@$(PY) -m tests.end_to_end.pictures $(ARGS)

prove: $(FOR_DEV)
	@$(PY) -m tests.prove $(ARGS)

.PHONY: crash
crash: $(FOR_DEV)
	@$(PY) -m tests.prove --only failures $(ARGS)
