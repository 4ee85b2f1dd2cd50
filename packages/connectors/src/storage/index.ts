import { defineConnector } from '@weft/connector-kit';
import { get } from './operations/get.ts';
import { increment } from './operations/increment.ts';
import { list } from './operations/list.ts';
import { remove } from './operations/remove.ts';
import { set } from './operations/set.ts';
import { setIfAbsent } from './operations/set-if-absent.ts';

export const storage = defineConnector({
  id: 'storage',
  version: '1.0.0',
  title: 'Storage',
  summary: 'Keeps small values between runs: what was seen, counters, links.',
  icon: { glyph: 'KV', color: '#0f766e' },
  category: 'core',
  auth: [],
  operations: [get, set, setIfAbsent, remove, increment, list],
});
