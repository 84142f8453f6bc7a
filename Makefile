# SPDX-License-Identifier: GPL-2.0-or-later
#
# Verbs only; the work is done by scripts/ and selftests/. Everything is built
# below build/: modules in build/KERNEL/, programs in build/bin/. Output is
# quiet, V=1 shows the commands. A bare machine has no make: ./bootstrap VERB.

MAKEFLAGS += --no-print-directory
export V

# Variables that scripts take as arguments, when they are given.
given = $(foreach v,$(1),$(if $($(v)),'$(v)=$($(v))'))

# kernel people's: which kernel, and what kbuild shall do
KBUILD_ARGS = $(call given,K KERNELDIR KVER C CF W KCFLAGS)

.PHONY: all modules tools unit vmcheck check debug-kernel coverage stress \
	fuzz check-the-checks demo bench setup install modules_install dkms-install docs clean help

all: modules tools             ## modules and tools

modules:                       ## kernel modules; K=6.1|6.12|7.2|6.1-debug, KERNELDIR=DIR or KVER=RELEASE
	@scripts/build-modules $(KBUILD_ARGS)

tools:                         ## the C++ programs: build/bin/
	@scripts/build-tools

unit: tools                    ## tests that need no virtual machine, in seconds
	@selftests/unit/run

vmcheck:                       ## tests in virtual machines; K=6.1|6.12|7.2|6.1-debug, T=name
	@selftests/run -K $(or $(K),all) $(if $(T),'$(T)')

check: setup debug-kernel      ## every test there is, on every kernel
	@scripts/check

debug-kernel:                  ## K=6.1: builds the kernel with KASAN, lockdep and so on; 10 minutes, once
	@scripts/setup kernels $(patsubst %-debug,%,$(or $(K),6.1))-debug

coverage: setup debug-kernel   ## which lines no test reaches: build/coverage/; T=name
	@selftests/coverage/run $(if $(T),'$(T)')

stress: setup debug-kernel     ## random calls, led by what they reach; TABLE=hostile SECONDS=600 SEED=
	@selftests/stress/run $(TABLE) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

fuzz: setup                    ## any bytes to the parsers, natively; SECONDS=600
	@selftests/fuzz/run $(if $(SECONDS),--seconds $(SECONDS))

check-the-checks: setup debug-kernel  ## plants bugs in a copy: does the bench name them? T=name
	@selftests/checks/planted/run $(if $(T),'$(T)')

demo: setup                    ## shows what gatehouse does, on a real guest
	@selftests/demo

bench: setup                   ## measures, against the stock drivers
	@selftests/bench/run

setup:                         ## packages and kernels this machine lacks
	@scripts/setup

install: tools                 ## programs, man pages, udev rules; DESTDIR= PREFIX=/usr/local
	@scripts/install tools $(call given,DESTDIR PREFIX)

modules_install: modules       ## modules; INSTALL_MOD_PATH= INSTALL_MOD_DIR=updates
	@scripts/install modules $(call given,K KERNELDIR KVER INSTALL_MOD_PATH INSTALL_MOD_DIR)

dkms-install:                  ## modules, rebuilt by DKMS with each new kernel
	@scripts/install dkms

docs:                          ## checks the documents, renders them: build/docs/
	@scripts/docs

clean:                         ## removes build/; the kernels in the cache stay
	@rm -rf build

help:                          ## this list
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20
