export { packagesDnf } from './packages-dnf.ts';
