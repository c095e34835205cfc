# A Neural Network by Hand, in Parallel.
#
#   make deps chapter03 && ./chapter03     build and run a chapter
#   make deps test                         build and run every test
#
# `make help` lists the rest. common/make/ holds what few need to read:
# flags.mk, the compiler's flags; more.mk, format, tidy, fuzz and the like.

# ---- What you may set ------------------------------------------------------
# CXX=clang++               another compiler, or a command such as ccache g++
# BUILD=debug               no optimisation, Armadillo's bounds checks on
# SANITIZE=thread           or address,undefined
# ARCH=-mcpu=cortex-a72     the processor to compile for, instead of this one
# RUN=qemu-aarch64          what runs the tests of a cross compiler
# V=1                       show each command
include common/make/flags.mk

# Scripts get settings by way of the environment, and not as a part of their
# command line: there, a shell would run what is written in them.
GOALS := $(filter-out deps,$(MAKECMDGOALS))
export CXX OUT RUN GOALS

# ---- What there is ---------------------------------------------------------
FOLDERS  := 01_matrix 02_propagation 03_training 04_work_balancing \
            05_work_stealing 06_averaging 07_speedup 08_parallel_matrix
NUMBERS  := $(foreach c,$(FOLDERS),$(firstword $(subst _, ,$(c))))
PROGRAMS := $(NUMBERS:%=chapter%)
TESTS    := $(NUMBERS:%=test%)
BENCHMARKS := benchcommon bench01 bench03 bench04 bench05 bench06 \
              bench07 bench08

.PHONY: help all test bench deps check-deps data clean \
        $(PROGRAMS) $(TESTS) $(BENCHMARKS) $(NUMBERS:%=hint%)
.DEFAULT_GOAL := help
.SECONDARY:
.DELETE_ON_ERROR:

help:
	@sh common/make/help.sh $(FOLDERS)
all: $(PROGRAMS)
$(PROGRAMS): %: $(OUT)/%
	@ln -sf $< $@

# ---- Compiling -------------------------------------------------------------
objects = $(patsubst %.cpp,$(OUT)/%.o,$(wildcard $(1)))
define compile
	$(call say,compile,$<)
	@mkdir -p $(@D)
	$(Q)$(CXX) $(FLAGS) $(CXXFLAGS) $(1) -MMD -MP -c $< -o $@
endef
# The headers that most files need are large. They are compiled once and not
# once a file, which makes a build from nothing three times faster.
$(OUT)/%.o: %.cpp $(OUT)/headers.hpp.gch
	$(call compile,-include $(OUT)/headers.hpp)
$(OUT)/%.hpp.gch: common/make/%.hpp | check-deps
	$(call say,compile,$<)
	@mkdir -p $(@D) && cp $< $(OUT)/$*.hpp
	$(Q)$(CXX) $(FLAGS) $(CXXFLAGS) -x c++-header $(OUT)/$*.hpp -o $@
# These files meet no matrix: fewer headers do, which are ready much sooner.
NO_MATRIX := common/rng.cpp common/program/*.cpp common/terminal/*.cpp \
  $(patsubst %,common/digits/%.cpp,handwriting raster strokes) \
  $(patsubst %,common/files/%.cpp,atomic_file input_file result_file trace) \
  $(patsubst %,chapters/04_work_balancing/%.cpp,pool/* schedule/* test) \
  $(patsubst %,chapters/05_work_stealing/%.cpp,work_stealing_pool test)
$(filter-out %/options.o,$(call objects,$(NO_MATRIX))): \
    $(OUT)/%.o: %.cpp $(OUT)/few_headers.hpp.gch
	$(call compile,-include $(OUT)/few_headers.hpp)

# What tests, or talks to people and files, takes longer to optimise than it
# would save.
QUICK := $(foreach f,common/program common/terminal common/files tests/common \
                     tests/programs $(FOLDERS:%=chapters/%/program),$(f)/*.cpp)
$(call objects,$(QUICK) chapters/*/*test.cpp chapters/0[3-9]_*/main.cpp): \
  FLAGS += $(QUICK_$(BUILD))

