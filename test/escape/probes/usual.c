/* What real programs do: debuggers, sanitizers, runtimes, drivers. It must succeed, in spite of every guard. */
#include "probes.h"
#include <linux/filter.h>
#include <linux/kcmp.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

/* A kernel that has no such call at all, or has it switched off. */
static int unless_missing(long result) { return result < 0 && errno != ENOSYS && errno != EOPNOTSUPP ? errno : 0; }

USUAL(persona_ask, "ask which system it is run as") { return done(syscall(SYS_personality, 0xffffffffL)); }
USUAL(persona_addresses, "have the same addresses each time, as gdb and sanitizers want") { return done(syscall(SYS_personality, 0x0040000L)); }
/* A processor of 64 bits alone has no such programs. */
USUAL(persona_32, "be told that the machine has 32 bits, as `setarch` does") { return syscall(SYS_personality, 0x0008L) < 0 && errno != EINVAL ? errno : 0; }

static char byte_of_parent = 'p';
/* What a child that waits can be asked for. */
static int with_child(int (*look)(pid_t child)) {
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  int result = look(child);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return result;
}
static int traces(pid_t child) { return done(ptrace(PTRACE_SEIZE, child, NULL, NULL)); }
static int reads_memory(pid_t child) {
  char byte = 0;
  struct iovec here = {&byte, 1}, there = {&byte_of_parent, 1};
  return done(process_vm_readv(child, &here, 1, &there, 1, 0));
}
static int compares(pid_t child) { return done(syscall(SYS_kcmp, getpid(), child, KCMP_FILE, 0, 0)); }
static int takes_descriptor(pid_t child) {
  long process = syscall(SYS_pidfd_open, child, 0);
  return process < 0 ? errno : unless_missing(syscall(SYS_pidfd_getfd, process, 0, 0));
}
USUAL(trace_child, "trace a process of its own") { return with_child(traces); }
USUAL(read_child, "read the memory of a process of its own") { return with_child(reads_memory); }
USUAL(compare_child, "compare what it shares with a process of its own, as drivers of graphics cards do") { return with_child(compares); }
USUAL(descriptor_of_child, "take a descriptor of a process of its own") { return with_child(takes_descriptor); }
USUAL(splice_memory, "put memory into a pipe without a copy") {
  int channel[2];
  struct iovec part = {&byte_of_parent, 1};
  return pipe(channel) != 0 ? errno : done(syscall(SYS_vmsplice, channel[1], &part, 1L, 0));
}
USUAL(memory_policy, "choose where its own memory is, as databases do") { return unless_missing(syscall(SYS_set_mempolicy, 0, NULL, 0L)); }
USUAL(memory_places, "look where its own memory is") {
  void *pages[1] = {&byte_of_parent};
  int places[1] = {0};
  return unless_missing(syscall(SYS_move_pages, 0, 1L, pages, NULL, places, 0));
}
USUAL(secret_memory, "have memory that nobody else reads") { return unless_missing(syscall(447, 0)); }
USUAL(landlock, "take rights to files away from itself") { return unless_missing(syscall(444, NULL, 0L, 1)); }
USUAL(own_filter, "take system calls away from itself") {
  struct sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
  struct sock_fprog program = {1, &allow};
  return done(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
}
USUAL(watch_files, "watch files by inotify") { return done(inotify_add_watch(inotify_init(), "/", IN_CREATE)); }
USUAL(socket_pair_of_files, "have a pair of sockets") {
  int pair[2];
  return done(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}
USUAL(netlink_route, "ask for addresses and routes") { return done(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)); }
USUAL(netlink_sockets, "ask for sockets") { return unless_missing(socket(AF_NETLINK, SOCK_DGRAM, NETLINK_SOCK_DIAG)); }
USUAL(netlink_devices, "hear of devices") { return done(socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT)); }
USUAL(netlink_generic, "ask a part of the kernel by its name") { return done(socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC)); }
