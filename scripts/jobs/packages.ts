// What `.ci/run` begins with on a new machine: everything that the tests need, without the tests.
import { installTestPackages } from '../debian/test-packages.ts';
import { runStep } from '../setup/run.js';
import { karapace } from '../setup/workspace.js';

await runStep(karapace('doctor', '--fix'), '`karapace doctor --fix`');
await installTestPackages();
