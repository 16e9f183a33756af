#!/bin/sh
# Pins every dependency of pyproject.toml by version and hash. Needs uv. `scripts/lock.sh --upgrade` takes newer versions.
set -eu
cd "$(dirname "$0")/.."
lock() {
    output=$1
    shift
    uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate "$@" --output-file "$output"
}
lock requirements/app.txt pyproject.toml "$@"
lock requirements/dev.txt pyproject.toml --group dev --constraint requirements/app.txt "$@"
lock requirements/node.txt --group node "$@"
lock requirements/bench.txt --group bench "$@"
