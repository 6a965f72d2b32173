// `npm run sweep:escape [-- --backend <name>]`: every probe, by every entrance, as root and as an ordinary user.
import { parseArgs } from 'node:util';

import { openProbeLab, type Finding, type Way } from './probe-all.ts';

const BACKENDS = ['namespace', 'oci-crun', 'oci-runc'];
/** Fewer that are seen to be possible say too little about the guards. */
const FEWEST = 120;

const { backend: chosen } = parseArgs({ options: { backend: { type: 'string', multiple: true } } }).values;
const ways = (chosen ?? BACKENDS).flatMap((backend): readonly Way[] => [
  { backend, person: 'me', network: 'none' },
  { backend, person: 'user', network: 'none' },
  { backend, person: 'user with one id', network: 'none' },
  { backend, person: 'user', network: 'host' },
]);

using lab = await openProbeLab();
let isClean = true;
for (const way of ways) for (const finding of await lab.probe(way)) report(finding);
const unproven = [...lab.control].filter(([, outcome]) => outcome !== 'success');
console.log(
  `Not counted, because this machine cannot show them without a guard either: ${unproven.map((pair) => pair.join(' ')).join(', ')}`,
);
process.exitCode = isClean ? 0 : 1;

function report({ backend, person, network, entrance, held, escaped, touched }: Finding): void {
  console.log(
    `${backend}, ${entrance}, as ${person}, network ${network}: ${held.length} held, ${escaped.length} got out ${escaped.join(' ')}${touched.join(', ')}`,
  );
  isClean &&= escaped.length === 0 && touched.length === 0 && held.length >= FEWEST;
}
