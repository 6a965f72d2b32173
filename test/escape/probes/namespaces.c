/* Leaving the namespaces, and mounting. */
#include "probes.h"
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>

PROBE(unshare_user, "make a user namespace", "call unshare") { return done(unshare(CLONE_NEWUSER)); }
PROBE(clone_user, "make a process in a user namespace of its own", "call clone") {
  long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  return done(child);
}
PROBE(clone_user_high_bits, "the same with rubbish in the upper half of the flags", "call clone") {
  long child = syscall(SYS_clone, 0x4200000000000000L | CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  return done(child);
}
PROBE(clone3_user, "make a process in a user namespace by clone3", "call clone3") {
  struct clone_args options = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &options, sizeof options);
  if (child == 0) _exit(0);
  return done(child);
}
PROBE(unshare_all, "make every namespace at once", "call unshare") {
  return done(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP));
}
PROBE(unshare_mount, "make a mount namespace", "capability sys_admin") { return done(unshare(CLONE_NEWNS)); }
PROBE(unshare_pid, "make a pid namespace", "capability sys_admin") { return done(unshare(CLONE_NEWPID)); }
PROBE(unshare_net, "make a network namespace", "capability sys_admin") { return done(unshare(CLONE_NEWNET)); }
PROBE(unshare_uts, "make a namespace of host names", "capability sys_admin") { return done(unshare(CLONE_NEWUTS)); }
PROBE(unshare_ipc, "make an ipc namespace", "capability sys_admin") { return done(unshare(CLONE_NEWIPC)); }
PROBE(unshare_cgroup, "make a cgroup namespace", "call unshare, capability sys_admin") { return done(unshare(CLONE_NEWCGROUP)); }

static int enter(int pid, const char *kind, int flag) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kind);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  return descriptor < 0 ? errno : done(setns(descriptor, flag));
}
PROBE(setns_mount_of_init, "enter the mount namespace of the first process", "call setns, capability sys_admin, capability sys_chroot") { return enter(1, "mnt", CLONE_NEWNS); }
PROBE(setns_net_of_init, "enter the network namespace of the first process", "call setns, capability sys_admin") { return enter(1, "net", CLONE_NEWNET); }
PROBE(setns_uts_of_init, "enter the namespace of host names of the first process", "call setns, capability sys_admin") { return enter(1, "uts", CLONE_NEWUTS); }
PROBE(setns_mount_of_host, "enter the mount namespace of a process of the host", "pid namespace, user namespace, Landlock, call setns, capability sys_admin, capability sys_chroot, capability sys_ptrace") { return enter(world.host_pid, "mnt", CLONE_NEWNS); }
PROBE(setns_pidfd, "enter the namespaces of the first process by its descriptor", "call setns, capability sys_admin, capability sys_chroot") {
  long descriptor = syscall(SYS_pidfd_open, 1, 0);
  return descriptor < 0 ? errno : done(setns((int)descriptor, CLONE_NEWNS | CLONE_NEWUTS));
}

static const char *place(void) {
  mkdir("/tmp/probe-place", 0700);
  return "/tmp/probe-place";
}
PROBE(mount_tmpfs, "mount a tmpfs", "call mount, capability sys_admin") { return done(mount("probe", place(), "tmpfs", 0, NULL)); }
PROBE(mount_proc, "mount /proc once more, without what hides parts of it", "call mount, capability sys_admin") { return done(mount("probe", place(), "proc", 0, NULL)); }
PROBE(mount_sysfs, "mount /sys", "call mount, capability sys_admin") { return done(mount("probe", place(), "sysfs", 0, NULL)); }
PROBE(mount_bind, "mount a directory at another place", "call mount, capability sys_admin") { return done(mount("/etc", place(), NULL, MS_BIND, NULL)); }
PROBE(mount_cgroup, "mount control groups", "call mount, capability sys_admin") { return done(mount("probe", place(), "cgroup2", 0, NULL)); }
PROBE(mount_devpts, "mount terminals", "call mount, capability sys_admin") { return done(mount("probe", place(), "devpts", 0, NULL)); }
PROBE(mount_mqueue, "mount message queues", "call mount, capability sys_admin") { return done(mount("probe", place(), "mqueue", 0, NULL)); }
PROBE(mount_overlay, "mount an overlay of the root", "call mount, capability sys_admin") { return done(mount("probe", place(), "overlay", 0, "lowerdir=/var:/tmp")); }
PROBE(mount_propagation, "make mounts travel to other namespaces", "call mount, capability sys_admin") { return done(mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL)); }
PROBE(remount, "change the options of the root", "call mount, capability sys_admin") { return done(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RELATIME, NULL)); }
PROBE(remount_proc_sys, "make /proc/sys writable", "call mount, capability sys_admin") { return reached(mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL)); }
PROBE(umount, "unmount what makes /proc/sys read only", "call umount2, capability sys_admin") { return done(umount2("/proc/sys", MNT_DETACH)); }
PROBE(umount_sys, "unmount what covers /sys", "call umount2, capability sys_admin") { return done(umount2("/sys", MNT_DETACH)); }
PROBE(pivot_root, "change the root", "call pivot_root, capability sys_admin") { return reached(syscall(SYS_pivot_root, "/does/not/exist", "/does/not/exist")); }
PROBE(fsopen, "open a file system", "call fsopen, capability sys_admin") { return done(syscall(SYS_fsopen, "tmpfs", 0)); }
PROBE(fsconfig, "set up a file system", "call fsconfig") { return reached(syscall(SYS_fsconfig, -1, 6, NULL, NULL, 0)); }
PROBE(fsmount, "mount an open file system", "call fsmount, capability sys_admin") { return reached(syscall(SYS_fsmount, -1, 0, 0)); }
PROBE(fspick, "reopen the root's file system", "call fspick, capability sys_admin") { return done(syscall(SYS_fspick, AT_FDCWD, "/", 0)); }
PROBE(open_tree, "copy a tree of mounts", "call open_tree, capability sys_admin") { return done(syscall(SYS_open_tree, AT_FDCWD, "/", 1)); }
PROBE(open_tree_attr, "copy a tree of mounts with other options", "call open_tree_attr, capability sys_admin") { return reached(syscall(467, AT_FDCWD, "/", 1, NULL, 0)); }
PROBE(move_mount, "move a mount", "call move_mount, capability sys_admin") { return reached(syscall(SYS_move_mount, AT_FDCWD, "/does/not/exist", AT_FDCWD, "/", 0)); }
PROBE(mount_setattr, "make a tree of mounts writable", "call mount_setattr, capability sys_admin") {
  struct { uint64_t set, clear, propagation, user; } attributes = {.clear = 1};
  return done(syscall(442, AT_FDCWD, "/", 0x8000, &attributes, sizeof attributes));
}
PROBE(chroot, "change the root of a process", "capability sys_chroot") { return done(chroot(place())); }
PROBE(chroot_escape, "leave by a chroot below the working directory", "capability sys_chroot, own root") {
  if (chroot(place()) != 0) return errno;
  for (int step = 0; step < 64; step += 1)
    if (chdir("..") != 0) return errno;
  char path[512];
  below(world.directory + 1, "file", path, sizeof path);
  return chroot(".") != 0 ? errno : reads(path, world.secret);
}
