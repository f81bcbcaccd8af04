# Two commands matter: `make run` and `make test`. Both install what they need first.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2
.DEFAULT_GOAL := help
.PHONY: help install run test lint only-tests conformance benchmarks lock messages vendor-sums clean

help:
	@echo "make run          start the platform on http://127.0.0.1:8000 (the first start plays a demonstration tender)"
	@echo "make test         lint, types, layers, migrations and every test"
	@echo "make install      only make .venv from the lock"
	@echo "make only-tests   every test, without lint; TESTS=tests/signing for a part"
	@echo "make conformance  the certification table, one line per check"
	@echo "make benchmarks   the figures, each as a ratio to a peer in the same run"
	@echo "make messages     collect the strings to translate (needs xgettext)"
	@echo "make lock         resolve the dependencies anew"

$(BIN)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Yangguang needs Python 3.11 or newer; this is %s" % sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python cannot make a virtual environment here; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "==> making .venv and installing from the lock (a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes --no-deps -r requirements.txt \
	  | awk -v all="$$(grep -c '==' requirements.txt)" '/^(Collecting|Processing|Ignoring|Requirement already)/ { n++; if (n % 10 == 0) { printf "    %d of %d packages\n", n, all; fflush() } } /^Installing/ { print "    unpacking"; fflush() } /ERROR/'
	@$(BIN)/python -c 'import pathlib, site; pathlib.Path(site.getsitepackages()[0], "yangguang.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@printf '#!%s/$(BIN)/python\nfrom client.__main__ import main\nraise SystemExit(main())\n' "$(CURDIR)" > $(BIN)/yangguang && chmod +x $(BIN)/yangguang
	@touch $@

install: $(BIN)/.installed
	@$(BIN)/python -m config.catalogues
	@echo "==> installed"

run: install
	@$(BIN)/python manage.py up

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING

only-tests: install
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

test: lint only-tests

conformance: install
	$(BIN)/python -m tests.conformance

benchmarks: install
	@for file in benchmarks/bench_*.py; do $(BIN)/python -m "$$(echo "$${file%.py}" | tr / .)" || exit 1; done

# Versions and hashes only: the lock names no place to fetch from.
lock: install
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements.txt

messages: install
	$(BIN)/python manage.py messages

vendor-sums:
	@cd static/vendor && find . -type f ! -name SHA256SUMS ! -name README.md | LC_ALL=C sort | sed 's@^\./@@' | xargs sha256sum > SHA256SUMS

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
