/* Lets user-mode Linux 6.1 run on processors whose extended state is larger than it knows.
 *
 * UML restores a process's floating-point registers with PTRACE_SETREGSET of NT_X86_XSTATE from a buffer of 2,696
 * bytes. On processors with AMX the state is some 11 kB, and the host's kernel refuses a write that is not whole: UML
 * panics as it starts init ("ptrace set fp regs failed, errno = 14"). This shim, put in front by LD_PRELOAD, completes
 * such a write: it reads the whole state, lays the caller's bytes over its beginning, and writes it back whole.
 *
 * On processors with a smaller state the result is what UML would have done by itself.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* UML's kernel is single-threaded, so one buffer is enough. XSAVE areas are aligned to 64 bytes. */
static char whole[65536] __attribute__((aligned(64)));

static long set_extended_state(pid_t pid, const struct iovec *part)
{
	struct iovec all = { whole, sizeof whole };

	if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &all) < 0)
		return -1;
	if (part->iov_len > all.iov_len)
		return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, part);
	memcpy(whole, part->iov_base, part->iov_len);
	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &all);
}

/* The C library's wrapper: the peeks return the word itself, which the system call stores through its last argument. */
long ptrace(enum __ptrace_request request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	pid_t pid = va_arg(arguments, pid_t);
	void *address = va_arg(arguments, void *);
	void *data = va_arg(arguments, void *);
	va_end(arguments);

	if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
		long word;

		if (syscall(SYS_ptrace, request, pid, address, &word) < 0)
			return -1;
		errno = 0;
		return word;
	}
	if (request == PTRACE_SETREGSET && (unsigned long)address == NT_X86_XSTATE)
		return set_extended_state(pid, data);
	return syscall(SYS_ptrace, request, pid, address, data);
}
