export { imageTarball } from './image-tarball.ts';
