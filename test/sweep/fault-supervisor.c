// Runs a command and makes one of its changes to the file system fail, or stops everything just before it.
//
//   fault-supervisor ROOT ACTION AT COMMAND...
//
// Every system call that changes something below ROOT, by any process and thread of the command, is counted from 1 in the
// order in which the kernel sees them. ACTION is what happens at the call number AT: `none`; `kill` (all processes die at
// once, before it happens); `alone` (only the process that asks dies); `short` (half of a write); or the name of an error,
// which it fails with - with a `+` behind it, all later calls fail as well. With `open:` in front of an error, AT counts
// what is opened below ROOT, be it to read or to write. What was counted goes to descriptor 3, a line each: `call` or
// `read`, which changes nothing, or `fault`.
//
// The kernel itself asks this program (seccomp user notification), so calls that bypass the C library are seen too; and
// the command is alone in a pid namespace, so that killing its first process leaves nobody.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "this architecture's system calls are not listed here"
#endif

#define NONE -1
#define OPENING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)
// Of 2024 and 2025; the same numbers everywhere.
#ifndef __NR_setxattrat
#define __NR_setxattrat 463
#define __NR_removexattrat 466
#endif
#ifndef __NR_file_setattr
#define __NR_file_setattr 469
#endif
#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif
#define CLONE_FILE 0x40049409u
#define CLONE_RANGE 0x4020940du

// Which arguments say what a call changes: a descriptor, a path below one (or below the working directory), or two paths.
struct call {
  int number;
  const char *name;
  int fd, path, fd2, path2;
};

static const struct call calls[] = {
#define FD(name, at) {__NR_##name, #name, at, NONE, NONE, NONE}
#define PATH(name, at) {__NR_##name, #name, NONE, at, NONE, NONE}
#define AT(name, at) {__NR_##name, #name, at, at + 1, NONE, NONE}
    FD(write, 0), FD(pwrite64, 0), FD(writev, 0), FD(pwritev, 0), FD(pwritev2, 0),
    FD(fsync, 0), FD(fdatasync, 0), FD(syncfs, 0), FD(sync_file_range, 0),
    FD(ftruncate, 0), FD(fallocate, 0), FD(copy_file_range, 2), FD(sendfile, 0), FD(splice, 2), FD(ioctl, 0),
    FD(fchmod, 0), FD(fchown, 0), FD(fsetxattr, 0), FD(fremovexattr, 0),
    PATH(truncate, 0), PATH(setxattr, 0), PATH(lsetxattr, 0), PATH(removexattr, 0), PATH(lremovexattr, 0),
    PATH(umount2, 0), PATH(mount, 1),
    AT(openat, 0), AT(openat2, 0), AT(mkdirat, 0), AT(mknodat, 0), AT(unlinkat, 0), AT(fchmodat, 0), AT(fchownat, 0),
    AT(utimensat, 0), AT(symlinkat, 1),
    {__NR_renameat2, "renameat2", 0, 1, 2, 3}, {__NR_linkat, "linkat", 0, 1, 2, 3},
#ifdef __NR_renameat
    {__NR_renameat, "renameat", 0, 1, 2, 3},
#endif
    AT(fchmodat2, 0), AT(setxattrat, 0), AT(removexattrat, 0), AT(file_setattr, 0),
#ifdef __NR_open
    PATH(open, 0), PATH(creat, 0), PATH(mkdir, 0), PATH(mknod, 0), PATH(unlink, 0), PATH(rmdir, 0), PATH(chmod, 0),
    PATH(chown, 0), PATH(lchown, 0), PATH(utime, 0), PATH(utimes, 0), AT(futimesat, 0), PATH(symlink, 1),
    {__NR_rename, "rename", NONE, 0, NONE, 1}, {__NR_link, "link", NONE, 0, NONE, 1},
#endif
};
#define COUNT (sizeof calls / sizeof *calls)

