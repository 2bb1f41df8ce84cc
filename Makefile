# Everything starts here; see README.md. Nothing is needed but python3, python3-venv, git and make.
export PYTHONUTF8 := 1
.PHONY: environment run test check bench prove guide

environment:
	@tools/bootstrap.sh

# The leash stops the house when make itself is killed.
run: environment
	@exec setpriv --pdeathsig TERM .venv/bin/kuaiji run

test: environment
	@tools/browser.sh
	@exec setpriv --pdeathsig TERM .venv/bin/pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup --no-loadscope-reorder $(ARGS)

check: environment
	@tools/check.sh

bench: environment
	@exec setpriv --pdeathsig TERM .venv/bin/python -m bench

prove: environment
	@exec setpriv --pdeathsig TERM .venv/bin/python -m prove

guide: environment
	@tools/browser.sh
	@exec setpriv --pdeathsig TERM .venv/bin/python -m guide
