import type { Readable } from 'node:stream';

export interface HttpOptions {
  /** By lower-case name. `authorization` and `cookie` stay behind where a redirect leads to another origin. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The address that was asked and whose answer named this one: what it may not redirect to, it may not name. */
  readonly ledFrom?: string | undefined;
}

export interface HttpGetOptions extends HttpOptions {
  /** What the body may have at most, in bytes; more is an error, seen before it has arrived. */
  readonly maxBytes: number;
}

export interface HttpAnswer {
  /** Whatever the server says; only redirects are followed. */
  readonly status: number;
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the answer came from in the end. */
  readonly url: string;
}

/** A body that is still to come; whoever does not read it to its end destroys it. */
export interface HttpStream extends HttpAnswer {
  readonly body: Readable;
}

export interface HttpDocument extends HttpAnswer {
  readonly body: Buffer;
}

/**
 * The one way out for plugins: GET over http and https. Follows at most 5 redirects, none from https to http, none to
 * another protocol, and none to an address that is nearer to this machine than the server: from outside to a private network,
 * to this machine, or to a link-local address. A connection may take 15 seconds, a pause 30. Bodies come as they are: no encoding is asked for.
 *
 * Both throw a KarapaceError: `OFFLINE` before any socket is opened, where the network may not be used; `DOWNLOAD_FAILED` naming the
 * address without credentials and the cause.
 */
export interface HttpClient {
  /** A small document. A connection that breaks and a server's own failure (5xx) are tried again, three times in all. */
  get(url: string, options: HttpGetOptions): Promise<HttpDocument>;
  /** One try; the body is read as it arrives. */
  open(url: string, options?: HttpOptions): Promise<HttpStream>;
}