static const struct { const char *name; int number; } errors[] = {
    {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EMFILE", EMFILE},
    {"EROFS", EROFS}, {"EACCES", EACCES}, {"EINTR", EINTR},
};

static _Noreturn void fail(const char *what) {
  perror(what);
  _exit(125);
}

static int must(int result, const char *what) {
  if (result < 0) fail(what);
  return result;
}

static const char *root;

static const struct call *find(int number) {
  for (size_t i = 0; i < COUNT; i++) if (calls[i].number == number) return &calls[i];
  return NULL;
}

/** The filter asks about every call of the table. */
static int install_filter(void) {
  struct sock_filter code[COUNT * 2 + 16];
  unsigned short n = 0;
#define ADD(...) code[n++] = (struct sock_filter)__VA_ARGS__
#define RETURN(value) ADD(BPF_STMT(BPF_RET | BPF_K, value))
#define LOAD(field) ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field))
#define UNLESS(value, skip) ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip))
  LOAD(offsetof(struct seccomp_data, arch));
  ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
  RETURN(SECCOMP_RET_KILL_PROCESS);
  LOAD(offsetof(struct seccomp_data, nr));
  // A ring's work is not a system call: whoever asks gets none.
  UNLESS(__NR_io_uring_setup, 1);
  RETURN(SECCOMP_RET_ERRNO | ENOSYS);
  for (size_t i = 0; i < COUNT; i++) {
    UNLESS(calls[i].number, 1);
    RETURN(SECCOMP_RET_USER_NOTIF);
  }
  RETURN(SECCOMP_RET_ALLOW);
  struct sock_fprog program = {n, code};
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
  return must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program), "seccomp");
}

struct message { struct msghdr header; struct iovec part; char byte, space[CMSG_SPACE(sizeof(int))]; };

static struct cmsghdr *prepare(struct message *message) {
  memset(message, 0, sizeof *message);
  message->part = (struct iovec){&message->byte, 1};
  message->header = (struct msghdr){.msg_iov = &message->part, .msg_iovlen = 1, .msg_control = message->space,
                                    .msg_controllen = sizeof message->space};
  return CMSG_FIRSTHDR(&message->header);
}

static void send_descriptor(int channel, int fd) {
  struct message message;
  struct cmsghdr *control = prepare(&message);
  *control = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
  memcpy(CMSG_DATA(control), &fd, sizeof fd);
  must(sendmsg(channel, &message.header, 0), "sendmsg");
}

static int receive_descriptor(int channel) {
  struct message message;
  struct cmsghdr *control = prepare(&message);
  int fd;
  if (recvmsg(channel, &message.header, MSG_CMSG_CLOEXEC) < 1) return -1;
  memcpy(&fd, CMSG_DATA(control), sizeof fd);
  return fd;
}

struct start { int channel[2]; char **command; int waits; };

static int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/** The first process of the namespace: runs the command, and ends as it did: with it, or with the last of all others. */
static int first_process(void *argument) {
  struct start *start = argument;
  char go;
  int status;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  must(read(start->channel[1], &go, 1) == 1 ? 0 : -1, "start");
  must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
  must(mount("proc", "/proc", "proc", 0, NULL), "/proc");
  pid_t pid = must(fork(), "fork");
  if (pid == 0) {
    int listener = install_filter();
    send_descriptor(start->channel[1], listener);
    close(listener);
    close(start->channel[0]);
    close(start->channel[1]);
    close(3);
    execvp(start->command[0], start->command);
    fail(start->command[0]);
  }
  int code = 125;
  for (;;) {
    pid_t ended = wait(&status);
    if (ended == pid) code = code_of(status);
    if (ended < 0 || (ended == pid && !start->waits)) return code;
  }
}

static void write_file(pid_t pid, const char *name, const char *text) {
  char file[64];
  snprintf(file, sizeof file, "/proc/%d/%s", pid, name);
  int fd = must(open(file, O_WRONLY), file);
  must(write(fd, text, strlen(text)), file);
  close(fd);
}

