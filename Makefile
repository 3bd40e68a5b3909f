# Two commands on a fresh machine: `make demo` and `make test`. They need Python 3.11 or later.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN = .venv/bin

# Only files whose hashes are in locks/ are installed, the tools that build Presswatch itself among them, and
# only such as need no building: that would fetch tools that no lock names.
LOCKED = @$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
OURSELVES = @$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links --constraint constraints.txt

.PHONY: demo test check docs format install install-dev web dask lock clean

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
web: .venv/installed
	$(LOCKED) -r locks/web.txt

# What reading on Dask's workers needs beside the rest.
dask: .venv/installed
	$(LOCKED) -r locks/dask.txt

# The locks: of each set of libraries every version, and the hashes of all its files, for every Python and
# system. Run it when pyproject.toml or constraints.txt has changed, and commit what it writes.
lock: | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) pyproject.toml -o locks/run.txt
	for extra in web dask dev; do $(LOCK) --extra $$extra pyproject.toml -o locks/$$extra.txt || exit 1; done
	$(LOCK) locks/build.in -o locks/build.txt

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Presswatch needs Python 3.11 or later; name it with: make PYTHON=..."; exit 2; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml locks/run.txt locks/build.txt | .venv/bin/python
	$(LOCKED) -r locks/run.txt -r locks/build.txt
	$(OURSELVES)
	@touch $@

.venv/installed-dev: pyproject.toml locks/dev.txt locks/build.txt | .venv/bin/python
	$(LOCKED) -r locks/dev.txt -r locks/build.txt
	$(OURSELVES)
	@touch $@ .venv/installed

clean:
	rm -rf .venv demo-output docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
