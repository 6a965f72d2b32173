/* probes [key=value]... [-- name...]: runs each probe in a process of its own and prints its name, `success` or what stopped it. */
#include "probes.h"
#include <linux/capability.h>
#include <sys/wait.h>

extern const struct probe __start_probes[], __stop_probes[];
extern char **environ;
int run_canary(void);
struct world world = {.host_pid = -1, .directory = "", .secret = "no-secret", .host = ""};
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
  if (!strncmp(argument, "port=", 5)) world.port = atoi(value);
  if (!strncmp(argument, "port6=", 6)) world.port6 = atoi(value);
  if (!strncmp(argument, "key=", 4)) world.key = atoi(value);
  if (!strncmp(argument, "directory=", 10)) world.directory = value;
  if (!strncmp(argument, "secret=", 7)) world.secret = value;
  if (!strncmp(argument, "host=", 5)) world.host = value;
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

/* One of the three streams that the session was given: a shell keeps copies of them. */
static int is_stream(const struct stat *found) {
  struct stat stream;
  for (int descriptor = 0; descriptor < 3; descriptor += 1) {
    char path[32];
    snprintf(path, sizeof path, "/proc/1/fd/%d", descriptor);
    if (stat(path, &stream) == 0 && stream.st_dev == found->st_dev && stream.st_ino == found->st_ino) return 1;
  }
  return 0;
}
/* Whether there is a mount of this number here: files of the environment stay in one, also when they are removed. */
static int is_mounted(int wanted) {
  char line[4096];
  int mount = -1;
  FILE *mounts = fopen("/proc/self/mountinfo", "r");
  while (mounts != NULL && mount != wanted && fgets(line, sizeof line, mounts) != NULL) sscanf(line, "%d", &mount);
  if (mounts != NULL) fclose(mounts);
  return mount == wanted;
}
/* Open, and of nothing that is mounted here. Pipes are of who installs packages, and `bwrap` has a counter. */
int is_foreign(int descriptor) {
  char path[32], line[256];
  int mount = -1;
  struct stat found;
  if (fstat(descriptor, &found) != 0 || S_ISFIFO(found.st_mode) || (found.st_mode & S_IFMT) == 0 || is_stream(&found)) return 0;
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", descriptor);
  FILE *lines = fopen(path, "r");
  while (lines != NULL && fgets(line, sizeof line, lines) != NULL && sscanf(line, "mnt_id: %d", &mount) != 1) continue;
  if (lines != NULL) fclose(lines);
  return !is_mounted(mount);
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
  if (count > 1 && !strcmp(arguments[1], "names")) {
    for (const struct probe *probe = __start_probes; probe < __stop_probes; probe += 1) puts(probe->name);
    return 0;
  }
  if (count > 1 && !strcmp(arguments[1], "user")) return geteuid() == 0 ? 0 : 1;
  if (count > 1 && !strcmp(arguments[1], "group")) return getegid() == 0 ? 0 : 1;
  if (count > 1 && !strcmp(arguments[1], "capability")) return has_capability() ? 0 : 1;
  char **names = at < count ? arguments + at + 1 : arguments + count;
  for (const struct probe *probe = __start_probes; probe < __stop_probes; probe += 1)
    if (is_wanted(probe, names)) run(probe);
  printf("end\tof probes\n");
  return 0;
}