/** Starts the command in namespaces of its own; whoever is not root needs one of users for that. */
static pid_t start(struct start *how) {
  static char stack[256 * 1024];
  int flags = CLONE_NEWPID | CLONE_NEWNS | SIGCHLD | (getuid() == 0 ? 0 : CLONE_NEWUSER);
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, how->channel), "socketpair");
  pid_t pid = must(clone(first_process, stack + sizeof stack, flags, how), "clone");
  if (flags & CLONE_NEWUSER) {
    char map[64];
    write_file(pid, "setgroups", "deny");
    snprintf(map, sizeof map, "%d %d 1", getuid(), getuid());
    write_file(pid, "uid_map", map);
    snprintf(map, sizeof map, "%d %d 1", getgid(), getgid());
    write_file(pid, "gid_map", map);
  }
  must(write(how->channel[0], "g", 1), "start");
  close(how->channel[1]);
  return pid;
}

static void read_text(pid_t pid, unsigned long address, char *text) {
  size_t done = 0;
  while (done < PATH_MAX - 1) {
    // Never over the end of a page: the next may not be there.
    size_t count = 4096 - (address + done) % 4096;
    if (count > PATH_MAX - 1 - done) count = PATH_MAX - 1 - done;
    struct iovec to = {text + done, count}, from = {(void *)(address + done), count};
    ssize_t got = process_vm_readv(pid, &to, 1, &from, 1, 0);
    if (got <= 0) break;
    if (memchr(text + done, 0, got)) return;
    done += got;
  }
  text[done] = 0;
}

/** Where a descriptor, or a path below one, leads. */
static void resolve(pid_t pid, int fd, unsigned long address, char *out) {
  char link[64], given[PATH_MAX] = "";
  if (address != 0) read_text(pid, address, given);
  if (given[0] == '/') {
    strcpy(out, given);
    return;
  }
  if (fd == AT_FDCWD) snprintf(link, sizeof link, "/proc/%d/cwd", pid);
  else snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, fd);
  ssize_t length = readlink(link, out, PATH_MAX - 1);
  out[length < 0 ? 0 : length] = 0;
  if (given[0] == 0) return;
  strncat(out, "/", PATH_MAX - 1 - strlen(out));
  strncat(out, given, PATH_MAX - 1 - strlen(out));
}

static int is_below(const char *path) {
  size_t length = strlen(root);
  return strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0 || path[length] == ' ');
}

/** Whether a call changes something below the root; gives what, in words. */
static int concerns(const struct call *call, const struct seccomp_notif *asked, char *words) {
  const unsigned long long *args = asked->data.args;
  if (call->number == __NR_ioctl && (unsigned)args[1] != CLONE_FILE && (unsigned)args[1] != CLONE_RANGE) return 0;
  int fd = call->fd == NONE ? AT_FDCWD : (int)args[call->fd];
  resolve(asked->pid, fd, call->path == NONE ? 0 : args[call->path], words);
  if (call->path2 == NONE) return is_below(words);
  size_t length = strlen(words);
  strcpy(words + length, " -> ");
  char *second = words + length + 4;
  resolve(asked->pid, call->fd2 == NONE ? AT_FDCWD : (int)args[call->fd2], args[call->path2], second);
  return is_below(words) || is_below(second);
}

static pid_t group_of(pid_t thread) {
  char name[64], line[128];
  int group = thread;
  snprintf(name, sizeof name, "/proc/%d/status", thread);
  FILE *file = fopen(name, "r");
  while (file && fgets(line, sizeof line, file)) if (sscanf(line, "Tgid: %d", &group) == 1) break;
  if (file) fclose(file);
  return group;
}

/** Does half of a write in the name of the one who asked; 0 where there is no half. */
static long half_write(const struct seccomp_notif *asked) {
  static char bytes[1 << 16];
  const unsigned long long *args = asked->data.args;
  size_t half = args[2] / 2 < sizeof bytes ? args[2] / 2 : sizeof bytes;
  if (half == 0 || (asked->data.nr != __NR_write && asked->data.nr != __NR_pwrite64)) return 0;
  struct iovec to = {bytes, half}, from = {(void *)args[1], half};
  if (process_vm_readv(asked->pid, &to, 1, &from, 1, 0) != (ssize_t)half) fail("process_vm_readv");
  int process = must(syscall(SYS_pidfd_open, group_of(asked->pid), 0), "pidfd_open");
  int fd = must(syscall(SYS_pidfd_getfd, process, (int)args[0], 0), "pidfd_getfd");
  ssize_t done = asked->data.nr == __NR_write ? write(fd, bytes, half) : pwrite(fd, bytes, half, args[3]);
  close(fd);
  close(process);
  return must(done, "half a write");
}

