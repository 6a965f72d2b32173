import { z } from 'zod';

import { env, files, run } from './layer-schema.ts';
import { limitFields } from './limits-schema.ts';
import { parseMount } from './parse-mount.ts';
import { policyTable } from './policy-schema.ts';
import { flag, TABLE, text } from './schema-parts.ts';

/*
 * Every message here is the end of a sentence that starts "`key` must be"; `first-problem.ts` writes the rest.
 * zod takes long to load: import this file by `import()` alone.
 */

const WORD = 'one word without spaces or control characters';
const PACKAGE = 'a package name without spaces, control characters or a leading `-`';
const LABEL = 'named with letters, digits, `_` and `-` alone';
const BACKEND = 'a backend name of lower-case letters, digits and `-`';

const [WORD_FORM, PACKAGE_FORM] = [/^[^\s\u0000-\u001F\u007F-\u009F]+$/, /^(?!-)[^\s\u0000-\u001F\u007F-\u009F]+$/];

const packages = z.array(text('a package name in quotes').regex(PACKAGE_FORM, PACKAGE), 'a list of package names');

const limits = z.strictObject(
  {
    ...limitFields,
    best_effort: flag
      .describe('Run without a limit that the machine cannot enforce, and say so; `false` where nothing is said')
      .optional(),
  },
  TABLE,
);

const runtime = z.strictObject(
  {
    backend: text('a backend name in quotes')
      .regex(/^[a-z0-9-]+$/, BACKEND)
      .describe('What runs the environment; `namespace` where nothing is said')
      .optional(),
    network_isolation: flag.describe('No network inside but loopback; `false` where nothing is said').optional(),
    resource_limits: limits.describe('Limits on what the environment may use').optional(),
  },
  TABLE,
);

const mounts = z
  .record(z.string().regex(/^[A-Za-z0-9_-]+$/, LABEL), text('`host:container` in quotes'), TABLE)
  .superRefine((table, context) => {
    const labels = new Map<string, string>();
    for (const [label, value] of Object.entries(table)) {
      const mount = parseMount(label, value);
      const issue = 'expected' in mount ? mount.expected : taken(labels, mount.container);
      if (issue !== undefined) context.addIssue({ code: 'custom', path: [label], message: issue });
      else if ('container' in mount) labels.set(mount.container, label);
    }
  });

function taken(labels: ReadonlyMap<string, string>, container: string): string | undefined {
  const other = labels.get(container);
  return other === undefined ? undefined : `at another container path than \`mounts.${other}\``;
}

/** Every key of a manifest. */
export const manifestSchema = z
  .strictObject(
    {
      $schema: text('the address of a JSON Schema in quotes').describe('For editors; nothing else reads it').optional(),
      manifest_version: z.literal(1, '`1`').describe('Version of this format'),
      base: z
        .strictObject(
          {
            image: text('an image reference in quotes')
              .regex(WORD_FORM, WORD)
              .describe('Base image, as its image source names it: `debian/trixie`'),
          },
          TABLE,
        )
        .describe('What the environment starts from'),
      system: z
        .strictObject({ packages: packages.describe('Packages to install').optional() }, TABLE)
        .describe('Packages of the system')
        .optional(),
      gui: z
        .strictObject({ apps: packages.describe('Packages of graphical applications to install').optional() }, TABLE)
        .describe('Graphical applications')
        .optional(),
      hardware: z
        .strictObject(
          {
            gpu: flag.describe('Give access to the graphics card').optional(),
            audio: flag.describe('Give access to sound').optional(),
          },
          TABLE,
        )
        .describe("Which of the host's devices are seen inside")
        .optional(),
      mounts: mounts.describe('Host directories seen inside: label to `host:container`').optional(),
      runtime: runtime.describe('How the environment is run').optional(),
      env: env.describe('Variables that every process inside has').optional(),
      files: files.describe('Files and directories of the project that are copied into the environment').optional(),
      run: run.describe('Commands that are run when the environment is built').optional(),
      policy: policyTable.describe('What this environment may be given at most').optional(),
      plugins: z
        .array(z.custom<unknown>(isPluginSpecifier, 'a package name, a relative path or a plugin'), 'a list of plugins')
        .describe('Plugins beside the built-in ones: package names, or paths relative to this file')
        .optional(),
    },
    TABLE,
  )
  .meta({ title: 'Karapace manifest', description: 'Describes a deterministic Linux environment' });

function isPluginSpecifier(value: unknown): boolean {
  return typeof value === 'string' ? value.trim() !== '' : typeof value === 'object' || typeof value === 'function';
}
