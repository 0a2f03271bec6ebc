# SPDX-License-Identifier: MIT
# Each of these sets up what it needs first (root or sudo for Debian packages) and is quick the second time.
.PHONY: demo test bench peers gallery cwa benchmark detection test-all cortex lint format clean
FILE ?=

demo:      ## the gpr-handheld pipeline over the synthetic lane, or over FILE=path; results in out/
	@.ci/make demo $(if $(FILE),"$(FILE)")
test:      ## Release build, C++ tests, Python tests
	@.ci/make test
bench:     ## benchmarks, Release
	@.ci/make bench
peers:     ## the same work by SciPy, ImpDAR and others, in one run; bench/results/peers.md
	@.ci/make peers
gallery:   ## pictures of lines before and after each kind of operation, in out/gallery; SUREFOOT_DATA=folder adds recorded ones
	@.ci/make gallery
cwa:       ## how high over balls of steel the simulated metal detector alarms (as CWA 14747 asks); tables and picture in out/cwa
	@.ci/make cwa
benchmark: ## 28 simulated lanes of radar and metal detector with truth, in build/benchmark; about ten minutes on two cores, then cached
	@.ci/make benchmark
detection: ## every radar score on lanes with truth, bench/results/detection.md; and on those of make benchmark, if made
	@.ci/make detection
test-all:  ## the above and lint, both compilers, sanitizers, Cortex-M7, kissfft, consumers, fuzzing
	@.ci/make test
	@.ci/lanes
cortex:    ## the core's border: builds for a Cortex-M7, symbols checked
	@.ci/lanes cortex
lint:      ## clang-format and clang-tidy
	@.ci/lanes lint
format:    ## clang-format in place
	@.ci/make format
clean:     ## everything that was made here
	rm -rf build .venv out dist
