#!/bin/bash
# The steps of scripts/service-test, in the guest, under systemd. Each is a function; all that it waits for is a condition.
#
#   br0 ─┬─ tap1 ─── ns1 eth0 10.10.10.11    guest
#        ├─ tap2 ─── ns2 eth0 10.10.10.12    guest
#        └─ tap3 ─── ns3 eth0                analyser
#
# usage: service-steps.bash laboratory | run BOOT | step NAME
set -euo pipefail

readonly profiles=/etc/mirrorctl/profiles.d
readonly drop_in=/run/systemd/system/mirrorctl.service.d
readonly step_seconds=90

# shellcheck disable=SC2034
first_boot=(
  installing_starts_the_service
  start_returns_when_the_mirrors_are_there
  status_tells_the_mirrors
  frames_are_copied
  reload_takes_changed_profiles
  reload_reads_what_no_event_tells_of
  reload_of_a_bad_profile_changes_nothing
  killed_daemon_is_restarted_and_mirrors_go_on
  hung_daemon_is_restarted_and_mirrors_go_on
  stopping_leaves_the_mirrors
  clear_removes_them
  modules_are_loaded_on_request
  no_privilege_is_missing
  exposure_is_small
  saved_features_are_believed
  networkd_leaves_mirrors_alone
  instance_for_a_namespace
  upgrade_keeps_mirrors_and_counters
  an_upgrade_enables_nothing_that_was_disabled
)
# shellcheck disable=SC2034
second_boot=(
  mirrors_are_there_after_boot
  the_system_is_in_order
  removing_takes_the_mirrors_away
  installing_again_brings_them_back
  purging_leaves_nothing
  installing_without_systemd
)

# --- laboratory

in_namespace() {
  ip netns exec "$@"
}

# The switch itself says nothing unasked either: what an analyser receives are copies.
laboratory() {
  local number
  sysctl -qw net.ipv6.conf.default.disable_ipv6=1
  ip link add br0 type bridge
  ip link set br0 up
  for number in 1 2 3; do
    ip netns add "ns$number"
    in_namespace "ns$number" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip link add "tap$number" type veth peer name eth0 netns "ns$number"
    ip link set "tap$number" master br0 up
    in_namespace "ns$number" ip link set eth0 up
    in_namespace "ns$number" ip address add "10.10.10.1$number/24" dev eth0
  done
}

# So many echo requests from the first guest to the second.
ask() {
  in_namespace ns1 ping -n -q -c "$1" -i 0.01 -W 5 10.10.10.12 >/dev/null
}

# What the analyser has received.
received() {
  in_namespace ns3 cat /sys/class/net/eth0/statistics/rx_packets
}

# --- conditions

# Tries a command until it succeeds, for some 20 seconds.
await() {
  local end=$((SECONDS + 20))
  until "$@"; do
    if ((SECONDS >= end)); then
      echo "waited in vain for: $*"
      return 1
    fi
    sleep 0.1
  done
}

# Whether a command prints what fits a pattern.
shows() {
  local pattern=$1
  shift
  # shellcheck disable=SC2053
  [[ $("$@") == $pattern ]]
}

expect() {
  if [[ $1 != "$2" ]]; then
    printf 'line %s: expected "%s", found "%s"\n' "${BASH_LINENO[0]}" "$2" "$1"
    return 1
  fi
}

# `set -e` overlooks commands behind an exclamation mark.
refused() {
  if "$@"; then
    echo "unexpected success of: $*"
    return 1
  fi
}

property() {
  systemctl show --property="$1" --value "${2:-mirrorctl}"
}

# The column of a mirror in `status`.
column() {
  local number=$1 mirror=$2
  shift 2
  mirrorctl status "$@" "$mirror" | awk -v number="$number" 'END { print $number }'
}
is_active() { [[ $(column 2 "$@" 2>/dev/null) == active ]]; }
copies() { column 5 m0; }

journal() {
  journalctl --quiet --no-pager --output=cat --unit=mirrorctl "$@"
}
is_in_journal() {
  journal --boot | grep -q -e "$1"
}

# Whatever mirrors could have left in the kernel.
traces() {
  local device
  for device in br0 tap1 tap2 tap3; do
    [[ -e /sys/class/net/$device ]] || continue
    tc filter show dev "$device" ingress
    tc filter show dev "$device" egress
  done
  tc qdisc show | grep clsact || true
  tc actions list action mirred | grep -v '^total acts 0' || true
  tc actions list action gact | grep -v '^total acts 0' || true
  ip -o link show | grep mirrorctl: || true
}

