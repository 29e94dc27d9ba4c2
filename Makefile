# SPDX-License-Identifier: GPL-2.0
#
# make help tells the targets.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

V ?= 0
ifeq ($(V),0)
  Q := @
  say = @printf '  %-8s %s\n' '$(1)' '$(2)';
  MAKEFLAGS += --no-print-directory
endif

PREFIX ?= /usr/local
CC ?= cc
ifeq ($(origin CC),default)
  CC := gcc
endif
PKG_CONFIG ?= pkg-config
OBJCOPY ?= objcopy

# A tarball has no git: it brings a file instead.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || \
		   cat VERSION 2>/dev/null || echo unknown)
# Exemptions with a date are not live while the clock shows an earlier time.
BUILD_TIME := $(shell echo $${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct \
		      2>/dev/null || stat -c %Y kmod/main.c)})

# ---- the module: one build for each kernel, in build/kmod/NAME ----------------

# The running kernel where its headers are here, else Debian's standard one.
RUNNING := /lib/modules/$(shell uname -r)/build
ifdef KDIR
  KERNEL := custom
else ifneq ($(wildcard $(RUNNING)/Makefile),)
  KERNEL := running
  KDIR := $(RUNNING)
else
  KERNEL := bookworm
endif

KMOD_SOURCES := Kbuild $(shell find kmod -name '*.[ch]')
kdir_of = $(or $(if $(filter $(KERNEL),$(1)),$(KDIR)),$$(scripts/kernel $(1))/kdir)

# ---- the tool and the tests' programs ----------------------------------------

CFLAGS ?= -O2 -g
LIBS := libmnl jansson yaml-0.1
USER_CFLAGS := -std=gnu11 -Wall -Wextra -Werror -Iuserspace -Ikmod -Ikmod/uapi
CORE_SOURCES := $(wildcard kmod/core/*.c) userspace/core_port.c
# An executable each, for what needs a library that the tool does without.
EXTERNAL_SOURCES := $(wildcard userspace/libexec/*.c)
EXTERNALS := $(EXTERNAL_SOURCES:userspace/libexec/%.c=libexec/camfence/camfence-%)
LIBS_flows := libnetfilter_conntrack
LIBS_monitor-log := libsystemd
USER_SOURCES := $(filter-out $(EXTERNAL_SOURCES),\
		$(wildcard userspace/*.c userspace/*/*.c))
# What a test of the core is linked with (test_c_*), and one of the tool: all
# but its main().
CORE_LIB := $(CORE_SOURCES) $(wildcard tests/unit/lib*.c)
TOOL_LIB := $(CORE_SOURCES) $(filter-out userspace/camfence.c,$(USER_SOURCES))
USER_LIB := $(sort $(CORE_LIB) $(TOOL_LIB))
UNIT_TESTS := $(patsubst tests/unit/%.c,build/unit/%,\
		$(wildcard tests/unit/test_*.c))
