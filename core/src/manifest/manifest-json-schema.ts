import { z } from 'zod';

import { manifestSchema } from './manifest-schema.ts';
import { policyFileSchema } from './policy-schema.ts';

/** The JSON Schema (draft 7) of a manifest, for editors. It knows forms and bounds, not every rule. */
export function manifestJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(manifestSchema, {
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // In a file, a plugin can only be named.
      if (zodSchema._zod.def.type === 'custom') Object.assign(jsonSchema, { type: 'string', minLength: 1 });
    },
  }) as Readonly<Record<string, unknown>>;
}

/** Dotted names of every key, tables included; a table of a list goes by the name of the list. */
export function manifestKeys(): readonly string[] {
  return keysOf(manifestJsonSchema(), '');
}

/** The same of a policy file. */
export function policyKeys(): readonly string[] {
  return keysOf(policyJsonSchema(), '');
}

/** The JSON Schema (draft 7) of a policy file. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(policyFileSchema, { target: 'draft-7' }) as Readonly<Record<string, unknown>>;
}

interface SchemaNode {
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

function keysOf({ items, properties = items?.properties ?? {} }: SchemaNode, prefix: string): readonly string[] {
  return Object.entries(properties).flatMap(([key, node]) => [`${prefix}${key}`, ...keysOf(node, `${prefix}${key}.`)]);
}
