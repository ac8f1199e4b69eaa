#!/usr/bin/env bash
# The benchmarks, on a PostgreSQL and a Redis of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh --dev
exec .venv/bin/python -m tests.servers .venv/bin/python -m benchmarks
