# The two commands to know: `make demo` and `make test`.
.PHONY: demo test start lint install build

install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	npm ci --no-fund --no-audit
	@touch $@

build: install
	npm run build

start: build
	@node stack/dist/start.js
