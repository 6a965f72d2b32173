import { describeBackend } from '@karapace/core/testing';
import { openBackend } from 'karapace-backend-bubble/backend';

describeBackend('bubble', openBackend, {
  module: import.meta.resolve('karapace-backend-bubble/backend'),
  lacks: ['filter', 'full-ids', 'join', 'stream-names', 'terminal', 'unseen-places'],
});