# What a fuzz target is linked with.
FUZZ_classify := $(CORE_SOURCES)
FUZZ_config := $(sort $(filter-out userspace/cmd/%,$(TOOL_LIB)))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
VM_PROGRAMS := $(patsubst tests/vm/%/,build/tests/%,$(wildcard tests/vm/*/))
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all \
	    -fno-omit-frame-pointer

.PHONY: all
all: tools modules

.PHONY: help
help:
	@echo 'make             the tool (build/camfence) and the module'
	@echo 'make tools       the tool'
	@echo 'make modules     the module, for KDIR=, for the running kernel where its'
	@echo '                 headers are installed, or for Debian'"'"'s standard kernel'
	@echo 'make modules-K   the module for kernel K of scripts/kernel (bookworm, rt, debug, uml)'
	@echo '                 KFLAGS=CF_SELFTEST=1: a module that tests its classifiers at load'
	@echo 'make install     DESTDIR=, PREFIX=$(PREFIX)'
	@echo 'make install-dkms  the module'"'"'s source in /usr/src, for dkms(8)'
	@echo 'make uninstall   likewise; the ruleset in force stays until it is flushed'
	@echo 'make demo        the main job, on real data, in a VM'
	@echo 'make check       the tests: style, unit, CLI, VM'
	@echo 'make check-G     one group of them: style, unit, cli, model, walk, vm, harness'
	@echo 'make check-path  the verdict on a packet, at length: core and packets against the model'
	@echo 'make check-boot  boots under systemd, in VMs'
	@echo 'make check-control dumps during commits, two admins; check-control-debug'
	@echo 'make check-debug the VM tests on a kernel with KASAN and lockdep'
	@echo 'make fuzz        the fuzz targets by libFuzzer, FUZZ_SECONDS=$(FUZZ_SECONDS) each (needs clang)'
	@echo 'make bench       the benchmarks, into docs/performance.md; scripts/bench --quick to try'
	@echo 'make style       checkpatch, sparse, W=1, shellcheck'
	@echo 'make clean'
	@echo 'V=1 shows the commands. Whatever they need, scripts/deps installs.'

# ---- tool ---------------------------------------------------------------------

.PHONY: tools
tools: build/camfence $(EXTERNALS:%=build/%)

cc_flags = $(CFLAGS) $(USER_CFLAGS) $(shell $(PKG_CONFIG) --cflags $(LIBS))
# libcsv has no .pc file.
ld_libs = $(shell $(PKG_CONFIG) --libs $(LIBS)) -lcsv

build/obj/%.o: %.c
	$(call say,CC,$<)mkdir -p $(@D)
	$(Q)$(CC) $(cc_flags) -MMD -MP -c -o $@ $<

build/asan/%.o: %.c
	$(call say,CC,$<)mkdir -p $(@D)
	$(Q)$(CC) $(cc_flags) $(SANITIZE) -MMD -MP -c -o $@ $<

# Of these two alone, or every commit would compile everything anew.
VERSIONED := $(foreach d,build/obj build/asan,\
	       $(d)/userspace/camfence.o $(d)/userspace/cmd/status.o)
$(VERSIONED): USER_CFLAGS += -DCF_VERSION='"$(VERSION)"'
$(VERSIONED): build/version

build/camfence: $(patsubst %.c,build/obj/%.o,$(sort $(CORE_SOURCES) $(USER_SOURCES)))
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(ld_libs)

build/tool.a: $(patsubst %.c,build/obj/%.o,$(TOOL_LIB))
	$(Q)rm -f $@ && $(AR) rc $@ $^

build/libexec/camfence/camfence-%: build/obj/userspace/libexec/%.o build/tool.a
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(ld_libs) \
		$(shell $(PKG_CONFIG) --libs $(LIBS_$*))

build/asan/tests/model/%.o: USER_CFLAGS += -Itests/unit

build/unit/test_c_%: build/asan/tests/unit/test_c_%.o $(CORE_LIB:%.c=build/asan/%.o)
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ -lcmocka

build/unit/test_u_%: build/asan/tests/unit/test_u_%.o $(USER_LIB:%.c=build/asan/%.o)
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ $(ld_libs) -lcmocka

# With gcc a fuzz target reads files; make fuzz is libFuzzer's, by clang.
$(foreach t,$(FUZZ_TARGETS),$(eval build/fuzz/$(t): \
	$(FUZZ_$(t):%.c=build/asan/%.o)))
build/fuzz/%: build/asan/tests/fuzz/%.o build/asan/tests/fuzz/replay/replay.o
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ $(ld_libs)

FUZZ_SECONDS ?= 60
.PHONY: fuzz
fuzz: $(FUZZ_TARGETS:%=fuzz-%)
.PHONY: $(FUZZ_TARGETS:%=fuzz-%)
$(FUZZ_TARGETS:%=fuzz-%): fuzz-%:
	$(Q)mkdir -p build/fuzz/corpus-$*
	$(Q)clang $(CFLAGS) $(USER_CFLAGS) -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o build/fuzz/$*-clang \
		tests/fuzz/$*.c $(FUZZ_$*) $(ld_libs)
	$(Q)build/fuzz/$*-clang -max_total_time=$(FUZZ_SECONDS) \
		-artifact_prefix=build/fuzz/ build/fuzz/corpus-$* tests/fuzz/$*

build/tests/model-core: build/asan/tests/model/core.o $(CORE_LIB:%.c=build/asan/%.o)
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) -o $@ $^ -lcmocka

$(foreach p,$(VM_PROGRAMS),$(eval $(p): \
	$(patsubst %.c,build/obj/%.o,$(wildcard tests/vm/$(notdir $(p))/*.c))))
build/tests/walk: build/obj/tests/vm/rawnl/message.o
build/tests/counters: $(patsubst %.c,build/obj/%.o,$(TOOL_LIB))
$(VM_PROGRAMS):
	$(call say,LD,$@)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(ld_libs)

# The description of the netlink family, for a VM without a reader of YAML.
build/tests/camfence.json: docs/netlink/camfence.yaml
	$(call say,JSON,$@)mkdir -p $(@D)
	$(Q)python3 -c 'import json, sys, yaml; \
		json.dump(yaml.safe_load(sys.stdin), sys.stdout)' <$< >$@

# ---- benchmarks' programs -----------------------------------------------------

# What counts bits is compiled twice: with popcnt, as hweight64() is in a module
# on x86, and without (sw). Each half is linked into one object, of which nothing
# but the candidates is seen, for both have the core.
BENCH := tests/bench/native
BENCH_ARCH := $(if $(filter x86_64,$(shell uname -m)),-mpopcnt)
BENCH_DPDK := $(shell $(PKG_CONFIG) --exists libdpdk && echo -DBENCH_DPDK)
BENCH_CFLAGS := -O2 -g $(USER_CFLAGS) -I$(BENCH)
BENCH_HALVES := build/bench/popcnt.o build/bench/sw.o
build/bench/sw/%: BENCH_ARCH := -DBENCH_SW
build/bench/main/$(BENCH)/cand_rte.o: BENCH_ARCH := \
	$(shell $(PKG_CONFIG) --cflags libdpdk 2>/dev/null)

define bench_compile
	$(call say,CC,$@)mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_CFLAGS) $(BENCH_ARCH) $(BENCH_DPDK) -MMD -MP -c -o $@ $<
endef

build/bench/popcnt/%.o: %.c build/version
	$(bench_compile)

build/bench/sw/%.o: %.c build/version
	$(bench_compile)

build/bench/main/%.o: %.c build/version
	$(bench_compile)

BENCH_SEEN := 'candidate_*' 'bench_*'
$(BENCH_HALVES): Makefile
build/bench/popcnt.o: $(patsubst %.c,build/bench/popcnt/%.o,$(CORE_SOURCES) \
	$(BENCH)/decide.c $(filter-out %/cand_rte.c,$(wildcard $(BENCH)/cand_*.c)))
build/bench/sw.o: $(patsubst %.c,build/bench/sw/%.o,$(CORE_SOURCES) \
	$(patsubst %,$(BENCH)/cand_%.c,core poptrie rank))
$(BENCH_HALVES):
	$(call say,LD,$@)
	$(Q)$(LD) -r -o $@ $(filter %.o,$^)
	$(Q)$(OBJCOPY) -w $(BENCH_SEEN:%=-G %) $@

build/bench/native: $(patsubst %,build/bench/main/$(BENCH)/%.o,\
	main list vectors clock smp figures candidates $(if $(BENCH_DPDK),cand_rte)) \
	$(BENCH_HALVES) build/tool.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -pthread $(ld_libs) -lm \
		$(if $(BENCH_DPDK),$(shell $(PKG_CONFIG) --libs libdpdk))

.SECONDARY:

.PHONY: bench-native-programs
bench-native-programs: build/bench/native

.PHONY: unit-programs vm-programs model-programs
unit-programs: $(UNIT_TESTS) $(FUZZ_TARGETS:%=build/fuzz/%)
model-programs: build/tests/model-core
vm-programs: $(VM_PROGRAMS) build/tests/camfence.json

# Changes when the version or the libraries' flags do.
.PHONY: FORCE
build/version: FORCE
	$(Q)mkdir -p build
	$(Q)echo '$(VERSION) $(BUILD_TIME)' | cmp -s - $@ || \
		echo '$(VERSION) $(BUILD_TIME)' >$@

-include $(shell find build/obj build/asan build/bench -name '*.d' 2>/dev/null)

# ---- module -------------------------------------------------------------------

.PHONY: modules
modules: modules-$(KERNEL)

.PHONY: modules-%
modules-%: build/kmod/%/camfence.ko ;

# Kbuild leaves its objects beside the sources: give each kernel links to them.
build/kmod/%/camfence.ko: $(KMOD_SOURCES) build/version
	$(call say,KBUILD,$@)
	$(Q)mkdir -p $(@D)/kmod
	$(Q)ln -sf $(CURDIR)/Kbuild $(@D)/
	$(Q)cp -rsf $(CURDIR)/kmod/. $(@D)/kmod/
	$(Q)kdir="$(call kdir_of,$*)" && \
		$(MAKE) -s -C "$$kdir" M=$(CURDIR)/$(@D) \
		CF_VERSION=$(VERSION) CF_BUILD_TIME=$(BUILD_TIME) $(KFLAGS) \
		modules

# ---- install --------------------------------------------------------------------

# A module built elsewhere is installed by KO=FILE.
KO ?= build/kmod/$(KERNEL)/camfence.ko
ROOT := $(DESTDIR)$(PREFIX)
INSTALLED := $(ROOT)/sbin/camfence $(ROOT)/share/man/man8/camfence.8 \
	     $(ROOT)/share/bash-completion/completions/camfence \
	     $(ROOT)/share/man/man5/camfence.yaml.5 \
	     $(ROOT)/share/camfence/lockdown.nft \
	     $(ROOT)/libexec/camfence/lockdown \
	     $(ROOT)/lib/systemd/system/camfence.service \
	     $(ROOT)/share/man/man7/camfence-netlink.7 \
	     $(EXTERNALS:%=$(ROOT)/%)
# Two of them say where the others are.
prefixed = sed 's,@PREFIX@,$(PREFIX),g' $(1) | install -D -m $(2) /dev/stdin

.PHONY: install
install: tools $(KO)
	$(call say,INSTALL,$(ROOT)/sbin/camfence)
	$(Q)install -D -m 755 build/camfence $(word 1,$(INSTALLED))
	$(Q)install -D -m 644 share/man/camfence.8 $(word 2,$(INSTALLED))
	$(Q)install -D -m 644 share/completion/camfence $(word 3,$(INSTALLED))
	$(Q)install -D -m 644 share/man/camfence.yaml.5 $(word 4,$(INSTALLED))
	$(Q)install -D -m 644 share/nftables/lockdown.nft $(word 5,$(INSTALLED))
	$(Q)$(call prefixed,share/systemd/lockdown,755) $(word 6,$(INSTALLED))
	$(Q)$(call prefixed,share/systemd/camfence.service.in,644) $(word 7,$(INSTALLED))
	$(Q)install -D -m 644 share/man/camfence-netlink.7 $(word 8,$(INSTALLED))
	$(Q)for file in $(EXTERNALS); do \
		install -D -m 755 "build/$$file" "$(ROOT)/$$file" || exit; \
	done
	$(Q)release=$$(/sbin/modinfo -F vermagic $(KO) | cut -d' ' -f1) && \
		install -D -m 644 $(KO) \
		"$(DESTDIR)/lib/modules/$$release/updates/camfence.ko" && \
		{ [ -n "$(DESTDIR)" ] || /sbin/depmod "$$release"; }

# The module's source, for a module that is built anew with each new kernel.
DKMS := $(DESTDIR)/usr/src/camfence-$(VERSION)

.PHONY: install-dkms
install-dkms:
	$(call say,INSTALL,$(DKMS))
	$(Q)for file in $(KMOD_SOURCES) COPYING; do \
		install -D -m 644 "$$file" "$(DKMS)/$$file" || exit; \
	done
	$(Q)sed 's/#MODULE_VERSION#/$(VERSION)/; s/#BUILD_TIME#/$(BUILD_TIME)/' \
		dkms.conf | install -m 644 /dev/stdin $(DKMS)/dkms.conf

# The module of whichever kernel it was installed for.
.PHONY: uninstall
uninstall:
	$(call say,REMOVE,$(ROOT)/sbin/camfence)
	$(Q)rm -f $(INSTALLED)
	$(Q)for ko in $(DESTDIR)/lib/modules/*/updates/camfence.ko; do \
		[ -e "$$ko" ] || continue; \
		rm -f "$$ko" || exit; \
		release=$${ko%/updates/camfence.ko}; \
		[ -n "$(DESTDIR)" ] || /sbin/depmod "$${release##*/}" || exit; \
	done

# ---- tests ----------------------------------------------------------------------

.PHONY: demo
demo:
	$(Q)BREAK='$(BREAK)' scripts/demo

GROUPS := style unit cli model walk harness vm boot control control-debug path

.PHONY: check
check:
	$(Q)scripts/check

.PHONY: style
style: check-style

.PHONY: check-debug
check-debug:
	$(Q)scripts/check debug

.PHONY: $(GROUPS:%=check-%)
$(GROUPS:%=check-%): check-%:
	$(Q)scripts/check $*

.PHONY: bench
bench:
	$(Q)scripts/bench

.PHONY: clean
clean:
	$(Q)rm -rf build
