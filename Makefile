# Thin: each target is one script or one command, which can be called without make, too.
.DEFAULT_GOAL := help
.PHONY: api-coverage help run build plugins test check format bench clean

help: ## show this
	@sed -nE 's/^([a-z-]+):.*## (.*)/    make \1\t\2/p' Makefile | expand -t 20

run: ## build Berth and show it at work
	@scripts/run

api-coverage: ## how much of Coder's API there is; MISSING=--missing names the rest
	@scripts/api-coverage $(MISSING)

build: ## build everything
	@scripts/prepare build
	swift build

plugins: ## build the plugins that come with Berth
	@scripts/build-plugins

test: ## build and test everything, as CI does; FILTER=… for some of it
	@scripts/test $(FILTER)

check: ## format, plugin header, shell scripts, import rules
	@scripts/check
	@scripts/prepare build
	swift test --disable-xctest --filter ArchitectureTests

format: ## format all Swift sources in place
	swift format --in-place --parallel --recursive Sources Tests Examples Benchmarks Package.swift

bench: ## measure, with optimization
	@scripts/bench

clean: ## remove everything that was built
	rm -rf .build
