# make site · make serve · make zip · make test · make train · make replicate. Everything is set up in .venv; nothing is installed elsewhere but
# the browser that the tests drive. SITE_URL=https://… says where the site will be published.

PYTHON ?= python3
BIN := .venv/bin
QUIET := NO_MKDOCS_2_WARNING=1 HF_HUB_OFFLINE=1 JUPYTER_PLATFORM_DIRS=1

.PHONY: site serve zip test train replicate

site: .venv/.site
	@$(BIN)/python -m explainers.kit.site.vendor
	@$(BIN)/python build_figures.py
	@$(QUIET) $(BIN)/python -m explainers.kit.site

serve: site
	@$(QUIET) $(BIN)/python -m explainers.kit.site.serve

zip: site
	@$(BIN)/python -m explainers.kit.site.disk

test: .venv/.test
	@$(BIN)/python -m explainers.kit.site.vendor
	@$(QUIET) $(BIN)/python -m pytest

train: .venv/.site
	@$(BIN)/python build_figures.py train
	@$(MAKE) --no-print-directory site

replicate: .venv/.site
	@$(BIN)/python build_figures.py
	@$(BIN)/python -m explainers.kit.command.replicate

.venv/.site: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/.test: .venv/.site requirements-test.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@sh tests/browser.sh $(BIN)
	@touch $@
