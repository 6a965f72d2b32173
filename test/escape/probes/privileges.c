/* Getting more than the documented capabilities, and using what they would allow. */
#include "probes.h"
#include <grp.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/xattr.h>

PROBE(all_capabilities, "take every capability", "capability sys_admin") {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &head, data) != 0) return errno;
  data[0].effective |= 1u << CAP_SYS_ADMIN;
  data[0].permitted |= 1u << CAP_SYS_ADMIN;
  return done(syscall(SYS_capset, &head, data));
}
PROBE(bounding_set, "find a capability to administer the machine in the bounding set", "capability sys_admin") {
  return prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 1 ? 0 : EPERM;
}
PROBE(ambient, "keep a capability to administer the machine", "capability sys_admin") {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &head, data) != 0) return errno;
  data[0].inheritable |= 1u << CAP_SYS_ADMIN;
  return syscall(SYS_capset, &head, data) != 0 ? errno : done(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0));
}

static int copy_self(const char *path, mode_t mode) {
  char bytes[1 << 16];
  int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
  if (in < 0 || out < 0) return errno;
  ssize_t length;
  while ((length = read(in, bytes, sizeof bytes)) > 0)
    if (write(out, bytes, (size_t)length) != length) return errno;
  fchmod(out, mode);
  close(in);
  return done(close(out));
}
/* Whether somebody else who runs a program of 0 gets what it is asked for: the user, the group, a capability. The directory is one that does not forbid it by its mount. */
static int becomes_root(mode_t mode, const char *wish) {
  char path[64];
  int status;
  snprintf(path, sizeof path, "/var/probe-%d", getpid());
  mkdir("/var", 0755);
  int copied = copy_self(path, mode);
  if (copied != 0) return copied;
  /* Version 2, effective: to give files away. */
  static const uint32_t capabilities[5] = {0x02000001, 1, 0, 0, 0};
  if (!strcmp(wish, "capability") && setxattr(path, "security.capability", capabilities, sizeof capabilities, 0) != 0) return errno;
  pid_t child = fork();
  if (child == 0) {
    if (setgroups(0, NULL) != 0 || setresgid(1, 1, 1) != 0 || setresuid(1, 1, 1) != 0 || getuid() != 1) _exit(2);
    execl(path, path, wish, NULL);
    _exit(3);
  }
  waitpid(child, &status, 0);
  unlink(path);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EPERM;
}
PROBE(setuid_program, "become 0 by a setuid program", "no new privileges, nosuid") { return becomes_root(04755, "user"); }
PROBE(setgid_program, "become group 0 by a setgid program", "no new privileges, nosuid") { return becomes_root(02755, "group"); }
PROBE(file_capability, "get capabilities by those of a file", "no new privileges, nosuid") { return becomes_root(0755, "capability"); }
PROBE(may_gain, "be allowed new privileges", "no new privileges") { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 0 : EPERM; }
PROBE(no_filter, "run without a filter of system calls", "filter") { return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0 ? 0 : EPERM; }
PROBE(trusted_attribute, "set an attribute that only the machine's administrator may", "user namespace, capability sys_admin") {
  close(open("/tmp/probe-attribute", O_CREAT | O_WRONLY, 0600));
  return done(setxattr("/tmp/probe-attribute", "trusted.probe", "x", 1, 0));
}
PROBE(immutable, "make a file that nobody can change", "user namespace, capability linux_immutable") {
  int descriptor = open("/var/probe-immutable", O_CREAT | O_RDWR, 0600), flags = FS_APPEND_FL;
  if (descriptor < 0 || ioctl(descriptor, FS_IOC_SETFLAGS, &flags) != 0) return errno;
  flags = 0;
  ioctl(descriptor, FS_IOC_SETFLAGS, &flags);
  return done(unlink("/var/probe-immutable"));
}
PROBE(realtime, "run before everything else on the machine", "user namespace, capability sys_nice") {
  struct sched_param parameters = {.sched_priority = 1};
  return done(sched_setscheduler(0, SCHED_FIFO, &parameters));
}
PROBE(nice, "take more of the processors than others get", "user namespace, capability sys_nice") { return done(setpriority(PRIO_PROCESS, 0, -5)); }
PROBE(io_realtime, "use disks before everything else", "user namespace, capability sys_nice") { return done(syscall(SYS_ioprio_set, 1, 0, 1 << 13)); }
PROBE(hard_limit, "raise a limit above the highest allowed", "user namespace, capability sys_resource") {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
  limit.rlim_max += 1;
  return done(setrlimit(RLIMIT_NOFILE, &limit));
}
PROBE(lock_memory, "lock more memory than allowed", "user namespace, capability ipc_lock") {
  struct rlimit limit = {0, 0};
  if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0) return errno;
  void *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return done(mlock(memory, 1 << 20));
}
PROBE(hostname, "change the name of the machine", "capability sys_admin") { return done(sethostname("probe", 5)); }
PROBE(domainname, "change the domain of the machine", "capability sys_admin") { return done(setdomainname("probe", 5)); }
PROBE(suspend_filter, "trace a process without its filter", "filter, user namespace, capability sys_admin") {
  pid_t child = fork();
  if (child == 0) pause();
  int result = done(ptrace(PTRACE_SEIZE, child, NULL, PTRACE_O_SUSPEND_SECCOMP));
  kill(child, SIGKILL);
  return result;
}
PROBE(other_user, "become a user that the environment does not have", "user namespace") { return setresuid(70000, 70000, 70000) == 0 && getuid() == 70000 ? 0 : EINVAL; }
PROBE(give_away, "give a file to a user that the environment does not have", "user namespace") {
  struct stat found;
  close(open("/var/probe-owner", O_CREAT | O_WRONLY, 0600));
  int result = done(chown("/var/probe-owner", 70000, 70000));
  if (result == 0 && (stat("/var/probe-owner", &found) != 0 || found.st_uid != 70000)) result = EINVAL;
  unlink("/var/probe-owner");
  return result;
}
