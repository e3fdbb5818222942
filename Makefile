# The one door: every command of the project, each from a fresh clone.
.DEFAULT_GOAL := help
.PHONY: help setup demo dev test test-full check fmt bench chaos clean

PYTHON := .venv/bin/python
SEED ?= 1
MINUTES ?= 10

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install everything into .venv (needs Python 3.11+ and PyPI)
	@tools/setup.sh

demo: setup ## 24 finished images of a campaign, and the link to look at them
	@.venv/bin/pixelmill demo --setup-seconds "$$(cat build/setup-seconds)"

dev: setup ## the service on http://127.0.0.1:8787, data in ./pixelmill-data
	@.venv/bin/pixelmill serve --data ./pixelmill-data

test: setup ## everything that must be green, with a table and a total at the end
	@$(PYTHON) tools/test_stages.py

test-full: setup ## the same with the long forms (slow)
	@$(PYTHON) tools/test_stages.py --full

check: setup ## format, lint, floors, sizes, words, types; stops at the first red
	@$(PYTHON) tools/check.py

fmt: setup ## format the code and mend what can be mended
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --fix --quiet .

bench: setup ## measure, against references in the same run; prints one table
	@$(PYTHON) -m bench

chaos: setup ## kill workers at random for MINUTES=10, again by SEED=1
	@$(PYTHON) -m tests.durability.chaos --seed $(SEED) --minutes $(MINUTES)

clean: ## remove what was built or cached here; keeps data and demo
	@rm -rf .venv .venv-uv .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist build bench/out
	@find src tests tools bench examples -name __pycache__ -type d -prune -exec rm -rf {} +