write_profile() {
  cat >"$profiles/lab.yaml"
}

simple_profile() {
  write_profile <<'END'
version: 1
mirrors:
  - name: m0
    bridge: br0
    select_src_port: tap1
    output_port: tap3
END
}

configure() {
  mkdir -p "$drop_in"
  printf '[Service]\n%s\n' "$@" >"$drop_in/test.conf"
  systemctl daemon-reload
}
forget_configuration() {
  rm -rf "$drop_in"
  systemctl daemon-reload
}

# Microseconds since the boot.
was_fed_after() {
  (($(property WatchdogTimestampMonotonic) > $1))
}

is_restarted_after() {
  local process
  process=$(property MainPID)
  [[ $process != 0 && $process != "$1" && $(property ActiveState) == active ]]
}

# --- steps

installing_starts_the_service() {
  dpkg --install /mnt/packages/*-1_*.deb
  expect "$(property ActiveState)" active
  expect "$(property UnitFileState)" enabled
  expect "$(stat -c %U:%a /run/mirrorctl)" root:755
  expect "$(mirrorctl list)" ""
}

start_returns_when_the_mirrors_are_there() {
  systemctl stop mirrorctl
  simple_profile
  expect "$(mirrorctl list)" ""
  systemctl start mirrorctl
  expect "$(column 2 m0)" active
}

status_tells_the_mirrors() {
  expect "$(property StatusText)" "1 mirror: 1 active"
  systemctl status --no-pager mirrorctl | grep -F 'Status: "1 mirror: 1 active"'
}

# Reads what was copied and what the analyser has received at a moment at which no copy was made: hosts say things unasked.
# Sets "counted" and "arrived".
read_at_rest() {
  counted=$(copies)
  arrived=$(received)
  [[ $(copies) == "$counted" ]]
}

frames_are_copied() {
  local counted arrived counted_before arrived_before
  ask 1
  await read_at_rest
  counted_before=$counted
  arrived_before=$arrived
  ask 20
  await read_at_rest
  expect $((arrived - arrived_before)) $((counted - counted_before))
  ((counted - counted_before >= 20))
}

reload_takes_changed_profiles() {
  write_profile <<'END'
version: 1
mirrors:
  - {name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}
  - {name: m1, bridge: br0, select_src_port: tap2, output_port: tap3}
END
  systemctl reload mirrorctl
  await is_active m1
  simple_profile
  systemctl reload mirrorctl
  await shows m0 mirrorctl list
}

# A file that is still open for writing counts from the reload on, and would not without it.
reload_reads_what_no_event_tells_of() {
  local file
  exec {file}>"$profiles/lab.yaml"
  cat >&"$file" <<'END'
version: 1
mirrors:
  - {name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}
  - {name: m2, bridge: br0, select_src_port: tap2, output_port: tap3}
END
  systemctl reload mirrorctl
  await is_active m2
  exec {file}>&-
  simple_profile
  systemctl reload mirrorctl
  await shows m0 mirrorctl list
}

reload_of_a_bad_profile_changes_nothing() {
  local process
  process=$(property MainPID)
  write_profile <<'END'
version: 1
mirrors:
  - name: m0
    bridge: br0
    select_src_prt: tap1
    output_port: tap3
END
  systemctl reload mirrorctl
  await is_in_journal "lab.yaml:5:5: .*select_src_port"
  expect "$(property ActiveState)" active
  expect "$(property MainPID)" "$process"
  expect "$(column 2 m0)" active
  await shows '*lab.yaml:5:5*' property StatusText
  simple_profile
  systemctl reload mirrorctl
  await shows '1 mirror: 1 active' property StatusText
}

killed_daemon_is_restarted_and_mirrors_go_on() {
  local process before
  process=$(property MainPID)
  before=$(copies)
  systemctl kill --kill-whom=main --signal=KILL mirrorctl
  ask 10
  (($(copies) - before >= 10))
  await is_restarted_after "$process"
  expect "$(property NRestarts)" 1
  before=$(copies)
  ask 10
  (($(copies) - before >= 10))
}

hung_daemon_is_restarted_and_mirrors_go_on() {
  local process first before
  configure WatchdogSec=3s
  systemctl restart mirrorctl
  process=$(property MainPID)
  first=$(property WatchdogTimestampMonotonic)
  await was_fed_after $((first + 3000000))
  expect "$(property MainPID)" "$process"
  before=$(copies)
  kill -STOP "$process"
  await is_restarted_after "$process"
  is_in_journal 'Watchdog timeout'
  ask 10
  (($(copies) - before >= 10))
  forget_configuration
  systemctl restart mirrorctl
}

stopping_leaves_the_mirrors() {
  local before
  before=$(copies)
  systemctl stop mirrorctl
  expect "$(property ActiveState)" inactive
  expect "$(property Result)" success
  expect "$(column 2 m0)" active
  ask 10
  (($(copies) - before >= 10))
  systemctl start mirrorctl
  (($(copies) - before >= 10))
}

clear_removes_them() {
  systemctl stop mirrorctl
  mirrorctl clear
  expect "$(traces)" ""
  systemctl start mirrorctl
  expect "$(column 2 m0)" active
}

# What a probe finds missing, but for what the guest's kernel is too old for.
lacking() {
  grep ' no ' | grep -v '^tcx programs '
}

# By the kernel, for the daemon, which could not load any itself; a probe loads none, and yet knows of them.
modules_are_loaded_on_request() {
  systemctl stop mirrorctl
  mirrorctl clear
  local name
  for name in cls_matchall cls_flower cls_bpf cls_u32 act_mirred act_gact act_vlan act_police sch_ingress ip_gre dummy; do
    modprobe -r "$name" || true
  done
  expect "$(mirrorctl probe | lacking)" ""
  refused grep -E '^(cls_|act_|sch_ingress|ip_gre|dummy)' /proc/modules
  write_profile <<'END'
version: 1
mirrors:
  - {name: m0, bridge: br0, select_all: true, rate: 200mbit, output_tunnel: {type: gretap, remote: 10.10.10.99, key: 1}}
END
  systemctl start mirrorctl
  mirrorctl show m0
  expect "$(column 2 m0)" degraded
  grep -E '^(act_mirred|act_police|sch_ingress|ip_gre|dummy) ' /proc/modules
  forget_configuration
}

# Where a refused system call is the daemon's end, it lives with all that mirrors can have.
no_privilege_is_missing() {
  systemctl stop mirrorctl
  mirrorctl clear
  configure SystemCallErrorNumber=kill
  ip address replace 10.10.10.1/24 dev br0
  write_profile <<'END'
version: 1
mirrors:
  - {name: m0, bridge: br0, select_src_port: tap1, filter: "icmp or vlan 7", snaplen: 60, sample: 2, rate: 1gbit, output_port: tap3}
  - {name: m1, bridge: br0, select_dst_port: tap2, view: switch, output_tunnel: {type: gretap, remote: 10.10.10.12, key: 1}}
  - {name: m2, bridge: br0, select_src_port: tap2, normalize: true, output_tunnel: {type: erspan, remote: 10.10.10.12}}
  - {name: m3, bridge: br0, select_src_port: tap1, output_vlan: {id: 9, ports: tap2}}
  - {name: m4, bridge: br0, select_src_port: "tap[2]", output_tunnel: {type: vxlan, remote: 10.10.10.12, vni: 7}}
bridges:
  - {name: br0, flood_vlans: 9}
END
  systemctl start mirrorctl
  mirrorctl status
  expect "$(mirrorctl list | wc -l)" 5
  expect "$(mirrorctl status | grep -c ' active ')" 5
  systemctl reload mirrorctl
  await shows '5 mirrors: 5 active' property StatusText
  expect "$(property NRestarts)" 0
  expect "$(journalctl --quiet --no-pager --boot --grep='type=1326|AUDIT1326|^SECCOMP auid')" ""
  simple_profile
  forget_configuration
  systemctl restart mirrorctl
  ip address del 10.10.10.1/24 dev br0
}

exposure_is_small() {
  local unit exposure
  ip netns add measured
  mkdir -p /etc/mirrorctl/netns/measured.d
  systemctl start mirrorctl@measured
  for unit in mirrorctl.service mirrorctl@measured.service; do
    exposure=$(systemd-analyze security --no-pager "$unit" | sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p')
    echo "$unit: $exposure"
    [[ -n $exposure && $(awk -v level="$exposure" 'BEGIN { print level < 2.0 }') == 1 ]]
  done
  systemctl stop mirrorctl@measured
  rmdir /etc/mirrorctl/netns/measured.d
  ip netns delete measured
}

unprivileged_probe() {
  setpriv --bounding-set -sys_admin mirrorctl probe
}

saved_features_are_believed() {
  local file=/run/mirrorctl/features
  expect "$(stat -c %U:%a $file)" root:644
  expect "$(unprivileged_probe | lacking)" ""
  sed -i 's/^geneve yes$/geneve no/' $file
  unprivileged_probe | grep 'geneve .*no .*CONFIG_GENEVE'
  chmod 666 $file
  expect "$(unprivileged_probe | lacking)" ""
  systemctl restart mirrorctl
  expect "$(stat -c %U:%a $file)" root:644
  expect "$(tail -n +2 $file | grep -v -e ' yes$' -e '^tcx ')" ""
}

# What networkd makes of interfaces: a name and a state for each.
decisions() {
  networkctl --no-legend --no-pager list "$@" | awk '{ print $2, $5 }'
}
is_decided() {
  [[ -z $(decisions br0 'tap*' 'mc*' | awk '$2 !~ /^(configured|unmanaged)$/') ]]
}

# What hangs on the ports, without counters.
filters() {
  local device
  for device in tap1 tap2; do
    tc filter show dev "$device" ingress
    tc filter show dev "$device" egress
  done
}

# With a file for all interfaces, behind one for those of the laboratory. The guest has no udev, which networkd waits for unless it
# cannot write to /sys, as in a container.
start_networkd() {
  mkdir -p /run/systemd/network
  printf '[NetDev]\nName=br0\nKind=bridge\n' >/run/systemd/network/10-bridge.netdev
  printf '[Match]\nName=br0\n[Network]\nLinkLocalAddressing=no\n' >/run/systemd/network/10-bridge.network
  printf '[Match]\nName=tap*\n[Network]\nBridge=br0\nLinkLocalAddressing=no\n' >/run/systemd/network/10-ports.network
  printf '[Match]\nName=*\n[Network]\nAddress=192.0.2.77/32\nLinkLocalAddressing=no\n' >/run/systemd/network/20-all.network
  systemd-run --quiet --unit=test-networkd --service-type=notify --property=ReadOnlyPaths=/sys /lib/systemd/systemd-networkd
}

stop_networkd() {
  systemctl stop test-networkd
  rm -rf /run/systemd/network
  ip address flush to 192.0.2.77
}

# networkd gives an address to every interface but those of mirrors: a stage, both ends of a hop and a tunnel.
networkd_leaves_mirrors_alone() {
  local before hung
  write_profile <<'END'
version: 1
mirrors:
  - {name: m0, bridge: br0, select_src_port: tap1, rate: 1gbit, output_port: tap3}
  - {name: m1, bridge: br0, select_dst_port: tap2, normalize: true, output_tunnel: {type: gretap, remote: 10.10.10.12, key: 1}}
END
  systemctl reload mirrorctl
  await shows '*degraded*' mirrorctl status m1
  hung=$(filters)
  ip link add mcserver0 type dummy
  start_networkd
  await is_decided
  expect "$(decisions mcserver0)" "mcserver0 configured"
  ip -o address show dev mcserver0 | grep -F 192.0.2.77
  expect "$(decisions 'mc[hst]*' | sed -E '/^mcserver0/d; s/^(mc.)[^ ]*/\1/' | sort | paste -s -d ,)" \
    "mch unmanaged,mch unmanaged,mcs unmanaged,mct unmanaged"
  expect "$(ip -o address show | grep -E ' mc[hst][0-9a-f-]+p? ')" ""
  expect "$(filters)" "$hung"
  before=$(copies)
  ask 10
  (($(copies) - before >= 10))
  stop_networkd
  ip link delete mcserver0
  simple_profile
  systemctl reload mirrorctl
  await shows m0 mirrorctl list
}

