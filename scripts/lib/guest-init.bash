#!/bin/bash
# The first process of the guests of scripts/uml and scripts/qemu, copied into their temporary folder. It makes the system usable
# and runs the folder's `command`.
set -u
folder=${BASH_SOURCE[0]%/*}

readonly modules=(
  sch_ingress sch_prio sch_fq cls_matchall cls_flower cls_u32 cls_bpf cls_basic
  act_mirred act_vlan act_gact act_police act_sample act_skbedit act_pedit
  bridge veth dummy 8021q bonding ifb nlmon macvlan macvtap ipvlan ipvtap tun vrf
  ipip sit ip6_tunnel gre ip_gre ip6_gre vxlan geneve openvswitch
  xfrm_user esp4 authenc crypto_null
)

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock
# The kernel mounts its devices on /dev by itself, but not the links that people rely on.
grep -q ' /dev devtmpfs ' /proc/mounts || mount -t devtmpfs dev /dev
ln -sn /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
mkdir -p /dev/pts /dev/shm
mount -t devpts -o ptmxmode=666 devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
modprobe -q -a -d "$folder/modules" "${modules[@]}" || true
ip link set dev lo up

# shellcheck disable=SC1091
source "$folder/environment"
exec <>"$GUEST_TERMINAL" >&0 2>&1
stty -opost
printf '%s begin\n' "$GUEST_MARK"
# Through a pipe, so that no program takes the console for a terminal.
(
  cd "$GUEST_DIRECTORY" || exit 126
  # shellcheck disable=SC1091
  source "$folder/command"
) </dev/null 2>&1 | cat
printf '%s end %s\n' "$GUEST_MARK" "${PIPESTATUS[0]}"
# Waits until the terminal has sent everything.
stty opost
sync
poweroff -f
