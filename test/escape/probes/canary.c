/*
 * probes canary directory=… secret=…: what an escape would find outside. Prints the arguments that probes take, waits for
 * the end of its input, and says `touched …` whenever something reached it.
 */
#include "probes.h"
#include <arpa/inet.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static void put(const char *path) {
  FILE *file = fopen(path, "w");
  if (file == NULL) exit(97);
  fprintf(file, "%s\n", world.secret);
  fclose(file);
}
static void signalled(int number) {
  (void)number;
  if (write(1, "touched signal\n", 15) < 0) _exit(1);
}
static int listens(struct sockaddr *address, socklen_t size) {
  int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(descriptor, address, size) != 0 || listen(descriptor, 16) != 0) exit(96);
  return descriptor;
}
static int listens_unix(const char *name, size_t length) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, name, length);
  return listens((struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
}
static int port_of(int descriptor) {
  struct sockaddr_in6 address;
  socklen_t size = sizeof address;
  getsockname(descriptor, (struct sockaddr *)&address, &size);
  return ntohs(address.sin6_port);
}
struct names { char file[512], memory[128], temporary[128], run[100], socket[512], abstract[100], queue[128]; };
static void name_all(struct names *names) {
  below(world.directory, "file", names->file, sizeof names->file);
  below(world.directory, "socket", names->socket, sizeof names->socket);
  snprintf(names->memory, sizeof names->memory, "/dev/shm/%s", world.secret);
  snprintf(names->temporary, sizeof names->temporary, "/tmp/%s", world.secret);
  snprintf(names->run, sizeof names->run, "/run/%s", world.secret);
  snprintf(names->queue, sizeof names->queue, "/%s", world.secret);
}
int run_canary(void) {
  struct names names = {0};
  name_all(&names);
  put(names.file), put(names.memory), put(names.temporary);
  if (chdir(world.directory) != 0 || open(names.file, O_RDONLY) < 0) return 95;
  signal(SIGURG, signalled);
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  int length = snprintf(names.abstract + 1, sizeof names.abstract - 1, "%s", world.secret);
  static const char *const kinds[] = {"", "abstract", "run", "directory", "loopback", "loopback6"};
  struct pollfd doors[] = {{0, POLLIN, 0},
                           {listens_unix(names.abstract, (size_t)length + 1), POLLIN, 0},
                           {listens_unix(names.run, strlen(names.run) + 1), POLLIN, 0},
                           {listens_unix(names.socket, strlen(names.socket) + 1), POLLIN, 0},
                           {listens((struct sockaddr *)&four, sizeof four), POLLIN, 0},
                           {listens((struct sockaddr *)&six, sizeof six), POLLIN, 0}};
  key_t key = (key_t)(0x4b000000 + getpid());
  int memory = shmget(key, 4096, IPC_CREAT | 0666), queue = msgget(key, IPC_CREAT | 0666), semaphore = semget(key, 1, IPC_CREAT | 0666);
  mq_open(names.queue, O_CREAT | O_RDWR, 0666, NULL);
  char host[65] = {0};
  gethostname(host, sizeof host - 1);
  printf("pid=%d port=%d port6=%d key=%d directory=%s secret=%s host=%s\n", getpid(), port_of(doors[4].fd), port_of(doors[5].fd), key, world.directory, world.secret, host);
  fflush(stdout);
  while (poll(doors, 6, -1) >= 0 || errno == EINTR) {
    if (doors[0].revents != 0) break;
    for (int door = 1; door < 6; door += 1)
      if (doors[door].revents != 0 && (close(accept(doors[door].fd, NULL, NULL)), 1)) printf("touched %s\n", kinds[door]);
    fflush(stdout);
    for (int door = 0; door < 6; door += 1) doors[door].revents = 0;
  }
  shmctl(memory, IPC_RMID, NULL), msgctl(queue, IPC_RMID, NULL), semctl(semaphore, 0, IPC_RMID), mq_unlink(names.queue);
  unlink(names.memory), unlink(names.temporary), unlink(names.run), unlink(names.socket), unlink(names.file);
  return 0;
}
