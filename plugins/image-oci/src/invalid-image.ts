import { KarapaceError } from '@karapace/core';

/** What is there is no image, or none that can be used. @param reason a sentence without a full stop */
export function invalidImage(reason: string, cause?: unknown): KarapaceError {
  return new KarapaceError('IMAGE_INVALID', reason, {
    hint: 'Choose another image, or have this one pushed again by a current tool, such as `skopeo copy`.',
    ...(cause === undefined ? {} : { cause }),
  });
}
