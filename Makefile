# Everything starts here; see README.md. Nothing is needed but python3, python3-venv, git and make.
export PYTHONUTF8 := 1
# Each of the hundred processes of a run would compile all it imports anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: environment run test quick coverage check bench prove guide

PYTEST := setpriv --pdeathsig TERM .venv/bin/pytest
PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=loadgroup --no-loadscope-reorder

environment:
	@tools/bootstrap.sh

# The leash stops the house when make itself is killed.
run: environment
	@exec setpriv --pdeathsig TERM .venv/bin/kuaiji run

test: environment
	@tools/browser.sh
	@exec $(PYTEST) $(PARALLEL) --durations=20 $(ARGS)

# What needs no database, no browser and no house: forty seconds on two processors.
quick: environment
	@exec $(PYTEST) -m quick --numprocesses=2 --dist=worksteal $(ARGS)

# Everything, measured: branches too, and the processes that the tests start. Fails below the floor of pyproject.toml.
coverage: environment
	@tools/browser.sh
	@PYTHONPATH="$(CURDIR)/tools/measured" exec $(PYTEST) $(PARALLEL) --cov --cov-report=term $(ARGS)

check: environment
	@tools/check.sh

bench: environment
	@exec setpriv --pdeathsig TERM .venv/bin/python -m bench

prove: environment
	@exec setpriv --pdeathsig TERM .venv/bin/python -m prove

guide: environment
	@tools/browser.sh
	@exec setpriv --pdeathsig TERM .venv/bin/python -m guide