# The inner loops of chapter 8.
KERNELS := chapters/08_parallel_matrix/kernels/*.cpp
# What has flags of its own cannot use headers that were compiled with others.
OWN_FLAGS := $(OUT)/common/program/options.o $(OUT)/chapters/01_matrix/peak.o \
             $(patsubst %.cpp,$(OUT)/%.o,$(wildcard tests/model/*.cpp \
               tests/stepper/*.cpp $(KERNELS)))
$(OWN_FLAGS): $(OUT)/%.o: %.cpp | check-deps
	$(call compile)
# CLI11 is large, runs once and would cost build time to optimise.
$(OUT)/common/program/options.o: FLAGS += -O0
# Here, and only here, a fused multiply-add is what we want to count; and the
# machine has one peak, however the rest is built.
$(OUT)/chapters/01_matrix/peak.o: FLAGS += -O3 $(ARCH) $(FUSED)
# They may multiply and add in one step, which rounds once; GCC does so only
# where it optimises, and the bits shall be the same in every build. No template
# that others use may be compiled here: the linker keeps one of two.
$(OUT)/chapters/08_parallel_matrix/kernels/%.o: FLAGS += -O3 $(FUSED)
$(OUT)/tests/model/%.o $(OUT)/tests/stepper/%.o: FLAGS += -Itests

# ---- Linking ---------------------------------------------------------------
# A folder's objects, and those of the rooms in it, in one library.
%.a:
	$(Q)rm -f $@ && ar rcs $@ $^
$(OUT)/common.a: $(call objects,common/*.cpp common/*/*.cpp)
$(OUT)/support.a: $(filter-out %/watchdog.o,$(call objects,tests/support/*.cpp))

define link
	$(call say,link,$@)
	$(Q)$(CXX) $(FLAGS) $(CXXFLAGS) $(LDFLAGS) $^ $(1) $(LIBS) -o $@
endef

# A chapter NN_name is a library, chapterNN, testNN and perhaps benchNN. It
# links itself, the lower chapters and common/: LOWER grows on the way.
LOWER := $(OUT)/common.a
# Ends a test that hangs.
WATCHDOG := $(OUT)/tests/support/watchdog.o
define chapter
LOWER := $(OUT)/$(1).a $$(LOWER)
$(OUT)/$(1).a: $(filter-out %/main.o %test.o %benchmark.o,\
    $(call objects,chapters/$(1)/*.cpp chapters/$(1)/*/*.cpp))
$(OUT)/chapter$(2): $(OUT)/chapters/$(1)/main.o $$(LOWER)
	$$(call link)
