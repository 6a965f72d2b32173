/* With `network_isolation = true`: the host's network, and kinds of sockets that no namespace keeps apart. */
#include "probes.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define NETWORK "network isolation"
#define CAPABILITY "capabilities"

PROBE(loopback, "connect to a service on the loopback of the host", NETWORK) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)world.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return done(connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}
PROBE(loopback6, "connect to a service on the loopback of the host by IPv6", NETWORK) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)world.port6), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  return done(connect(socket(AF_INET6, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}
static int sends(const char *host) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
  inet_pton(AF_INET, host, &address.sin_addr);
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0), all = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_BROADCAST, &all, sizeof all);
  return done(connect(descriptor, (struct sockaddr *)&address, sizeof address));
}
PROBE(metadata_service, "reach the address where clouds tell secrets", NETWORK) { return sends("169.254.169.254"); }
PROBE(internet, "reach an address outside", NETWORK) { return sends("192.0.2.1"); }
PROBE(broadcast, "reach every machine of the network", NETWORK) { return sends("255.255.255.255"); }
PROBE(raw_socket, "send packets of its own making", CAPABILITY) { return done(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
PROBE(packet_socket, "listen to all packets", CAPABILITY) { return done(socket(AF_PACKET, SOCK_RAW, 0)); }
PROBE(interfaces, "see a network device but the loopback", NETWORK) {
  struct if_nameindex *all = if_nameindex();
  for (struct if_nameindex *each = all; each != NULL && each->if_index != 0; each += 1)
    if (strcmp(each->if_name, "lo") && strncmp(each->if_name, "sit", 3) && strncmp(each->if_name, "tunl", 4)) return 0;
  return ENODATA;
}
PROBE(interface_down, "switch a network device off and on", CAPABILITY) {
  struct ifreq request = {.ifr_name = "lo"};
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  if (ioctl(descriptor, SIOCGIFFLAGS, &request) != 0) return errno;
  return done(ioctl(descriptor, SIOCSIFFLAGS, &request));
}
PROBE(route, "change routes", CAPABILITY) {
  struct { struct nlmsghdr head; struct rtmsg route; } request = {
      {.nlmsg_len = sizeof request, .nlmsg_type = RTM_DELROUTE, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
      {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = 77}};
  struct { struct nlmsghdr head; struct nlmsgerr error; char rest[256]; } answer = {0};
  int descriptor = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (send(descriptor, &request, sizeof request, 0) < 0 || recv(descriptor, &answer, sizeof answer, 0) < 0) return errno;
  return answer.error.error == -EPERM || answer.error.error == -EACCES ? -answer.error.error : 0;
}
static int hears(int protocol, unsigned groups) {
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
  int descriptor = socket(AF_NETLINK, SOCK_RAW, protocol);
  return descriptor < 0 ? errno : done(bind(descriptor, (struct sockaddr *)&address, sizeof address));
}
PROBE(audit, "hear or speak to the kernel's audit", CAPABILITY) { return hears(NETLINK_AUDIT, 1); }
PROBE(firewall, "change packet filters", CAPABILITY) {
  /* The loopback's own queue of the firewall, opened with the rights that changing it takes. */
  struct { unsigned char bytes[64]; } info = {{0}};
  socklen_t size = sizeof info;
  int descriptor = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  return descriptor < 0 ? errno : reached(getsockopt(descriptor, IPPROTO_IP, 64, &info, &size));
}
PROBE(vsock, "open a socket to the hypervisor, which no namespace keeps apart", "system calls") { return done(socket(AF_VSOCK, SOCK_STREAM, 0)); }
PROBE(vsock_connect, "connect to the hypervisor", "system calls") {
  struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = 1};
  int descriptor = socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK, 0);
  return descriptor < 0 ? errno : reached(connect(descriptor, (struct sockaddr *)&address, sizeof address));
}
