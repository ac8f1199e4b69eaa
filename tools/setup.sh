#!/usr/bin/env bash
# Environment, libraries, data folder, database; with --dev also what checks and tests need. Repeatable: what is
# there and current is left alone. Afterwards .venv/bin/python is the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=run locked=requirements.txt
if [ "${1:-}" = --dev ]; then
    kind=dev locked=requirements-dev.txt
fi
python=.venv/bin/python

# Two runs in one checkout wait for each other.
exec 9<Makefile
flock 9

bash tools/provision.sh "$@" 9<&-

if ! $python -m pip --version >/dev/null 2>&1; then
    base=$(command -v python3.11 || command -v python3 || true)
    if [ -z "$base" ] || ! "$base" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
        echo "Python 3.11 is needed. As root: apt-get install python3.11 python3.11-venv" >&2
        exit 1
    fi
    if ! "$base" -c 'import ensurepip' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y python3.11-venv; } >/dev/null 9<&-
        else
            echo "The venv module is needed. As root: apt-get install python3.11-venv" >&2
            exit 1
        fi
    fi
    "$base" -m venv --clear .venv
fi

# A stamp names what is installed: the tests' libraries contain the product's, so they renew both stamps.
state_of() { { $python --version; cat "$@"; } | sha256sum; }
run_state=$(state_of requirements.txt) dev_state=$(state_of requirements.txt requirements-dev.txt)
wanted=${kind}_state
if [ "$(cat ".venv/.stamp-$kind" 2>/dev/null)" != "${!wanted}" ]; then
    echo "Installing the libraries of $locked …"
    rm -f .venv/.stamp-*
    $python -m pip install --quiet --disable-pip-version-check --root-user-action ignore --require-hashes -r "$locked"
    echo "$run_state" >.venv/.stamp-run
    [ $kind = run ] || echo "$dev_state" >.venv/.stamp-dev
fi

$python -m tools.prepare