$(OUT)/test$(2): $(call objects,chapters/$(1)/*test.cpp) $(WATCHDOG) \
    $(OUT)/support.a $$(LOWER)
	$$(call link,-lgtest_main -lgtest)
$(OUT)/bench$(2): $(call objects,chapters/$(1)/*benchmark.cpp) $$(LOWER)
	$$(call link,-lbenchmark -ltbb)
endef
$(foreach c,$(FOLDERS),\
  $(eval $(call chapter,$(c),$(firstword $(subst _, ,$(c))))))

# ---- Tests -----------------------------------------------------------------
# tests/common holds the tests of common/, tests/programs those that run whole
# chapters as a user does, tests/model runs the lock-free headers under a model
# checker, tests/stepper writes down what that finds for a reader to step
# through, and tests/support is what tests share.
$(OUT)/testcommon: $(call objects,tests/common/*test.cpp) $(WATCHDOG) \
    $(OUT)/support.a $(OUT)/common.a
	$(call link,-lgtest_main -lgtest)
$(OUT)/testprograms: $(call objects,tests/programs/*.cpp) $(OUT)/support.a \
    $(LOWER)
	$(call link,-lgtest_main -lgtest)
$(OUT)/testmodel: $(call objects,tests/model/*.cpp) $(WATCHDOG) $(OUT)/common.a
	$(call link,-lgtest_main -lgtest)
$(OUT)/testprograms: | $(PROGRAMS:%=$(OUT)/%)
STEPPER := $(filter-out %/main.o %test.o,$(call objects,tests/stepper/*.cpp)) \
           $(filter-out %test.o,$(call objects,tests/model/*.cpp))
$(OUT)/teststepper: $(OUT)/tests/stepper/stepper_test.o $(STEPPER) \
    $(WATCHDOG) $(OUT)/common.a
	$(call link,-lgtest_main -lgtest)
$(OUT)/stepper: $(OUT)/tests/stepper/main.o $(STEPPER) $(OUT)/common.a
	$(call link)

UNITS := testcommon $(TESTS) testmodel teststepper
run_tests := sh tests/run_tests.sh
$(UNITS) testprograms: %: $(OUT)/%
	$(Q)$(run_tests) $<

# Without whole programs, for another compiler or a sanitizer. Sanitized code
# is slow, and accuracy is the same: those tests are left out there.
test-units: $(UNITS:%=$(OUT)/%)
	$(Q)$(if $(SANITIZE),GTEST_FILTER='-OnDigits.*') $(run_tests) $^
# Where threads meet, for SANITIZE=thread.
test-threads: $(OUT)/test04 $(OUT)/test05 $(OUT)/test06 $(OUT)/test08 \
    $(OUT)/testmodel
	$(Q)$(run_tests) $^
check-includes:
	@sh tests/check_includes.sh
.PHONY: testcommon testmodel teststepper testprograms test-units test-threads \
        check-includes

# ---- Benchmarks ------------------------------------------------------------
$(OUT)/benchcommon: $(OUT)/tests/common/benchmark.o $(OUT)/support.a \
    $(OUT)/common.a
	$(call link,-lbenchmark)
# It times whole runs of the program, too.
$(OUT)/bench08: | $(OUT)/chapter08
# An inherited OPENBLAS_CORETYPE can halve OpenBLAS: measure without it.
$(BENCHMARKS): %: $(OUT)/%
	$(Q)env -u OPENBLAS_CORETYPE $< $(ARGS)
benchmarks: $(BENCHMARKS:%=$(OUT)/%)
.PHONY: benchmarks
# One after the other: two at a time would measure each other.
$(foreach b,$(filter $(BENCHMARKS),$(MAKECMDGOALS)),\
  $(eval $(b): | $(BEFORE))$(eval BEFORE := $(b)))
bench: benchmarks
	$(Q)set -e; for b in $(BENCHMARKS:%=$(OUT)/%); do \
	  env -u OPENBLAS_CORETYPE $$b; done

# ---- What else a learner needs ---------------------------------------------
$(NUMBERS:%=hint%): hint%:
	@sh common/make/hint.sh chapters/$*_*/hints.md "$$N"
deps:
	@sh common/make/deps.sh install $$GOALS
check-deps: $(filter deps,$(MAKECMDGOALS))
	@sh common/make/deps.sh check $$GOALS
data:
	@sh data/download.sh "$${SET:-mnist}"
clean:
	rm -rf build $(PROGRAMS)

# ---- A program of your own ---------------------------------------------------
# `make try FILE=my.cpp` links it with every chapter, and runs it with ARGS.
FILE := try.cpp
TRY := $(OUT)/$(basename $(FILE))
# A first try need not be tidy.
$(TRY).o: WARNINGS := $(filter-out -Werror,$(WARNINGS))
$(TRY).o: $(FILE)
$(TRY): $(TRY).o $(LOWER)
	$(call link)
try: $(TRY)
	$(Q)$< $(ARGS)
.PHONY: try

# What is not in a student's tree stands in more.mk.
include common/make/coursework.mk $(wildcard common/make/more.mk)
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
