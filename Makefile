# The two commands to know: `make demo` and `make test`.
.PHONY: demo test start watch storm bench build install problems screenshot lint test-services test-docs \
  test-embedded test-browser test-compose

# Everything on embedded Postgres: plays every scenario, checks the books, stops.
demo: build
	@node stack/dist/demo.js

# Every test that can run here; without a Docker engine those against the containers are skipped, and without
# a Chromium (CHROMIUM names its program if it is at no usual place) those of the page, and without pgbouncer those with a pooler.
test: lint test-services test-docs test-embedded test-browser test-compose

# The whole system without Docker, until Ctrl-C.
start: build
	@node stack/dist/start.js

# One line for each event of every saga, as it happens, from whatever listens at ORDER_URL, until Ctrl-C.
watch: build
	@node stack/dist/watch.js

# Orders while everything is killed, paused and made to fail; then the books. SEED, SECONDS (180) and TARGET (embedded,
# or compose) may be given.
storm: build
	@SEED=$(SEED) SECONDS=$(SECONDS) TARGET=$(TARGET) node stack/dist/storm.js

# What an order costs, beside a typical version of the same saga. PARTS, CLIENTS, RUNS, ROUNDS, SECONDS and more may
# be given: see bench/README.md. RESULTS=1 writes bench/results.md.
bench: build
	@PARTS="$(PARTS)" CLIENTS="$(CLIENTS)" RUNS=$(RUNS) ROUNDS=$(ROUNDS) SECONDS=$(SECONDS) WARM_UP=$(WARM_UP) \
	FINISHED=$(FINISHED) UNFINISHED=$(UNFINISHED) RESULTS=$(RESULTS) node bench/dist/src/bench.js

# Takes the picture of README anew, with a Chromium.
screenshot: build
	@node stack/dist/screenshot.js

# Writes docs/problems.md anew from the problem tables of the services.
problems: build
	npm run problems

build: install
	npm run build

install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	npm ci --no-fund --no-audit
	@touch $@

# Format, lint rules and types.
lint: install
	npm run lint
	npm run typecheck

test-services: build
	$(call jest,services,.,2)

test-docs: build
	$(call jest,e2e,e2e/(docs|import-rules),1)

test-embedded: build
	$(call jest,e2e,e2e/embedded,1)

test-browser: build
	$(call jest,e2e,e2e/browser,1)

test-compose: build
	$(call jest,e2e,e2e/compose,1)

# Each part leaves its results in .test-results, as jest's JSON. Test files that start whole systems run one at a time.
define jest
@mkdir -p .test-results
npx jest --selectProjects $(1) --testPathPatterns '$(2)' --maxWorkers=$(3) --json --outputFile=.test-results/$@.json
endef
