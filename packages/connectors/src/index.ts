import type { ConnectorDefinition } from '@weft/connector-kit';
import { connectwise } from './connectwise/index.ts';
import { csv } from './csv/index.ts';
import { email } from './email/index.ts';
import { http } from './http/index.ts';
import { json } from './json/index.ts';
import { list } from './list/index.ts';
import { manual } from './manual/index.ts';
import { salesforce } from './salesforce/index.ts';
import { schedule } from './schedule/index.ts';
import { storage } from './storage/index.ts';
import { sync } from './sync/index.ts';
import { webhook } from './webhook/index.ts';
import { workflow } from './workflow/index.ts';
import { xml } from './xml/index.ts';

/** Every native connector, alphabetical. A test compares this list with the folders. */
export const connectors: readonly ConnectorDefinition[] = [
  connectwise,
  csv,
  email,
  http,
  json,
  list,
  manual,
  salesforce,
  schedule,
  storage,
  sync,
  webhook,
  workflow,
  xml,
];
