# Everything a person or CI does with this project. `make help` lists it.

PYTHON ?= $(firstword $(wildcard /usr/bin/python3.11) $(shell command -v python3.11))
BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)

SUITES := $(wildcard $(addprefix tests/,integration unit contract architecture e2e))
# Calls in real browsers find out what the line and the machine bear: nothing else runs beside them. All the rest is
# shared out, file by file, between processes that have servers, databases and ports of their own.
CALLS := $(wildcard tests/integration/media_worker tests/e2e)
WORKERS ?= 2
SHARE := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# ONLY is a path if there is such a file or folder, else a marker or an expression of markers.
CHOSEN = $(if $(ONLY),$(if $(findstring tests/,$(ONLY)),$(ONLY),-m "$(ONLY)" $(SUITES)),$(SUITES))

.DEFAULT_GOAL := help
.PHONY: help install up down clean test check smoke bench-sfu bench-booking bench-documents bench-identity bench-network locks

help: ## Lists every target in a sentence.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Installs what is missing: system packages, Python and front-end packages from their locks, builds.
	@$(PYTHON) -m deploy.dev.install

up: install ## Starts the whole platform with demo data and stays until Ctrl-C; ends with a list of pages and log-ins.
	@$(BIN)/python -m deploy.dev up

down: ## Stops every process that `make up` started in this checkout, and only those.
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m deploy.dev down; fi

clean: down ## Stops the platform and removes its data folder.
	@rm -rf .data

test: install ## Runs every check and test against servers it starts itself; ONLY=path or ONLY=marker runs a part.
ifdef ONLY
	@$(BIN)/python -m pytest $(CHOSEN)
else
	@$(MAKE) --no-print-directory check
	@shared=0; $(BIN)/python -m pytest $(SHARE) $(CALLS:%=--ignore=%) $(filter-out $(CALLS),$(SUITES)) || shared=$$?; \
	  $(BIN)/python -m pytest $(CALLS) && exit $$shared
endif

check: install ## Runs the quick static part: style, formatting, types, and that every test can be read.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/npm run --silent check
	@found=$$($(BIN)/python -m pytest --collect-only -qq $(SUITES)) || { echo "$$found"; exit 1; }

smoke: install ## Answers in two minutes whether the platform works on this machine; prints a line per step.
	@$(BIN)/python -m deploy.dev smoke

bench-sfu: install ## Measures all that video is held to, beside Janus, in half an hour (SHORT=1: tries it in minutes).
	@$(BIN)/python -m tests.load.bench_sfu $(if $(SHORT),--short)

bench-booking: install ## Counts bookings a minute by 50 citizens on one day, looks for lost and double ones, and times searches.
	@$(BIN)/python -m tests.load.bench_booking

bench-identity: install ## Verifies log-ins of an eIDAS provider beside python3-saml, and tries forgeries, counting what passes.
	@$(BIN)/python -m tests.load.bench_identity

bench-documents: install ## Measures documents in and out, and how soon what is due is forgotten: 100,000 objects, 1,000 rooms in one second.
	@$(BIN)/python -m tests.load.bench_documents $(if $(SHORT),--short)

bench-network: install ## Holds calls over lines that lose and narrow, in real browsers: the longest freeze, the longest gap in the sound.
	@$(BIN)/python -m tests.load.bench_network

locks: install ## Compiles the lock files again from requirements/*.in and package.json.
	@cd requirements && for group in services worker gateway development; do \
	  uv pip compile -q --generate-hashes --no-emit-index-url --prerelease=if-necessary-or-explicit \
	    --python-version 3.11 $$group.in -o $$group.txt || exit 1; done
	@npm install --package-lock-only --no-audit --no-fund --loglevel=error
