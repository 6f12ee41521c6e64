# make site · make serve · make zip · make test · make train · make replicate. Everything is set up in .venv; nothing is installed elsewhere but
# the browser that the tests drive. SITE_URL=https://… says where the site will be published.

PYTHON ?= python3
BIN := .venv/bin
QUIET := NO_MKDOCS_2_WARNING=1 HF_HUB_OFFLINE=1 JUPYTER_PLATFORM_DIRS=1

.PHONY: site serve zip test train replicate

site: .venv/.site
	@test -e node_modules/.stamp || echo "browser files from npm: some seconds"
	@$(BIN)/python -m explainers.kit.site.vendor
	@test -e docs/built || echo "figures, facts and claims from the trained models: about a minute"
	@$(BIN)/python build_figures.py
	@test -e site || echo "the site: about half a minute"
	@$(QUIET) $(BIN)/python -m explainers.kit.site

serve: site
	@$(QUIET) $(BIN)/python -m explainers.kit.site.serve $(if $(PORT),--port $(PORT))

zip: site
	@$(BIN)/python -m explainers.kit.site.disk

test: .venv/.test
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@$(BIN)/python -m explainers.kit.site.vendor
	@$(QUIET) $(BIN)/python -m pytest -n logical --dist loadscope

train: .venv/.site
	@$(BIN)/python build_figures.py train
	@$(MAKE) --no-print-directory site

replicate: .venv/.site
	@$(BIN)/python build_figures.py
	@$(BIN)/python -m explainers.kit.command.replicate

.venv/.site: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Python packages into .venv, PyTorch among them: one to two minutes"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/.test: .venv/.site requirements-test.txt
	@echo "Python packages for the tests, and a browser: about a minute"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@sh tests/browser.sh $(BIN)
	@touch $@
