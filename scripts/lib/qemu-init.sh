#!/bin/busybox sh
# The first program in the guest of scripts/qemu: mounts the machine's files, to be written only where they may be, and goes on
# with the command `guest=` of the kernel's command line.
/bin/busybox mount -t proc proc /proc
while read -r module; do
  /bin/busybox insmod "/modules/$module"
done </modules/order
for word in $(/bin/busybox cat /proc/cmdline); do
  case $word in
    share=*) share=${word#share=} ;;
    guest=*) guest=${word#guest=} ;;
  esac
done
/bin/busybox umount /proc
options=trans=virtio,version=9p2000.L,msize=262144,cache=loose
/bin/busybox mount -t 9p -o "$options" root /root
# What is written to /tmp stays in memory: 9p cannot truncate a file that has no name any more, as tmpfile(3) makes them.
/bin/busybox mount -t tmpfs written /written
/bin/busybox mkdir /written/files /written/work
/bin/busybox mount -t overlay -o lowerdir=/root/tmp,upperdir=/written/files,workdir=/written/work tmp /root/tmp
/bin/busybox mount -t 9p -o "$options" build "/root$share"
/bin/busybox mount -t devtmpfs dev /root/dev
exec /bin/busybox switch_root /root "$guest"
