#!/bin/sh
# Everything that reads the code without running it. Runs all, then says which failed.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=""
check() {
    printf '\n%s\n' "$*"
    "$@" || failed="$failed
  $*"
}
check ruff check .
check ruff format --check .
check mypy
check lint-imports
[ ! -d templates ] || check djlint templates --lint --quiet
[ -z "$failed" ] || { printf '\nFailed:%s\n' "$failed" >&2; exit 1; }
