// `npm run sweep:escape [-- --backend <name>]`: every probe, by every entrance, as root and as an ordinary user.
import { parseArgs } from 'node:util';

import { readCatalogue } from './catalogue.ts';
import { findIdleGuards, runControls } from './control.ts';
import { findUnproven } from './outcome.ts';
import { openProbeLab, type Finding, type Way } from './probe-all.ts';

const BACKENDS: readonly Way['backend'][] = ['namespace', 'oci-crun', 'oci-runc'];
/** Fewer that are seen to be possible say too little about the guards. */
const FEWEST = 120;

const { backend: chosen } = parseArgs({ options: { backend: { type: 'string', multiple: true } } }).values;

using lab = openProbeLab();
let isClean = true;
for (const backend of BACKENDS.filter((name) => chosen?.includes(name) ?? true)) {
  const tested = { directory: lab.directory, backend };
  const control = await runControls(tested, readCatalogue());
  const unproven = findUnproven(control);
  console.log(`${backend}: ${control.size - unproven.length} of ${control.size} probes succeed without their guards`);
  console.log(`Not counted, because this machine cannot show them: ${unproven.join(', ')}`);
  const idle = await findIdleGuards(tested, readCatalogue());
  if (idle.length > 0) console.log(`${backend}: guards that do not hold alone: ${idle.join(', ')}`);
  isClean &&= idle.length === 0;
  for (const way of waysInto(backend)) {
    for (const finding of await lab.probe(way, control)) report(finding);
    // A build has no network in any case.
    if (way.network === 'none') for (const finding of await lab.probePackage(way, control)) report(finding);
  }
}
process.exitCode = isClean ? 0 : 1;

function waysInto(backend: Way['backend']): readonly Way[] {
  return [
    { backend, person: 'me', network: 'none' },
    { backend, person: 'user', network: 'none' },
    { backend, person: 'user with one id', network: 'none' },
    { backend, person: 'user', network: 'host' },
  ];
}

function report({ backend, person, network, entrance, held, escaped, hindered, touched }: Finding): void {
  const wrong = [
    ...escaped.map((name) => `${name} got out`),
    ...hindered.map((name) => `${name} is hindered`),
    ...touched,
  ];
  console.log(
    `${backend}, ${entrance}, as ${person}, network ${network}: ${held.length} held; ${wrong.join(', ') || 'none got out'}`,
  );
  isClean &&= wrong.length === 0 && held.length >= FEWEST;
}
