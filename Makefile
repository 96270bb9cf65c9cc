# make run     start the magazine (the first time, install what it needs and load the sample magazine)
# make test    run all tests
# make check   lint, types, layers, templates, migrations
# make editor  build static/editor from frontend
# make languages   bring the catalogues of the site's languages up to date with the sources
# make lock    resolve the dependencies anew (needs uv)
#
# PORT=8001 and DATA=elsewhere go to `make run`, ARGS="tests/core -k chain" to `make test`; PYTHON=python3.12 chooses
# the interpreter that .venv is made with.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
PORT ?=
DATA ?=
ARGS ?=
VENV := .venv
# Stamps live inside .venv, so that whoever deletes it deletes them too.
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test
# What the tests install contains what running needs: whoever has tested does not install again to run.
RUNNABLE := $(if $(wildcard $(TEST_STAMP)),$(TEST_STAMP),$(RUN_STAMP))

.PHONY: run test check editor languages lock
.DEFAULT_GOAL := run

run: $(RUNNABLE)
	@exec $(VENV)/bin/cms run $(if $(PORT),--port "$(PORT)") $(if $(DATA),--data "$(DATA)")

test: $(TEST_STAMP)
	@CHROMIUM="$$(.ci/browser)"; export CHROMIUM; exec $(VENV)/bin/python -m pytest -n 4 $(ARGS)

check: $(TEST_STAMP)
	@.ci/check $(VENV)/bin

editor: $(TEST_STAMP)
	@.ci/frontend $(VENV)/bin build

languages: $(TEST_STAMP)
	@$(VENV)/bin/python .ci/languages

lock:
	@compile="uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --annotation-style line --python-version 3.11"; \
	$$compile pyproject.toml --extra postgres --group build -o requirements.lock; \
	$$compile pyproject.toml --extra postgres --extra fast --group build --group dev -c requirements.lock -o requirements-dev.lock

$(RUN_STAMP): requirements.lock pyproject.toml
	@.ci/install "$(PYTHON)" $(VENV) requirements.lock
	@touch $@

$(TEST_STAMP): requirements-dev.lock pyproject.toml
	@.ci/install "$(PYTHON)" $(VENV) requirements-dev.lock
	@touch $@
