/* Processes of the host, and the first process of the sandbox. */
#include "probes.h"
#include <dirent.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#define GUARD "processes"

static int name_of(int pid, const char *file, char *path, size_t size) { return snprintf(path, size, "/proc/%d/%s", pid, file); }

PROBE(kill_host, "signal a process of the host", GUARD) { return done(kill(world.host_pid, SIGURG)); }
PROBE(pidfd_host, "take a descriptor of a process of the host", GUARD) { return done(syscall(SYS_pidfd_open, world.host_pid, 0)); }
PROBE(pidfd_signal_host, "signal a process of the host by its descriptor", GUARD) {
  long descriptor = syscall(SYS_pidfd_open, world.host_pid, 0);
  return descriptor < 0 ? errno : done(syscall(SYS_pidfd_send_signal, descriptor, SIGURG, NULL, 0));
}
PROBE(ptrace_host, "trace a process of the host", GUARD) { return done(ptrace(PTRACE_SEIZE, world.host_pid, NULL, NULL)); }
PROBE(read_memory_host, "read the memory of a process of the host", GUARD) {
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)0x1, 1};
  return reached(process_vm_readv(world.host_pid, &here, 1, &there, 1, 0)) || errno == ESRCH ? errno : 0;
}
PROBE(write_memory_host, "write the memory of a process of the host", GUARD) {
  char byte = 0;
  struct iovec here = {&byte, 1}, there = {(void *)0x1, 1};
  return reached(process_vm_writev(world.host_pid, &here, 1, &there, 1, 0)) || errno == ESRCH ? errno : 0;
}
PROBE(affinity_host, "choose the processors of a process of the host", GUARD) {
  cpu_set_t processors;
  return sched_getaffinity(0, sizeof processors, &processors) < 0 ? errno
                                                                   : done(sched_setaffinity(world.host_pid, sizeof processors, &processors));
}
PROBE(priority_host, "change the priority of a process of the host", GUARD) { return done(setpriority(PRIO_PROCESS, (id_t)world.host_pid, 5)); }
PROBE(limits_host, "change the limits of a process of the host", GUARD) {
  struct rlimit limit;
  return done(prlimit(world.host_pid, RLIMIT_CORE, NULL, &limit));
}
PROBE(io_priority_host, "change the priority of disks for a process of the host", GUARD) {
  return done(syscall(SYS_ioprio_set, 1, world.host_pid, 2 << 13 | 4));
}
PROBE(kcmp_host, "compare what processes of the host share", GUARD) {
  return done(syscall(SYS_kcmp, world.host_pid, world.host_pid, KCMP_FILES, 0, 0));
}
PROBE(group_host, "look up the process group of a process of the host", GUARD) { return done(getpgid(world.host_pid)); }
PROBE(scheduler_host, "look up the scheduling of a process of the host", GUARD) { return done(sched_getscheduler(world.host_pid)); }

/* Whether a file of any other process holds a text. A canary is called so in its command line, and has the secret in its variables. */
static int any_process(const char *file, const char *text) {
  DIR *processes = opendir("/proc");
  struct dirent *entry;
  while (processes != NULL && (entry = readdir(processes)) != NULL) {
    int pid = atoi(entry->d_name);
    char path[64];
    if (pid <= 0 || pid == getpid() || pid == getppid()) continue;
    name_of(pid, file, path, sizeof path);
    if (reads(path, text) == 0) return 0;
  }
  return ENODATA;
}
PROBE(list_host, "find a process of the host by its command line", GUARD) { return any_process("cmdline", "canary"); }
PROBE(environment_host, "read the variables of a process of the host", GUARD) { return any_process("environ", world.secret); }

static int file_below(int pid, const char *link) {
  char place[64], path[512];
  name_of(pid, link, place, sizeof place);
  snprintf(path, sizeof path, "%s%s/file", place, world.directory);
  return reads(path, world.secret);
}
PROBE(root_of_init, "read a file of the host through the root of the first process", "root") { return file_below(world.init_pid, "root"); }
PROBE(root_of_host, "read a file of the host through the root of a process of the host", GUARD) { return file_below(world.host_pid, "root"); }
PROBE(directory_of_init, "read a file of the host from the working directory of the first process", "root") {
  char path[512];
  snprintf(path, sizeof path, "/proc/%d/cwd/file", world.init_pid);
  return reads(path, world.secret);
}
PROBE(descriptors_of_init, "open what the first process has open", GUARD) {
  char path[64];
  for (int descriptor = 3; descriptor < 64; descriptor += 1) {
    snprintf(path, sizeof path, "/proc/%d/fd/%d", world.init_pid, descriptor);
    if (open_path(path, O_RDONLY) == 0) return 0;
  }
  return errno;
}
PROBE(take_descriptors_of_init, "take a descriptor of the first process", GUARD) {
  long process = syscall(SYS_pidfd_open, world.init_pid, 0);
  if (process < 0) return errno;
  for (int descriptor = 3; descriptor < 64; descriptor += 1)
    if (syscall(SYS_pidfd_getfd, process, descriptor, 0) >= 0) return 0;
  return errno;
}
PROBE(ptrace_init, "trace the first process, and stop it", "system calls") { return done(ptrace(PTRACE_SEIZE, world.init_pid, NULL, NULL)); }
PROBE(memory_of_init, "write the memory of the first process", GUARD) {
  char path[64];
  name_of(world.init_pid, "mem", path, sizeof path);
  return open_path(path, O_RDWR);
}
PROBE(maps_of_init, "see where the first process has its memory", GUARD) {
  char path[64];
  name_of(world.init_pid, "maps", path, sizeof path);
  return reads(path, "");
}
PROBE(environment_of_init, "read the variables of the first process", GUARD) {
  char path[64];
  name_of(world.init_pid, "environ", path, sizeof path);
  return reads(path, world.secret);
}
PROBE(program_of_init, "write the program that the first process runs", GUARD) {
  char path[64];
  name_of(world.init_pid, "exe", path, sizeof path);
  int result = open_path(path, O_WRONLY);
  /* Only that it is running just now is in the way. */
  return result == ETXTBSY ? 0 : result;
}
PROBE(stack_of_init, "read the kernel's stack of the first process", "capabilities") {
  char path[64];
  name_of(world.init_pid, "stack", path, sizeof path);
  return reads(path, "");
}
PROBE(inherited_descriptor, "use a descriptor that was left open", "descriptors") {
  extern int inherited_descriptor;
  return inherited_descriptor < 0 ? EBADF : 0;
}
PROBE(inherited_variable, "read a variable that was not meant for it", "variables") {
  extern char **environ;
  for (char **variable = environ; *variable != NULL; variable += 1)
    if (strstr(*variable, world.secret) != NULL) return 0;
  return ENODATA;
}
