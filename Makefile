# Everything a reader, author or reviewer runs. Needs Python 3.11+ with venv, make and a package registry.
#   make report    build website, PDF and DOCX into _book/
#                  DATA=privat/data: from real answers (storbynav import), into privat/data/rapport/; docs/egne-data.md
#   make wipe DATA=privat/data   remove everything that was built of real answers
#   make test      run every test (installs browsers and the like by apt where it may)
#   make test-long kills, fuzzing and rebuilds of the whole book (twenty minutes at most)
#   make draft     an edition for comments (PDF, DOCX) into _book-kommentarutgave/
#   make preview   live preview while writing
#   make lint      style, types and the book's own checks
#   make bench     timings of the build and its parts
#   make data      rebuild the synthetic survey from the printed facts
#   make notebooks execute the notebooks anew and store their outputs
#   make lock      resolve the dependencies anew into requirements.lock
#   make clean     remove what was built (keeps .venv)

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: report wipe draft test test-long preview lint bench data notebooks lock clean tools
.DEFAULT_GOAL := report

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is `$(PYTHON) --version 2>&1`. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python has no venv module. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once; about a minute and a half)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

report: $(READY)
	@$(if $(DATA),$(BIN)/python scripts/private_report.py build $(DATA),$(BIN)/kvarto render)

wipe: $(READY)
	@$(BIN)/python scripts/private_report.py wipe $(DATA)

draft: $(READY)
	@$(BIN)/kvarto render --comments

preview: $(READY)
	@$(BIN)/kvarto preview

tools: $(READY)
	@sh scripts/install-tools.sh

test: $(READY) tools
	@$(BIN)/kvarto render
	@$(BIN)/python -m pytest -n 2 --dist loadgroup tests
	@$(BIN)/python -m pytest --nbval notebooks

test-long: $(READY) tools
	@$(BIN)/kvarto render
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "long or fuzz" tests

lint: $(READY)
	@$(BIN)/ruff check src tests scripts
	@$(BIN)/mypy
	@$(BIN)/kvarto check
	@$(BIN)/storbynav disclosure guard

bench: $(READY)
	@$(BIN)/python scripts/bench.py

data: $(READY)
	@$(BIN)/storbynav reconstruct
	@$(BIN)/storbynav metadata

notebooks: $(READY)
	@$(BIN)/jupyter nbconvert --to notebook --execute --inplace --log-level=WARN \
	  --ExecutePreprocessor.record_timing=False notebooks/*.ipynb

lock: $(READY)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --all-extras --upgrade pyproject.toml --output-file requirements.lock

clean:
	@rm -rf _book _book-kommentarutgave .kvarto _figures _tables report/_figures .quarto _freeze .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
