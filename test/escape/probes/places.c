/* Files of the host, and what the kernel shows of itself. */
#include "probes.h"
#include <dirent.h>
#include <unistd.h>

PROBE(host_file, "read a file of the host by its path", "own root") {
  char path[512];
  below(world.directory, "file", path, sizeof path);
  return reads(path, world.secret);
}
PROBE(host_file_write, "write a file of the host by its path", "own root") {
  char path[512];
  below(world.directory, "file", path, sizeof path);
  return open_path(path, O_WRONLY);
}
PROBE(host_file_make, "make a file in a directory of the host", "own root") {
  char path[512];
  below(world.directory, "made", path, sizeof path);
  return open_path(path, O_WRONLY | O_CREAT);
}
PROBE(host_file_link, "make a hard link to a file of the host", "own root") {
  char from[512], to[512];
  below(world.directory, "file", from, sizeof from);
  below(world.directory, "linked", to, sizeof to);
  unlink(to);
  return done(link(from, to));
}
PROBE(host_file_symlink, "read a file of the host through a symbolic link", "own root") {
  char target[512];
  below(world.directory, "file", target, sizeof target);
  unlink("/tmp/probe-link");
  return symlink(target, "/tmp/probe-link") < 0 ? errno : reads("/tmp/probe-link", world.secret);
}
PROBE(host_file_own_root, "read a file of the host through /proc/self/root", "own root") {
  char path[512];
  snprintf(path, sizeof path, "/proc/self/root/../../../..%s/file", world.directory);
  return reads(path, world.secret);
}
PROBE(host_shared_memory, "read the shared memory of the host by its file", "own /dev/shm") {
  char path[512];
  snprintf(path, sizeof path, "/dev/shm/%s", world.secret);
  return reads(path, world.secret);
}
PROBE(host_temporary, "see a name in /tmp of the host", "own root") {
  char path[512];
  snprintf(path, sizeof path, "/tmp/%s", world.secret);
  return done(access(path, F_OK));
}
PROBE(host_run, "see a name in /run of the host", "own root") {
  char path[512];
  snprintf(path, sizeof path, "/run/%s", world.secret);
  return done(access(path, F_OK));
}
PROBE(mounts_show_host, "learn a path of the host from the list of mounts", "own root") {
  return reads("/proc/self/mountinfo", world.secret) && reads("/proc/1/mountinfo", world.secret) ? ENODATA : 0;
}
PROBE(control_group_shows_host, "learn the control group of the host", "cgroup namespace") { return reads("/proc/self/cgroup", world.secret); }
PROBE(host_name, "learn the name of the machine", "uts namespace") {
  char name[65] = {0};
  return gethostname(name, sizeof name - 1) != 0 || strcmp(name, world.host) ? ENODATA : 0;
}

#define WRITES(name, path, what, guards) \
  PROBE(name, what, guards) { return writes_back(path); }
#define READS(name, path, what, guards) \
  PROBE(name, what, guards) { return reads(path, ""); }

