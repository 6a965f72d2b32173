/* Calls that no environment needs: success is that the kernel looked at them. The arguments are such that nothing happens. */
#include "probes.h"
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/perf_event.h>
#include <sys/timex.h>

#define FILTER "system calls"

PROBE(acct, "write accounting of processes to a file", FILTER) { return reached(syscall(SYS_acct, "/does/not/exist")); }
PROBE(add_key, "add a key to the user's keyring", FILTER) { return reached(syscall(SYS_add_key, "user", "probe", "x", 1, -4)); }
PROBE(request_key, "ask the host for a key", FILTER) { return reached(syscall(SYS_request_key, "user", "nothing", NULL, 0)); }
PROBE(keyctl, "look at the session keyring", FILTER) { return reached(syscall(SYS_keyctl, 0, -3, 0)); }
PROBE(keyctl_join, "join another session keyring", FILTER) { return reached(syscall(SYS_keyctl, 1, "probe")); }
PROBE(adjtimex, "tune the clock", FILTER) { struct timex time = {0}; return reached(syscall(SYS_adjtimex, &time)); }
PROBE(clock_adjtime, "tune a clock", FILTER) { struct timex time = {0}; return reached(syscall(SYS_clock_adjtime, 0, &time)); }
PROBE(clock_settime, "set the clock", FILTER) { return reached(syscall(SYS_clock_settime, 0, NULL)); }
PROBE(settimeofday, "set the time of day", FILTER) { return reached(syscall(SYS_settimeofday, NULL, NULL)); }
PROBE(bpf, "make a map of BPF", FILTER) {
  union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  return reached(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}
PROBE(perf_event_open, "count events of the processor", FILTER) {
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK};
  return reached(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}
PROBE(userfaultfd, "serve page faults", FILTER) { return reached(syscall(SYS_userfaultfd, O_CLOEXEC)); }
PROBE(io_uring_setup, "make an io_uring", FILTER) { char parameters[256] = {0}; return reached(syscall(SYS_io_uring_setup, 1, parameters)); }
PROBE(io_uring_enter, "submit to an io_uring", FILTER) { return reached(syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0)); }
PROBE(io_uring_register, "register with an io_uring", FILTER) { return reached(syscall(SYS_io_uring_register, -1, 0, NULL, 0)); }
PROBE(init_module, "load a module", FILTER) { return reached(syscall(SYS_init_module, NULL, 0L, "")); }
PROBE(finit_module, "load a module from a file", FILTER) { return reached(syscall(SYS_finit_module, -1, "", 0)); }
PROBE(delete_module, "remove a module", FILTER) { return reached(syscall(SYS_delete_module, "no_such_module", O_NONBLOCK)); }
PROBE(kexec_load, "load another kernel", FILTER) { return reached(syscall(SYS_kexec_load, 0L, 0x7fffffffL, NULL, 0L)); }
PROBE(kexec_file_load, "load another kernel from a file", FILTER) { return reached(syscall(SYS_kexec_file_load, -1, -1, 0L, NULL, 0L)); }
PROBE(reboot, "restart the machine", FILTER) { return reached(syscall(SYS_reboot, 0, 0, 0, NULL)); }
PROBE(swapon, "swap to a file", FILTER) { return reached(syscall(SYS_swapon, "/does/not/exist", 0)); }
PROBE(swapoff, "stop swapping", FILTER) { return reached(syscall(SYS_swapoff, "/does/not/exist")); }
PROBE(quotactl, "change quotas", FILTER) { return reached(syscall(SYS_quotactl, 0x80000700 | 0, "/does/not/exist", 0, NULL)); }
PROBE(quotactl_fd, "change quotas of an open file", FILTER) { return reached(syscall(443, -1, 0x80000700, 0, NULL)); }
PROBE(syslog, "read the kernel's log", FILTER) { char text[64]; return reached(syscall(SYS_syslog, 3, text, sizeof text)); }
PROBE(syslog_console, "change what the kernel prints on the console", FILTER) { return reached(syscall(SYS_syslog, 8, NULL, 0)); }
PROBE(vhangup, "hang up a terminal", FILTER) { return reached(syscall(SYS_vhangup)); }
PROBE(open_by_handle_at, "open a file by its number", FILTER) {
  struct { unsigned size; int type; unsigned char bytes[128]; } handle = {.size = 8, .type = 1};
  return reached(syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, O_RDONLY));
}
PROBE(lookup_dcookie, "find a path by a number", FILTER) { return reached(syscall(SYS_lookup_dcookie, 1L, NULL, 0L)); }
PROBE(nfsservctl, "steer the NFS server", FILTER) { return reached(syscall(SYS_nfsservctl, 0, NULL, NULL)); }
PROBE(fanotify_init, "watch whole file systems", "capabilities") { return done(syscall(SYS_fanotify_init, 0x00000004, O_RDONLY)); }
#ifdef __x86_64__
PROBE(iopl, "reach all ports of the machine", FILTER) { return done(syscall(SYS_iopl, 3)); }
PROBE(ioperm, "reach a port of the machine", FILTER) { return done(syscall(SYS_ioperm, 0x80L, 1L, 1)); }
/* The 32-bit ABI of this kernel: numbers of its own. */
static long call_i386(long number, long first, long second, long third) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory", "r8", "r9", "r10", "r11");
  errno = result < 0 && result > -4096 ? (int)-result : 0;
  return errno != 0 ? -1 : result;
}
PROBE(i386_getpid, "make any call by the 32-bit ABI", FILTER) { return done(call_i386(20, 0, 0, 0)); }
PROBE(i386_keyctl, "look at the session keyring by the 32-bit ABI", FILTER) { return reached(call_i386(288, 0, -3, 0)); }
PROBE(i386_mount, "mount by the 32-bit ABI", FILTER) { return reached(call_i386(21, 0, 0, 0)); }
PROBE(i386_unshare, "make a user namespace by the 32-bit ABI", FILTER) { return reached(call_i386(310, 0x10000000, 0, 0)); }
PROBE(i386_reboot, "restart by the 32-bit ABI", FILTER) { return reached(call_i386(88, 0, 0, 0)); }
PROBE(i386_vm86, "enter the virtual 8086 mode", FILTER) { return reached(call_i386(166, 0, 0, 0)); }
PROBE(x32_keyctl, "look at the session keyring by the x32 ABI", FILTER) { return reached(syscall(0x40000000L | SYS_keyctl, 0, -3, 0)); }
PROBE(x32_mount, "mount by the x32 ABI", FILTER) { return reached(syscall(0x40000000L | SYS_mount, 0, 0, 0, 0, 0)); }
#endif
