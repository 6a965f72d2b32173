export { packagesApk } from './packages-apk.ts';
