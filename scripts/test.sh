#!/bin/sh
# Runs the whole suite, fast tests first. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
. scripts/apt.sh

has_chromium() { .venv/bin/python -c 'import sys; from tests.support.browser import find_chromium as f; sys.exit(not f())'; }
has_postgres() { .venv/bin/python -c 'import sys; from tests.support.postgres import find_binaries as f; sys.exit(not f())'; }

has_chromium || apt_install_chromium || true
has_postgres || apt_install postgresql || true

skipped=""
has_chromium || skipped="$skipped
  browser tests not run: no Chromium here and no right to install one (apt install chromium libatomic1)"
has_postgres || skipped="$skipped
  PostgreSQL tests not run: no server here and no right to install one (apt install postgresql)"

announce() {
    [ -n "$skipped" ] || return 0
    printf '\n**********************************************************************%s\n' "$skipped"
    printf '**********************************************************************\n\n'
}

# One process a core where tests share nothing (each of the browser tests' has a site and a browser of its own); files in
# the order of their names: by number of tests the few long ones would come last, and one process wait for the other.
# The whole run is told, a failure does not hide the next ones.
together() {
    .venv/bin/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder "$@" || result=$?
}

announce
result=0
if [ $# -gt 0 ]; then
    .venv/bin/python -m pytest "$@" || result=$?
else
    together tests/unit tests/house
    together tests/integration tests/security
    together tests/reliability
    if has_chromium; then together tests/browser; fi
fi
announce
if [ -n "$skipped" ] && [ "${CI:-}" = true ]; then
    echo "With CI=true that is a failure." >&2
    [ "$result" != 0 ] || result=1
fi
exit "$result"
