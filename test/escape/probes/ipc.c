/* What processes of the host share with each other. */
#include "probes.h"
#include <mqueue.h>
#include <stdalign.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

PROBE(shared_memory, "find System V shared memory of the host", "ipc namespace") { return done(shmget(world.key, 0, 0)); }
PROBE(message_queue, "find a System V message queue of the host", "ipc namespace") { return done(msgget(world.key, 0)); }
PROBE(semaphore, "find System V semaphores of the host", "ipc namespace") { return done(semget(world.key, 0, 0)); }
PROBE(posix_queue, "open a POSIX message queue of the host", "ipc namespace") {
  char name[128];
  snprintf(name, sizeof name, "/%s", world.secret);
  return done(mq_open(name, O_RDONLY | O_NONBLOCK));
}
PROBE(list_shared_memory, "list System V shared memory of the host", "ipc namespace") {
  char key[32];
  snprintf(key, sizeof key, "%d", world.key);
  return reads("/proc/sysvipc/shm", key);
}

static int connects(const char *name, size_t length) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, name, length);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return done(connect(descriptor, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)));
}
static int connects_path(const char *path) { return connects(path, strlen(path) + 1); }

PROBE(abstract_socket, "connect to an abstract socket of the host, as those of X11 are", "network namespace, Landlock") {
  char name[100] = {0};
  int length = snprintf(name + 1, sizeof name - 1, "%s", world.secret);
  return connects(name, (size_t)length + 1);
}
PROBE(socket_file, "connect to a socket of the host by its path", "own root") {
  char path[100];
  snprintf(path, sizeof path, "/run/%s", world.secret);
  return connects_path(path);
}
PROBE(socket_in_directory, "connect to a socket in a directory of a user of the host", "own root") {
  char path[512];
  below(world.directory, "socket", path, sizeof path);
  return strlen(path) > 100 ? ENAMETOOLONG : connects_path(path);
}
PROBE(named_bus, "connect to what the variables name as a bus, a display, an agent or a daemon", "empty environment") {
  static const char *const names[] = {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "SSH_AUTH_SOCK", "DOCKER_HOST", "GPG_AGENT_INFO", "XDG_RUNTIME_DIR"};
  for (size_t each = 0; each < sizeof names / sizeof *names; each += 1)
    if (getenv(names[each]) != NULL) return 0;
  return ENODATA;
}
