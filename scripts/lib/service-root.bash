#!/bin/bash
# Makes the disk of scripts/service-test's guest: a small Debian 12 with systemd and what the package depends on. Needs root.
#
# usage: service-root.bash IMAGE
set -euo pipefail
# shellcheck source=scripts/lib/common.bash
source "${BASH_SOURCE[0]%/*}/common.bash"

readonly packages=(
  systemd systemd-sysv dbus kmod procps iproute2 iputils-ping
  libmnl0 libnl-3-200 libnl-route-3-200 libpcap0.8 libyaml-0-2 libstdc++6
)
readonly left_out=(/usr/share/doc /usr/share/man /usr/share/locale /usr/share/info)
folder=

# The first mirror that apt uses here.
mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    awk '$2 == "bookworm" && $3 == "main" { print $1; exit }'
}

make_tree() {
  local -a options=(--quiet --variant=apt "--include=$(IFS=, && echo "${packages[*]}")" --skip=cleanup/apt/lists)
  local path
  for path in "${left_out[@]}"; do options+=("--dpkgopt=path-exclude=$path/*"); done
  mmdebstrap "${options[@]}" bookworm "$folder/tree" "$(mirror)" </dev/null
}

# What is there once only in a real system, is of no use here, or would ask on the console.
adapt_tree() {
  mkdir -p "$folder/tree/usr/lib/modules" "$folder/tree/mnt"
  printf 'guest\n' >"$folder/tree/etc/hostname"
  systemctl --root="$folder/tree" --quiet mask \
    getty@tty1.service console-getty.service systemd-logind.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
  # hostfs is in the kernel. The parameter says which of the host's folders the test is in.
  # shellcheck disable=SC2016
  printf '#!/bin/bash\nmount -t hostfs -o "$test_folder" none /mnt && exec /bin/bash /mnt/init\n' >"$folder/tree/sbin/test-init"
  chmod 755 "$folder/tree/sbin/test-init"
}

main() {
  local image=$1
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  make_tree
  adapt_tree
  truncate --size=1G "$image.new"
  mke2fs -q -F -t ext4 -O ^has_journal -d "$folder/tree" "$image.new"
  chmod 644 "$image.new"
  mv "$image.new" "$image"
}

main "$@"
