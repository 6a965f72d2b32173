/* What the probes share. A probe gives 0 when it did what it tried, and otherwise the error that stopped it. */
#ifndef PROBES_H
#define PROBES_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

struct probe {
  const char *name;
  int (*run)(void);
};

/*
 * Name, what it tries, and its guards, with commas between them: each of them alone keeps it off, and with all of them off it
 * succeeds. `catalogue.ts` reads these lines, too.
 */
#define PROBE(name, tries, guards)                                                                        \
  static int run_##name(void);                                                                           \
  static const struct probe entry_##name __attribute__((section("probes"), used, aligned(sizeof(void *)))) = { \
      #name, run_##name};                                                                  \
  static int run_##name(void)

/* What has to be so inside: it must succeed. */
#define USUAL(name, does) PROBE(name, does, "")

/* What the canaries outside are: see `canary.c`. */
struct world {
  int host_pid, port, port6, key;
  const char *directory, *secret, *host;
};
extern struct world world;
/* -1 where nothing was left open. */
extern int inherited_descriptor;

/* It worked. */
static inline int done(long result) { return result < 0 ? errno : 0; }

/* The kernel looked at it: any complaint but "you may not" and "there is no such call". */
static inline int reached(long result) {
  return result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES) ? 0 : errno;
}

/* As `reached`, for calls that a kernel without a family of sockets, or without a protocol, answers in its own way. */
static inline int opened(long result) {
  return result < 0 && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT) ? errno : reached(result);
}

int open_path(const char *path, int flags);
int reads(const char *path, const char *text);
int writes_back(const char *path);
int is_foreign(int descriptor);
int below(const char *directory, const char *name, char *path, size_t size);
#endif
