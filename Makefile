# Each target runs in .venv, which erec/stack/bootstrap.py makes when it is missing or stale.

.PHONY: run test lint bench lock clean

# Any Python that runs will start the bootstrap; that one picks the newest for .venv.
WITH = @for python in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	exec "$$python" erec/stack/bootstrap.py
END = ; fi; done; \
	echo 'Python 3.11 以降が必要です。パッケージ python3 と python3-venv をインストールしてください。' >&2; exit 1

run:
	$(WITH) embedded python -m erec.stack.supervisor $(END)

# make test PYTEST_ARGS="tests/erec -x" runs a part. A part runs in one process, everything on every core
# (of many, four: the browser's tests are one after the other, and the rest is done sooner than they are).
# PICTURES=1 keeps what the browser's tests see in var/screenshots.
WORKERS = $(if $(findstring tests/,$(PYTEST_ARGS)),,-n auto --maxprocesses 4)
test:
	$(WITH) dev python -m pytest $(WORKERS) $(PYTEST_ARGS) $(END)

LINT = set -ex; \
	ruff format --check .; \
	ruff check .; \
	mypy .; \
	lint-imports --no-cache; \
	djlint --quiet --lint accounts certs erec --extend-exclude static; \
	python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run; \
	python -m erec.stack.nginx > /dev/null
lint:
	$(WITH) dev sh -c '$(LINT)' $(END)

bench:
	$(WITH) dev python -m tests.bench $(END)

# Needs uv. Hashes for every platform, no index's address.
lock:
	@for name in run embedded dev; do \
	extra=; [ $$name = run ] || extra='--extra embedded'; [ $$name = dev ] && extra="$$extra --extra dev"; \
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--python-version 3.11 $$extra -o docker/requirements/$$name.txt pyproject.toml || exit 1; done

# What can be made again. The data in var/ stays.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
