# A Neural Network by Hand, in Parallel.
#
#   make deps chapter03 && ./chapter03     build and run a chapter
#   make deps test                         build and run every test
#
# `make help` lists the rest. A chapter is found from its folder: adding
# chapters/11_x/ with a main.cpp needs no edit here.

# ---- What you may set ------------------------------------------------------
# CXX=clang++               another compiler
# BUILD=debug               no optimisation, Armadillo's bounds checks on
# SANITIZE=thread           or address,undefined
# V=1                       show each command
BUILD    ?= release
SANITIZE ?=
V        ?= 0
ifeq ($(origin CXX),default)
  CXX := g++
endif

# ---- Flags -----------------------------------------------------------------
# -ffp-contract=off: a*b+c rounds twice with every compiler, so that a seed
# gives the same digits and the same weights with GCC and Clang.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
ifeq ($(findstring clang,$(CXX)),)
  # GCC 12 sees overlaps and overflows in std::string that are not there (GCC
  # bugs 105651 and 105329). The address sanitizer looks for real ones.
  WARNINGS += $(if $(filter Darwin,$(shell uname)),,-Wno-restrict \
                -Wno-array-bounds -Wno-stringop-overflow \
                -Wno-stringop-overread)
endif
CXXFLAGS_release := -O3 -march=native
CXXFLAGS_debug   := -O0 -g -D_GLIBCXX_ASSERTIONS
ARMA_release     := -DARMA_NO_DEBUG
ARMA := -DARMA_DONT_USE_WRAPPER -DARMA_USE_BLAS -DARMA_DONT_USE_OPENMP
FLAGS := -std=c++20 -ffp-contract=off -pthread $(CXXFLAGS_$(BUILD)) \
         $(WARNINGS) $(ARMA) $(ARMA_$(BUILD)) -I. -Ichapters
BLAS := -lopenblas
LIBS  = $(BLAS) -ljansson -lpng -lz -pthread

ifeq ($(shell uname),Darwin)
  BREW  := $(shell brew --prefix 2>/dev/null)
  FLAGS += -isystem $(BREW)/include -DACCELERATE_NEW_LAPACK
  BLAS  := -framework Accelerate -L$(BREW)/lib
endif
ifneq ($(SANITIZE),)
  # -O1: the compilers take several times as long to optimise checked code.
  FLAGS += -O1 -g1 -fno-omit-frame-pointer -fsanitize=$(SANITIZE) \
           -fno-sanitize-recover=all
endif
CXXFLAGS ?=
LDFLAGS  ?=

