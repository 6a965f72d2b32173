/* Preloaded into bwrap, which has no options to leave these guards out. LIES holds their names, each with a comma after it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>

/* Kept, because bwrap clears its own environment as soon as it is asked for that. */
static char lies[4096];

__attribute__((constructor)) static void remember(void) {
  const char *all = getenv("LIES");
  snprintf(lies, sizeof lies, "%s", all == NULL ? "" : all);
}

int prctl(int option, ...) {
  unsigned long given[4];
  va_list list;
  va_start(list, option);
  for (int each = 0; each < 4; each += 1) given[each] = va_arg(list, unsigned long);
  va_end(list);
  if (option == PR_SET_NO_NEW_PRIVS && strstr(lies, "no new privileges,") != NULL) return 0;
  int (*real)(int, ...) = (int (*)(int, ...))dlsym(RTLD_NEXT, "prctl");
  return real(option, given[0], given[1], given[2], given[3]);
}

int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data) {
  int (*real)(const char *, const char *, const char *, unsigned long, const void *) =
      (int (*)(const char *, const char *, const char *, unsigned long, const void *))dlsym(RTLD_NEXT, "mount");
  const char *place = strstr(target, "/proc/");
  char guard[256];
  snprintf(guard, sizeof guard, "read-only %s,", place == NULL ? target : place);
  if (strstr(lies, guard) != NULL) flags &= ~(unsigned long)MS_RDONLY;
  if (strstr(lies, "nosuid,") != NULL) flags &= ~(unsigned long)MS_NOSUID;
  return real(source, target, type, flags, data);
}
