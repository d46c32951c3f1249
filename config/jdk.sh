# Sourced by ./tlbscope and ./verify: looks for what a build needs and says what to install.

wanted_java=25

# major JAVA: its major version, as its JDK's release file says; else by running it, nothing where it does not run.
major() {
  local line release=${1%/bin/java}/release
  if [ -r "$release" ]; then
    while IFS= read -r line; do
      if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
        echo "${BASH_REMATCH[1]}"
        return
      fi
    done <"$release"
  fi
  "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = \([0-9]*\).*/\1/p'
}

# find_java: path of a java of a JDK (javac beside it) that is new enough; the newest of /usr/lib/jvm where several are.
find_java() {
  local candidate version
  for candidate in "${TLBSCOPE_JAVA:-}" "${JAVA_HOME:+$JAVA_HOME/bin/java}" \
    $(ls -d /usr/lib/jvm/*/bin/java 2>/dev/null | sort -rV) "$(command -v java 2>/dev/null || true)"; do
    [ -d "$candidate" ] && candidate=$candidate/bin/java
    { [ -n "$candidate" ] && [ -x "$candidate" ]; } || continue
    candidate=$(readlink -f "$candidate")
    [ -x "${candidate%/*}/javac" ] || continue
    version=$(major "$candidate")
    if [ -n "$version" ] && [ "$version" -ge "$wanted_java" ]; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

explain_java() {
  {
    echo "tlbscope: no JDK $wanted_java or newer found (looked at TLBSCOPE_JAVA, JAVA_HOME, /usr/lib/jvm and the PATH)."
    echo "Install one, for example from https://adoptium.net (Debian and Ubuntu: package temurin-25-jdk or openjdk-25-jdk-headless),"
    echo "or say where it is: TLBSCOPE_JAVA=/path/to/jdk"
  } >&2
  exit 69
}

require_build_tools() {
  local tool missing=()
  for tool in mvn gcc make ld objcopy; do
    command -v "$tool" >/dev/null 2>&1 || missing+=("$tool")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    {
      echo "tlbscope: to build it, these are missing: ${missing[*]}"
      echo "On Debian and Ubuntu: sudo apt-get install maven gcc make binutils"
    } >&2
    exit 69
  fi
}

# toolchains HOME JAVA: a toolchains file for this JDK, so that Maven may run on any other; prints its path.
toolchains() {
  local file
  file=$1/target/toolchains.xml
  mkdir -p "$1/target"
  cat >"$file" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<toolchains>
  <toolchain>
    <type>jdk</type>
    <provides><version>$(major "$2")</version></provides>
    <configuration><jdkHome>$(dirname "$(dirname "$2")")</jdkHome></configuration>
  </toolchain>
</toolchains>
XML
  echo "$file"
}

# build HOME JAVA: the jar, its progress on standard error; standard output stays the guest's.
build() {
  local log status=0 start=$SECONDS file
  file=$(toolchains "$1" "$2")
  log=$1/target/build.log
  echo "tlbscope: building (once; the first time Maven fetches its parts, one to three minutes)" >&2
  trap 'echo "tlbscope: the build was interrupted" >&2; exit 130' INT
  # A module's line starts the module: enough to see that it goes on.
  (cd "$1" && mvn -B -t "$file" -Dmaven.test.skip=true package) 2>&1 | tee "$log" \
    | sed -un -e 's/^\[INFO\] Building \([a-z][^ ]*\) .*\[\([0-9/]*\)\]$/  [\2] \1/p' \
      -e 's/^\[INFO\] --- \(shade\|exec\|compiler\|maven-shade-plugin\|maven-compiler-plugin\|exec-maven-plugin\):[^:]*:\(compile\|exec\|shade\) .*/        \1 \2/p' \
      -e 's/^\(\[INFO\] \)\{0,1\}Downloading from [^:]*: .*\/\([^\/]*\.jar\)$/        fetching \2/p' >&2 || status=$?
  trap - INT
  if [ "$status" -ne 0 ]; then
    echo "tlbscope: the build failed:" >&2
    grep -E '^\[ERROR\]|error:|guest-tests:' "$log" | head -n 30 >&2
    echo "The whole log: $log" >&2
    exit 70
  fi
  echo "tlbscope: built in $((SECONDS - start)) s" >&2
}
