.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3 python; do $$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && { command -v $$p; break; }; done)

.PHONY: help setup run test check lock

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

setup: $(BIN)/.ready ## install into .venv, from the lock

$(BIN)/.ready: requirements.lock pyproject.toml
	@if [ -n "$(PYTHON)" ]; then $(PYTHON) -m venv $(VENV); else uv venv -q --seed --python 3.13 $(VENV); fi
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

test: setup ## all that needs no container engine
	$(BIN)/pytest

check: setup ## style, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy contracts services tests
	$(BIN)/lint-imports
