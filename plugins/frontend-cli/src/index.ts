export { frontendCli } from './frontend-cli.ts';
export { runCli } from './run-cli.ts';
