import { defineConnector } from '@weft/connector-kit';
import { chunk } from './operations/chunk.ts';
import { dedupe } from './operations/dedupe.ts';
import { filter } from './operations/filter.ts';
import { flatten } from './operations/flatten.ts';
import { group } from './operations/group.ts';
import { join } from './operations/join.ts';
import { limit } from './operations/limit.ts';
import { pick } from './operations/pick.ts';
import { sort } from './operations/sort.ts';

export const list = defineConnector({
  id: 'list',
  version: '1.0.0',
  title: 'List tools',
  summary: 'Filters, sorts, groups and joins lists of records.',
  icon: { glyph: '≡', color: '#0369a1' },
  category: 'core',
  auth: [],
  operations: [filter, sort, group, dedupe, join, flatten, pick, limit, chunk],
});
