# SPDX-License-Identifier: MIT
# dcmsec: one statically linked binary. `make help` lists what can be made.
#
# Each compiler and variant builds in a folder of its own below build/. There is no list of sources:
# a .c file in lib/*/ or applets/ takes part, and an applet registers itself by its file name.

VERSION := 0.1.0
ifeq ($(origin CC),default)
CC := $(if $(SAN),clang,musl-gcc)
endif
PREFIX ?= /usr/local
comma := ,
empty :=
space := $(empty) $(empty)
PYTHON := /usr/bin/python3
VARIANT := $(notdir $(CC))$(if $(APPLETS),-$(subst $(space),-,$(strip $(APPLETS))))$(if $(SAN),-san)$(if $(FUZZ),-fuzz)$(if $(DEBUG),-debug)$(if $(COVERAGE),-coverage)
O := build/$(VARIANT)
MUSL := $(findstring musl,$(CC))

# ---- flags

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wvla \
	-Wno-missing-field-initializers -Wformat=2 -Wpointer-arith -Wcast-qual -Wwrite-strings $(if $(or $(CI),$(WERROR)),-Werror)
CPPFLAGS += -Ilib -I$(O) -isystem /usr/include/bearssl -DDCMSEC_VERSION='"$(VERSION)"' \
	-D_POSIX_C_SOURCE=200809L $(if $(DEBUG),-DDCMSEC_DEBUG)
CFLAGS ?= -Os -g
ALL_CFLAGS := -std=c11 $(CFLAGS) -fPIE -ffunction-sections -fdata-sections -fstack-protector-strong \
	-fno-strict-aliasing -fno-asynchronous-unwind-tables -fno-unwind-tables $(WARN) -MMD -MP
# arm64: all is within a megabyte, so an address is one instruction; the linker tells if it is not. musl
# keeps the stack protector's word below the thread pointer too, where no table of addresses is needed.
ALL_CFLAGS += $(if $(and $(MUSL),$(findstring aarch64,$(CC))),-mcmodel=tiny -mstack-protector-guard=sysreg \
	-mstack-protector-guard-reg=tpidr_el0 -mstack-protector-guard-offset=-16 -include lib/base/local.h)
ifneq ($(SAN),)
ALL_CFLAGS += -fsanitize=address,undefined$(if $(FUZZ),$(comma)fuzzer-no-link) -fno-sanitize-recover=all -fno-omit-frame-pointer
ALL_LDFLAGS += -fsanitize=address,undefined
CPPFLAGS += -DDCMSEC_NO_SANDBOX
endif
ifneq ($(COVERAGE),)
ALL_CFLAGS += --coverage
ALL_LDFLAGS += --coverage
CPPFLAGS += -DDCMSEC_NO_SANDBOX
endif

# BearSSL and zlib are Debian's static archives for the same machine.
LIBS = $(shell $(CC) -print-file-name=libbearssl.a) $(shell $(CC) -print-file-name=libz.a) -lm
# Debian's archives need our fortify.o again, so a test names our archive on both sides of them.
TEST_LIBS = $(O)/libdcmsec.a $(LIBS) $(O)/libdcmsec.a

# A static program whose load address is still random: musl's specs know only the dynamic PIE, so its
# start files are named here. Packed relocations (see lib/base/start.c) save 45 KB; GNU ld makes them for
# x86 only, lld for arm64 too.
PACK := $(if $(findstring aarch64,$(CC)),-B/usr/lib/llvm-14/bin -fuse-ld=lld -Wl$(comma)--pack-dyn-relocs=relr -Wl$(comma)-O2, \
	-Wl$(comma)-z$(comma)pack-relative-relocs)
ifneq ($(MUSL),)
CRT = /usr/lib/$(subst -gnu,-musl,$(shell $(CC) -dumpmachine))
ALL_LDFLAGS += -static -nostartfiles -Wl,-pie -Wl,--no-dynamic-linker -Wl,-z,text \
	-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,noseparate-code -Wl,-T,lib/base/start.ld $(PACK) \
	-Wl,-e,start_packed $(O)/lib/base/start.o $(CRT)/rcrt1.o $(CRT)/crti.o $(CRT)/crtn.o
endif
ALL_LDFLAGS += -Wl,--gc-sections $(LDFLAGS)

# ---- what is built

