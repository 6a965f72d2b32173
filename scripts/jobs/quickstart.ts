// `npm run quickstart`: from a fresh clone to a command that runs in an environment.
import { runForOutput, runStep } from '../setup/run.js';
import { karapace } from '../setup/workspace.js';

const NAME = 'dev';

await runStep(karapace('doctor', '--fix'), '`karapace doctor --fix`');
await runStep(karapace('build', 'examples/dev/karapace.toml', '--name', NAME), '`karapace build`');
const { short_id: shortId } = JSON.parse(await runForOutput(karapace('inspect', NAME, '--json'), '`karapace inspect`'));
const version = await runForOutput(karapace('exec', NAME, '--', 'git', '--version'), '`karapace exec`');

console.log(`
Environment ${shortId} is ready, and this comes from inside it:

  ${version.trim()}

What to type next:

  npx karapace enter ${NAME}                  a shell inside; \`exit\` leaves it
  npx karapace exec ${NAME} -- git --version  one command inside
  npx karapace list                       the environments there are
`);
