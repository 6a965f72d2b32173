import { readTags, type XmlTag } from './xml-tags.ts';

/** What `primary.xml` says of one package. */
export interface PrimaryPackage {
  readonly name: string;
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly location: string;
  /** `xml:base` of the location: where the archive lies, when not in the repository. */
  readonly base: string | undefined;
  /** Bytes; NaN where there is no number. */
  readonly size: number;
  readonly checksum: { readonly type: string; readonly digest: string };
  /** Names that it provides, without versions. */
  readonly provides: readonly string[];
}

/**
 * Reads one `package` element of `primary.xml`, as createrepo_c and all its kind print it. What is missing is empty, and
 * no archive is pinned by it.
 */
export function parsePackage(element: string): PrimaryPackage {
  const first = new Map<string, XmlTag>();
  const provides: string[] = [];
  let isProvides = false;
  for (const tag of readTags(element)) {
    if (tag.name === 'rpm:provides') isProvides = !tag.isEnd;
    if (isProvides && tag.name === 'rpm:entry') provides.push(tag.attributes.get('name') ?? '');
    if (!first.has(tag.name)) first.set(tag.name, tag);
  }
  const textOf = (name: string) => first.get(name)?.text ?? '';
  const of = (name: string, attribute: string) => first.get(name)?.attributes.get(attribute);
  return {
    name: textOf('name'),
    epoch: of('version', 'epoch') ?? '',
    version: of('version', 'ver') ?? '',
    release: of('version', 'rel') ?? '',
    arch: textOf('arch'),
    location: of('location', 'href') ?? '',
    base: of('location', 'xml:base'),
    size: Number(of('size', 'package') ?? Number.NaN),
    checksum: { type: of('checksum', 'type') ?? '', digest: textOf('checksum') },
    provides,
  };
}
