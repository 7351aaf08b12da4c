# The two commands of the README, demo and test, and what the engineers use. Everything lives in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

INTEROP := $(VENV)/interop/.installed
# Where there is a file system in memory, tests that make a vault each take half the time; tests/storage stays on the disk.
MEMORY := $(if $(wildcard /dev/shm/.),PYTEST_DEBUG_TEMPROOT=/dev/shm)

# Byte code is kept, whatever the machine's own setting: without it, each test process compiles all tests again.
export PYTHONDONTWRITEBYTECODE :=

# What touches files, programs and other machines; of the terminal interface, what saves, watches and restores. Commands whose tests are about words, rules
# or git's own hooks are left out: tests/cli/test_other_systems.py runs every command. Windows with Python 3.12 differs from that with 3.13 in how a
# file is replaced, so what saves is tried there.
PLATFORMS ?= windows-3.12 windows-3.13 macos
PLATFORM_SAVES := tests/storage tests/vault tests/cli/test_other_systems.py
PLATFORM_WORDS := add agenda client_guard done draft duplicates_merge export feed_publish_automatic find git_hook guide_examples inbox large_numbers links \
  list log network one_line outreach plan playbook plus readme reference referrals report search set show stored today unknown_words
PLATFORM_TESTS ?= tests/storage tests/vault tests/calendars tests/imports/test_formats.py tests/test_library.py \
  $(filter-out $(patsubst %,tests/cli/test_%.py,$(PLATFORM_WORDS)),$(wildcard tests/cli/test_*.py)) \
  tests/exports/test_write_files.py $(wildcard tests/exports/test_editor*.py) \
  $(patsubst %,tests/tui/test_%.py,away jobs live no_cache papers unsaved)

.PHONY: demo test checks lint types types-linux types-win32 types-darwin types-tests imports unit coverage docs wheel bench faults mutants guard platforms interop release clean

demo: $(STAMP)
	@[ -f demo-vault/rounds.toml ] || $(BIN)/rounds init --demo demo-vault </dev/null
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/rounds --vault demo-vault; \
	else $(BIN)/rounds --vault demo-vault today && $(BIN)/rounds --vault demo-vault feed write; fi

# What reads the code alone goes two at a time.
test: $(STAMP)
	$(MAKE) --no-print-directory -j 2 checks
	$(MAKE) --no-print-directory unit wheel

checks: lint types imports

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: types-linux types-win32 types-darwin types-tests

types-linux types-win32 types-darwin: types-%: $(STAMP)
	$(BIN)/mypy --platform $* --cache-dir .mypy_cache/$*

types-tests: $(STAMP)
	$(BIN)/mypy --cache-dir .mypy_cache/tests tests bench docs

imports: $(STAMP)
	$(BIN)/lint-imports

unit: $(STAMP)
	$(MEMORY) $(BIN)/pytest -n 2 --dist worksteal -m "not interop"

# The same tests, and which lines they run: that takes two thirds more of the processor's time.
coverage: $(STAMP)
	$(MEMORY) $(BIN)/pytest -n 2 --dist worksteal -m "not interop" --cov --cov-report=term

wheel: $(STAMP)
	$(BIN)/python tests/wheel.py

bench: $(STAMP)
	$(BIN)/python bench/run.py

faults: $(STAMP)
	PYTHONPATH=src:tests $(BIN)/python -m faults.run

# Small faults put into the core, one at a time: is there a test that notices?
mutants: $(STAMP)
	$(BIN)/python tests/mutants.py

# How well the client guard does on labeled lines; with ARGS=--learn it learns its weights anew.
guard: $(STAMP)
	$(BIN)/python bench/guard.py $(ARGS)

# Tests of everything that touches files, with the Python of Windows and of macOS as far as Rounds' own modules can see.
platforms: $(patsubst %,platform-%,$(PLATFORMS))

platform-windows-3.12: PLATFORM_TESTS := $(PLATFORM_SAVES)

platform-%: $(STAMP)
	ROUNDS_SYSTEM=$* PYTHONPATH=tests $(MEMORY) $(BIN)/pytest -p other_systems -n 2 --dist worksteal -m "not interop" --session-timeout 3600 $(PLATFORM_TESTS)

# What people install: a wheel and a source archive in dist/, with checksums and the list of dependencies.
release: $(STAMP)
	$(BIN)/python tests/release.py

# Other people's calendar programs read our feeds, calendar servers in PHP take what we publish, and the library that Obsidian uses reads
# our notes. Those that are not there are skipped by name.
interop: $(STAMP) $(INTEROP)
	$(BIN)/pytest -n 2 --dist worksteal tests/interop

docs: $(STAMP)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/screenshot.py

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --editable . --group dev
	@touch $(STAMP)

$(INTEROP): pyproject.toml Makefile | $(STAMP)
	$(BIN)/pip install --quiet --group interop
	@mkdir -p $(VENV)/interop
	if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix $(VENV)/interop ical.js@2 node-ical@0.26 yaml@2.7; fi
	@touch $(INTEROP)

clean:
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
