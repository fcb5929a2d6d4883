# make test   everything that must hold before a commit; what .ci/run calls
# make bench  the benchmarks of every package
# make fuzz   every fuzz target for FUZZTIME each
# make build  the program, ./dengwen
# make screens  the pictures in docs/screens once more

GO       ?= go
FUZZTIME ?= 15s
BENCH    ?= .

.PHONY: build test needs programs format vet race vulnerabilities bench fuzz screens

build:
	CGO_ENABLED=0 $(GO) build -trimpath -o dengwen ./cmd/dengwen

test: needs format vet race vulnerabilities

# What the tests use besides Go: a C compiler for the race detector, Dovecot as
# the mail server, Chromium as the reader, and axe-core, which npm gets, to read
# for those who do not see. On a bare Debian root installs them.
AXE      = cmd/dengwen/testdata/axe
PROGRAMS = gcc:gcc dovecot:dovecot-imapd chromium:chromium $(if $(wildcard $(AXE)/node_modules/axe-core),,npm:npm)
FOR      = make test
needs: programs $(AXE)/node_modules/.package-lock.json

$(AXE)/node_modules/.package-lock.json: $(AXE)/package-lock.json | programs
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel error --prefix $(AXE) || \
	  { echo 'make test: axe-core is missing, and npm cannot get it' >&2; exit 1; }
	@touch $@

programs:
	@export PATH="$$PATH:/usr/sbin"; missing=; for p in $(PROGRAMS); do command -v $${p%%:*} >/dev/null || missing="$$missing $${p##*:}"; done; \
	case "$$missing" in *gcc*) missing="$$missing libc6-dev";; esac; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "$(FOR): installing$$missing"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "$(FOR): these are missing, and only root can install them:$$missing. On Debian: apt-get install$$missing" >&2; exit 1; fi

format:
	@files="$$(git ls-files -z --cached --others --exclude-standard '*.go' | xargs -0 ls -d 2>/dev/null | xargs gofmt -l)"; \
	if [ -n "$$files" ]; then printf 'gofmt -w:\n%s\n' "$$files" >&2; exit 1; fi

vet:
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# The days in a browser are the slowest tests, and what they ask for the others
# ask for too: they alone run without the race detector, or all took a quarter of
# an hour. The collector waits, within 2 GiB, for it took a third of the time.
race:
	GOGC=400 GOMEMLIMIT=2GiB $(GO) test -race -timeout 9m -skip '^TestBrowser' ./...
	$(GO) test -timeout 9m -run '^TestBrowser' ./cmd/dengwen

# Known vulnerabilities are looked up online. Where the scanner or its list
# cannot be had, that is said and nothing fails; what it finds (exit code 3)
# fails.
vulnerabilities:
	@bin="$$(mktemp -d)"; trap 'rm -rf "$$bin"' EXIT; \
	GOBIN="$$bin" timeout 120 $(GO) install golang.org/x/vuln/cmd/govulncheck@latest 2>/dev/null; \
	timeout 120 "$$bin/govulncheck" ./... 2>/dev/null; \
	case $$? in 0) ;; 3) exit 1;; *) echo 'make test: the list of known vulnerabilities is out of reach; not looked' >&2;; esac

# One processor more than the cores, and a collector that waits, as in the
# program itself. The mailbox is measured beside mbsync, on Dovecot; where they
# cannot be had, that is said, its benchmark fails, and the others go on.
bench:
	@$(MAKE) --no-print-directory programs FOR='make bench' PROGRAMS='dovecot:dovecot-imapd mbsync:isync' || \
	  echo 'make bench: BenchmarkMailbox cannot run without them' >&2
	GOMAXPROCS=$$(($$(nproc) + 1)) GOGC=400 $(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

# go test takes one fuzz target of one package at a time. Minimising what is merely
# interesting would take a minute of each target.
fuzz:
	@set -e; for dir in $$($(GO) list -f '{{.Dir}}' ./...); do \
	  for target in $$(cat $$dir/*_test.go 2>/dev/null | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p'); do \
	    echo "$$dir $$target"; (cd $$dir && $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x .); \
	  done; done

# The browser tests take a picture of every page; those that are kept are replaced.
screens: needs
	@dir="$$(mktemp -d)"; trap 'rm -rf "$$dir"' EXIT; \
	DENGWEN_SCREENSHOTS="$$dir" $(GO) test -count=1 -run Browser ./cmd/dengwen && \
	for kept in docs/screens/*.webp; do cp "$$dir/$${kept##*/}" "$$kept" || exit 1; done
