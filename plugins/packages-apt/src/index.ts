export { packagesApt } from './packages-apt.ts';
