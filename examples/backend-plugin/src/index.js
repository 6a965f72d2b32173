/**
 * `[runtime] backend = "bubble"`.
 *
 * @returns {import('@karapace/core').Plugin}
 */
export function plugin() {
  return {
    name: 'karapace-backend-bubble',
    apply({ hooks }) {
      hooks.openBackend.tapPromise('karapace-backend-bubble', async (name) =>
        name === 'bubble' ? (await import('./backend.js')).openBackend() : undefined,
      );
    },
  };
}
