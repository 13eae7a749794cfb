# SPDX-License-Identifier: GPL-2.0
# gmguard: kernel module, helper and tests. "make help" lists what there is.

BUILD ?= $(CURDIR)/build
export GMGUARD_BUILD := $(BUILD)

# every kernel whose headers are installed; "make kmod KERNELS=..." for others
KERNELS ?= $(notdir $(patsubst %/build,%,$(wildcard /lib/modules/*/build)))
# the one that install is for
KREL ?= $(shell uname -r)

PREFIX ?= /usr
DESTDIR ?=

PACKAGES := $(shell sed 's/\#.*//' packages selftests/*/packages | sort -u)

# seconds that each fuzzer runs
T ?= 600

.PHONY: all kmod helper tests install clean help deps check check-long fuzz coverage \
	demo bench bench-check bench-record vm rules kernels uapi-check missing

all: kmod helper tests

help:
	@echo "make            build the module (for each kernel with headers here), the helper and the tests"
	@echo "make install    install the module for $(KREL), the helper, its man pages and examples"
	@echo "make demo       show what gmguard does, on real SIP in a micro-VM"
	@echo "make check      run all tests and checks that take minutes"
	@echo "make check-long run all there are, which takes hours"
	@echo "make fuzz       run each fuzzer for T=$(T) seconds"
	@echo "make coverage   what the tests execute: lines, branches, what is missed"
	@echo "make bench      measure what it costs, beside nftables and xfrm's own netlink"
	@echo "make bench-check  hold the last measurement against selftests/bench/RESULTS.md"
	@echo "make bench-record write RESULTS.md and the table in README.md anew, from the last"
	@echo "make vm         a shell in the micro-VM, module loaded"
	@echo "make rules      write selftests/RULES.md anew: rule, clause, reason, tests, state"
	@echo "make kernels    write the table of kernels in README.md anew, from the last run"
	@echo "make uapi-check hold headers and policies against uapi/gmguard.yaml"
	@echo "make deps       install the Debian packages that all this needs"
	@echo "make clean      remove $(BUILD)"
	@echo "Variables: KERNELS='$(KERNELS)' KREL=$(KREL) PREFIX=$(PREFIX) DESTDIR BUILD"

kmod: missing
	@test -n "$(KERNELS)" || { echo "no kernel headers here: apt-get install linux-headers-amd64 (or: make deps)" >&2; exit 1; }
	@set -e; for k in $(KERNELS); do $(MAKE) --no-print-directory $(BUILD)/$$k/gmguard.ko; done

# where modules for kernel $* are built: selftests/vm/kernel makes kernels, too
CACHE := $(or $(GMGUARD_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/gmguard)
KDIR = $(firstword $(wildcard $(CACHE)/kernel-$*/lib/modules/$*/build) /lib/modules/$*/build)

# A build per kernel, in a copy of the sources, one at a time.
$(BUILD)/%/gmguard.ko: Kbuild $(wildcard kmod/*.[ch] kmod/pure/*.[ch] uapi/linux/*.h)
	@mkdir -p $(@D)
	exec 9<$(@D) && flock 9 && cp -ru Kbuild kmod uapi $(@D) && \
		$(MAKE) -C $(KDIR) M=$(@D) W=1 KCFLAGS=-Werror $(KBUILD_CHECK) modules

helper: missing
	$(MAKE) -C helper BUILD=$(BUILD)

tests: missing
	$(MAKE) -C selftests BUILD=$(BUILD)

install: $(BUILD)/$(KREL)/gmguard.ko helper
	install -D -m 644 $(BUILD)/$(KREL)/gmguard.ko $(DESTDIR)/lib/modules/$(KREL)/extra/gmguard.ko
	test -n "$(DESTDIR)" || depmod $(KREL)
	$(MAKE) -C helper install BUILD=$(BUILD) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)

clean:
	rm -rf $(BUILD)

missing:
	@m=; for p in $(shell sed 's/\#.*//' packages); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || m="$$m $$p"; \
	done; test -z "$$m" || { echo "missing packages: apt-get install$$m (or: make deps)" >&2; exit 1; }

deps:
	@m=; for p in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || m="$$m $$p"; \
	done; test -z "$$m" || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$m; }

# Recursive, so that what deps installs is there when the rest is read.
demo: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@selftests/demo/run

check: deps
	@selftests/check

check-long: deps
	@selftests/check --long

fuzz: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@T=$(T) selftests/check fuzz

coverage: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@selftests/check --long debug vm-6.1 coverage

bench: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@selftests/bench/run

bench-check:
	@selftests/bench/compare selftests/bench/figures.json $(BUILD)/bench/results.json || [ $$? = 4 ]

bench-record:
	@cp $(BUILD)/bench/results.json selftests/bench/figures.json
	@selftests/bench/table
	@selftests/bench/chart selftests/bench/figures.json selftests/bench

vm: all
	@selftests/vm/run --shell

rules:
	@selftests/rules/table

kernels:
	@selftests/kernels

uapi-check:
	@selftests/static/uapi-check
