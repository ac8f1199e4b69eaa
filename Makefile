# Everything here works from a fresh clone; the scripts are in tools/.
.PHONY: help setup run test bench lint format lock clean

help:
	@echo "make setup   environment, libraries, data folder, database"
	@echo "make run     the product with demo data on http://127.0.0.1:8000 (PORT=… for another)"
	@echo "make test    all checks and tests"
	@echo "make bench   the benchmarks (BENCH_ROWS=… scales them)"
	@echo "make lint    the checks without the tests"
	@echo "make format  bring Python files into their one form"
	@echo "make lock    renew the locked requirements from the .in files"
	@echo "make clean   remove environment and caches; data stay"

setup:
	@tools/setup.sh

run:
	@tools/run.sh

test:
	@tools/test.sh

bench:
	@tools/bench.sh

lint:
	@tools/setup.sh --dev
	@tools/lint.sh

format:
	@tools/setup.sh --dev
	@.venv/bin/python -m ruff check --fix --quiet . || true
	@.venv/bin/python -m ruff format .

lock:
	@tools/setup.sh --dev
	@tools/lock.sh

clean:
	rm -rf .venv build var/cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
