export { imageOci, type ImageOciOptions } from './image-oci.ts';
