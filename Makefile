# `make run`: all set-up and the main job.   `make test`: all set-up and the tests.
# On Debian and Ubuntu (as root or with sudo) a missing ngspice is installed with apt, which is said before; elsewhere
# one line says how.

VENV ?= .venv
PYTHON ?= python3
WORKERS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
RUN_DIR ?= runs/quick

# what pip says of itself would bury the result
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_ROOT_USER_ACTION = ignore

# tests start a hundred processes, each of which would compile the whole package without it
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint slow reports setup clean

run: setup
	@echo "== simulating (some minutes); the report comes last"
	@$(VENV)/bin/spicekit run sweeps/programming_conditions.toml --quick -o $(RUN_DIR) -j $(WORKERS)

# clusters have time limits of their own, so their tests do not share the machine with others
CLUSTERS = tests/test_dask.py tests/test_cluster_run.py

test: setup lint
	$(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadfile --durations=30 $(CLUSTERS:%=--ignore=%)
	$(VENV)/bin/python -m pytest $(CLUSTERS)

slow: setup
	$(VENV)/bin/pip install --quiet -e '.[flatten]'
	@# what the extra asks for is older, explains arguments less and starts slower; only its files are read here
	@$(VENV)/bin/pip install --quiet --no-deps --upgrade typer rich 2>/dev/null
	$(VENV)/bin/python -m pytest -m slow --timeout 1800
	SPICEKIT_PICTURES=whole $(VENV)/bin/python -m pytest -k "command or page or picture or report or section"

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/pyrefly check --min-severity error --python-interpreter-path $(VENV)/bin/python
	$(VENV)/bin/lint-imports

# the committed reports, in full: some three hours on two cores
reports: setup
	$(VENV)/bin/python reports/make.py -j $(WORKERS)

setup: $(VENV)/.ready
	@sh tools/ngspice.sh

$(VENV)/.ready: pyproject.toml
	@sh tools/python.sh "$(PYTHON)" "$(VENV)"
	@echo "== installing spicekit and the packages it needs into $(VENV) (some minutes, without output)"
	@$(VENV)/bin/python -m pip install --quiet --upgrade pip
	@$(VENV)/bin/python -m pip install --quiet -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) runs .pytest_cache .ruff_cache .import_linter_cache
