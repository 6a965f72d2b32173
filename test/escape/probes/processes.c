/* Processes of the host, and the first process of the sandbox. */
#include "probes.h"
#include <dirent.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

static int name_of(int pid, const char *file, char *path, size_t size) { return snprintf(path, size, "/proc/%d/%s", pid, file); }

PROBE(kill_host, "signal a process of the host", "pid namespace") { return done(kill(world.host_pid, SIGURG)); }
PROBE(pidfd_host, "take a descriptor of a process of the host", "pid namespace") { return done(syscall(SYS_pidfd_open, world.host_pid, 0)); }
PROBE(pidfd_signal_host, "signal a process of the host by its descriptor", "pid namespace") {
  long descriptor = syscall(SYS_pidfd_open, world.host_pid, 0);
  return descriptor < 0 ? errno : done(syscall(SYS_pidfd_send_signal, descriptor, SIGURG, NULL, 0));
}
PROBE(ptrace_host, "trace a process of the host", "pid namespace, user namespace, Landlock, capability sys_ptrace") { return done(ptrace(PTRACE_SEIZE, world.host_pid, NULL, NULL)); }
PROBE(read_memory_host, "read the memory of a process of the host", "pid namespace, user namespace, Landlock, capability sys_ptrace") {
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)0x1, 1};
  return reached(process_vm_readv(world.host_pid, &here, 1, &there, 1, 0)) || errno == ESRCH ? errno : 0;
}
PROBE(write_memory_host, "write the memory of a process of the host", "pid namespace, user namespace, Landlock, capability sys_ptrace") {
  char byte = 0;
  struct iovec here = {&byte, 1}, there = {(void *)0x1, 1};
  return reached(process_vm_writev(world.host_pid, &here, 1, &there, 1, 0)) || errno == ESRCH ? errno : 0;
}
PROBE(affinity_host, "choose the processors of a process of the host", "pid namespace, user namespace, capability sys_nice") {
  cpu_set_t processors;
  return sched_getaffinity(0, sizeof processors, &processors) < 0 ? errno
                                                                   : done(sched_setaffinity(world.host_pid, sizeof processors, &processors));
}
PROBE(priority_host, "change the priority of a process of the host", "pid namespace, user namespace, capability sys_nice") { return done(setpriority(PRIO_PROCESS, (id_t)world.host_pid, 5)); }
PROBE(limits_host, "change the limits of a process of the host", "pid namespace") {
  struct rlimit limit;
  return done(prlimit(world.host_pid, RLIMIT_CORE, NULL, &limit));
}
PROBE(io_priority_host, "change the priority of disks for a process of the host", "pid namespace, user namespace, capability sys_nice") {
  return done(syscall(SYS_ioprio_set, 1, world.host_pid, 2 << 13 | 4));
}
PROBE(kcmp_host, "compare what processes of the host share", "pid namespace, user namespace, Landlock, capability sys_ptrace") {
  return done(syscall(SYS_kcmp, world.host_pid, world.host_pid, KCMP_FILES, 0, 0));
}
PROBE(group_host, "look up the process group of a process of the host", "pid namespace") { return done(getpgid(world.host_pid)); }
PROBE(scheduler_host, "look up the scheduling of a process of the host", "pid namespace") { return done(sched_getscheduler(world.host_pid)); }

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
PROBE(list_host, "find a process of the host by its command line", "pid namespace") { return any_process("cmdline", "canary"); }
PROBE(environment_host, "read the variables of a process of the host", "pid namespace, user namespace, Landlock, capability sys_ptrace") {
  char path[64];
  name_of(world.host_pid, "environ", path, sizeof path);
  return reads(path, world.secret);
}

static int file_below(int pid, const char *link) {
  char place[64], path[512];
  name_of(pid, link, place, sizeof place);
  snprintf(path, sizeof path, "%s%s/file", place, world.directory);
  return reads(path, world.secret);
}
PROBE(root_of_init, "read a file of the host through the root of the first process", "own root") { return file_below(1, "root"); }
PROBE(root_of_host, "read a file of the host through the root of a process of the host", "pid namespace, user namespace, Landlock, capability sys_ptrace") { return file_below(world.host_pid, "root"); }
PROBE(directory_of_init, "read a file of the host from the working directory of the first process", "own root") { return file_below(1, "cwd"); }
PROBE(ptrace_init, "trace the first process, and stop it", "call ptrace") { return done(ptrace(PTRACE_SEIZE, 1, NULL, NULL)); }
PROBE(environment_of_init, "read the variables of the first process", "empty environment") { return reads("/proc/1/environ", world.secret); }
PROBE(program_of_init, "write the program that the first process runs, once it runs it no longer", "protected program") {
  struct statvfs found;
  int program = open("/proc/1/exe", O_PATH | O_CLOEXEC), result = open_path("/proc/1/exe", O_WRONLY);
  if (program < 0 || fstatvfs(program, &found) != 0) return errno;
  return result == ETXTBSY ? ((found.f_flag & ST_RDONLY) != 0 ? EROFS : 0) : result;
}
PROBE(stack_of_init, "read the kernel's stack of the first process", "user namespace, capability sys_admin") { return reads("/proc/1/stack", ""); }
PROBE(inherited_descriptor, "use a descriptor that was left open", "closed descriptors") { return inherited_descriptor < 0 ? EBADF : 0; }
PROBE(descriptors_of_others, "take a descriptor that leads outside from any process", "closed descriptors") {
  DIR *processes = opendir("/proc");
  struct dirent *entry;
  while (processes != NULL && (entry = readdir(processes)) != NULL) {
    long process = atoi(entry->d_name) == getpid() ? -1 : syscall(SYS_pidfd_open, atoi(entry->d_name), 0);
    for (int descriptor = 3; process >= 0 && descriptor < 64; descriptor += 1) {
      long taken = syscall(SYS_pidfd_getfd, process, descriptor, 0);
      if (taken >= 0 && is_foreign((int)taken)) return 0;
    }
  }
  return EBADF;
}
PROBE(inherited_variable, "read a variable that was not meant for it", "empty environment") {
  extern char **environ;
  for (char **variable = environ; *variable != NULL; variable += 1)
    if (strstr(*variable, world.secret) != NULL) return 0;
  return ENODATA;
}
