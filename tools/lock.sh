#!/usr/bin/env bash
# Renew requirements*.txt from the .in files, with hashes; no index is named in them.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in requirements requirements-dev; do
    .venv/bin/python -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header \
        --universal --python-version 3.11 "$name.in" --output-file "$name.txt"
done
