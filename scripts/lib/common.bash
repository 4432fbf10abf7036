# Sourced by the scripts of this folder: where the repository is, and what they say to people.
# shellcheck shell=bash

root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
export root

say() { printf '%s\n' "$*"; }

heading() { printf '\n== %s\n' "$*"; }

warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  warn "$@"
  exit 1
}

# Puts a toolchain that stands in a usual place into PATH, where PATH does not have it already.
find_swift() {
  local folder
  command -v swift >/dev/null && return
  for folder in /opt/swift/usr/bin /usr/local/swift/usr/bin "${HOME:-/root}/.local/share/swiftly/bin"; do
    if [[ -x $folder/swift ]]; then
      PATH=$folder:$PATH
      return
    fi
  done
  die "no Swift toolchain found: install Swift 6.3 (https://swift.org/install) and put it into PATH"
}

# Whether this machine's kernel has every feature, as a mirrorctl finds by trying.
own_kernel_is_full() {
  local report
  ((EUID == 0)) || return 1
  report=$(timeout 60 "$1" probe -o json 2>/dev/null </dev/null) || return 1
  [[ -n $report && $report != *false* ]]
}

# For user-mode Linux: the processor's state may be larger than the guest's kernel knows; see uml-xstate.c.
build_xstate_shim() {
  local compiler
  [[ $(uname -m) == x86_64 ]] || return 0
  for compiler in cc gcc clang; do
    if command -v "$compiler" >/dev/null; then
      "$compiler" -O1 -shared -fPIC -o "$1" "$root/scripts/lib/uml-xstate.c"
      return
    fi
  done
  die "no C compiler found; run scripts/setup"
}

# Runs a command on one of the processors that this shell may use, the first being 0. User-mode Linux and the processes in it take
# turns for every system call and page fault; on one processor that is a switch, between two it is an interrupt and a wait.
on_processor() {
  local part number=$1
  local -a all=()
  shift
  for part in $(sed -n 's/^Cpus_allowed_list:\s*//p' /proc/self/status | tr , ' '); do
    mapfile -t -O "${#all[@]}" all < <(seq "${part%-*}" "${part#*-}")
  done
  exec taskset --cpu-list "${all[number % ${#all[@]}]}" "$@"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@" || die "could not become root without a password; run as root: $*"
  else
    die "not root and no sudo; run as root: $*"
  fi
}
