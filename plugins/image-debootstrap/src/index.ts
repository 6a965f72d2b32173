export { imageDebootstrap, type ImageDebootstrapOptions } from './image-debootstrap.ts';
export { type DistributionName } from './distributions.ts';
