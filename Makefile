# `make ask` and `make test` do everything by themselves on a machine that has make and Python 3.11 or later.

# The question for `make ask`.  Kept to the letter ($, quotes and all) and handed over in the environment.
ifeq ($(origin Q),undefined)
Q := what did Ofsted say about caseloads in 2019
endif
override Q := $(value Q)
export Q

# An index to take torch from; empty: pip's own.  PyTorch's public one for processors without CUDA, a far smaller
# download, is https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=

# A Python to make the environment with; empty: python3.11, else python3.
PYTHON ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.complete
HALF := $(VENV)/.incomplete
TORCH := torch==2.13.0

.PHONY: help ask test torture lint format bench picture clean
.DEFAULT_GOAL := help

help:
	@echo 'make ask                 ask the sample question of the sample documents'
	@echo 'make ask Q="..."         ask another'
	@echo 'make test                check style and types, and run the tests'
	@echo 'make torture             kill builders, fill disks, damage files, for many minutes (CORPUS=folder of documents)'
	@echo 'make lint                check style and types only'
	@echo 'make format              put the code in the house style'
	@echo 'make bench               measure speed, size and exactness (CORPUS=folder of documents, OUT=folder for results)'
	@echo 'make picture             draw the answer in README.md anew (needs Chromium)'
	@echo 'make clean               remove .venv and caches (the index stays)'
	@echo
	@echo 'Each sets up .venv first where that is wanted.  A smaller torch: see TORCH_INDEX in README.md.'

# Only the answer goes to standard output.  Status 4 of `index build` means that some files were skipped, status 3 of
# `ask` that there is no answer in the documents: neither is a failure here.
ask: $(READY)
	@$(BIN)/inspections index build --quiet >&2 || [ $$? -eq 4 ]
	@$(BIN)/inspections ask -- "$$Q" || [ $$? -eq 3 ]

# By file over the processors and one process more, for many tests wait for others; then what measures time by itself.
WORKERS = $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

test: lint
	$(BIN)/pytest -m 'not alone' --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile
	$(BIN)/pytest -m alone

# What an index has to survive, many times over: see tests/torture.  As root it fills a small disk as well.
torture: $(READY)
	@PYTHONPATH=tests $(BIN)/python -m torture --documents '$(CORPUS)'

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# What is measured, and of how many documents: see tests/bench.  SIZES=200 is a matter of two minutes.
CORPUS ?= source_docs
OUT ?= .inspections-bench
SIZES ?= 200,1000,5000

bench: $(READY)
	PYTHONPATH=tests $(BIN)/python -m bench '$(CORPUS)' '$(OUT)' --sizes '$(SIZES)'

# The answer as it is sent to Slack, drawn by the project's own preview and taken by Chromium without a screen.
picture: $(READY)
	@$(BIN)/inspections index build --quiet >&2 || [ $$? -eq 4 ]
	@set -e; aside=$$(mktemp -d); trap 'rm -rf "$$aside"' EXIT; \
	INSPECTIONS_TODAY=2026-11-01 $(BIN)/inspections slack preview --out "$$aside/answer.html" -- "$$Q"; \
	chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
	    --hide-scrollbars --user-data-dir="$$aside/profile" --window-size=760,800 \
	    --screenshot="$$aside/answer.png" "$$aside/answer.html" 2>/dev/null; \
	$(BIN)/python -c 'import sys; from PIL import Image; Image.open(sys.argv[1]).convert("RGB").quantize(64).save(sys.argv[2], optimize=True)' \
	    "$$aside/answer.png" assistant/slack/answer.png

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find assistant index prompts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A first set-up that was cut short leaves $(HALF) behind and is begun again from nothing.  A later one, after a change
# of what is required, works in place and leaves $(READY) as old as it was until it has succeeded.
$(READY): pyproject.toml constraints.txt
	@set -e; exec >&2; \
	if [ -e $(HALF) ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    py=; \
	    for candidate in $(if $(PYTHON),'$(PYTHON)',python3.11 python3); do \
	        if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	            py=$$candidate; break; \
	        fi; \
	    done; \
	    if [ -z "$$py" ]; then \
	        echo 'Python 3.11 or later is needed and was not found.  On Debian or Ubuntu: sudo apt-get install python3.11 python3.11-venv'; \
	        echo 'If it is installed elsewhere, name it: make PYTHON=/path/to/python3.11 ...'; \
	        exit 1; \
	    fi; \
	    if ! "$$py" -c 'import ensurepip, venv' 2>/dev/null; then \
	        echo "$$py cannot make virtual environments.  On Debian or Ubuntu: sudo apt-get install python3-venv"; \
	        echo "(or the package of that version, such as python3.11-venv), then run make again."; \
	        exit 1; \
	    fi; \
	    echo "Setting up $(VENV) with $$py: this happens once and takes some minutes."; \
	    rm -rf $(VENV); mkdir $(VENV); touch $(HALF); \
	    "$$py" -m venv $(VENV); \
	fi; \
	$(BIN)/python -m pip install --no-deps $(if $(TORCH_INDEX),--index-url '$(TORCH_INDEX)') '$(TORCH)'; \
	$(BIN)/python -m pip install -c constraints.txt -e '.[dev]'; \
	touch $(READY); rm -f $(HALF)
