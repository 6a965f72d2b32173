import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

import type { Dispatcher } from 'undici';

import { addressScope, literalAddress, type AddressScope, type Reach } from './address-scope.ts';
import { FinalError } from './download-error.ts';

/** Connections to one origin at once. */
const WIDTH = 8;
const CONNECT_TIMEOUT = 15_000;
export const IDLE_TIMEOUT = 30_000;

/** Opened when they are needed; disposal closes them. */
export interface Connections extends AsyncDisposable {
  /**
   * Connects to a host of a URL, or takes a connection that there is.
   *
   * @throws FinalError where it is out of reach
   */
  to(hostname: string, reach: Reach): Promise<Dispatcher>;
  /** Where a host lies that was connected to; a name may have several addresses. */
  scopesOf(hostname: string): Iterable<AddressScope>;
}

export function openConnections(idleTimeout = IDLE_TIMEOUT): Connections {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  const seen = new Map<string, Set<AddressScope>>();

  function note(hostname: string, address: string): AddressScope {
    const scope = addressScope(address);
    seen.set(hostname, (seen.get(hostname) ?? new Set()).add(scope));
    return scope;
  }

  /** The look that connects is the one that decides: a name may lead elsewhere the next time. */
  function lookupWithin(reach: Reach): LookupFunction {
    return (hostname, options, callback) => {
      dns.lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, []);
        const near = found.filter(({ address }) => reach.includes(note(hostname, address)));
        const [first] = near;
        if (first === undefined) return callback(outOfReach(hostname, found[0]?.address ?? ''), []);
        return options.all === true ? callback(null, near) : callback(null, first.address, first.family);
      });
    };
  }

  async function open(reach: Reach): Promise<Dispatcher> {
    const { Agent } = await import('undici');
    return new Agent({
      connections: WIDTH,
      connect: { timeout: CONNECT_TIMEOUT, lookup: lookupWithin(reach) },
      headersTimeout: idleTimeout,
      bodyTimeout: idleTimeout,
    });
  }

  return {
    async to(hostname, reach) {
      const address = literalAddress(hostname);
      if (address !== undefined && !reach.includes(note(hostname, address))) throw outOfReach(hostname, address);
      const dispatcher = dispatchers.get(reach.join()) ?? open(reach);
      dispatchers.set(reach.join(), dispatcher);
      return dispatcher;
    },
    scopesOf: (hostname) => seen.get(hostname) ?? [],
    async [Symbol.asyncDispose]() {
      for (const dispatcher of dispatchers.values()) await (await dispatcher).destroy();
    },
  };
}

function outOfReach(hostname: string, address: string): FinalError {
  const kind = addressScope(address);
  return new FinalError(`the server sends to \`${hostname}\`, a ${kind} address, which is refused`);
}
