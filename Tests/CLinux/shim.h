/* What the end-to-end tests need of Linux and Swift's Glibc module leaves out: it is built without _GNU_SOURCE. */
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/memfd.h>
#include <linux/sched.h>
#include <malloc.h>

int setns(int descriptor, int type);
int memfd_create(const char *name, unsigned int flags);
int sched_setaffinity(int process, unsigned long size, const unsigned long *mask);
int sched_getaffinity(int process, unsigned long size, unsigned long *mask);
