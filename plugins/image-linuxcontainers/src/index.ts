export { imageLinuxcontainers, type ImageLinuxcontainersOptions } from './image-linuxcontainers.ts';
