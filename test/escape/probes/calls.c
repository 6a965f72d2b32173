/* Calls that no environment needs: success is that the kernel looked at them. The arguments are such that nothing happens. */
#include "probes.h"
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/perf_event.h>
#include <sys/timex.h>

PROBE(acct, "write accounting of processes to a file", "call acct, user namespace, capability sys_pacct") { return reached(syscall(SYS_acct, "/does/not/exist")); }
PROBE(add_key, "add a key to the user's keyring", "call add_key") { return reached(syscall(SYS_add_key, "user", "probe", "x", 1, -4)); }
PROBE(request_key, "ask the host for a key", "call request_key") { return reached(syscall(SYS_request_key, "user", "nothing", NULL, 0)); }
PROBE(keyctl, "look at the session keyring", "call keyctl") { return reached(syscall(SYS_keyctl, 0, -3, 0)); }
PROBE(keyctl_join, "join another session keyring", "call keyctl") { return reached(syscall(SYS_keyctl, 1, "probe")); }
PROBE(adjtimex, "tune the clock", "call adjtimex") { struct timex time = {0}; return reached(syscall(SYS_adjtimex, &time)); }
PROBE(clock_adjtime, "tune a clock", "call clock_adjtime") { struct timex time = {0}; return reached(syscall(SYS_clock_adjtime, 0, &time)); }
PROBE(clock_settime, "set the clock", "call clock_settime") { return reached(syscall(SYS_clock_settime, 0, NULL)); }
PROBE(settimeofday, "set the time of day", "call settimeofday, user namespace, capability sys_time") { return reached(syscall(SYS_settimeofday, NULL, NULL)); }
PROBE(bpf, "make a map of BPF", "call bpf, user namespace, capability bpf") {
  union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  return reached(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}
PROBE(perf_event_open, "count events of the processor", "call perf_event_open, user namespace, capability perfmon") {
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK};
  return reached(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}
PROBE(userfaultfd, "serve page faults", "call userfaultfd, user namespace, capability sys_ptrace") { return reached(syscall(SYS_userfaultfd, O_CLOEXEC)); }
PROBE(io_uring_setup, "make an io_uring", "call io_uring_setup") { char parameters[256] = {0}; return reached(syscall(SYS_io_uring_setup, 1, parameters)); }
PROBE(io_uring_enter, "submit to an io_uring", "call io_uring_enter") { return reached(syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0)); }
PROBE(io_uring_register, "register with an io_uring", "call io_uring_register") { return reached(syscall(SYS_io_uring_register, -1, 0, NULL, 0)); }
PROBE(init_module, "load a module", "call init_module, user namespace, capability sys_module") { return reached(syscall(SYS_init_module, NULL, 0L, "")); }
PROBE(finit_module, "load a module from a file", "call finit_module, user namespace, capability sys_module") { return reached(syscall(SYS_finit_module, -1, "", 0)); }
PROBE(delete_module, "remove a module", "call delete_module, user namespace, capability sys_module") { return reached(syscall(SYS_delete_module, "no_such_module", O_NONBLOCK)); }
PROBE(kexec_load, "load another kernel", "call kexec_load, user namespace, capability sys_boot") { return reached(syscall(SYS_kexec_load, 0L, 0x7fffffffL, NULL, 0L)); }
PROBE(kexec_file_load, "load another kernel from a file", "call kexec_file_load, user namespace, capability sys_boot") { return reached(syscall(SYS_kexec_file_load, -1, -1, 0L, NULL, 0L)); }
PROBE(reboot, "restart the machine", "call reboot, capability sys_boot") { return reached(syscall(SYS_reboot, 0, 0, 0, NULL)); }
PROBE(swapon, "swap to a file", "call swapon, user namespace, capability sys_admin") { return reached(syscall(SYS_swapon, "/does/not/exist", 0)); }
PROBE(swapoff, "stop swapping", "call swapoff, user namespace, capability sys_admin") { return reached(syscall(SYS_swapoff, "/does/not/exist")); }
PROBE(quotactl, "change quotas", "call quotactl") { return reached(syscall(SYS_quotactl, 0x80000700 | 0, "/does/not/exist", 0, NULL)); }
PROBE(quotactl_fd, "change quotas of an open file", "call quotactl_fd") { return reached(syscall(443, -1, 0x80000700, 0, NULL)); }
PROBE(syslog, "read the kernel's log", "call syslog, user namespace, capability syslog") { char text[64]; return reached(syscall(SYS_syslog, 3, text, sizeof text)); }
PROBE(syslog_console, "change what the kernel prints on the console", "call syslog, user namespace, capability syslog") { return reached(syscall(SYS_syslog, 8, NULL, 0)); }
PROBE(vhangup, "hang up a terminal", "call vhangup, user namespace, capability sys_tty_config") { return reached(syscall(SYS_vhangup)); }
PROBE(open_by_handle_at, "open a file by its number", "call open_by_handle_at, user namespace, capability dac_read_search") {
  struct { unsigned size; int type; unsigned char bytes[128]; } handle = {.size = 8, .type = 1};
  return reached(syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, O_RDONLY));
}
PROBE(lookup_dcookie, "find a path by a number", "call lookup_dcookie") { return reached(syscall(SYS_lookup_dcookie, 1L, NULL, 0L)); }
PROBE(nfsservctl, "steer the NFS server", "call nfsservctl") { return reached(syscall(SYS_nfsservctl, 0, NULL, NULL)); }
PROBE(fanotify_init, "watch what is opened in whole file systems", "call fanotify_init, user namespace, capability sys_admin") { return done(syscall(SYS_fanotify_init, 0x00000004, O_RDONLY)); }
PROBE(fanotify_watch, "watch changes by fanotify", "call fanotify_init") { return done(syscall(SYS_fanotify_init, 0x00000200, O_RDONLY)); }
PROBE(name_to_handle_at, "learn the number of a file, which opens it", "call name_to_handle_at") {
  struct { unsigned size; int type; unsigned char bytes[128]; } handle = {.size = 128};
  int mount = 0;
  return reached(syscall(SYS_name_to_handle_at, AT_FDCWD, "/tmp", &handle, &mount, 0));
}
PROBE(migrate_pages, "move the memory of a process between the parts of the machine", "call migrate_pages") {
  return reached(syscall(SYS_migrate_pages, 0, 0L, NULL, NULL));
}
PROBE(personality_other, "imitate another system", "call personality") { return done(syscall(SYS_personality, 0x0007L)); }
PROBE(personality_page_zero, "have the first page of memory", "call personality") { return done(syscall(SYS_personality, 0x0100000L)); }
PROBE(personality_high_bits, "imitate another system with rubbish in the upper half of the argument", "call personality") {
  return done(syscall(SYS_personality, 0x4200000000000007L));
}
#ifdef __x86_64__
PROBE(modify_ldt, "read or change segments of memory", "call modify_ldt") { char entry[16]; return reached(syscall(SYS_modify_ldt, 0, entry, sizeof entry)); }
PROBE(sysfs, "list kinds of file systems by a number", "call sysfs") { return reached(syscall(SYS_sysfs, 3)); }
PROBE(ustat, "look at a disk by its number", "call ustat") { char bytes[64]; return reached(syscall(SYS_ustat, 0L, bytes)); }
PROBE(uselib, "load a library of an old kind", "call uselib") { return reached(syscall(SYS_uselib, "/does/not/exist")); }
PROBE(iopl, "reach all ports of the machine", "call iopl, user namespace, capability sys_rawio") { return done(syscall(SYS_iopl, 3)); }
PROBE(ioperm, "reach a port of the machine", "call ioperm, user namespace, capability sys_rawio") { return done(syscall(SYS_ioperm, 0x80L, 1L, 1)); }
/* The 32-bit ABI of this kernel: numbers of its own. */
static long call_i386(long number, long first, long second, long third) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory", "r8", "r9", "r10", "r11");
  errno = result < 0 && result > -4096 ? (int)-result : 0;
  return errno != 0 ? -1 : result;
}
PROBE(i386_getpid, "make any call by the 32-bit ABI", "filter") { return done(call_i386(20, 0, 0, 0)); }
PROBE(i386_keyctl, "look at the session keyring by the 32-bit ABI", "filter") { return reached(call_i386(288, 0, -3, 0)); }
PROBE(i386_mount, "mount by the 32-bit ABI", "filter") { return reached(call_i386(21, 0, 0, 0)); }
PROBE(i386_unshare, "make a user namespace by the 32-bit ABI", "filter") { return reached(call_i386(310, 0x10000000, 0, 0)); }
PROBE(i386_reboot, "restart by the 32-bit ABI", "filter, capability sys_boot") { return reached(call_i386(88, 0, 0, 0)); }
PROBE(i386_vm86, "enter the virtual 8086 mode", "filter") { return reached(call_i386(166, 0, 0, 0)); }
PROBE(x32_keyctl, "look at the session keyring by the x32 ABI", "filter") { return reached(syscall(0x40000000L | SYS_keyctl, 0, -3, 0)); }
PROBE(x32_mount, "mount by the x32 ABI", "filter") { return reached(syscall(0x40000000L | SYS_mount, 0, 0, 0, 0, 0)); }
#endif
