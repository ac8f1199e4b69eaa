#!/usr/bin/env bash
# The product under one command: set-up, demo data when the database is empty, then web, worker and beat. Ctrl-C stops all.
set -euo pipefail
cd "$(dirname "$0")/.."
export PORT="${PORT:-8000}"

if ! [[ $PORT =~ ^[0-9]{1,5}$ ]] || [ "$PORT" -lt 1 ] || [ "$PORT" -gt 65535 ]; then
    echo "PORT is $PORT; it has to be a number from 1 to 65535." >&2
    exit 2
fi
if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
    echo "Port $PORT is in use by another program. Stop that one, or choose another port: make run PORT=8001" >&2
    exit 1
fi

tools/setup.sh
.venv/bin/python manage.py load_demo --if-empty
.venv/bin/python -m tools.accounts
exec .venv/bin/python -m honcho start --port "$PORT"
