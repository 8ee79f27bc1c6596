# The verbs of this project. Each makes ready what it needs (deploy/prepare.sh) and then does one thing.
# ARGS goes to the program behind the verb:  make test ARGS="tests/ballot -k tally"
# HASH goes to image-verify:                make image-verify HASH=0123…
# PYTHON names another interpreter:          make test PYTHON=python3.12
# CUTS goes to the second half of torture:   make torture CUTS="--cuts 3000 --seed 7"

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BIN := .venv/bin
ARGS ?=
CUTS ?=
.PHONY: help demo try test torture soak check bench gallery golden lock image image-verify image-lock image-test image-torture clean

help: ## what the verbs are
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' Makefile | while IFS='|' read -r verb what; do printf '  make %-12s %s\n' "$$verb" "$$what"; done

demo: ## an election day in miniature, touched on the real screens; what it leaves is in demo/
	@deploy/prepare.sh run $@
	@$(BIN)/python -m tests.demo $(ARGS)

try: ## the booth in one window, the simulated desk in another: hold a rehearsal alone
	@deploy/prepare.sh run $@
	@$(BIN)/bilik-sim --try $(ARGS)

# A file of tests stays in one process: one Kivy window, one demo for all tests that look at it. Two processes more than
# cores, because many tests wait for a reader or a printer; tests/conftest.py says which files come first.
test: ## all tests, on all cores
	@deploy/prepare.sh test $@
	@$(BIN)/python -m pytest -n $$(($$(nproc) + 2)) --dist loadfile --no-loadscope-reorder $(ARGS)

torture: ## a real booth killed at every write, sync and printer call; its power cut 1,200 times (make test: a sample)
	@deploy/prepare.sh test $@
	@$(BIN)/python -m tests.torture $(ARGS)
	@$(BIN)/python -m tests.torture.powercut $(CUTS)

soak: ## a day of 800 voters at one booth with troubles: did memory grow, did voting become slower (about 50 minutes)
	@deploy/prepare.sh test $@
	@$(BIN)/python -m tests.soak $(ARGS)

check: ## lint, format, types, import rules, shell scripts
	@deploy/prepare.sh check $@
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy deploy/image/*.py
	$(BIN)/lint-imports --no-logo
	@if command -v shellcheck >/dev/null; then echo shellcheck; shellcheck deploy/*.sh deploy/image/*.sh .ci/run; shellcheck --shell=dash deploy/image/initrd/init; \
	else echo "shellcheck is not installed: the shell scripts were NOT checked (apt-get install shellcheck)"; fi

bench: ## how long the heavy steps take here
	@deploy/prepare.sh run $@
	@$(BIN)/python -m tests.bench $(ARGS)

gallery: ## every screen in every size, language and scheme, laid out in gallery/index.html
	@deploy/prepare.sh run $@
	@$(BIN)/python -m tests.screens.gallery gallery $(ARGS)

golden: ## draw the golden pictures anew, after a look at the gallery (tests/screens/pictures/)
	@deploy/prepare.sh run $@
	@$(BIN)/python -m tests.screens.golden

# Hashes and no address: the installer's own settings say where packages come from.
lock: ## renew requirements*.txt from requirements*.in (needs uv; ARGS=--upgrade for newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/)" >&2; exit 2; }
	for name in requirements requirements-source; do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-emit-find-links --no-header --quiet --output-file $$name.txt $(ARGS) $$name.in; \
	done

image: ## the booth's SD image for Raspberry Pi 3B+, 4, 5: build/image/out/bilik.img (docs/image.md; MIRROR=, BUILD=, JOBS=)
	@deploy/raspi-image.sh

image-verify: ## build the image again and compare: make image-verify HASH=(as a booth shows it, or SHA-256 of bilik.img)
	@deploy/raspi-image.sh verify $(HASH)

image-lock: ## renew deploy/packages.lock, which names the Debian packages of the image with their hashes
	@deploy/raspi-image.sh lock

image-test: ## boots the very image in an emulated machine and holds an election inside it (about 20 minutes)
	@deploy/prepare.sh image $@
	@$(BIN)/python -m tests.image $(ARGS)

image-torture: ## cuts its power a hundred times while people vote in it (about 20 minutes)
	@deploy/prepare.sh image $@
	@$(BIN)/python -m tests.image.cuts $(ARGS)

clean: ## remove what the verbs made, except .venv
	rm -rf demo try soak gallery build bilik.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find booth config printer sync tests -name __pycache__ -type d -prune -exec rm -rf {} +