WRITES(core_pattern, "/proc/sys/kernel/core_pattern", "choose the host's program for crashes", "read-only /proc/sys")
WRITES(modprobe, "/proc/sys/kernel/modprobe", "choose the host's program that loads modules", "read-only /proc/sys")
WRITES(hotplug, "/proc/sys/kernel/hotplug", "choose the host's program for new devices", "read-only /proc/sys")
WRITES(uevent_helper, "/sys/kernel/uevent_helper", "choose the host's program for events", "own /sys, read-only /sys")
WRITES(poweroff_cmd, "/proc/sys/kernel/poweroff_cmd", "choose the host's program for switching off", "read-only /proc/sys")
WRITES(randomize, "/proc/sys/kernel/randomize_va_space", "switch off the layout by chance", "read-only /proc/sys")
WRITES(panic, "/proc/sys/kernel/panic", "decide what a crash of the kernel does", "read-only /proc/sys")
WRITES(printk, "/proc/sys/kernel/printk", "decide what the kernel prints", "read-only /proc/sys")
WRITES(overcommit, "/proc/sys/vm/overcommit_memory", "decide how memory is given out", "read-only /proc/sys")
WRITES(file_max, "/proc/sys/fs/file-max", "decide how many files may be open", "read-only /proc/sys")
WRITES(pid_max, "/proc/sys/kernel/pid_max", "decide how many processes there may be", "read-only /proc/sys")
WRITES(ns_last_pid, "/proc/sys/kernel/ns_last_pid", "choose the next process's number", "read-only /proc/sys, capability checkpoint_restore")
WRITES(user_namespaces, "/proc/sys/user/max_user_namespaces", "decide how many user namespaces there may be", "read-only /proc/sys, capability sys_resource")
WRITES(ip_forward, "/proc/sys/net/ipv4/ip_forward", "make the machine a router", "read-only /proc/sys, capability net_admin")
WRITES(hostname_file, "/proc/sys/kernel/hostname", "change the name of the machine by a file", "read-only /proc/sys")
WRITES(smp_affinity, "/proc/irq/default_smp_affinity", "move interrupts", "read-only /proc/irq")
PROBE(sysrq, "press the emergency keys", "hidden /proc/sysrq-trigger") { return open_path("/proc/sysrq-trigger", O_WRONLY); }
PROBE(drop_caches, "empty the host's caches", "read-only /proc/sys") { return open_path("/proc/sys/vm/drop_caches", O_WRONLY); }
PROBE(binfmt, "register programs for kinds of files", "pid namespace, read-only /proc/sys") { return open_path("/proc/sys/fs/binfmt_misc/register", O_WRONLY); }
PROBE(acpi, "decide what wakes the machine", "read-only /proc/acpi") { return open_path("/proc/acpi/wakeup", O_WRONLY); }
PROBE(scsi, "add and remove disks", "read-only /proc/scsi") { return open_path("/proc/scsi/scsi", O_WRONLY); }
PROBE(mtrr, "change how the processor caches memory", "read-only /proc/mtrr, user namespace, capability sys_admin") { return open_path("/proc/mtrr", O_WRONLY); }
READS(kcore, "/proc/kcore", "read the kernel's memory", "hidden /proc/kcore")
READS(kmsg_file, "/proc/kmsg", "read the kernel's log by a file", "hidden /proc/kmsg, user namespace, capability syslog")
READS(keys, "/proc/keys", "list keys", "hidden /proc/keys")
READS(key_users, "/proc/key-users", "list users of keys", "hidden /proc/key-users")
READS(kallsyms, "/proc/kallsyms", "read where the kernel is", "hidden /proc/kallsyms")
READS(kpagecount, "/proc/kpagecount", "count the users of pages", "hidden /proc/kpagecount")
READS(kpageflags, "/proc/kpageflags", "read the flags of pages", "hidden /proc/kpageflags")
READS(slabinfo, "/proc/slabinfo", "see how the kernel's memory is used", "hidden /proc/slabinfo")
READS(vmallocinfo, "/proc/vmallocinfo", "see what the kernel has mapped", "hidden /proc/vmallocinfo")
READS(pagetypeinfo, "/proc/pagetypeinfo", "see which kinds of pages are free", "hidden /proc/pagetypeinfo")
READS(timer_list, "/proc/timer_list", "list the kernel's timers", "hidden /proc/timer_list")
READS(sched_debug, "/proc/sched_debug", "list what every processor runs", "hidden /proc/sched_debug")
READS(latency_stats, "/proc/latency_stats", "see what waits", "hidden /proc/latency_stats")
READS(interrupts, "/proc/interrupts", "count what interrupts the machine, such as keys", "hidden /proc/interrupts")
READS(firmware, "/sys/firmware/acpi/tables/DSDT", "read tables of the firmware", "own /sys")
READS(memory_map, "/sys/firmware/memmap/0/start", "read the map of the memory", "own /sys")
READS(dmi, "/sys/class/dmi/id/product_uuid", "read the number of the machine", "own /sys")
READS(kernel_notes, "/sys/kernel/notes", "read the kernel's notes", "own /sys")
READS(block_devices, "/sys/class/block/loop0/size", "see the host's disks", "own /sys")
READS(network_devices, "/sys/class/net/lo/address", "see network devices in /sys", "own /sys")
READS(module_parameters, "/sys/module/kernel/parameters/panic", "read parameters of the kernel", "own /sys")

static int lists(const char *directory) {
  DIR *entries = opendir(directory);
  if (entries == NULL) return errno;
  int count = 0;
  while (readdir(entries) != NULL) count += 1;
  closedir(entries);
  return count > 2 ? 0 : ENODATA;
}
#define LISTS(name, path, what, guards) \
  PROBE(name, what, guards) { return lists(path); }
LISTS(debugfs, "/sys/kernel/debug", "list the kernel's debugging files", "own /sys")
LISTS(tracefs, "/sys/kernel/tracing", "list the kernel's tracing files", "own /sys")
LISTS(security_files, "/sys/kernel/security", "list what guards the kernel", "own /sys")
LISTS(control_groups, "/sys/fs/cgroup", "list control groups", "own /sys")
LISTS(bpf_files, "/sys/fs/bpf", "list pinned programs of BPF", "own /sys")
LISTS(buses, "/sys/bus", "list the host's buses", "own /sys")
LISTS(power, "/sys/power", "list what puts the machine to sleep", "own /sys")
PROBE(sleep_state, "put the machine to sleep", "own /sys, read-only /sys") { return open_path("/sys/power/state", O_WRONLY); }
PROBE(release_agent, "choose the host's program for empty control groups", "own /sys") {
  static const char *const kinds[] = {"memory", "pids", "cpu", "blkio", "devices", "freezer"};
  int result = ENOENT;
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind += 1) {
    char path[128];
    snprintf(path, sizeof path, "/sys/fs/cgroup/%s/release_agent", kinds[kind]);
    if ((result = open_path(path, O_WRONLY)) == 0) return 0;
  }
  return result;
}
PROBE(control_group_make, "make a control group", "own /sys") {
  static const char *const kinds[] = {"pids", "memory", "unified", "."};
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind += 1) {
    char path[128];
    snprintf(path, sizeof path, "/sys/fs/cgroup/%s/probe-%d", kinds[kind], getpid());
    if (mkdir(path, 0700) == 0) return done(rmdir(path));
  }
  return errno;
}
