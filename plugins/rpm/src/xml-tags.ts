export interface XmlTag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly attributes: ReadonlyMap<string, string>;
  /** What stands between this tag and the next one. */
  readonly text: string;
}

const TAG = /<(?<end>\/?)(?<name>[\w:-]+)(?<attributes>(?:\s+[\w:-]+="[^"<]*")*)\s*\/?>(?<text>[^<]*)/gu;

/**
 * The tags of XML in the form that programs print: double quotes, no comments, no CDATA. What is not in this form is passed
 * over, as by a reader who looks for known words only.
 */
export function* readTags(xml: string): Generator<XmlTag> {
  for (const { groups = {} } of xml.matchAll(TAG)) {
    yield {
      name: groups['name'] ?? '',
      isEnd: groups['end'] !== '',
      attributes: parseAttributes(groups['attributes'] ?? ''),
      text: decode((groups['text'] ?? '').trim()),
    };
  }
}

function parseAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(text.matchAll(/([\w:-]+)="([^"]*)"/gu), ([, name = '', value = '']) => [name, decode(value)]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' };

function decode(text: string): string {
  return text.replaceAll(/&(\w+);/gu, (whole, name: string) => ENTITIES[name] ?? whole);
}
