export { packagesPacman } from './packages-pacman.ts';
