#!/bin/bash
# The first process of the guest of scripts/service-test: mounts what the host has to give on /mnt and on the place of the kernel's
# modules, plans the test for this boot, and becomes systemd. Nothing of it is written to the guest's disk.
set -eu
mount -t hostfs -o /usr/lib/uml/modules,ro none /usr/lib/modules
mount -t tmpfs -o mode=755 tmpfs /run
units=/run/systemd/system
mkdir -p "$units/multi-user.target.wants" "$units/sysinit.target.wants"

# The interfaces of the laboratory, as early as those of a machine.
cat >"$units/laboratory.service" <<'END'
[Unit]
DefaultDependencies=no
After=systemd-sysctl.service
Wants=network-pre.target
Before=network-pre.target
[Service]
Type=oneshot
ExecStart=/bin/bash /mnt/steps laboratory
END
ln -s ../laboratory.service "$units/sysinit.target.wants/"

# The boot does not wait for it; it waits until the service, where there is one, says that the mirrors are there.
cat >"$units/service-test.service" <<END
[Unit]
Description=Test of the service
After=mirrorctl.service
[Service]
Type=exec
ExecStart=/bin/bash /mnt/steps run $(</mnt/boot)
StandardOutput=append:/mnt/log
StandardError=append:/mnt/log
ExecStopPost=/usr/bin/systemctl poweroff --force
END
ln -s ../service-test.service "$units/multi-user.target.wants/"
exec /lib/systemd/systemd --unit=multi-user.target
