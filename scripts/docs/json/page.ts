import { z } from 'zod';

import { ENVIRONMENT_SCHEMAS } from './environment-schemas.ts';
import { STORE_SCHEMAS } from './store-schemas.ts';
import { WORK_SCHEMAS } from './work-schemas.ts';

/** What each command prints with `--json`, by its name. */
export const JSON_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  ...WORK_SCHEMAS,
  ...ENVIRONMENT_SCHEMAS,
  ...STORE_SCHEMAS,
};

interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** By file name: a JSON Schema for each command, in which later fields are no mistake. Pure. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const files = Object.entries(JSON_SCHEMAS).map(([verb, schema]) => {
    const text = JSON.stringify({ title: `karapace ${verb} --json`, ...open(z.toJSONSchema(schema)) }, undefined, 2);
    return [`${verb}.schema.json`, `${text}\n`] as const;
  });
  return new Map(files);
}

/** Tests hold to every field; whoever reads the output should not break of a new one. */
function open<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(open) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([key, field]) => key !== 'additionalProperties' || field !== false);
  return Object.fromEntries(fields.map(([key, field]) => [key, open(field)])) as Value;
}

const INTRODUCTION = `# JSON

With \`--json\`, a command prints one line on stdout: one object, or one array. Everything for people goes to stderr. The exit code is the same as without.

\`format\` is 1. It is raised when a field changes its meaning or goes away; a new field does not raise it. A JSON Schema for each command is in the package \`karapace\`, as \`schema/<command>.schema.json\`.

An error is one object on stdout, too: \`{"format":1,"error":{"code","message","place","fix"}}\`; [errors.md](errors.md) has the codes. \`enter\` and \`exec\` leave stdout to the command inside.

## Events

Commands that take a while (\`add\`, \`remove\`, \`update\`, \`outdated\`, \`pin\`, \`build\`, \`rebuild\`, \`gc\`, \`verify-store\`, \`migrate\`) with \`--events ndjson\` print what happens on stdout while it happens, one object per line, each with \`format\` and \`event\`; the last line is the result, or the error, as with \`--json\`, and has no \`event\`. A reader passes over events that it does not know.

| event                             | what it has                                                                         |
| --------------------------------- | ----------------------------------------------------------------------------------- |
| \`stage-started\`, \`stage-finished\` | \`stage\`: \`init\`, \`resolve\`, \`lock\` or \`build\`                                       |
| \`layer-started\`, \`layer-failed\`   | \`name\`, \`key\`                                                                       |
| \`layer-phase-started\`             | \`name\`, \`key\`, \`phase\`: \`fetch\`, \`run\` or \`keep\`                                    |
| \`layer-phase-finished\`            | the same, and \`milliseconds\`, \`count\`, \`bytes\`                                      |
| \`layer-built\`, \`layer-reused\`     | \`name\`, \`key\`, \`tree\`, \`entries\`, \`bytes\`                                           |
| \`layer-checked\`                   | \`name\`, \`key\`, \`is_same\`: whether the second build of \`--check\` gave the same bytes |
| \`download\`                        | \`files\`, \`files_done\`, \`bytes\`, \`bytes_done\`, \`archive\`: see below                  |
| \`output\`                          | \`line\`: of what a build step prints                                                 |
| \`progress\`, \`waiting\`, \`warning\`  | \`message\`: for people                                                               |

\`archive\` is the one that went on: its \`name\`, \`version\`, \`arch\`, \`bytes\`, \`bytes_done\`, and \`is_done\` once it is in the store. There is a \`download\` for each archive when it is done, and at most two a second between.

This page is written by \`npm run docs\`, from \`scripts/docs/json\`.
`;

/** The whole of `docs/json.md`. Pure. */
export function jsonPage(): string {
  const sections = Object.entries(JSON_SCHEMAS).map(([verb, schema]) => {
    const text = describeForm(z.toJSONSchema(schema) as JsonSchema);
    return `## ${verb}\n\n${text}\n`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function describeForm(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeForm).join('\n\nOr:\n\n');
  if (schema.type === 'array') return `An array. Of each:\n\n${describeForm(schema.items ?? {})}`;
  return `One object:\n\n${describeFields(schema, '').join('\n')}`;
}

function describeFields({ properties = {}, required = [] }: JsonSchema, indent: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const about = [typeOf(field), ...(required.includes(name) ? [] : ['may be missing'])].join(', ');
    const text = field.description === undefined ? '' : `: ${field.description}`;
    return [`${indent}- \`${name}\` (${about})${text}`, ...describeFields(inner(field), `${indent}  `)];
  });
}

function typeOf({ type, anyOf, enum: values, const: value, items }: JsonSchema): string {
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (values !== undefined) return values.map((each) => `\`${String(each)}\``).join(', ');
  if (value !== undefined) return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
  return type === 'array' ? `array of ${typeOf(items ?? {})}` : (type ?? 'anything');
}

/** Whose fields are to be told, of a list those of its items. */
function inner({ anyOf = [], items, ...schema }: JsonSchema): JsonSchema {
  if (items !== undefined) return inner(items);
  return anyOf.map(inner).find(({ properties }) => properties !== undefined) ?? schema;
}
