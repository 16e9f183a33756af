#!/bin/sh
# Finds the sentences residents read and brings them into translations/*.po. Then fill in what is empty there.
set -eu
cd "$(dirname "$0")/.."
catalog=$(mktemp)
kept=$(mktemp)
trap 'rm -f "$catalog" "$kept"' EXIT
.venv/bin/python -m babel.messages.frontend -q extract -F babel.cfg -k _ -k _l -k N_ --no-location --no-wrap -o "$catalog" .
for language in es vi zh; do
    file=translations/$language/LC_MESSAGES/messages.po
    if [ -f "$file" ]; then
        .venv/bin/pybabel -q update -N --no-wrap -i "$catalog" -o "$file" -l "$language"
    else
        .venv/bin/pybabel -q init --no-wrap -i "$catalog" -o "$file" -l "$language"
    fi
    # times and empty names would change the file although no sentence did
    grep -v -E '^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator):' "$file" >"$kept"
    cat "$kept" >"$file"
done
