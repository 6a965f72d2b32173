/** A host that speaks the protocol of OCI's distribution-spec. */
export interface Registry {
  /** As URLs have it: `registry.example.com`, `127.0.0.1:5000`, `[::1]:5000`. */
  readonly host: string;
  readonly isLoopback: boolean;
}

/** A registry's images of one name. */
export interface Repository {
  readonly registry: Registry;
  /** `tools/compiler` */
  readonly name: string;
  /** What its URLs begin with: `https://registry.example.com/v2/tools/compiler`. */
  readonly url: string;
}

/**
 * Reads `host[:port]`. Only a host with a dot or a port, or `localhost`, is one: otherwise it is the first part of a name.
 */
export function parseRegistry(text: string): Registry | undefined {
  if (text !== 'localhost' && !/[.:]/u.test(text)) return undefined;
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?)(?::[0-9]{1,5})?$/u.test(text))
    return undefined;
  // The scheme is for parsing alone; it has no port of its own, so that none is dropped.
  const url = URL.parse(`registry://${text.toLowerCase()}`);
  // What ends in a number is an address there, perhaps another one, or none.
  if (url === null || URL.parse(`https://${url.host}`)?.hostname !== url.hostname) return undefined;
  return { host: url.host, isLoopback: isLoopback(url.hostname) };
}

/** Whether a URL's host is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/u.test(hostname);
}

/** @param plainHttp hosts that are asked without TLS, as this machine's own are */
export function repositoryOf(registry: Registry, name: string, plainHttp: readonly string[]): Repository {
  const scheme = registry.isLoopback || plainHttp.includes(registry.host) ? 'http' : 'https';
  return { registry, name, url: `${scheme}://${registry.host}/v2/${name}` };
}

/** The repository that a blob's address is in; `undefined` for the address of anything else. */
export function repositoryOfBlob(address: string, plainHttp: readonly string[]): Repository | undefined {
  const [, host = '', name = ''] = /^https?:\/\/([^/]+)\/v2\/(.+)\/blobs\/sha256:[0-9a-f]{64}$/u.exec(address) ?? [];
  const registry = parseRegistry(host);
  const repository = registry && repositoryOf(registry, name, plainHttp);
  return repository !== undefined && address.startsWith(`${repository.url}/blobs/`) ? repository : undefined;
}
