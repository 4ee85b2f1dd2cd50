/**
 * What a callback can be narrowed to: the levels of the vendor's table "Levels and Types" (Developer Guide, "PSA Callbacks")
 * whose records a person chooses from a list. A level that is not in that table for a type is refused with 400.
 */
import { doNotRetry, type CallContext, type Choice } from '@weft/connector-kit';
import { buildFilter, type Filter } from '../conditions.ts';
import { listedId } from '../field-values.ts';
import { objectInfo, type ObjectId } from '../objects.ts';

/** One level. */
interface Level {
  /** As the vendor calls it, where that is not our id of it. */
  readonly vendor?: string;
  /** The field of the object that points there: its list is that of the drop-down. */
  readonly field: string;
  /** The path of its id in a condition. */
  readonly path: string;
}

const COMPANY: Level = { field: 'company.id', path: 'company/id' };
const BOARD: Level = { field: 'board.name', path: 'board/id' };
const STATUS: Level = { field: 'status.name', path: 'status/id' };
const TYPE: Level = { field: 'type.name', path: 'type/id' };

/** By object. A ticket's status belongs to its board, of which there are many: it is left to a condition in the workflow. */
const LEVELS: Partial<Record<ObjectId, Readonly<Partial<Record<LevelId, Level>>>>> = {
  ticket: { board: BOARD },
  project: { board: BOARD, status: STATUS },
  company: { status: STATUS, type: { field: 'types.name', path: 'types/id' } },
  contact: { company: COMPANY },
  agreement: { company: COMPANY, type: TYPE },
  invoice: { company: COMPANY, status: STATUS },
  opportunity: { company: COMPANY, status: { ...STATUS, vendor: 'statusid' } },
  activity: { company: COMPANY },
  configuration: { status: STATUS, type: TYPE },
  timeEntry: { company: COMPANY },
};

/** The levels, in the order in which they are offered. */
export const LEVEL_IDS = ['board', 'company', 'status', 'type'] as const;
export type LevelId = (typeof LEVEL_IDS)[number];
const LABELS: Readonly<Record<LevelId, string>> = {
  board: 'of one board',
  company: 'of one company',
  status: 'in one status',
  type: 'of one type',
};

/** What a trigger is narrowed to: nothing, or the records of one board, company, status or type. */
export interface Narrowing {
  readonly object: ObjectId;
  readonly level?: LevelId | undefined;
  /** Id or name of that board, company, status or type. */
  readonly of?: string | undefined;
}

function levelOf({ object, level }: Pick<Narrowing, 'object' | 'level'>): Level | undefined {
  return level === undefined ? undefined : LEVELS[object]?.[level];
}

/** The levels that an object has. */
export function levelChoices(object: string): readonly Choice[] {
  const levels = LEVELS[object as ObjectId] ?? {};
  return LEVEL_IDS.filter((id) => levels[id] !== undefined).map((id) => ({ value: id, label: LABELS[id] }));
}

/** The field whose values a level's drop-down lists; undefined where the object has no such level. */
export function levelField(object: string, level: string): string | undefined {
  return LEVELS[object as ObjectId]?.[level as LevelId]?.field;
}

/** What is wrong with a narrowing, and in which property. */
export function narrowingMistake({ object, level, of }: Narrowing): { readonly path: string; readonly message: string } | undefined {
  if (level === undefined) return of === undefined ? undefined : { path: 'of', message: 'is of no use without a choice above it' };
  if (levelOf({ object, level }) === undefined)
    return {
      path: 'level',
      message: `ConnectWise reports no ${objectInfo(object).label.toLowerCase()} records ${LABELS[level]} by themselves`,
    };
  return of === undefined ? { path: 'of', message: 'must be chosen' } : undefined;
}

/** What ConnectWise is told to report. */
export interface ReportedLevel {
  readonly level: string;
  /** Always 1 of the level `owner`, which means everything. */
  readonly objectId: number;
}

/**
 * The level to register. `known`: the id that a name stood for when the callback was registered, so that one that is renamed goes
 * on. Throws `invalid` when nothing of this name is there.
 */
export async function reportedLevel(context: CallContext, narrowing: Narrowing, known?: number): Promise<ReportedLevel> {
  const { object, level, of = '' } = narrowing;
  const found = levelOf(narrowing);
  if (found === undefined || level === undefined) return { level: 'owner', objectId: 1 };
  const objectId = known ?? (await listedId(context, { object, field: found.field, value: of }));
  if (objectId === undefined)
    throw doNotRetry(`ConnectWise has no ${level} “${of}” for ${objectInfo(object).label.toLowerCase()} records. Choose one of the list.`, {
      code: 'level_object_unknown',
      detail: { field: 'of' },
    });
  return { level: found.vendor ?? level, objectId };
}

/** The condition under which the search finds what the callback reports. */
export function levelFilter(narrowing: Narrowing, { objectId }: ReportedLevel): Filter {
  const found = levelOf(narrowing);
  return found === undefined ? {} : buildFilter([{ field: found.path, operator: '=', value: objectId }]);
}
