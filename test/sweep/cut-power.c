// cut-power DIRECTORY: from now on nothing reaches the disk of the file system that the directory is on, and whatever was
// not there is lost, as when the power goes.
#include <fcntl.h>
#include <linux/types.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SHUTDOWN _IOR('X', 125, __u32)
#define WITHOUT_FLUSHING_THE_LOG 2

int main(int argc, char **argv) {
  __u32 how = WITHOUT_FLUSHING_THE_LOG;
  int fd = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
  if (fd < 0 || ioctl(fd, SHUTDOWN, &how) < 0) {
    perror("cut-power");
    return 1;
  }
  close(fd);
  return 0;
}
