# make run: the whole system with the demo. make test: everything. make lint: ruff and mypy.
# make bench: the benchmarks of docs/performance.md, written into it; make bench ONLY=pages runs one.
# make translations: reads new sentences into every package's catalogue, for translating.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench translations clean

run: .venv/ready
	@$(BIN)/flask serve

test: .venv/ready-dev
	$(BIN)/python -m pytest -n 3 --dist loadscope tests
	LMS_TEST_BACKEND=postgresql $(BIN)/python -m pytest -n 3 --dist loadscope -m "not journey" tests

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready-dev
	$(BIN)/python -m tests.bench $(ONLY)

.venv/ready: requirements.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

PACKAGES := lms courses certificates

translations: .venv/ready-dev
	@for package in $(PACKAGES); do \
	  po=$$package/translations/vi/LC_MESSAGES/messages.po; pot=$$(mktemp); \
	  $(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output --no-wrap --omit-header -o $$pot $$package; \
	  mkdir -p $$(dirname $$po); test -f $$po || touch $$po; \
	  $(BIN)/pybabel -q update -i $$pot -o $$po -l vi --no-wrap --omit-header --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; \
	  rm $$pot; \
	done

clean:
	rm -rf .venv instance
