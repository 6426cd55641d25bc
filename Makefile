.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PYTHON ?= $(shell for p in python3.13 python3 python; do $$p -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && { command -v $$p; break; }; done)

# An environment that was moved, half installed, or lost its Python is made again.
ifneq ($(shell $(BIN)/python -c 'print(open("$(READY)").read().strip())' 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.PHONY: $(VENV) help setup run demo test test-thorough check contracts bench sbom lock

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## install into .venv, from the lock

$(READY): requirements.lock
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(MAKE) -s $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "$(CURDIR)" > $@

$(VENV):
	@rm -rf $@
	@if [ -n "$(PYTHON)" ]; then "$(PYTHON)" -m venv $@; \
	elif command -v uv >/dev/null; then uv venv -q --seed --python 3.13 $@; \
	else echo "Python 3.13 with its venv module is needed, or uv, which brings it."; exit 1; fi

run: setup ## the whole platform on this machine: http://127.0.0.1:8000
	$(BIN)/tandem up

demo: setup ## fill it with an invented office
	$(BIN)/tandem demo

test: setup ## all that needs no container engine, but for the next
	$(BIN)/python -m pytest -m "not thorough"

test-thorough: setup ## every route, role, page, kill and protocol: some minutes more
	$(BIN)/python -m pytest -m thorough

check: setup ## style, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy contracts services tests
	$(BIN)/lint-imports
	deploy/kubernetes/check $(BIN)/kubernetes-validate

contracts: setup ## publish the language: schemas, AsyncAPI, OpenAPI, golden facts
	$(BIN)/python -m services.publishing
	$(BIN)/python -m tests.contracts.golden

bench: setup ## how fast it is here
	$(BIN)/python -m tests.bench.measure

sbom: setup ## what the image is made of, as CycloneDX: sbom.json
	@rm -rf $(VENV)/image $(VENV)/sbom && $(BIN)/python -m venv $(VENV)/image && $(BIN)/python -m venv $(VENV)/sbom
	@$(VENV)/image/bin/pip install -q --disable-pip-version-check --require-hashes -r deploy/requirements.lock
	@$(VENV)/sbom/bin/pip install -q --disable-pip-version-check --require-hashes -r deploy/sbom.lock
	@$(VENV)/sbom/bin/cyclonedx-py environment $(VENV)/image --pyproject pyproject.toml --output-reproducible \
		--of JSON -o sbom.json

lock: ## pin every dependency again, with hashes
	uv pip compile -q --universal --python-version 3.13 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements.lock
