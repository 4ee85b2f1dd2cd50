'use client';
import { useEffect, useState } from 'react';
import { PreviewClient } from './preview-client.ts';

/** One preview client for the life of the builder. */
export function usePreviewClient(): PreviewClient {
  const [client] = useState(() => new PreviewClient(() => new Worker(new URL('./preview.worker.ts', import.meta.url), { type: 'module' })));
  useEffect(() => () => client.close(), [client]);
  return client;
}
