/* probes [key=value]... [-- name...]: runs each probe in a process of its own and prints its name, `success` or what stopped it. */
#include "probes.h"
#include <linux/capability.h>
#include <sys/wait.h>

extern const struct probe __start_probes[], __stop_probes[];
extern char **environ;
int run_canary(void);
struct world world = {.host_pid = -1, .init_pid = 1, .directory = "", .secret = "no-secret"};
int inherited_descriptor = -1;

int open_path(const char *path, int flags) {
  int descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}

/* Whether a file can be read, and holds a text; any byte where the text is empty. */
int reads(const char *path, const char *text) {
  static char bytes[1 << 16];
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return errno;
  ssize_t length = read(descriptor, bytes, sizeof bytes);
  int error = errno;
  close(descriptor);
  if (length < 0) return error;
  if (length == 0) return ENODATA;
  return memmem(bytes, (size_t)length, text, strlen(text)) == NULL && *text != 0 ? ENODATA : 0;
}

/* Whether a setting of the kernel can be written: with what it is already. */
int writes_back(const char *path) {
  char bytes[4096];
  int in = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = in < 0 ? 0 : read(in, bytes, sizeof bytes);
  int out = open(path, O_WRONLY | O_CLOEXEC);
  if (out < 0) return errno;
  return length <= 0 ? 0 : done(write(out, bytes, (size_t)length));
}

int below(const char *directory, const char *name, char *path, size_t size) {
  return snprintf(path, size, "%s/%s", directory, name);
}

static void take(const char *argument) {
  const char *value = strchr(argument, '=');
  if (value == NULL) return;
  value += 1;
  if (!strncmp(argument, "pid=", 4)) world.host_pid = atoi(value);
  if (!strncmp(argument, "init=", 5)) world.init_pid = atoi(value);
  if (!strncmp(argument, "port=", 5)) world.port = atoi(value);
  if (!strncmp(argument, "port6=", 6)) world.port6 = atoi(value);
  if (!strncmp(argument, "key=", 4)) world.key = atoi(value);
  if (!strncmp(argument, "directory=", 10)) world.directory = value;
  if (!strncmp(argument, "secret=", 7)) world.secret = value;
}

/* Runs one probe where it can harm no other. */
static void run(const struct probe *probe) {
  int channel[2], result = 0, status = 0;
  if (pipe2(channel, O_CLOEXEC) != 0) exit(99);
  pid_t child = fork();
  if (child == 0) {
    setsid();
    alarm(5);
    result = probe->run();
    if (write(channel[1], &result, sizeof result) != sizeof result) _exit(98);
    _exit(0);
  }
  close(channel[1]);
  ssize_t length = read(channel[0], &result, sizeof result);
  close(channel[0]);
  waitpid(child, &status, 0);
  if (length != sizeof result) printf("%s\tkilled by signal %d\n", probe->name, WTERMSIG(status));
  else printf("%s\t%s\n", probe->name, result == 0 ? "success" : strerrorname_np(result));
  fflush(stdout);
}

static int is_wanted(const struct probe *probe, char **names) {
  if (*names == NULL) return 1;
  for (; *names != NULL; names += 1)
    if (!strcmp(*names, probe->name)) return 1;
  return 0;
}

/* Open, and nothing that has a path here: who installs packages leaves files of the environment and pipes of its own open. */
static int is_foreign(int descriptor) {
  char link[32], path[4096] = {0};
  struct stat here, there;
  if (fstat(descriptor, &here) != 0 || S_ISFIFO(here.st_mode)) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  if (readlink(link, path, sizeof path - 1) <= 0 || stat(path, &there) != 0) return 1;
  return here.st_dev != there.st_dev || here.st_ino != there.st_ino;
}

static int has_capability(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  return syscall(SYS_capget, &head, data) == 0 && data[0].effective != 0;
}

int main(int count, char **arguments) {
  for (int descriptor = 3; descriptor < 1024 && inherited_descriptor < 0; descriptor += 1)
    if (is_foreign(descriptor)) inherited_descriptor = descriptor;
  int at = 1;
  for (; at < count && strcmp(arguments[at], "--"); at += 1) take(arguments[at]);
  if (count > 1 && !strcmp(arguments[1], "canary")) return run_canary();
  if (count > 1 && !strcmp(arguments[1], "user")) return geteuid() == 0 ? 0 : 1;
  if (count > 1 && !strcmp(arguments[1], "group")) return getegid() == 0 ? 0 : 1;
  if (count > 1 && !strcmp(arguments[1], "capability")) return has_capability() ? 0 : 1;
  char **names = at < count ? arguments + at + 1 : arguments + count;
  for (const struct probe *probe = __start_probes; probe < __stop_probes; probe += 1)
    if (is_wanted(probe, names)) run(probe);
  printf("end\tof probes\n");
  return 0;
}
