/**
 * Records a history from a run in the simulated world:
 *
 *   node packages/engine/test/histories/record.ts --name=review-expires --about='…' --seed=12
 *     [--document=file.json] [--cancel-at='perform n3#1']
 *
 * Without a document it is the random one of the seed. What was recorded before is never written over: a history that is
 * no longer right is deleted by hand, and the commit says why runs that began before may go another way from then on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { workflowSchema } from '@weft/workflow';
import { randomDocument } from '../simulation/documents.ts';
import { TRIGGER, drive } from '../simulation/drive.ts';
import { departures } from './differences.ts';
import { RECORDED } from './history.ts';
import type { History } from './history.ts';
import { replay } from './replay.ts';

const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    about: { type: 'string' },
    seed: { type: 'string', default: '1' },
    document: { type: 'string' },
    'cancel-at': { type: 'string' },
  },
});
const { name, about } = values;
if (name === undefined || about === undefined) throw new Error('Give --name=<file name without .json> and --about=<a sentence>.');
const seed = Number(values.seed);
const document =
  values.document === undefined ? randomDocument(seed) : workflowSchema.parse(JSON.parse(readFileSync(values.document, 'utf8')));

const { outcome, world } = await drive({ seed, document, dies: () => false });
if (world.broken.length > 0) throw new Error(`The run broke rules: ${world.broken.join('; ')}`);
const ran: History = {
  format: 'weft/history@1',
  about,
  document,
  trigger: TRIGGER,
  startedAt: 1_000_000,
  records: world.durable,
  waits: Object.fromEntries(world.registeredWaits()),
  ...(values['cancel-at'] === undefined ? {} : { cancelledAt: values['cancel-at'] }),
  outcome,
  asked: [],
};
// The world of the replay knows no time that writing takes; from here on its times are the recorded ones.
const first = await replay(ran);
if (!first.outcome || first.strayed !== undefined) throw new Error(`The run cannot be replayed: it asked for ${first.strayed}`);
let history: History = { ...ran, records: first.records, outcome: first.outcome };
const asked: (readonly string[])[] = [];
for (let cut = 0; cut <= history.records.length; cut += 1) asked.push((await replay(history, cut)).asked);
history = JSON.parse(JSON.stringify({ ...history, asked })) as History;
const found = await departures({ ...history, document });
if (found.length > 0) throw new Error(`The history does not come to the same end when it is replayed:\n${found.join('\n')}`);
writeFileSync(new URL(`${name}.json`, RECORDED), `${JSON.stringify(history, undefined, 2)}\n`, { flag: 'wx' });
process.stdout.write(`${name}: ${history.records.length} records, ${history.outcome.status}, asks ${asked[0]?.join(', ')}\n`);
