/**
 * The floor's receiver: the least that keeps the promise of an accepted run. node:http → INSERT of the run, committed → a
 * job on BullMQ → 202; for a workload that is answered, the answer that the worker publishes when the run's end is committed.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { ANSWERS, QUEUE } from './names.ts';
import type { FloorAnswer } from './names.ts';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const redisUrl = process.env['REDIS_URL'] ?? '';
const queue = new Queue(QUEUE, { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }) });
const waiting = new Map<string, (answer: string) => void>();
const subscriber = new Redis(redisUrl);
await subscriber.subscribe(ANSWERS);
subscriber.on('message', (_channel, text) => {
  const { id, answer } = JSON.parse(text) as FloorAnswer;
  waiting.get(id)?.(answer);
});

const INSERT = { name: 'accept', text: `INSERT INTO floor_run(id, workload, input) VALUES ($1, $2, $3)` };

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const input: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  // `/W1`, or `/W2?answer`.
  const [path = '', query] = (request.url ?? '').split('?');
  const workload = path.slice(1);
  const id = newId();
  await pool.query({ ...INSERT, values: [id, workload, JSON.stringify(input)] });
  const answer = query === 'answer' ? new Promise<string>((resolve) => waiting.set(id, resolve)) : undefined;
  await queue.add(workload, { id, input }, { removeOnComplete: true, removeOnFail: true });
  const text = answer === undefined ? JSON.stringify({ runId: id }) : await answer;
  waiting.delete(id);
  response.writeHead(answer === undefined ? 202 : 200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** A UUID of version 7. */
function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const server = createServer((request, response) => {
  receive(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500, { 'content-length': 0 });
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ ready: true, port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
