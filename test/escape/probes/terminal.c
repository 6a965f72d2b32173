/* Typing into the terminal of whoever entered. */
#include "probes.h"
#include <sys/ioctl.h>
#include <sys/wait.h>

/* A terminal of its own, which is its controlling one: what holds for it holds for every other. */
static int own_terminal(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return -1;
  return open(ptsname(master), O_RDWR);
}
static int asks(unsigned long request, void *argument) {
  int terminal = own_terminal();
  return terminal < 0 ? errno : reached(syscall(SYS_ioctl, terminal, request, argument));
}
PROBE(type, "type into a terminal", "call ioctl") { return asks(0x5412, "x"); }
PROBE(type_high_bits, "type into a terminal with rubbish in the upper half of the request", "call ioctl") { return asks(0xffffffff00005412UL, "x"); }
PROBE(console_menu, "paste into a console", "call ioctl") { char part[8] = {2}; return asks(0x541c, part); }
PROBE(console_menu_high_bits, "paste into a console with rubbish in the upper half of the request", "call ioctl") { char part[8] = {2}; return asks(0xffffffff0000541cUL, part); }
PROBE(line_discipline, "have the kernel load a driver for a line", "call ioctl") { int usual = 0; return asks(0x5423, &usual); }
PROBE(line_discipline_high_bits, "load a driver for a line with rubbish in the upper half of the request", "call ioctl") { int usual = 0; return asks(0xffffffff00005423UL, &usual); }
PROBE(redirect_console, "get what the machine prints on its console", "user namespace, capability sys_admin") {
  int terminal = own_terminal();
  /* Closed, it gives it back. */
  return terminal < 0 ? errno : done(ioctl(terminal, TIOCCONS, NULL));
}
PROBE(steal_terminal, "take a terminal away from another session", "user namespace, capability sys_admin") {
  int terminal = own_terminal(), channel[2];
  if (terminal < 0 || pipe(channel) != 0) return errno;
  pid_t child = fork();
  if (child == 0) {
    setsid();
    int result = done(ioctl(terminal, TIOCSCTTY, 1));
    _exit(write(channel[1], &result, sizeof result) == sizeof result ? 0 : 1);
  }
  int result = EPERM;
  if (read(channel[0], &result, sizeof result) != sizeof result) return EPIPE;
  waitpid(child, NULL, 0);
  return result;
}
