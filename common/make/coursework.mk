# The student's loop. The Makefile includes this file.
#
# An exercise is one function: what stands between BEGIN SOLUTION and END
# SOLUTION. `make check03` tests those of chapter 3 one by one, `make watch03` at
# every save, and in a student's tree `make hint03` gives a hint for the first
# that fails.
BUILDING = CXX="$(CXX)" FLAGS="$(FLAGS) $(CXXFLAGS)" LIBS="$(LIBS)" OUT="$(OUT)"
# What the exercises and their probes use of common/.
KIT := $(OUT)/coursework.a $(OUT)/model.a
$(OUT)/coursework.a: $(patsubst %,$(OUT)/common/%.o,rng dataset huge_pages \
      terminal/text program/cores) \
    $(patsubst %.cpp,$(OUT)/%.o,\
      $(wildcard chapters/08_parallel_matrix/fused/workers.cpp)) \
    $(patsubst %,$(OUT)/tests/coursework/probes/%.o,\
      probe report values confine)
$(OUT)/tests/coursework/%.o: FLAGS += -Itests
# The explorer. It has an operator new of its own, so only those probes are
# linked with it that need it.
$(OUT)/model.a: $(patsubst %,$(OUT)/tests/model/%.o,explorer memory_model \
                  seq_cst_order)
$(NUMBERS:%=check%): check%: $(KIT)
	@$(BUILDING) python3 tests/coursework/check.py check $*
$(NUMBERS:%=watch%): watch%: $(KIT)
	@$(BUILDING) python3 tests/coursework/check.py watch $*
# What students hand in; and what the visible values give, for a code host.
submission:
	@python3 tests/coursework/hand_in.py submission.zip
result: $(KIT)
	@$(BUILDING) python3 tests/coursework/result.py
.PHONY: $(NUMBERS:%=check%) $(NUMBERS:%=watch%) submission result

# In a student's tree, which has this file, all tests are those of the chapters.
ifneq ($(wildcard common/make/starter.mk),)
test: $(TESTS)
endif
