export { openQueue } from './hint-queue.ts';
export type { HintQueue, Listening, QueueOptions } from './hint-queue.ts';
