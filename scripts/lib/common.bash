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
