# Turns what you may set into the compiler's flags. The Makefile includes this.

BUILD    ?= release
SANITIZE ?=
V        ?= 0
ifeq ($(origin CXX),default)
  CXX := g++
endif

# A misspelt setting would build something else in silence: it is refused.
# $(call choose,SETTING,CHOICES): stops unless SETTING is one of the CHOICES.
comma := ,
empty :=
space := $(empty) $(empty)
choose = $(if $(findstring /$($(1))/,/$(subst $(space),/,$(2))/),,\
           $(error $(1)=$($(1)) is unknown: choose one of: $(2)))
$(call choose,BUILD,release debug)
$(if $(strip $(CXX)),,$(error CXX is empty: name a compiler))
ifneq ($(SANITIZE),)
  $(call choose,SANITIZE,address undefined address$(comma)undefined thread)
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
else
  # Clang 19 blames a deprecated name inside GCC 12's own std::stable_sort on
  # us. GCC still refuses one of ours.
  WARNINGS += -Wno-deprecated-declarations
endif
# What is otherwise in a student's tree.
-include common/make/starter.mk
# All that this processor can do, where the compiler knows it: a cross compiler
# does not, nor do some of Apple's. It is asked when first needed, and not when
# make begins: `make deps` may have to install it.
ifeq ($(origin ARCH),undefined)
  NATIVE := $(if $(filter arm% aarch64,$(shell uname -m)),-mcpu,-march)=native
  ARCH    = $(eval ARCH := $(shell \
              $(CXX) $(NATIVE) -E -x c++ /dev/null >/dev/null 2>&1 && \
              echo $(NATIVE)))$(ARCH)
endif
# For the few files that may fuse a*b+c. Clang would cut what is written for
# 512 bits into halves where it deems 256 to be better.
FUSED = -ffp-contract=fast $(and $(findstring clang,$(CXX)),$(shell \
          echo | $(CXX) -mprefer-vector-width=512 -E - >/dev/null 2>&1 && \
          echo -mprefer-vector-width=512))
# In the pass "ipa-cp" GCC 12 crashes now and then, where headers were compiled
# before.
NO_IPA_CP := $(if $(findstring clang,$(CXX))$(filter Darwin,$(shell uname)),,\
               -fno-ipa-cp)
CXXFLAGS_release = -O3 $(ARCH) $(NO_IPA_CP)
QUICK_release    := -O1
CXXFLAGS_debug   := -O0 -g -D_GLIBCXX_ASSERTIONS
ARMA_release     := -DARMA_NO_DEBUG
ARMA := -DARMA_DONT_USE_WRAPPER -DARMA_USE_BLAS -DARMA_DONT_USE_OPENMP
# Where the environment has FLAGS, make would expand them for each command.
unexport FLAGS
FLAGS = -std=c++20 -ffp-contract=off -pthread $(CXXFLAGS_$(BUILD)) \
         $(WARNINGS) $(ARMA) $(ARMA_$(BUILD)) -I. -Ichapters
BLAS := -lopenblas
# mimalloc is for tasks. Its library has an operator new, too, which aborts
# where there is no memory: the standard library's comes first.
LIBS  = -lstdc++ $(BLAS) -lfmt -ljansson -lmimalloc -lpng -lz -pthread

ifeq ($(shell uname),Darwin)
  BREW  := $(shell brew --prefix 2>/dev/null)
  # Apple calls ucontext.h, of tests/model, deprecated and offers nothing else.
  FLAGS += -isystem $(BREW)/include -DACCELERATE_NEW_LAPACK \
           -Wno-deprecated-declarations
  BLAS  := -framework Accelerate -L$(BREW)/lib
  LIBS   = $(BLAS) -lfmt -ljansson -lmimalloc -lpng -lz -pthread
endif
ifneq ($(SANITIZE),)
  # -O1: the compilers take several times as long to optimise checked code.
  # SANITIZED: tasks use the plain allocator, which sanitizers watch.
  FLAGS += -O1 -g1 -fno-omit-frame-pointer -fsanitize=$(SANITIZE) \
           -fno-sanitize-recover=all -DSANITIZED
endif
CXXFLAGS ?=
LDFLAGS  ?=

# Every kind of build has a folder of its own: build/release-g++, ...
SUFFIX := $(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
# `make grade-class OUT=folder` means another folder.
ifeq ($(origin OUT),command line)
  GRADES := $(OUT)
endif
override OUT := build/$(BUILD)-$(subst $(space),-,$(notdir $(CXX)))$(SUFFIX)
Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' '$(1)' '$(2)')

# Use every core unless you say otherwise with -j.
# A make inside a make has its share already.
ifeq ($(filter -j%,$(MAKEFLAGS))$(filter-out 0,$(MAKELEVEL)),)
  MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-print-directory
