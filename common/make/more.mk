# What few need: the checks of this project's own code, and the reference.
# The Makefile includes this file.

# ---- The tests -------------------------------------------------------------
# The suites, whole programs, the coursework kit, the site, the lessons and the
# Makefile; what takes longest first. `make mutations` is apart: it tests the
# model checker, for minutes.
test: $(UNITS:%=$(OUT)/%) $(OUT)/testprograms $(PROGRAMS) $(KIT) check-includes
	$(Q)$(BUILDING) $(run_tests) tests/coursework/trials/coursework_test.py \
	  $(OUT)/testprograms tests/coursework/trials/teaching_test.py $(SITE_TESTS) \
	  tests/book/lessons.py $(UNITS:%=$(OUT)/%) tests/book/lessons_test.py \
	  tests/book/figures_test.py tests/make_test.sh
# The site's, where there are Chromium and what builds the site.
SITE_TESTS = $(shell sh docs/build.sh --can && \
               command -v chromium >/dev/null && \
               echo tests/book/site_test.py tests/book/site_build_test.py)

# ---- Other processors ------------------------------------------------------
# With RUN, on a processor that is imitated and slow: not what trains for long,
# nor testmodel, since QEMU does not keep ARM's order of memory, nor the
# watchdog's tests: now and then QEMU fails where a forked child has threads.
# `make test-arm` is that for ARM, on Debian, where it installs what it needs.
# Chapters 6 to 8 are built only: they take many minutes there.
test-emulated: $(OUT)/testcommon $(TESTS:%=$(OUT)/%)
	$(Q)GTEST_FILTER='-OnDigits.*:WatchdogTest.*' $(run_tests) \
	  $(filter-out %/test06 %/test07 %/test08,$^)
test-arm:
	$(Q)$(MAKE) CXX=aarch64-linux-gnu-g++ ARCH= RUN=qemu-aarch64 deps test-emulated

# ---- Concurrency -----------------------------------------------------------
# The deliberate weakenings of mutations.txt, each of which a check must catch.
mutations:
	$(Q)sh tests/model/mutations.sh

# The tests of the deques and the pools over and over, in random order. Best
# with SANITIZE=thread.
stress: $(OUT)/testmodel $(OUT)/test04 $(OUT)/test05
	$(Q)set -e; for t in $^; do \
	  $$t --gtest_brief=1 --gtest_shuffle --gtest_repeat="$${N:-10}" \
	    --gtest_filter='*Stress*:*Suite*'; done

# ---- Fuzzing ---------------------------------------------------------------
# libFuzzer makes up files for 60 seconds; address and undefined behaviour are
# watched. It needs Clang.
FUZZED := $(wildcard common/*.cpp common/terminal/*.cpp common/program/*.cpp \
            common/files/*.cpp common/data/idx.cpp tests/support/*_write.cpp \
            tests/support/output_file.cpp)
fuzz: | check-deps
	@mkdir -p build/fuzz/corpus
	$(Q)clang++ $(filter-out -O3 $(ARCH) $(NO_IPA_CP) -Wno-%,$(FLAGS)) -O1 -g \
	  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	  tests/fuzz/idx_fuzz.cpp $(FUZZED) $(LIBS) -o build/fuzz/idx
	$(Q)build/fuzz/idx -max_total_time=60 -max_len=4096 build/fuzz/corpus

# ---- Style -----------------------------------------------------------------
SOURCES := $(sort $(wildcard $(addsuffix /*.[ch]pp,\
             common common/* chapters/* chapters/*/* tests/*)))
format: | check-deps
	$(Q)clang-format -i $(SOURCES)
check-format: | check-deps
	$(Q)clang-format --dry-run --Werror $(SOURCES)

# clang-tidy is shown common/, and each chapter, as one file, since it spends its
# time on Armadillo's headers. Tests and benchmarks are left to the compilers'
# warnings and the sanitizers.
TIDIED := common $(FOLDERS:%=chapters/%)
define tidy_rule
$(OUT)/$(1)/all.tidy: $(filter-out %test.cpp %benchmark.cpp,\
    $(wildcard $(1)/*.[ch]pp $(1)/*/*.[ch]pp)) .clang-tidy | check-deps
	$$(call say,tidy,$(1))
	@mkdir -p $$(@D)
	@printf '#include "%s"\n' $$(filter %.cpp,$$^) > $$@.cpp
	$$(Q)clang-tidy --quiet $$@.cpp -- $$(filter-out -Werror,$$(FLAGS)) \
	  2>/dev/null
	@touch $$@
endef
$(foreach f,$(TIDIED),$(eval $(call tidy_rule,$(f))))
tidy: $(TIDIED:%=$(OUT)/%/all.tidy)

# ---- The lessons -----------------------------------------------------------
# The code and the output in the pages are copies: docs/writing.md says how.
# The slow commands run only when asked for, or when never run before.
# What the pages run: the README shows a test, too, and teaching.md a grading.
SHOWN := all $(OUT)/test01 $(KIT)
lessons: $(SHOWN) | check-deps
	@python3 tests/book/lessons.py refresh $${LESSON:+"$$LESSON"}
lessons-slow: $(SHOWN) | check-deps
	@python3 tests/book/lessons.py refresh --slow $${LESSON:+"$$LESSON"}
