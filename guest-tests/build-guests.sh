#!/bin/sh
# Builds the guest kernels with gcc and make, and lists them in target/guests/index for the jar. Called by Maven.
set -e
cd "$(dirname "$0")"
missing=
for tool in gcc make ld objcopy; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  echo "guest-tests: cannot build the guests, not found:$missing" >&2
  echo "guest-tests: install them, on Debian and Ubuntu: sudo apt-get install gcc make binutils" >&2
  exit 1
fi
machine=$(gcc -dumpmachine)
case "$machine" in
  x86_64*) ;;
  *) echo "guest-tests: gcc makes code for $machine; the guests need an x86_64 gcc" >&2; exit 1 ;;
esac
make --no-print-directory -j"$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)"
mkdir -p target/guests
cat stanzas.cfg zoo/stanzas.cfg > target/guests/stanzas.cfg
cat bench/system.def bench/kernels.def > target/guests/kernels.def
(cd target/guests && for elf in *.elf; do [ -f "$elf" ] && echo "$elf"; done) | LC_ALL=C sort > target/guests/index
