import type { Entity } from './entity.ts';
import { COMPANY_TABLES } from './tables/company.ts';
import { FINANCE_TABLES } from './tables/finance.ts';
import { PROJECT_TABLES } from './tables/project.ts';
import { SALES_TABLES } from './tables/sales.ts';
import { SERVICE_TABLES } from './tables/service.ts';
import { SYSTEM_TABLES } from './tables/system.ts';

const ALL: Entity[] = [...COMPANY_TABLES, ...SERVICE_TABLES, ...PROJECT_TABLES, ...FINANCE_TABLES, ...SALES_TABLES, ...SYSTEM_TABLES];

/** Every emulated object by name. */
export const ENTITIES: ReadonlyMap<string, Entity> = new Map(ALL.map((item) => [item.name, item]));

/** The object of that name; names come from our own tables, so a miss is a bug. */
export function entityOf(name: string): Entity {
  const found = ENTITIES.get(name);
  if (!found) throw new Error(`No ConnectWise entity ${name}`);
  return found;
}
