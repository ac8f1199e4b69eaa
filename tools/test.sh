#!/usr/bin/env bash
# All checks and tests. Without CI=true, what the machine lacks is left out and named at the end; with it, it is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=() untested=()

tools/setup.sh --dev || exit 1

while IFS= read -r line; do
    [ -z "$line" ] || untested+=("$line")
done < <($python -m tests.servers --missing)
command -v chromium >/dev/null || untested+=("Browser: apt-get install chromium")
if [ "${CI:-}" = true ] && [ ${#untested[@]} -gt 0 ]; then
    printf 'Needed for the tests and not installed: %s\n' "${untested[@]}" >&2
    exit 1
fi

TEST_DATA_DIR=$(mktemp -d "${TMPDIR:-/tmp}/agreements-test-XXXXXX")
export TEST_DATA_DIR
trap 'rm -rf "$TEST_DATA_DIR"' EXIT
trap 'exit 130' INT TERM
unset DATABASE_URL BROKER_URL DATA_DIR DJANGO_SETTINGS_MODULE

step() {
    local name=$1 started=$SECONDS
    shift
    echo
    echo "═══ $name"
    "$@" || failed+=("$name")
    echo "    $((SECONDS - started)) s"
}

step "Checks" tools/lint.sh
# Each process takes its tables from the models. `make setup` above has migrated a SQLite database; one test migrates
# one on PostgreSQL and compares it (tests/ground/test_migrations.py): once each is enough.
# Every test runs on one of the databases, what is the database's own matter on both (`--divide`, tests/conftest.py);
# where anything is missing all run on SQLite.
divide=()
[ ${#untested[@]} -gt 0 ] || divide=(--divide)
step "Tests on SQLite" $python -m pytest -n 2 --nomigrations "${divide[@]}" \
    -m "not browser and not postgres and not redis"
step "Tests on PostgreSQL with Redis" $python -m tests.servers $python -m pytest -n 2 --nomigrations "${divide[@]}" \
    -m "not browser"
if command -v chromium >/dev/null; then
    step "Tests in the browser" $python -m pytest -n 2 --nomigrations -m browser
fi

echo
if [ ${#untested[@]} -gt 0 ]; then
    printf 'NOT TESTED, because not installed: %s\n' "${untested[@]}"
fi
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
    exit 1
fi
echo "All passed in $SECONDS s."
