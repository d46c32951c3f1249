# Sourced by ./tlbscope: the JVM's start-up cache (its AOT cache: classes loaded and linked).
# It is a gift, never a need: whatever is wrong with it, the run goes on without it and says nothing.

# Flags of every JVM, also of the one that makes the cache: a cache serves only the collector it was made with best.
# Guest registers that do not fit the processor's belong on the stack, which it reads as fast as a register, and not in vector registers.
jvm_flags=(-XX:+UseSerialGC -XX:-UseFPUForSpilling)

# startup_cache HOME JAR JAVA: the file for exactly this jar and this JVM; nothing where the host cannot tell them apart.
startup_cache() {
  local key
  key=$(stat -c '%s-%Y' "$2" "${3%/bin/java}/lib/modules" 2>/dev/null) || return 0
  echo "$1/target/startup-${key/$'\n'/-}.aot"
}

# startup_flags CACHE: fills the array cache_flags. The JVM refuses a cache of another jar or JVM itself; the checksums keep
# it from believing a damaged one. Options that choose another archive would clash with ours.
startup_flags() {
  cache_flags=()
  case "${TLBSCOPE_JAVA_OPTS:-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}" in
    *-Xshare* | *SharedArchive* | *AOT*) return 0 ;;
  esac
  if [ -n "$1" ] && [ -s "$1" ]; then
    cache_flags=(-XX:AOTCache="$1" -XX:+VerifySharedSpaces '-Xlog:aot*=off,cds*=off')
  fi
}

# make_startup_cache JAR JAVA CACHE: trains a JVM with the demo, at the first run of a new jar. What several make at once is
# made in folders of their own and renamed into place; an empty file says that it was tried in vain. Profiles of methods are
# left out: with them C2 compiles at once what a small guest is over without, on the core that the guest wants.
make_startup_cache() (
  local target folder old
  target=${3%/*}
  mkdir -p "$target" 2>/dev/null || return 0
  folder=$(mktemp -d "$target/startup.XXXXXX" 2>/dev/null) || return 0
  trap 'rm -rf "$folder"' EXIT
  trap 'exit 130' INT TERM HUP
  [ ! -t 2 ] || echo "tlbscope: preparing faster starts (once, some seconds)" >&2
  cd "$folder"
  "$2" "${jvm_flags[@]}" -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="$folder/made" \
    -jar "$1" demo --timeout 60 --report report.html --json summary.json </dev/null >/dev/null 2>&1 || rm -f made
  [ -s made ] || : >made
  mv -f made "$3" || return 0
  # Those of other jars; another JVM's of this jar stay, and a JVM keeps what it has mapped.
  for old in "$target"/startup-*.aot; do
    case $old in "${3%-*-*}"-*) ;; *) rm -f "$old" ;; esac
  done
)
