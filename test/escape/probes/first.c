/* The first process inside, which a command can take over: it must have no more rights than a command. */
#include "probes.h"

/* The value of a line of a process's status, in base 16; -1 where there is none. */
static long long status_of(const char *path, const char *key) {
  char text[1 << 13] = {0}, *line;
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  return length <= 0 || (line = strstr(text, key)) == NULL ? -1 : strtoll(line + strlen(key), NULL, 16);
}
/* Whether it has all bits that are said, and no others than this process. */
static int has_no_more(const char *key) {
  long long its = status_of("/proc/1/status", key), own = status_of("/proc/self/status", key);
  return its < 0 || own < 0 ? ENODATA : (its & ~own) != 0 ? EPERM : 0;
}
USUAL(first_permitted, "find no capability in the first process that it has not got") { return has_no_more("CapPrm:"); }
USUAL(first_bounding, "find no capability that the first process could get, and it could not") { return has_no_more("CapBnd:"); }
USUAL(first_filter, "find the first process under a filter") { return status_of("/proc/1/status", "Seccomp:") == 2 ? 0 : EPERM; }
USUAL(first_privileges, "find the first process without a way to new privileges") { return status_of("/proc/1/status", "NoNewPrivs:") == 1 ? 0 : EPERM; }