/** The descriptor that a call opens only reads. */
static int is_reading(const struct seccomp_notif *asked) {
  const unsigned long long *args = asked->data.args;
  if (asked->data.nr == __NR_openat) return !(args[2] & OPENING);
#ifdef __NR_open
  if (asked->data.nr == __NR_open) return !(args[1] & OPENING);
#endif
  return 0;
}

static int is_opening(int number) {
  if (number == __NR_openat || number == __NR_openat2) return 1;
#ifdef __NR_open
  if (number == __NR_open || number == __NR_creat) return 1;
#endif
  return 0;
}

struct fault { const char *action; long at; int error, goes_on, opening; };

static struct fault read_fault(const char *action, const char *at) {
  int opening = !strncmp(action, "open:", 5);
  if (opening) action += 5;
  struct fault fault = {action, atol(at), 0, strchr(action, '+') != NULL, opening};
  size_t length = strcspn(action, "+");
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    if (strlen(errors[i].name) == length && !strncmp(errors[i].name, action, length)) fault.error = errors[i].number;
  }
  if (fault.error || !strcmp(action, "none") || !strcmp(action, "kill") || !strcmp(action, "alone") ||
      !strcmp(action, "short")) return fault;
  fprintf(stderr, "there is no action %s\n", action);
  exit(125);
}

/** Answers the kernel until the command is gone. */
static void supervise(int listener, pid_t pid, struct fault fault) {
  struct seccomp_notif asked;
  struct seccomp_notif_resp answer;
  char words[2 * PATH_MAX + 8];
  long counted[2] = {0, 0};
  int alive = must(syscall(SYS_pidfd_open, pid, 0), "pidfd_open");
  for (;;) {
    struct pollfd events[] = {{listener, POLLIN, 0}, {alive, POLLIN, 0}};
    if (poll(events, 2, -1) < 0 || events[1].revents) break;
    if (!(events[0].revents & POLLIN)) break;
    memset(&asked, 0, sizeof asked);
    // Whoever asked may be dead by now.
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0) continue;
    const struct call *call = find(asked.data.nr);
    answer = (struct seccomp_notif_resp){.id = asked.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    if (concerns(call, &asked, words)) {
      int reads = is_reading(&asked);
      long changes = counted[0] += !reads, opened = counted[1] += is_opening(asked.data.nr);
      int is_counted = fault.opening ? is_opening(asked.data.nr) : !reads;
      long number = fault.opening ? opened : changes;
      int is_hit = is_counted && fault.at > 0 && (fault.goes_on ? number >= fault.at : number == fault.at);
      dprintf(3, "%s %s %s\n", is_hit ? "fault" : reads ? "read" : "call", call->name, words);
      if (is_hit && !strcmp(fault.action, "kill")) {
        kill(pid, SIGKILL);
        break;
      }
      if (is_hit && !strcmp(fault.action, "alone")) {
        kill(group_of(asked.pid), SIGKILL);
        continue;
      }
      if (is_hit && fault.error) answer = (struct seccomp_notif_resp){.id = asked.id, .error = -fault.error};
      long done = is_hit && !strcmp(fault.action, "short") ? half_write(&asked) : 0;
      if (done > 0) answer = (struct seccomp_notif_resp){.id = asked.id, .val = done};
    }
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 && errno != ENOENT) fail("answer");
  }
  close(alive);
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "fault-supervisor ROOT ACTION AT COMMAND...\n");
    return 125;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  root = argv[1];
  struct fault fault = read_fault(argv[2], argv[3]);
  struct start how = {.command = argv + 4, .waits = !strcmp(fault.action, "alone")};
  pid_t pid = start(&how);
  int listener = receive_descriptor(how.channel[0]);
  if (listener >= 0) supervise(listener, pid, fault);
  int status;
  // Nobody of the namespace is left once its first process can be waited for.
  must(waitpid(pid, &status, 0), "waitpid");
  return code_of(status);
}
