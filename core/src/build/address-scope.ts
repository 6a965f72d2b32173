import { BlockList, isIP, isIPv6 } from 'node:net';

/** How near to this machine an address is. */
export type AddressScope = 'public' | 'private' | 'loopback' | 'link-local';

/** Addresses that may be connected to. */
export type Reach = readonly AddressScope[];

/** Of an address that a person, a manifest or a lock names. */
export const ANYWHERE: Reach = ['public', 'private', 'loopback', 'link-local'];

/**
 * What a server may send somebody to: nothing that is nearer to him than itself. Whoever answers from outside would reach, through him,
 * services that trust his machine or his network; at link-local addresses, clouds hand out credentials.
 */
const LEADS_TO: Readonly<Record<AddressScope, Reach>> = {
  public: ['public'],
  private: ['public', 'private'],
  loopback: ['public', 'private', 'loopback'],
  'link-local': ['public', 'link-local'],
};

// RFC 6890 (special-purpose addresses) and RFC 4193 (unique local IPv6 addresses).
const RANGES: readonly (readonly [AddressScope, BlockList])[] = [
  ['loopback', blockList('127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128')],
  ['link-local', blockList('169.254.0.0/16', 'fe80::/10')],
  ['private', blockList('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')],
];

function blockList(...subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** @param address of IPv4 or IPv6; an IPv4 address that is mapped into IPv6 is what it stands for */
export function addressScope(address: string): AddressScope {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  return RANGES.find(([, list]) => list.check(address, family))?.[0] ?? 'public';
}

/** The address that a host of a URL is, unless it is a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/u, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}

/** What remains within reach of those who are sent on by a server. */
export function narrowReach(reach: Reach, server: Iterable<AddressScope>): Reach {
  return [...server].reduce((left, scope) => left.filter((each) => LEADS_TO[scope].includes(each)), reach);
}