# Every kind of build has a folder of its own: build/release-g++, ...
comma := ,
SUFFIX := $(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
OUT := build/$(BUILD)-$(notdir $(CXX))$(SUFFIX)
Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' '$(1)' '$(2)')

# Use every core unless you say otherwise with -j.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
  MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-print-directory

# ---- What there is ---------------------------------------------------------
FOLDERS := $(sort $(notdir $(wildcard chapters/[0-9][0-9]_*)))
number   = $(firstword $(subst _, ,$(1)))
NUMBERS := $(foreach f,$(FOLDERS),$(call number,$(f)))
PROGRAMS   := $(NUMBERS:%=chapter%)
TESTS      := $(NUMBERS:%=test%)
BENCHED := $(patsubst chapters/%/benchmark.cpp,%,\
             $(wildcard chapters/*/benchmark.cpp))
BENCHMARKS := benchcommon $(foreach f,$(BENCHED),bench$(call number,$(f)))

objects     = $(patsubst %.cpp,$(OUT)/%.o,$(wildcard $(1)))
# A folder's library: all its sources but its program, tests and benchmark.
own_sources = $(filter-out %/main.cpp %test.cpp %/benchmark.cpp,\
                $(wildcard chapters/$(1)/*.cpp))
# A chapter links itself, the lower chapters and common/, in that order.
upto        = $(strip $(foreach f,$(FOLDERS),$(if $(filter $(1),$(f)),$(f),\
                $(if $(filter $(firstword $(sort $(f) $(1))),$(f)),$(f)))))
reverse     = $(if $(1),$(call reverse,$(wordlist 2,99,$(1))) $(firstword $(1)))
archives    = $(patsubst %,$(OUT)/%.a,$(call reverse,$(call upto,$(1)))) \
              $(OUT)/common.a

.PHONY: help all test bench deps check-deps data docs format check-format tidy \
        fuzz stress clean $(PROGRAMS) $(TESTS) $(BENCHMARKS) $(NUMBERS:%=hint%)
.DEFAULT_GOAL := help
.SECONDARY:
.DELETE_ON_ERROR:

help:
	@sh tools/help.sh $(FOLDERS)

all: $(PROGRAMS)

# ---- Compiling and linking -------------------------------------------------
# What runs once need not be fast: optimising it would only cost build time.
# CLI11, in options.cpp, is by far the largest.
$(OUT)/common/options.o: FLAGS += -O0
ifeq ($(BUILD),release)
  $(OUT)/common/run_once.o: FLAGS += -O1
endif

$(OUT)/%.o: %.cpp | check-deps
	$(call say,compile,$<)
	@mkdir -p $(@D)
	$(Q)$(CXX) $(FLAGS) $(PRECOMPILED) $(CXXFLAGS) -MMD -MP -c $< -o $@

# Armadillo's headers are large. They are compiled once and not once a file,
# which makes a build from nothing three times faster.
HEADER := $(OUT)/armadillo.hpp
$(HEADER).gch: | check-deps
	$(call say,compile,<armadillo>)
	@mkdir -p $(@D) && echo '#include <armadillo>' > $(HEADER)
	$(Q)$(CXX) $(FLAGS) $(CXXFLAGS) -x c++-header $(HEADER) -o $@
WITH_ARMADILLO := $(filter-out %/peak.o,$(call objects,chapters/*/*.cpp)) \
  $(call objects,tests/common/*.cpp tests/programs/*.cpp) \
  $(patsubst %,$(OUT)/common/%.o,benchmark idx synthetic)
$(WITH_ARMADILLO): PRECOMPILED = -include $(HEADER)
$(WITH_ARMADILLO): | $(HEADER).gch

# These are compiled as one file: it takes a third of the time.
RUN_ONCE := atomic_file blas dataset digit_from_picture idx_write input_file \
            interrupt output_file picture png program progress safetensors \
            table terminal text
$(OUT)/common/run_once.o: $(RUN_ONCE:%=common/%.cpp) | check-deps
	$(call say,compile,the rest of common/)
	@mkdir -p $(@D)
	$(Q)printf '#include "%s"\n' $(filter %.cpp,$^) | \
	  $(CXX) $(FLAGS) $(CXXFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ \
	  -x c++ -c - -o $@

%.a:
	@mkdir -p $(@D) && rm -f $@
	$(Q)$(if $^,ar rcs $@ $^,printf '!<arch>\n' > $@)

$(OUT)/common.a: $(OUT)/common/run_once.o $(filter-out \
    $(patsubst %,$(OUT)/common/%.o,benchmark $(RUN_ONCE)),\
    $(call objects,common/*.cpp))
# Here, and only here, a fused multiply-add is what we want to count.
$(OUT)/chapters/01_matrix/peak.o: FLAGS += -ffp-contract=fast

define link
	$(call say,link,$@)
	$(Q)$(CXX) $(FLAGS) $(CXXFLAGS) $(LDFLAGS) $^ $(1) $(LIBS) -o $@
endef

define chapter_rules
$(OUT)/$(1).a: $(patsubst %.cpp,$(OUT)/%.o,$(call own_sources,$(1)))
$(OUT)/chapter$(call number,$(1)): $(OUT)/chapters/$(1)/main.o \
    $(call archives,$(1))
	$$(call link)
$(OUT)/test$(call number,$(1)): $(call objects,chapters/$(1)/*test.cpp) \
    $(call archives,$(1))
	$$(call link,-lgtest_main -lgtest)
$(OUT)/bench$(call number,$(1)): $(OUT)/chapters/$(1)/benchmark.o \
    $(call archives,$(1))
	$$(call link,-lbenchmark $(if $(shell grep -ls tbb/ \
	  chapters/$(1)/benchmark.cpp),-ltbb))
endef
$(foreach f,$(FOLDERS),$(eval $(call chapter_rules,$(f))))

$(PROGRAMS): %: $(OUT)/%
	@ln -sf $< $@

# ---- Tests -----------------------------------------------------------------
# tests/common holds the tests of common/, tests/programs those that run whole
# chapters as a user does.
LAST := $(lastword $(FOLDERS))
$(OUT)/testcommon: $(call objects,tests/common/*.cpp) $(OUT)/common.a
	$(call link,-lgtest_main -lgtest)
$(OUT)/testprograms: $(call objects,tests/programs/*.cpp) \
    $(call archives,$(LAST))
	$(call link,-lgtest_main -lgtest)

# tests/model runs the lock-free headers of chapter 5 under a model checker.
$(OUT)/testmodel: $(call objects,tests/model/*.cpp) $(OUT)/common.a
	$(call link,-lgtest_main -lgtest)
$(OUT)/tests/model/%.o: FLAGS += -Itests

UNITS  := $(OUT)/testcommon $(TESTS:%=$(OUT)/%) $(OUT)/testmodel
SUITES := $(UNITS) $(OUT)/testprograms
run_tests := OUT=$(OUT) CXX=$(CXX) sh tools/run_tests.sh

$(TESTS): %: $(OUT)/%
	$(Q)$(run_tests) $<
testcommon: $(OUT)/testcommon
	$(Q)$(run_tests) $<
testprograms: $(OUT)/testprograms $(PROGRAMS:%=$(OUT)/%)
	$(Q)$(run_tests) $<
testmodel: $(OUT)/testmodel
	$(Q)$(run_tests) $<

# All of it: the suites, then the deliberate weakenings of mutations.txt, each
# of which a check must catch.
test: $(SUITES) $(PROGRAMS:%=$(OUT)/%) check-includes
	$(Q)$(run_tests) $(SUITES) tests/model/mutations.sh
# Without whole programs, for another compiler or a sanitizer. Sanitized code
# is slow, and accuracy is the same: those tests are left out there.
test-units: $(UNITS)
	$(Q)$(if $(SANITIZE),GTEST_FILTER='-OnDigits.*') $(run_tests) $(UNITS)
# Where threads meet, for SANITIZE=thread.
test-threads: $(OUT)/test04 $(OUT)/test05 $(OUT)/testmodel
	$(Q)$(run_tests) $^
mutations:
	$(Q)OUT=$(OUT) CXX=$(CXX) sh tests/model/mutations.sh
check-includes:
	@sh tools/check_includes.sh
.PHONY: testcommon testprograms testmodel test-units test-threads mutations \
        check-includes

# ---- Benchmarks ------------------------------------------------------------
$(OUT)/benchcommon: $(OUT)/common/benchmark.o $(OUT)/common.a
	$(call link,-lbenchmark)

# An inherited OPENBLAS_CORETYPE can halve OpenBLAS: measure without it.
$(BENCHMARKS): %: $(OUT)/%
	$(Q)env -u OPENBLAS_CORETYPE $< $(ARGS)
benchmarks: $(BENCHMARKS:%=$(OUT)/%)
.PHONY: benchmarks
# One after the other: two at a time would measure each other.
$(foreach b,$(filter $(BENCHMARKS),$(MAKECMDGOALS)),\
  $(eval $(b): | $(BEFORE))$(eval BEFORE := $(b)))
bench: $(BENCHMARKS:%=$(OUT)/%)
	$(Q)set -e; for b in $^; do env -u OPENBLAS_CORETYPE $$b; done

# ---- Fuzzing and stress ----------------------------------------------------
# libFuzzer makes up files for 60 seconds; address and undefined behaviour are
# watched. It needs Clang.
FUZZED := idx idx_write input_file output_file atomic_file huge_pages
fuzz: | check-deps
	@mkdir -p build/fuzz/corpus
	$(Q)clang++ $(filter-out -O3 -march=native -Wno-%,$(FLAGS)) -O1 -g \
	  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	  tests/fuzz/idx_fuzz.cpp $(FUZZED:%=common/%.cpp) $(LIBS) -o build/fuzz/idx
	$(Q)build/fuzz/idx -max_total_time=60 -max_len=4096 build/fuzz/corpus

# The tests of the deques and the pools over and over, in random order. Best
# with SANITIZE=thread.
stress: $(OUT)/testmodel $(OUT)/test04 $(OUT)/test05
	$(Q)set -e; for t in $^; do \
	  $$t --gtest_brief=1 --gtest_shuffle --gtest_repeat=$(or $(N),10) \
	    --gtest_filter='*Stress*:*Suite*'; done

# ---- Hints -----------------------------------------------------------------
$(NUMBERS:%=hint%): hint%:
	@sh tools/hint.sh chapters/$*_*/hints.md "$(N)"

# ---- What else a working day needs -----------------------------------------
deps:
	@CXX=$(CXX) sh tools/deps.sh install $(filter-out deps,$(MAKECMDGOALS))
check-deps: $(filter deps,$(MAKECMDGOALS))
	@CXX=$(CXX) sh tools/deps.sh check $(filter-out deps,$(MAKECMDGOALS))

data:
	@sh data/download.sh $(or $(SET),mnist)

docs: | check-deps
	@sh docs/build.sh

SOURCES := $(sort $(wildcard $(addsuffix /*.[ch]pp,common chapters/* tests/*)))
format: | check-deps
	$(Q)clang-format -i $(SOURCES)
check-format: | check-deps
	$(Q)clang-format --dry-run --Werror $(SOURCES)

# clang-tidy is shown a folder's sources as one file, since it spends its time
# on Armadillo's headers. Tests and benchmarks are left to the compilers'
# warnings and the sanitizers.
TIDIED := common $(FOLDERS:%=chapters/%)
define tidy_rule
$(OUT)/$(1).tidy: $(filter-out %test.cpp %benchmark.cpp,\
    $(filter $(1)/%,$(SOURCES))) .clang-tidy | check-deps
	$$(call say,tidy,$(1))
	@mkdir -p $$(@D)
	@printf '#include "%s"\n' $$(filter %.cpp,$$^) > $$@.cpp
	$$(Q)clang-tidy --quiet $$@.cpp -- $$(filter-out -Werror,$$(FLAGS)) \
	  2>/dev/null
	@touch $$@
endef
$(foreach f,$(TIDIED),$(eval $(call tidy_rule,$(f))))
tidy: $(TIDIED:%=$(OUT)/%.tidy)

clean:
	rm -rf build $(PROGRAMS)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
