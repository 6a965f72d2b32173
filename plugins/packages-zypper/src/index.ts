export { packagesZypper } from './packages-zypper.ts';
