/* Files of the host, and what the kernel shows of itself. */
#include "probes.h"
#include <dirent.h>
#include <unistd.h>

#define PROC "/proc and /sys"
#define ROOT "root"

PROBE(host_file, "read a file of the host by its path", ROOT) {
  char path[512];
  below(world.directory, "file", path, sizeof path);
  return reads(path, world.secret);
}
PROBE(host_file_write, "write a file of the host by its path", ROOT) {
  char path[512];
  below(world.directory, "file", path, sizeof path);
  return open_path(path, O_WRONLY);
}
PROBE(host_file_make, "make a file in a directory of the host", ROOT) {
  char path[512];
  below(world.directory, "made", path, sizeof path);
  return open_path(path, O_WRONLY | O_CREAT);
}
PROBE(host_file_link, "make a hard link to a file of the host", ROOT) {
  char from[512], to[512];
  below(world.directory, "file", from, sizeof from);
  below(world.directory, "linked", to, sizeof to);
  unlink(to);
  return done(link(from, to));
}
PROBE(host_file_symlink, "read a file of the host through a symbolic link", ROOT) {
  char target[512];
  below(world.directory, "file", target, sizeof target);
  unlink("/tmp/probe-link");
  return symlink(target, "/tmp/probe-link") < 0 ? errno : reads("/tmp/probe-link", world.secret);
}
PROBE(host_file_own_root, "read a file of the host through /proc/self/root", ROOT) {
  char path[512];
  snprintf(path, sizeof path, "/proc/self/root/../../../..%s/file", world.directory);
  return reads(path, world.secret);
}
PROBE(host_shared_memory, "read the shared memory of the host by its file", ROOT) {
  char path[512];
  snprintf(path, sizeof path, "/dev/shm/%s", world.secret);
  return reads(path, world.secret);
}
PROBE(host_temporary, "see a name in /tmp of the host", ROOT) {
  char path[512];
  snprintf(path, sizeof path, "/tmp/%s", world.secret);
  return done(access(path, F_OK));
}
PROBE(host_run, "see a name in /run of the host", ROOT) {
  char path[512];
  snprintf(path, sizeof path, "/run/%s", world.secret);
  return done(access(path, F_OK));
}
PROBE(mounts_show_host, "learn a path of the host from the list of mounts", ROOT) {
  return reads("/proc/self/mountinfo", world.secret) && reads("/proc/1/mountinfo", world.secret) ? ENODATA : 0;
}
PROBE(control_group_shows_host, "learn the control group of the host", "namespaces") {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/cgroup", world.host_pid);
  return reads(path, "");
}

#define WRITES(name, path, what) \
  PROBE(name, what, PROC) { return writes_back(path); }
#define READS(name, path, what) \
  PROBE(name, what, PROC) { return reads(path, ""); }