check-lessons: $(SHOWN) | check-deps
	@python3 tests/book/lessons.py check $${LESSON:+"$$LESSON"}
check-lessons-slow: $(SHOWN) | check-deps
	@python3 tests/book/lessons.py check --slow $${LESSON:+"$$LESSON"}
# What the stepper of lesson 5 shows: all states, from the explorer. And the
# schedule below it: a run that is recorded, best on a quiet machine.
stepper: $(OUT)/stepper
	$(Q)$<
schedule: $(OUT)/chapter05 chapter05
	$(Q)python3 docs/interactive/schedule.py record
.PHONY: lessons lessons-slow check-lessons check-lessons-slow stepper schedule

# ---- The figures -----------------------------------------------------------
# Drawn from data that were recorded: docs/figures/NAME.csv. To record them
# anew takes minutes, real MNIST and, where they are times, a quiet machine.
# FIGURE=03_recipes does it for one alone.
figures: | check-deps
	@python3 docs/plots/draw.py $${FIGURE:+"$$FIGURE"}
figures-data: all $(OUT)/bench01 | check-deps
	@python3 docs/plots/record.py $${FIGURE:+"$$FIGURE"}
	@python3 docs/plots/draw.py $${FIGURE:+"$$FIGURE"}
.PHONY: figures figures-data

# ---- Chapter 7's graph ------------------------------------------------------
# Measures as under Slurm, but here: build/speedup has the figures and the
# graph. OPTIONS="--rounds 15" tells ./chapter07 more; a run that says `submit`
# in place of `local` hands it to Slurm.
export OPTIONS
speedup: chapter07 | check-deps
	@sh chapters/07_speedup/speedup.sbatch local
# That script under a real Slurm of one node, which the test starts. Needs root.
test-slurm: chapter07
	@sh tests/slurm_test.sh
.PHONY: speedup test-slurm

# ---- The site --------------------------------------------------------------
docs: | check-deps
	@sh docs/build.sh
docs-open: docs
	@page=build/docs/html/index.html; for open in xdg-open open; do \
	  command -v $$open >/dev/null && exec $$open $$page; done; \
	  echo "make: neither xdg-open nor open is here; open $$page yourself" >&2; \
	  exit 1
# Builds sites of good and bad input; reads ours in headless Chromium. `make
# test` does so too, where it can.
test-site: | check-deps
	@$(run_tests) tests/book/site_test.py tests/book/site_build_test.py

.PHONY: test-emulated test-arm mutations stress fuzz format check-format tidy \
        docs docs-open test-site

# ---- The coursework, for who teaches ---------------------------------------
# Writes the students' tree: make starter DIR=~/starter CHAPTERS=01-03
starter:
	@python3 tests/coursework/starter.py "$${DIR-}" $${CHAPTERS:+"$$CHAPTERS"}
# Grades a folder or an archive, or a folder full of them. SEED=7 repeats the
# hidden values; CHAPTERS=01-03 limits it; REPORTS=marks.csv adds marks that
# are given by hand; MEASURE=no leaves thread safety and speed for later.
export GRADES
grade: $(KIT)
	@$(BUILDING) python3 tests/coursework/marking/grade.py one "$${SUBMISSION-}" \
	  "$${GRADES:-build/grades/one}"
grade-class: $(KIT)
	@$(BUILDING) python3 tests/coursework/marking/grade.py class "$${IN-}" "$$GRADES"
# The archive to upload to Gradescope: make gradescope CHAPTERS=01-03
gradescope:
	@mkdir -p build
	@python3 tests/coursework/platforms/gradescope.py pack \
	  "$${ARCHIVE:-build/gradescope.zip}"
# A code host's workflow, into a student's tree: make classroom DIR=~/starter
classroom:
	@python3 tests/coursework/platforms/classroom.py "$${DIR-}"
# What all submissions are built with.
coursework-kit: $(KIT)
# Ten invented submissions to try it with: make example-class DIR=~/class
example-class:
	@python3 tests/coursework/trials/example.py "$${DIR-}"
# What the visible values of a student's answers are compared with.
coursework-expected: $(KIT)
	@$(BUILDING) python3 tests/coursework/check.py expect $$EXERCISE
# TEST="StudentsLoop Symbols": those alone.
coursework-test: $(KIT)
	@$(BUILDING) python3 tests/coursework/trials/coursework_test.py $(TEST)
	@$(BUILDING) python3 tests/coursework/trials/teaching_test.py
# Whether the speed part is fair beside a noisy neighbour; minutes.
coursework-fairness: $(KIT)
	@$(BUILDING) python3 tests/coursework/trials/fairness.py $${COUNT:-30} $$EXERCISE
# Each mistake in mutants/ must be found; EXERCISE=row_sums: those of one.
coursework-mutants: $(KIT)
	@$(BUILDING) python3 tests/coursework/trials/mutants.py $$EXERCISE
# The judge is shown hostile and broken submissions: hostile/*.txt. Minutes;
# `make test` does the short form.
grade-selftest: $(KIT)
	@$(BUILDING) python3 tests/coursework/trials/selftest.py
.PHONY: starter grade grade-class grade-selftest gradescope classroom \
        example-class coursework-kit coursework-expected coursework-test \
        coursework-mutants coursework-fairness
