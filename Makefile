# Verbs of this project. Everything is installed inside this folder; a second `make setup` does nothing.
.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench lock
BIN := .venv/bin
export FLASK_APP := wsgi:app
export PYTHONUTF8 := 1

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## install what the program needs
	@scripts/setup.sh

demo: setup ## fill the database with invented people, once
	@$(BIN)/flask db upgrade
	@$(BIN)/flask demo fill

run: demo ## serve on 127.0.0.1:$PORT (8000) with the background worker
	@exec $(BIN)/python scripts/serve.py

test: ## every test, fast ones first (ARGS="-k name" to pick)
	@scripts/setup.sh dev
	@scripts/test.sh $(ARGS)

check: ## style, types, architecture, templates
	@scripts/setup.sh dev
	@scripts/check.sh

bench: ## benchmarks, one JSON line a figure
	@scripts/setup.sh dev
	@$(BIN)/python -m bench

lock: ## pin dependencies again after changing pyproject.toml (needs uv)
	@scripts/lock.sh
