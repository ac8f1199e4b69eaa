#!/usr/bin/env bash
# Style, types, layers, templates, migrations, translations. All run; the last lines name what failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=config.settings.test TEST_DATA_DIR="${TEST_DATA_DIR:-var/cache/lint}"
python=.venv/bin/python
failed=()

check() {
    local name=$1
    shift
    echo "── $name"
    "$@" || failed+=("$name")
}

check "ruff check" $python -m ruff check --quiet .
check "ruff format" $python -m ruff format --check --quiet .
check "mypy" $python -m mypy .
check "layers" $python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' \
    --no-logo --cache-dir var/cache/import-linter
check "djlint" $python -m djlint --lint --quiet templates
check "migrations" $python manage.py makemigrations --check --dry-run
check "translations" $python manage.py translations --check

if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
