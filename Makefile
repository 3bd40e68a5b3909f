# Two commands on a fresh machine: `make demo` and `make test`. They need Python 3.11 or later.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN = .venv/bin

.PHONY: demo test check docs format install install-dev web clean

demo: install
	@$(BIN)/presswatch demo

test: install-dev check
	$(BIN)/pytest -n 4 --dist worksteal

check: install-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The documentation as pages, in docs/_build; a warning is an error.
docs: install-dev
	$(BIN)/python -m config.describing > docs/reference/configuration.md
	$(BIN)/python -m cli.describing > docs/reference/commands.md
	$(BIN)/python -m storage.describing > docs/data-dictionary.md
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build

format: install-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

install: .venv/installed
install-dev: .venv/installed-dev

# What `presswatch browse` and `presswatch chart` need beside the rest.
web: | .venv/bin/python
	$(BIN)/pip install -c constraints.txt -e '.[web]'

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Presswatch needs Python 3.11 or later; name it with: make PYTHON=..."; exit 2; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ .venv/installed

clean:
	rm -rf .venv demo-output docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
