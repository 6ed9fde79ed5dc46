# make run: the whole system with the demo. make test: everything. make lint: ruff and mypy.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-sqlite test-postgresql lint bench clean

run: .venv/ready
	@$(BIN)/flask serve

test: .venv/ready-dev
	$(BIN)/python -m pytest -n 2 --dist loadscope tests
	LMS_TEST_BACKEND=postgresql $(BIN)/python -m pytest -n 2 --dist loadscope -m "not journey" tests

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/ready: requirements.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv instance
