/**
 * JSON with keys in code-unit order and no spaces: one value, one spelling.
 *
 * @throws TypeError for anything JSON cannot hold exactly: `undefined`, functions, bigints, numbers that are not
 * finite, objects that are not plain, lists with holes, text with lone surrogates
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      return printNumber(value);
    case 'string':
      return printText(value);
    case 'object':
      return value === null ? 'null' : printStructure(value);
    default:
      throw new TypeError(`Canonical JSON cannot hold a value of type ${typeof value}`);
  }
}

function printNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`Canonical JSON cannot hold the number ${value}`);
  return JSON.stringify(value);
}

function printText(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('Canonical JSON cannot hold text with a lone surrogate');
  return JSON.stringify(text);
}

function printStructure(value: object): string {
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError('Canonical JSON cannot hold an object that is not plain');
  }
  const fields = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${fields.map(([key, field]) => `${printText(key)}:${canonicalJson(field)}`).join(',')}}`;
}
