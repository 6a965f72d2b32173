/* Kinds of sockets that few programs need: asking for one loads its module, and a network namespace does not keep all of them apart. */
#include "probes.h"
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <sys/socket.h>

#define FAMILY(name, family, type, what, guards) \
  PROBE(name, what, guards) { return opened(socket(family, type, 0)); }
#define PROTOCOL(name, protocol, what, guards) \
  PROBE(name, what, guards) { return opened(socket(AF_NETLINK, SOCK_RAW, protocol)); }

FAMILY(crypto_socket, AF_ALG, SOCK_SEQPACKET, "use ciphers of the kernel", "call socket")
FAMILY(packet_socket, AF_PACKET, SOCK_RAW, "listen to all packets", "call socket, capability net_raw")
FAMILY(bluetooth_socket, AF_BLUETOOTH, SOCK_RAW, "speak to Bluetooth devices", "call socket")
FAMILY(can_socket, AF_CAN, SOCK_RAW, "speak on a vehicle's bus", "call socket")
FAMILY(express_socket, AF_XDP, SOCK_RAW, "take packets before the network does", "call socket, capability net_raw")
FAMILY(key_socket, AF_KEY, SOCK_RAW, "manage keys of encrypted connections", "call socket")
FAMILY(llc_socket, AF_LLC, SOCK_STREAM, "speak to machines of the network below IP", "call socket")
FAMILY(ppp_socket, AF_PPPOX, SOCK_STREAM, "make connections of modems", "call socket")
FAMILY(rds_socket, AF_RDS, SOCK_SEQPACKET, "open reliable datagram sockets", "call socket")
FAMILY(smc_socket, AF_SMC, SOCK_STREAM, "open sockets of shared memory", "call socket")
FAMILY(tipc_socket, AF_TIPC, SOCK_SEQPACKET, "speak between the machines of a cluster", "call socket")
FAMILY(vsock, AF_VSOCK, SOCK_STREAM, "open a socket to the hypervisor, which no namespace keeps apart", "call socket")
PROTOCOL(netlink_audit, NETLINK_AUDIT, "hear or speak to the kernel's audit", "call socket")
PROTOCOL(netlink_connector, NETLINK_CONNECTOR, "hear of all processes", "call socket")
PROTOCOL(netlink_crypto, NETLINK_CRYPTO, "list ciphers of the kernel", "call socket")
PROTOCOL(netlink_firewall, NETLINK_NETFILTER, "speak to packet filters", "call socket")
PROTOCOL(netlink_lookup, NETLINK_FIB_LOOKUP, "look up routes as the kernel does", "call socket")
PROTOCOL(netlink_rdma, NETLINK_RDMA, "speak to remote memory", "call socket")
PROTOCOL(netlink_scsi, NETLINK_SCSITRANSPORT, "speak to disks over a network", "call socket")
PROTOCOL(netlink_users, NETLINK_USERSOCK, "hear what programs tell each other through the kernel", "call socket")
PROTOCOL(netlink_xfrm, NETLINK_XFRM, "manage encrypted connections", "call socket")
PROBE(socket_pair, "have the kernel load a kind of sockets by asking for a pair", "call socketpair") {
  int pair[2];
  return opened(socketpair(AF_VSOCK, SOCK_STREAM, 0, pair));
}
PROBE(vsock_connect, "connect to the hypervisor", "call socket") {
  struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = 1};
  int descriptor = socket(AF_VSOCK, SOCK_STREAM | SOCK_NONBLOCK, 0);
  return descriptor < 0 ? errno : reached(connect(descriptor, (struct sockaddr *)&address, sizeof address));
}
