/* Devices of the machine. */
#include "probes.h"
#include <linux/random.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

static int made(mode_t kind, int major, int minor) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/probe-device-%d", getpid());
  unlink(path);
  if (mknod(path, kind | 0600, makedev(major, minor)) != 0) return errno;
  int result = open_path(path, O_RDONLY);
  struct stat found;
  /* Making one may succeed without effect. */
  if (result == 0 && (stat(path, &found) != 0 || (found.st_mode & S_IFMT) != kind)) result = ENODEV;
  unlink(path);
  return result;
}
#define MAKES(name, kind, major, minor, what, guards) \
  PROBE(name, what, guards) { return made(kind, major, minor); }
#define OPENS(name, path, what, guards) \
  PROBE(name, what, guards) { return open_path(path, O_RDWR); }

MAKES(make_memory, S_IFCHR, 1, 1, "make the device of the machine's memory, and open it", "user namespace, nodev, capability mknod")
MAKES(make_kmsg, S_IFCHR, 1, 11, "make the device of the kernel's log, and open it", "user namespace, nodev, capability mknod, capability syslog")
MAKES(make_null, S_IFCHR, 1, 3, "make any device, and open it", "user namespace, nodev, capability mknod")
MAKES(make_terminal, S_IFCHR, 4, 64, "make the device of a serial line, and open it", "user namespace, nodev, capability mknod")
MAKES(make_fuse, S_IFCHR, 10, 229, "make the device of file systems of users, and open it", "user namespace, nodev, capability mknod")
MAKES(make_tun, S_IFCHR, 10, 200, "make the device of network tunnels, and open it", "user namespace, nodev, capability mknod")
MAKES(make_loop, S_IFBLK, 7, 0, "make the device of a file as disk, and open it", "user namespace, nodev, capability mknod")

static int disk(int flags) {
  static const char *const names[] = {"/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/xvda", "/dev/loop0"};
  int result = ENOENT;
  for (size_t each = 0; each < sizeof names / sizeof *names; each += 1)
    if ((result = open_path(names[each], flags)) == 0) return 0;
  return result;
}
PROBE(disk_read, "read the host's disk", "own /dev") { return disk(O_RDONLY); }
PROBE(disk_write, "write the host's disk", "own /dev") { return disk(O_WRONLY); }
OPENS(device_memory, "/dev/mem", "open the machine's memory", "own /dev")
OPENS(device_kmsg, "/dev/kmsg", "open the kernel's log", "user namespace, own /dev, capability syslog")
OPENS(device_fuse, "/dev/fuse", "open file systems of users", "own /dev")
OPENS(device_tun, "/dev/net/tun", "open network tunnels", "own /dev")
OPENS(device_kvm, "/dev/kvm", "open virtual machines", "own /dev")
OPENS(device_loop_control, "/dev/loop-control", "open files as disks", "own /dev")
OPENS(device_console, "/dev/tty0", "open the machine's console", "own /dev")
OPENS(device_serial, "/dev/ttyS0", "open a serial line", "own /dev")
OPENS(device_vsock, "/dev/vsock", "open sockets of virtual machines", "own /dev")
OPENS(device_vhost_net, "/dev/vhost-net", "open networks of virtual machines", "own /dev")
OPENS(device_rtc, "/dev/rtc0", "open the clock", "own /dev")
OPENS(device_hpet, "/dev/hpet", "open timers of the machine", "own /dev")
OPENS(device_port, "/dev/port", "open the machine's ports", "own /dev")
OPENS(device_latency, "/dev/cpu_dma_latency", "keep processors awake", "own /dev")
OPENS(device_input, "/dev/uinput", "type as a keyboard", "own /dev")
OPENS(device_snapshot, "/dev/snapshot", "read the image of a sleeping machine", "own /dev")
OPENS(device_userfaultfd, "/dev/userfaultfd", "serve page faults by a device", "own /dev")
OPENS(device_autofs, "/dev/autofs", "mount on demand", "own /dev")
OPENS(device_mapper, "/dev/mapper/control", "put disks together", "own /dev")
OPENS(device_btrfs, "/dev/btrfs-control", "scan disks for btrfs", "own /dev")
OPENS(device_rfkill, "/dev/rfkill", "switch off radios", "own /dev")
OPENS(device_gpu, "/dev/dri/card0", "open the graphics card", "own /dev")
OPENS(device_sound, "/dev/snd/control", "open the sound card", "own /dev")
PROBE(entropy, "say that the machine has chance enough", "user namespace, capability sys_admin") {
  int descriptor = open("/dev/urandom", O_RDWR | O_CLOEXEC), none = 0;
  return descriptor < 0 ? errno : done(ioctl(descriptor, RNDADDTOENTCNT, &none));
}
