# linetree: `make demo` to see it, `make test check` before a commit.
# Each target first makes ready what it needs: see setup/prepare.py. A second run takes seconds.

PYTHON ?= python3
PREPARE = $(PYTHON) setup/prepare.py
BIN = .venv/bin

# What is quick comes first, so that a mistake shows in seconds.
FIRST = $(wildcard $(addprefix tests/,domain config simulation contract store web pbx e2e))
OTHERS = $(filter-out $(FIRST),$(patsubst %/,%,$(wildcard tests/*/)))
LOOSE = $(wildcard tests/test_*.py)

.PHONY: ready demo test check bench soak clean

ready:
	@$(PREPARE) venv asterisk
	@echo "Ready. make demo: a call on your screen; CALLS=3 make demo: the same without a person."

demo:
	@$(PREPARE) venv asterisk
	@exec $(BIN)/ivr demo

# Two tests at a time, since most of them wait for a phone that rings; not more, so that
# none waits for the processor. PICTURES=1 also keeps pictures of all pages, in build/pictures.
test:
	@$(PREPARE) venv asterisk chromium postgresql
	$(BIN)/python -m pytest -n 2 --dist worksteal $(FIRST) $(LOOSE) $(OTHERS)

check:
	@$(PREPARE) venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench:
	@$(PREPARE) venv asterisk
	$(BIN)/python -m bench

# The fault matrix in full: ROWS=1,5 some of its rows, SEED=n one run again, CALLS=n a shorter one.
soak:
	@$(PREPARE) venv asterisk
	PYTHONPATH=tests $(BIN)/python -m soak

# The unpacked programs in the cache folder stay; setup/prepare.py says where that is.
clean:
	rm -rf .venv build *.egg-info .*_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
