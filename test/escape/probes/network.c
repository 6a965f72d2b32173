/* With `network_isolation = true`: the host's network. */
#include "probes.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

PROBE(loopback, "connect to a service on the loopback of the host", "network namespace") {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)world.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return done(connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
}
PROBE(loopback6, "connect to a service on the loopback of the host by IPv6", "network namespace") {
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
PROBE(metadata_service, "reach the address where clouds tell secrets", "network namespace") { return sends("169.254.169.254"); }
PROBE(internet, "reach an address outside", "network namespace") { return sends("192.0.2.1"); }
PROBE(broadcast, "reach every machine of the network", "network namespace") { return sends("255.255.255.255"); }
PROBE(raw_socket, "send packets of its own making", "capability net_raw") { return done(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }
PROBE(interfaces, "see a network device but the loopback", "network namespace") {
  struct if_nameindex *all = if_nameindex();
  for (struct if_nameindex *each = all; each != NULL && each->if_index != 0; each += 1)
    if (strcmp(each->if_name, "lo") && strncmp(each->if_name, "sit", 3) && strncmp(each->if_name, "tunl", 4)) return 0;
  return ENODATA;
}
PROBE(interface_down, "switch a network device off and on", "capability net_admin") {
  struct ifreq request = {.ifr_name = "lo"};
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  if (ioctl(descriptor, SIOCGIFFLAGS, &request) != 0) return errno;
  return done(ioctl(descriptor, SIOCSIFFLAGS, &request));
}
PROBE(route, "change routes", "capability net_admin") {
  struct { struct nlmsghdr head; struct rtmsg route; } request = {
      {.nlmsg_len = sizeof request, .nlmsg_type = RTM_DELROUTE, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
      {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = 77}};
  struct { struct nlmsghdr head; struct nlmsgerr error; char rest[256]; } answer = {0};
  int descriptor = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (send(descriptor, &request, sizeof request, 0) < 0 || recv(descriptor, &answer, sizeof answer, 0) < 0) return errno;
  return answer.error.error == -EPERM || answer.error.error == -EACCES ? -answer.error.error : 0;
}
PROBE(firewall, "change packet filters", "capability net_admin, capability net_raw") {
  /* The loopback's own queue of the firewall, opened with the rights that changing it takes. */
  struct { unsigned char bytes[64]; } info = {{0}};
  socklen_t size = sizeof info;
  int descriptor = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  return descriptor < 0 ? errno : reached(getsockopt(descriptor, IPPROTO_IP, 64, &info, &size));
}
