# Vouch needs Python 3.11 or later, make and a package index; these do the rest.
#   make run      a whole Vouch on this machine (PORT=8001 for another port)
#   make test     every test (ARGS="-k queue" for some of them)
#   make year     a year of the demo with worker and beat (ARGS="--days 60" for less)
#   make bench    what the open data costs, at 5,000 and 60,000 services, as a table
#   make bench-assurance  what a place of 500,000 records costs, by night and by day
#   make check    format, lint, types, import rules, migrations, then every test

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && exit; done; echo python3)

PIN = --quiet --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: run test check year bench bench-assurance requirements

# `exec`, so that the launcher is make's own child and hears when make ends.
run:
	@exec $(PYTHON) -m config.local run

test:
	@exec $(PYTHON) -m config.local test

check:
	@exec $(PYTHON) -m config.local check

year:
	@exec $(PYTHON) -m config.local year

bench:
	@exec $(PYTHON) -m config.local bench

bench-assurance:
	@exec $(PYTHON) -m config.local bench-assurance

# After a change of requirements/*.in. Needs uv, which nothing else does.
requirements:
	@uv pip compile $(PIN) requirements/dev.in --output-file requirements/dev.txt
	@for set in local base; do \
		uv pip compile $(PIN) requirements/$$set.in \
			--constraint requirements/dev.txt \
			--output-file requirements/$$set.txt || exit; \
	done