instance_for_a_namespace() {
  ip netns add lab
  in_namespace lab ip link add a0 type veth peer name a1
  in_namespace lab ip link set a0 up
  in_namespace lab ip link set a1 up
  mkdir -p /etc/mirrorctl/netns/lab.d
  cat >/etc/mirrorctl/netns/lab.d/inside.yaml <<'END'
version: 1
mirrors:
  - {name: inside, select_src_port: a0, output_tunnel: {type: vxlan, vni: 1, remote: 192.0.2.1}}
END
  in_namespace lab ip address add 192.0.2.2/24 dev a1
  systemctl start mirrorctl@lab
  expect "$(column 2 inside --netns lab)" active
  expect "$(mirrorctl list)" m0
  expect "$(property ActiveState)" active
  expect "$(property StatusText mirrorctl@lab)" "1 mirror: 1 active"
  refused systemctl start mirrorctl@missing
}

upgrade_keeps_mirrors_and_counters() {
  local process instance before
  process=$(property MainPID)
  instance=$(property MainPID mirrorctl@lab)
  before=$(copies)
  ask 10
  dpkg --install /mnt/packages/*-2_*.deb
  (($(copies) - before >= 10))
  expect "$(property ActiveState)" active
  [[ $(property MainPID) != "$process" && $(property MainPID mirrorctl@lab) != "$instance" ]]
  expect "$(property ActiveState mirrorctl@lab)" active
  expect "$(dpkg-query -W -f '${Version}' mirrorctl)" "$(mirrorctl --version)-2"
  before=$(copies)
  ask 10
  (($(copies) - before >= 10))
}

an_upgrade_enables_nothing_that_was_disabled() {
  systemctl disable mirrorctl
  dpkg --install /mnt/packages/*-2_*.deb
  expect "$(property UnitFileState)" disabled
  systemctl enable mirrorctl
}

mirrors_are_there_after_boot() {
  expect "$(property ActiveState)" active
  expect "$(property NRestarts)" 0
  expect "$(column 2 m0)" active
  ask 10
  (($(copies) >= 10))
}

the_system_is_in_order() {
  systemctl --no-pager --failed
  expect "$(systemctl is-system-running --wait)" running
  expect "$(journal --boot --priority=err)" ""
}

removing_takes_the_mirrors_away() {
  ip netns add lab
  in_namespace lab ip link set lo up
  in_namespace lab mirrorctl apply -f - <<'END'
version: 1
profile: inside
mirrors:
  - {name: inside, select_src_port: lo, output_tunnel: {type: vxlan, vni: 1, remote: 192.0.2.1}}
END
  expect "$(mirrorctl list --netns lab)" inside
  dpkg --remove mirrorctl
  expect "$(traces)" ""
  expect "$(in_namespace lab tc qdisc show | grep clsact)" ""
  expect "$(property LoadState)" not-found
  expect "$(ls $profiles)" lab.yaml
}

installing_again_brings_them_back() {
  dpkg --install /mnt/packages/*-2_*.deb
  expect "$(column 2 m0)" active
  expect "$(property UnitFileState)" enabled
}

leftovers() {
  find / -xdev -name '*mirrorctl*' -not -path '/var/lib/dpkg/info/*' -not -path '/var/log/*' -not -path '/proc/*'
  find /run /var/lib/dpkg/info -name '*mirrorctl*' -not -path '/run/systemd/propagate/*'
  getent passwd | grep mirrorctl || true
}

purging_leaves_nothing() {
  dpkg --purge mirrorctl
  expect "$(leftovers)" ""
  expect "$(traces)" ""
  refused dpkg-query -W mirrorctl
  expect "$(systemctl --failed --quiet)" ""
}

# As in a debootstrap: nothing is started, and the next boot will start it.
installing_without_systemd() {
  unshare --mount bash -euc '
    mount -t tmpfs tmpfs /run
    dpkg --install /mnt/packages/*-1_*.deb
    test -L /etc/systemd/system/multi-user.target.wants/mirrorctl.service
    test ! -e /run/mirrorctl
    dpkg --purge mirrorctl'
  expect "$(leftovers)" ""
}

# --- running them

# Notes a line for each step, `passed NAME SECONDS` or `failed NAME SECONDS`, and what the step has said.
run() {
  local -n steps=$1_boot
  local name start status
  for name in "${steps[@]}"; do
    start=$EPOCHREALTIME status=passed
    timeout --kill-after=5 "$step_seconds" bash "$0" step "$name" >"/mnt/said.$name" 2>&1 </dev/null || status=failed
    [[ $status == passed ]] || journalctl --no-pager --boot --lines=60 >>"/mnt/said.$name" 2>&1
    awk -v status="$status" -v name="$name" -v from="$start" -v to="$EPOCHREALTIME" \
      'BEGIN { printf "%s %s %.1f\n", status, name, to - from }' >>/mnt/results
  done
  : >"/mnt/ended.$1"
}

# `set -e` ends a step at its first failure; what failed is told by the trace. The next one shall not suffer from it.
step() {
  PS4='+ line $LINENO: '
  trap 'tidy $?' EXIT
  set -x
  "$1"
}

tidy() {
  set +ex
  if (($1 == 0)) || [[ ! -d $profiles ]]; then return; fi
  echo "the step has failed; what it was about to test is put back"
  forget_configuration
  if systemctl --quiet is-active test-networkd; then stop_networkd; fi
  simple_profile
  systemctl restart mirrorctl
}

"$@"
