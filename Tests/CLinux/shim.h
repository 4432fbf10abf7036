/* What the tests need of Linux and Swift's Glibc module leaves out: it is built without _GNU_SOURCE. Nothing here may include
   linux/if.h: what that defines depends on what came before it, and two modules with different definitions do not go together. */
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/memfd.h>
#include <linux/sched.h>
#include <linux/rtnetlink.h>
#include <malloc.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* spawn.h */
#define POSIX_SPAWN_SETSID 0x80

int setns(int descriptor, int type);
int unshare(int flags);
int memfd_create(const char *name, unsigned int flags);
int sched_setaffinity(int process, unsigned long size, const unsigned long *mask);
int sched_getaffinity(int process, unsigned long size, unsigned long *mask);

/* Swift takes it for unavailable: a child has but the thread that made it, so it must need no other. */
static inline int test_fork(void) { return fork(); }

/* The C library has no function for bpf(2). */
static inline int test_bpf(int command, void *attributes, unsigned int size) {
  return (int)syscall(SYS_bpf, command, attributes, size);
}