WRITES(core_pattern, "/proc/sys/kernel/core_pattern", "choose the host's program for crashes")
WRITES(modprobe, "/proc/sys/kernel/modprobe", "choose the host's program that loads modules")
WRITES(hotplug, "/proc/sys/kernel/hotplug", "choose the host's program for new devices")
WRITES(uevent_helper, "/sys/kernel/uevent_helper", "choose the host's program for events")
WRITES(poweroff_cmd, "/proc/sys/kernel/poweroff_cmd", "choose the host's program for switching off")
WRITES(randomize, "/proc/sys/kernel/randomize_va_space", "switch off the layout by chance")
WRITES(panic, "/proc/sys/kernel/panic", "decide what a crash of the kernel does")
WRITES(printk, "/proc/sys/kernel/printk", "decide what the kernel prints")
WRITES(overcommit, "/proc/sys/vm/overcommit_memory", "decide how memory is given out")
WRITES(file_max, "/proc/sys/fs/file-max", "decide how many files may be open")
WRITES(pid_max, "/proc/sys/kernel/pid_max", "decide how many processes there may be")
WRITES(ns_last_pid, "/proc/sys/kernel/ns_last_pid", "choose the next process's number")
WRITES(user_namespaces, "/proc/sys/user/max_user_namespaces", "decide how many user namespaces there may be")
WRITES(ip_forward, "/proc/sys/net/ipv4/ip_forward", "make the machine a router")
WRITES(hostname_file, "/proc/sys/kernel/hostname", "change the name of the machine by a file")
WRITES(smp_affinity, "/proc/irq/default_smp_affinity", "move interrupts")
PROBE(sysrq, "press the emergency keys", PROC) { return open_path("/proc/sysrq-trigger", O_WRONLY); }
PROBE(drop_caches, "empty the host's caches", PROC) { return open_path("/proc/sys/vm/drop_caches", O_WRONLY); }
PROBE(binfmt, "register programs for kinds of files", PROC) { return open_path("/proc/sys/fs/binfmt_misc/register", O_WRONLY); }
PROBE(mtrr, "change how the processor caches memory", PROC) { return open_path("/proc/mtrr", O_WRONLY); }
READS(kcore, "/proc/kcore", "read the kernel's memory")
READS(kmsg_file, "/proc/kmsg", "read the kernel's log by a file")
READS(keys, "/proc/keys", "list keys")
READS(key_users, "/proc/key-users", "list users of keys")
READS(kallsyms, "/proc/kallsyms", "read where the kernel is")
READS(kpagecount, "/proc/kpagecount", "count the users of pages")
READS(kpageflags, "/proc/kpageflags", "read the flags of pages")
READS(slabinfo, "/proc/slabinfo", "see how the kernel's memory is used")
READS(vmallocinfo, "/proc/vmallocinfo", "see what the kernel has mapped")
READS(pagetypeinfo, "/proc/pagetypeinfo", "see which kinds of pages are free")
READS(timer_list, "/proc/timer_list", "list the kernel's timers")
READS(sched_debug, "/proc/sched_debug", "list what every processor runs")
READS(latency_stats, "/proc/latency_stats", "see what waits")
READS(acpi, "/proc/acpi/wakeup", "see what wakes the machine")
READS(scsi, "/proc/scsi/scsi", "list disks")
READS(firmware, "/sys/firmware/acpi/tables/DSDT", "read tables of the firmware")
READS(memory_map, "/sys/firmware/memmap/0/start", "read the map of the memory")
READS(dmi, "/sys/class/dmi/id/product_uuid", "read the number of the machine")
READS(kernel_notes, "/sys/kernel/notes", "read the kernel's notes")
READS(block_devices, "/sys/class/block/loop0/size", "see the host's disks")
READS(network_devices, "/sys/class/net/lo/address", "see network devices in /sys")
READS(module_parameters, "/sys/module/kernel/parameters/panic", "read parameters of the kernel")

static int lists(const char *directory) {
  DIR *entries = opendir(directory);
  if (entries == NULL) return errno;
  int count = 0;
  while (readdir(entries) != NULL) count += 1;
  closedir(entries);
  return count > 2 ? 0 : ENODATA;
}
#define LISTS(name, path, what) \
  PROBE(name, what, PROC) { return lists(path); }
LISTS(debugfs, "/sys/kernel/debug", "list the kernel's debugging files")
LISTS(tracefs, "/sys/kernel/tracing", "list the kernel's tracing files")
LISTS(security_files, "/sys/kernel/security", "list what guards the kernel")
LISTS(control_groups, "/sys/fs/cgroup", "list control groups")
LISTS(bpf_files, "/sys/fs/bpf", "list pinned programs of BPF")
LISTS(buses, "/sys/bus", "list the host's buses")
LISTS(power, "/sys/power", "list what puts the machine to sleep")
PROBE(sleep_state, "put the machine to sleep", PROC) { return open_path("/sys/power/state", O_WRONLY); }
PROBE(release_agent, "choose the host's program for empty control groups", PROC) {
  static const char *const kinds[] = {"memory", "pids", "cpu", "blkio", "devices", "freezer"};
  int result = ENOENT;
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind += 1) {
    char path[128];
    snprintf(path, sizeof path, "/sys/fs/cgroup/%s/release_agent", kinds[kind]);
    if ((result = open_path(path, O_WRONLY)) == 0) return 0;
  }
  return result;
}
PROBE(control_group_make, "make a control group", PROC) {
  static const char *const kinds[] = {"pids", "memory", "unified", "."};
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind += 1) {
    char path[128];
    snprintf(path, sizeof path, "/sys/fs/cgroup/%s/probe-%d", kinds[kind], getpid());
    if (mkdir(path, 0700) == 0) return done(rmdir(path));
  }
  return errno;
}
