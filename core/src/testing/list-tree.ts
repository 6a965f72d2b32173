import type { ToolContext } from '../contracts/tool-context.ts';

const SCRIPT = `
cd /tree
find . -type d -printf '%P %y %m %U:%G\\n' -or -printf '%P %y %m %U:%G %n %l\\n'
find . -type f -print0 | xargs --null --no-run-if-empty sha256sum
`;

/**
 * A line for whatever a directory holds: its path, type, mode, owner, number of links and link target; and one for the
 * content of each file. Sorted; two trees with the same lines differ at most in their times.
 */
export async function listTree(directory: string, context: ToolContext): Promise<readonly string[]> {
  const { code, stdout, stderr } = await context.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', SCRIPT],
    mounts: [{ source: directory, target: '/tree', readOnly: true }],
  });
  if (code !== 0) throw new Error(`${directory} cannot be listed: ${stderr}`);
  return stdout.trimEnd().split('\n').toSorted();
}
