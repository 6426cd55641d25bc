.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PYTHON ?= $(shell for p in python3.13 python3 python; do $$p -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && { command -v $$p; break; }; done)

# An environment that was moved, half installed, or lost its Python is made again.
ifneq ($(shell $(BIN)/python -c 'print(open("$(READY)").read().strip())' 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.PHONY: $(VENV) help setup run demo test test-thorough test-containers check contracts bench sbom lock \
	images secrets up down logs chaos

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
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not thorough and not containers"

test-thorough: setup ## every route, role, page, kill and protocol: some minutes more
	$(BIN)/python -m pytest -m thorough

test-containers: setup ## the stack of docker-compose.yml, on an engine of its own where there is none
	deploy/offline/tested

check: setup ## style, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy contracts services tests
	$(BIN)/lint-imports
	deploy/kubernetes/check $(BIN)/kubernetes-validate

contracts: setup ## publish the language: schemas, AsyncAPI, OpenAPI, golden facts, settings
	$(BIN)/python -m services.publishing
	$(BIN)/python -m tests.contracts.golden
	$(BIN)/python -m tests.containers.settings_table

bench: setup ## how fast it is here, and beside others: tests/bench/README.md, growth.md
	$(BIN)/python -m tests.bench.measure
	$(BIN)/python -m tests.bench.peers
	$(BIN)/python -m tests.bench.growth 100000 1000000
	@echo "with ten millions, which takes long: $(BIN)/python -m tests.bench.growth 100000 1000000 10000000 --rebuild"

sbom: setup ## what the image is made of, as CycloneDX: sbom.json
	@rm -rf $(VENV)/image $(VENV)/sbom && $(BIN)/python -m venv $(VENV)/image && $(BIN)/python -m venv $(VENV)/sbom
	@$(VENV)/image/bin/pip install -q --disable-pip-version-check --require-hashes -r deploy/requirements.lock
	@$(VENV)/sbom/bin/pip install -q --disable-pip-version-check --require-hashes -r deploy/sbom.lock
	@$(VENV)/sbom/bin/cyclonedx-py environment $(VENV)/image --pyproject pyproject.toml --output-reproducible \
		--of JSON -o sbom.json

images: ## build ours; the other ones are pulled, or built by deploy/offline/build
	docker compose -f docker-compose.yml -f deploy/identity/compose.yml --profile '*' build

secrets: ## the keys of every container in deploy/secrets, made once; they stay on this machine
	@mkdir -p -m 700 deploy/secrets
	@docker run --rm --network none --user $$(id -u):$$(id -g) -v "$(CURDIR)/deploy/secrets:/secrets" \
		tandem:$${TANDEM_VERSION:-latest} keys /secrets --also prometheus --also grafana

up: secrets ## the stack in containers: http://127.0.0.1:8000; PROFILES=demo,observability
	COMPOSE_PROFILES="$(PROFILES)" \
		TANDEM_DEMONSTRATION=$(if $(findstring demo,$(PROFILES)),true,$${TANDEM_DEMONSTRATION:-false}) \
		TANDEM_TRACES=$(if $(findstring observability,$(PROFILES)),http://tempo:4318/v1/traces,$$TANDEM_TRACES) \
		docker compose -f docker-compose.yml $(if $(findstring identity,$(PROFILES)),-f deploy/identity/compose.yml) \
		$(if $(wildcard docker-compose.override.yml),-f docker-compose.override.yml) \
		up --detach --wait --no-build

down: ## end it; what it kept stays in its volumes
	docker compose -f docker-compose.yml -f deploy/identity/compose.yml --profile '*' down --remove-orphans

chaos: setup ## a stack of its own fails under load; TANDEM_FAULTS, TANDEM_SEED, TANDEM_ONLY
	deploy/offline/tested chaos

logs: ## what the containers say
	docker compose logs --follow --tail 100

lock: ## pin every dependency again, with hashes
	uv pip compile -q --universal --python-version 3.13 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.13 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links -c requirements.lock pyproject.toml -o deploy/requirements.lock
	echo oidc-provider-mock | uv pip compile -q --universal --python-version 3.13 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links -c requirements.lock - -o deploy/identity/requirements.lock
