# Two commands to start with: `make demo` and `make test`. `make help` lists the rest.

SWIFT ?= swift
# Warnings in our own code are errors in the build that tests use; SwiftPM silences those of dependencies.
# Release builds go without, so that a newer compiler with new warnings still builds queuectl.
TESTFLAGS ?= -Xswiftc -warnings-as-errors
# The parts, in the order of what builds on what. For example: make test TESTS=QueueKitTests
# One after the other: many of them measure time, and suites that load the machine would spoil it for the rest.
TESTS ?= RedisClientTests ProcessRunnerTests EmbeddedRedisTests QueueKitTests QueueWorkerTests CommandTests FleetTests
# Tests that start servers and watch clocks disturb one another when hundreds run at once: four at a time are faster too.
TESTWIDTH ?= 4
TESTPACE = --experimental-maximum-parallelization-width $(TESTWIDTH)
RUN_TESTS = $(SWIFT) test --skip-build --disable-xctest $(TESTFLAGS) $(TESTPACE)

# What `make test-tsan` runs, in a build of its own where all but the guardians of ProcessRunner is instrumented. Left out is what
# cannot hold there: the sanitizer's memory counts as the tests', and floods are read many times slower.
TSAN_TESTS ?= RedisClientTests ProcessRunnerTests QueueWorkerTests \
    'QueueKitTests\.(Follow|JobWait|JobWatch|PairsInFlight|CancelRace|Replay|BusyQueue|Turn)Tests'
TSAN_SKIP ?= timesAndMemoryAreMeasured|aLimitThatCannotBeSetIsToldApart|aFloodChangesNothingForTheOthers
TSAN_BUILD := $(CURDIR)/.build-tsan
TSAN_FLAGS = --sanitize=thread --scratch-path $(TSAN_BUILD) -Xlinker $(TSAN_BUILD)/mutex.o

SWIFT_SOURCES := $(wildcard Sources Tests lua Benchmarks Package.swift)
C_SOURCES := $(wildcard Sources/CSpawn/*.c Tests/ThreadSanitizer/*.c)
SHELL_SCRIPTS := $(wildcard .ci/setup .ci/run .ci/test Benchmarks/run Tests/ThreadSanitizer/check docs/examples/*.sh)

# What `make faults` runs, as patterns of names: every test that carries `.fault(...)` is in one of these.
FAULT_TESTS ?= RedisClientTests ProcessRunnerTests QueueKitTests CommandTests QueueWorkerTests FleetTests '^FaultTests\.'
FAULT_REPORT := $(CURDIR)/.build/faults.tsv

# How long `make soak` runs, and what it does: the same seed and time do the same. Without one it takes one, and prints it.
MINUTES ?= 10
SEED ?=
# The folder of what tests are built into. Asked for only when it is needed.
BIN = $$($(SWIFT) build --show-bin-path $(TESTFLAGS))

.PHONY: help setup build demo test faults soak test-tsan build-tests lint format bench check clean
.DEFAULT_GOAL := help
# One build at a time whatever -j says: two would fight over .build.
.NOTPARALLEL:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing (Debian packages), tests included
	@.ci/setup --tests

build: ## build .build/release/queuectl
	@.ci/setup
	$(SWIFT) build -c release --product queuectl

demo: build ## build, then show a queue at work, on a Redis of its own
	.build/release/queuectl demo

test: build-tests ## run every test but those of make faults
	.ci/test "$(RUN_TESTS)" $(TESTS)

# Every process that is started reports to a file of its own, so that nothing is overlooked.
test-tsan: export QUEUECTL_TSAN = 1
test-tsan: export TSAN_OPTIONS = log_path=$(TSAN_BUILD)/report
test-tsan: setup ## run the tests of client, queue, processes and worker under the thread sanitizer
	mkdir -p $(TSAN_BUILD) && rm -f $(TSAN_BUILD)/report.*
	clang -c -O1 -Wall -Wextra -Werror Tests/ThreadSanitizer/mutex.c -o $(TSAN_BUILD)/mutex.o
	Tests/ThreadSanitizer/check $(TSAN_BUILD)
	$(SWIFT) build --build-tests $(TSAN_FLAGS)
	.ci/test "$(SWIFT) test --skip-build --disable-xctest $(TSAN_FLAGS) --skip $(TSAN_SKIP) $(TESTPACE)" $(TSAN_TESTS) \
	    || failed=yes; \
	if cat $(TSAN_BUILD)/report.* 2>/dev/null; then failed=yes; fi; \
	test -z "$$failed"

faults: export QUEUECTL_FAULT_REPORT = $(FAULT_REPORT)
faults: build-tests ## break everything around queuectl, and show what comes of it (long; wants root)
	rm -f $(FAULT_REPORT)
	failed=0; \
	.ci/test "$(RUN_TESTS) --skip ScriptLatencyTests" $(FAULT_TESTS) || failed=1; \
	QUEUECTL_TEST_JOBS=1000000 .ci/test "$(RUN_TESTS)" ScriptLatencyTests || failed=1; \
	$(BIN)/fault-table $(FAULT_REPORT) && exit $$failed

soak: build-tests ## random faults under load; MINUTES=10, SEED=n for the same again
	$(BIN)/soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

build-tests: setup
	$(SWIFT) build --build-tests $(TESTFLAGS)

lint: ## check the formatting of Swift, and C and shell for mistakes
	$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	clang -fsyntax-only -std=gnu17 -Wall -Wextra -Werror -I Sources/CSpawn/include $(C_SOURCES)
	for script in $(SHELL_SCRIPTS); do sh -n $$script || exit 1; done

format: ## rewrite Swift sources in the house format
	$(SWIFT) format format --in-place --parallel --recursive $(SWIFT_SOURCES)

bench: build ## measure throughput and latency
	Benchmarks/run

check: lint test ## what CI runs: lint, a build without warnings, make test

clean: ## remove everything that was built
	rm -rf .build $(TSAN_BUILD)
