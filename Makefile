# Everything a person types. `make demo` and `make test` set up all they need by themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv

.PHONY: install demo fake-slack fake-wecom test bench chaos fix lock migration browser clean

install: $(VENV)/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "crmbot needs Python 3.11 or newer; set PYTHON=/path/to/python3.11 (需要 Python 3.11 或更新)"; exit 1; }
	@echo "Setting up $(VENV): a minute or two the first time. 正在准备 $(VENV)，首次需要一两分钟。"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the packages of requirements.lock. 正在安装 requirements.lock 里的软件包。"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the packages of requirements-dev.lock. 正在安装 requirements-dev.lock 里的软件包。"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: install  ## sample customers, the web chat on http://127.0.0.1:8765 and nudges for real
	$(BIN)/crmbot demo

fake-slack: $(VENV)/.installed-dev  ## a Slack on this machine, to try the bot without an account; SLACK="--socket" for Socket Mode
	$(BIN)/python -m tests.fakes.slack $(SLACK)

fake-wecom: $(VENV)/.installed-dev  ## a WeCom on this machine, to try the bot without an account; WECOM="--callback URL" where the bot hears
	$(BIN)/python -m tests.fakes.wecom $(WECOM)

test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.installed-dev browser  ## every check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 4

bench: $(VENV)/.installed-dev  ## figures into docs/benchmarks.md; BENCH="--customers 100000" for a smaller run
	$(BIN)/python -m bench $(BENCH)

chaos: $(VENV)/.installed-dev  ## kills, refreshes and a bad network for minutes, into docs/reliability.md; CHAOS="--events 1000" for a shorter run
	$(BIN)/python -m tests.chaos.slack --transport http --write $(CHAOS)
	$(BIN)/python -m tests.chaos.slack --transport sockets --write $(CHAOS)
	$(BIN)/python -m tests.chaos.nodes --write
	$(BIN)/python -m tests.chaos.nodes --database sqlite --write
	$(BIN)/python -m tests.chaos.wecom --write $(CHAOS)
	$(BIN)/python -m tests.chaos.wecom_broadcast --write

fix: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser:  ## the pages are tested in a real browser
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium fonts-wqy-microhei >/dev/null; } \
	|| { command -v apt-get >/dev/null && sudo -n true 2>/dev/null && sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium fonts-wqy-microhei >/dev/null; } \
	|| { echo "The page tests need Chromium: install the package 'chromium' and run again (网页测试需要 Chromium)"; exit 1; }

lock: $(BIN)/python  ## after a change of dependencies
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

migration: $(VENV)/.installed  ## M="what changes": drafts the difference between the migrations and the models
	$(BIN)/python -m crm_core.migrations.draft "$(M)"

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
