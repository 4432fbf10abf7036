# Sourced by scripts/uml and scripts/qemu: runs a command in a kernel of its own, which sees the machine's files. The sourcing
# script defines `own_option NAME VALUE` for options of its own and `boot`, which starts the kernel in the background.
# shellcheck shell=bash
# shellcheck source=scripts/lib/common.bash
source "${BASH_SOURCE[0]%/*}/common.bash"

seconds=300
passed=(CI LANG LC_ALL NO_COLOR TERM)
assigned=()
folder=
kernel=
reader=

usage() {
  sed -n '/^# usage/,/^set /s/^# \?//p' "$0" >&2
  exit 64
}

parse() {
  while [[ ${1-} == -* ]]; do
    [[ $1 != -- ]] || { shift && break; }
    (($# > 1)) || usage
    case $1 in
      --memory) memory=$2 ;;
      --time) seconds=$2 ;;
      --env) if [[ $2 == *=* ]]; then assigned+=("$2"); else passed+=("$2"); fi ;;
      *) own_option "$1" "$2" || usage ;;
    esac
    shift 2
  done
  (($#)) || usage
  command=("$@")
}

cleanup() {
  if [[ -n $kernel ]]; then
    kill "$kernel" 2>/dev/null || true
    wait "$kernel" || true
  fi
  [[ -z $folder ]] || rm -rf "$folder"
}

# Makes the folder that the guest is started from; a signal to this script ends the guest.
make_guest_folder() {
  folder=$(mktemp -d "${TMPDIR:-/tmp}/guest.XXXXXXXX")
  trap cleanup EXIT
  trap 'exit 143' TERM HUP
  trap 'exit 130' INT
  mkfifo "$folder/pipe"
}

# What the guest's first process needs, as files that bash can source: where the kernel's modules are, and which of its terminals
# takes the command's output.
write_guest_files() {
  local tree=$1 terminal=$2 name search
  mark="guest-${folder##*.}"
  mkdir -p "$folder/modules/lib"
  ln -s "$tree" "$folder/modules/lib/modules"
  install -m 755 "$root/scripts/lib/guest-init.bash" "$folder/init"
  search=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  if name=$(command -v swift); then search=${name%/*}:$search; fi
  {
    printf 'GUEST_MARK=%q GUEST_TERMINAL=%q GUEST_DIRECTORY=%q\n' "$mark" "$terminal" "$PWD"
    printf 'export PATH=%q HOME=%q TMPDIR=/tmp\n' "$search" "${HOME:-/root}"
    for name in "${passed[@]}"; do
      [[ ! -v $name ]] || printf 'export %s=%q\n' "$name" "${!name}"
    done
    for name in "${assigned[@]}"; do
      printf 'export %s=%q\n' "${name%%=*}" "${name#*=}"
    done
  } >"$folder/environment"
  printf '%q ' "${command[@]}" >"$folder/command"
}

# Everything between the two marks is the command's; the second comes with its exit status. The rest is the kernel's.
guest_output() {
  awk -v mark="$mark" -v status="$folder/status" '
    { sub(/\r$/, "") }
    $0 == mark " begin" { inside = 1; next }
    inside && index($0, mark " end ") == 1 { inside = 0; print $3 >status; next }
    inside { print; fflush() }'
}

# Boots, and returns what the command returned; 124 if the time is up, 125 if the kernel ended before the command did. `boot`
# sets `kernel` and `reader` to the processes to wait for, and leaves the kernel's console in the folder's `console`.
run_guest() {
  local status=0
  boot
  wait "$kernel" || status=$?
  kernel=
  wait "$reader" || true
  if [[ -s $folder/status ]]; then return "$(<"$folder/status")"; fi
  if ((status == 124 || status == 137)); then
    warn "stopped after $seconds seconds"
    return 124
  fi
  warn "the kernel ended before the command did; its console:"
  cat "$folder/console" >&2
  return 125
}