LIB_SRC := $(wildcard lib/*/*.c)
# make APPLETS='send receive echo' leaves the others out of the binary, and with them the three names of
# DCMTK's tools, which count as applets here. Who names one of those means the applet behind it too.
FACES := storescu=send storescp=receive echoscu=echo
FACES_IN := $(if $(APPLETS),$(foreach face,$(FACES),$(if $(filter $(firstword $(subst =, ,$(face))),$(APPLETS)),$(face))),$(FACES))
# The word "retired" among them brings BearSSL's own TLS engine, which only retired profiles need.
RETIRED := $(or $(filter retired,$(APPLETS)),$(if $(APPLETS),,retired))
APPLET_NAMES := $(sort $(filter-out retired $(foreach face,$(FACES),$(firstword $(subst =, ,$(face)))),$(APPLETS)) \
	$(foreach face,$(FACES_IN),$(lastword $(subst =, ,$(face)))))
APPLET_SRC := $(if $(APPLETS),$(APPLET_NAMES:%=applets/%.c),$(wildcard applets/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(O)/%.o)
APPLET_OBJ := $(APPLET_SRC:%.c=$(O)/%.o)
UNIT := $(patsubst %.c,$(O)/%,$(wildcard tests/unit/*.c))
REPLAY := $(patsubst %.c,$(O)/%,$(wildcard tests/fuzz/*.c))
TOOLS := $(patsubst %.c,$(O)/%,$(wildcard tests/tools/*.c))
OBJ := $(LIB_OBJ) $(APPLET_OBJ) $(O)/dcmsec.o

# musl-gcc is a wrapper of the host's gcc; a cross compiler's binutils are named after glibc's triplet.
STRIP ?= $(patsubst %gcc,%strip,$(subst linux-musl-,linux-gnu-,$(if $(findstring -linux-,$(CC)),$(notdir $(CC)),gcc)))

# A line a step; V=1 shows the commands.
Q := $(if $(V),,@)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all demo check deps install clean help bench bench-quick analyze coverage format tests faults hostile FORCE

all: $(O)/dcmsec
ifeq ($(VARIANT),musl-gcc)
	@ln -f $(O)/dcmsec dcmsec
endif
	@printf '%s: %s bytes\n' $(O)/dcmsec $$(stat -c %s $(O)/dcmsec)

$(O)/dcmsec: $(O)/dcmsec.full
	$(Q)$(if $(SAN)$(COVERAGE)$(DEBUG),cp $< $@,$(STRIP) -o $@ $<)

$(O)/dcmsec.full: $(OBJ)
	@echo 'LD $@'
	$(Q)$(CC) -o $@ $(filter-out %/start.o,$(OBJ)) $(ALL_LDFLAGS) $(LIBS)

$(O)/libdcmsec.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $(LIB_OBJ)

$(O)/%.o: %.c Makefile | $(O)/applets.h
	@mkdir -p $(@D)
	@echo 'CC $@'
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(EXTRA) -c -o $@ $<

# The headers of the two do not tell: what --version says of them comes from where they come from.
$(O)/lib/cli/help.o: EXTRA = \
	-DBEARSSL_VERSION='"$(or $(firstword $(subst +, ,$(shell dpkg-query -W -f '$${Version} ' libbearssl-dev 2>/dev/null))),unknown)"' \
	-DZLIB_VERSION='"$(or $(shell sed -n 's/^.define ZLIB_VERSION "\(.*\)"/\1/p' /usr/include/zlib.h 2>/dev/null),unknown)"'

# zlib.h lives among the system's own headers, which a musl build must not see before musl's.
$(O)/lib/dicom/deflate.o: EXTRA = -idirafter /usr/include

# Objects and long lists pass through these byte by byte, so they are built for speed and the rest for size.
# Of what gcc aligns for speed only loops repay it.
HOT := lib/dicom/elem lib/dicom/check lib/dicom/recode lib/dicom/ul lib/base/span lib/base/buf \
	lib/tls/gcm_x86 lib/pki/rsa lib/pki/x25519 lib/pki/crl lib/pki/crlext lib/pki/der lib/pki/pem lib/base/date
$(HOT:%=$(O)/%.o): EXTRA = $(if $(COVERAGE),,-O2 $(if $(findstring clang,$(CC)),,-falign-functions=1 -falign-jumps=1))
# It runs before there is a stack protector.
$(O)/lib/base/start.o: EXTRA = -O2 -fno-stack-protector $(if $(findstring clang,$(CC)),,-fno-tree-loop-distribute-patterns)

# A face that is left out (see lib/base/parts.h); what they share goes with the last of them.
FACELESS := $(filter-out $(foreach face,$(FACES_IN),applets/$(lastword $(subst =, ,$(face)))),\
	$(foreach face,$(FACES),applets/$(lastword $(subst =, ,$(face))))) $(if $(strip $(FACES_IN)),,$(patsubst %.c,%,$(wildcard lib/app/*.c lib/cli/*.c)) lib/io/scp_associate)
$(FACELESS:%=$(O)/%.o): CPPFLAGS += -DFACE=0

# Without the engine of the retired profiles (see lib/base/parts.h).
$(if $(RETIRED),,$(patsubst lib/%.c,$(O)/lib/%.o,$(wildcard lib/tls/*.c))): CPPFLAGS += -DRETIRED=0

# One line an applet; dcmsec.c includes it for the declarations and again for the table.
$(O)/applets.h: $(APPLET_SRC) applets
	@mkdir -p $(@D)
	@printf 'APPLET(%s)\n' $(sort $(notdir $(APPLET_SRC:.c=))) >$@.new
	@cmp -s $@.new $@ || cp $@.new $@; rm -f $@.new; touch $@

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libdcmsec.a
	@$(CC) -o $@ $< $(ALL_LDFLAGS) $(TEST_LIBS)

$(O)/tests/tools/%: $(O)/tests/tools/%.o $(O)/libdcmsec.a
	@$(CC) -o $@ $< $(ALL_LDFLAGS) $(TEST_LIBS)

# Puts its own functions around those that make a secret public (see there).
$(O)/tests/tools/constant_time.o: EXTRA = -idirafter /usr/include
$(O)/tests/tools/constant_time: ALL_LDFLAGS += $(patsubst %,-Wl$(comma)--wrap=%,wipe_same protect_open \
	protect_seal share_make share_agree sign_make auth_write_finished psk_bind tickets_seal tickets_open)

# A fuzz target is one function; here it is linked with a main that feeds it the corpus.
$(O)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(O)/tests/fuzz/main/replay.o $(O)/libdcmsec.a
	@$(CC) -o $@ $< $(O)/tests/fuzz/main/replay.o $(ALL_LDFLAGS) $(TEST_LIBS)

# ---- fuzzing: make fuzz-NAME builds and runs tests/fuzz/NAME.c under libFuzzer for FUZZ_SECONDS

FUZZ_SECONDS ?= 60
FUZZED := build/clang-san-fuzz
build/fuzz/%: FORCE
	@mkdir -p $(@D)
	@$(MAKE) --no-print-directory -s CC=clang SAN=1 FUZZ=1 CFLAGS='-O1 -g' $(FUZZED)/libdcmsec.a $(FUZZED)/tests/fuzz/$*.o
	clang -fsanitize=fuzzer,address,undefined -o $@ $(FUZZED)/tests/fuzz/$*.o $(FUZZED)/libdcmsec.a \
		$(shell clang -print-file-name=libbearssl.a) $(shell clang -print-file-name=libz.a) -lm
fuzz-%: build/fuzz/%
	@mkdir -p build/fuzz/corpus/$* tests/corpus/$*
	build/fuzz/$* -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=512 -print_final_stats=1 \
		-artifact_prefix=build/fuzz/$*- build/fuzz/corpus/$* tests/corpus/$*

# The same targets under AFL++ (Debian's afl++), which finds other ways in: make afl-NAME
AFL := build/afl-clang-fast
afl-%:
	@tests/deps.sh $(DEPS_BUILD) clang afl++
	@AFL_USE_ASAN=1 AFL_USE_UBSAN=1 AFL_QUIET=1 $(MAKE) --no-print-directory -s CC=afl-clang-fast CFLAGS='-O1 -g' \
		$(AFL)/libdcmsec.a $(AFL)/tests/fuzz/$*.o
	AFL_USE_ASAN=1 AFL_USE_UBSAN=1 AFL_QUIET=1 afl-clang-fast -fsanitize=fuzzer -o $(AFL)/$* $(AFL)/tests/fuzz/$*.o \
		$(AFL)/libdcmsec.a $(shell clang -print-file-name=libbearssl.a) $(shell clang -print-file-name=libz.a) -lm
	AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_AUTORESUME=1 AFL_NO_AFFINITY=1 \
		afl-fuzz -m none -t 5000 -V $(FUZZ_SECONDS) -i tests/corpus/$* -o $(AFL)/found-$* -- $(AFL)/$*

# ---- what a person calls

DEPS_BUILD := musl-tools libbearssl-dev zlib1g-dev
DEPS_DEMO := $(DEPS_BUILD) openssl python3-pydicom
DEPS_CHECK := $(DEPS_DEMO) clang libclang-rt-14-dev clang-format dcmtk gnutls-bin orthanc \
	python3-cryptography python3-cryptography-vectors python3-numpy qemu-user-static \
	gcc-aarch64-linux-gnu lld musl-dev:arm64 libbearssl-dev:arm64 zlib1g-dev:arm64 man-db strace valgrind
DEPS ?= $(DEPS_CHECK)

deps:
	@tests/deps.sh $(DEPS)

demo:
	@tests/deps.sh $(DEPS_DEMO)
	@$(MAKE) --no-print-directory -s all
	@tests/demo.sh $(O)/dcmsec

tests: $(O)/dcmsec $(UNIT) $(REPLAY) $(TOOLS)

# A fault and a power cut at each system call of short scenarios; of some of these make check tries a part.
faults: $(O)/dcmsec $(TOOLS)
	@FAULTS=all TEST_SECONDS=7200 tests/run.sh $(O) interop/faults_; code=$$?; \
		cat $(O)/test-logs/tests_interop_faults_*.log; exit $$code

check:
	@tests/deps.sh $(DEPS_CHECK)
	@$(MAKE) --no-print-directory tests
	@tests/run.sh $(O) '$(or $(ONLY),.)'

# Four analyzers; what they find and is no fault stands in tests/analyze.txt with the reason.
DEPS_ANALYZE := $(DEPS_BUILD) clang clang-tidy cppcheck
analyze:
	@tests/deps.sh $(DEPS_ANALYZE)
	@$(MAKE) --no-print-directory -s $(O)/applets.h
	@$(PYTHON) tests/analyze.py $(O)

# The host's gcc has the library that counts. Failed claims do not matter here: check tells about them.
coverage:
	@tests/deps.sh $(DEPS_CHECK)
	@$(MAKE) --no-print-directory -s CC=gcc COVERAGE=1 CFLAGS='-O0 -g' tests
	@find build/gcc-coverage -name '*.gcda' -delete
	-@TEST_SECONDS=$${TEST_SECONDS:-3600} tests/run.sh build/gcc-coverage '$(or $(ONLY),.)'
	@$(PYTHON) tests/coverage.py build/gcc-coverage

# The longer run of what check does with 2,000, and with a tenth of that from the other side; the n-th
# association is the same in both. HOSTILE=all: each row of the tables over TCP and over TLS.
hostile:
	@tests/deps.sh $(DEPS_CHECK)
	@$(MAKE) --no-print-directory -s $(O)/dcmsec $(TOOLS)
	@HOSTILE=all MUTATIONS=$${MUTATIONS:-100000} TEST_SECONDS=86400 tests/run.sh $(O) hostile_
	@grep -h '^#' $(O)/test-logs/*hostile_*mutated*

# BENCH='--json FILE' keeps the figures.
bench bench-quick:
	@tests/deps.sh $(DEPS_CHECK)
	@$(MAKE) --no-print-directory -s $(O)/dcmsec $(TOOLS)
	@$(PYTHON) tests/bench.py $(O) $(if $(filter bench-quick,$@),--quick) $(BENCH)

format:
	clang-format -i dcmsec.c $(shell find lib applets tests -name '*.[ch]' ! -name '*_table.h' ! -name '*_table.c')

install: all
	install -D -m 755 $(O)/dcmsec $(DESTDIR)$(PREFIX)/bin/dcmsec
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 docs/*.1 $(DESTDIR)$(PREFIX)/share/man/man1

clean:
	rm -rf build dcmsec

help:
	@printf '%s\n' \
		'make               build dcmsec, static, for this machine; V=1 shows the commands' \
		'make demo          send real DICOM objects over mutual TLS to a receiver, here' \
		'make check         all tests; ONLY=PATTERN for some; SAN=1 with sanitizers' \
		'make analyze       static analysis: no finding without an explanation' \
		'make coverage      which lines and branches of lib/ the tests reach' \
		'make bench         speed and memory beside DCMTK; make bench-quick in two minutes' \
		'make faults        fail or kill each system call of short scenarios, all of them' \
		'make hostile       110,000 changed associations, and all PDUs in all states' \
		'make fuzz-NAME     fuzz tests/fuzz/NAME.c for FUZZ_SECONDS=60' \
		'make afl-NAME      the same under AFL++' \
		'make deps          install the Debian packages that all this needs' \
		'make install       to DESTDIR and PREFIX=/usr/local' \
		"make APPLETS='send receive echo'   only these, in 600 KB; storescu and the like, and retired, can be added" \
		'make CC=aarch64-linux-musl-gcc   the same for arm64'

-include $(OBJ:.o=.d) $(UNIT:=.d) $(REPLAY:=.d) $(TOOLS:=.d) $(O)/tests/fuzz/main/replay.d
