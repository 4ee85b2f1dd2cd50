import { WeftError, isWeftError, toWeftError } from '@weft/errors';
import type { NeededField, RecordField, Template } from '@weft/workflow';
import { requireOwn } from '../connections/manage-connections.ts';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { getTemplate } from './list-templates.ts';

/** One field that a template needs, and whether the connected account has it. */
export interface NeedCheck extends NeededField {
  readonly slot: string;
  /** `unknown`: the account could not be asked, or none is chosen yet. */
  readonly state: 'there' | 'missing' | 'wrong' | 'unknown';
  /** What is wrong and what to do; absent when it is there. */
  readonly message?: string;
}

/** Looks in the chosen accounts for the fields that a template needs. */
export async function checkTemplateNeeds(
  ctx: Ctx,
  input: { readonly templateId: string; readonly bindings: Readonly<Record<string, string>> },
): Promise<NeedCheck[]> {
  requireRole(ctx, 'useConnections');
  const { needs } = await getTemplate(ctx, input);
  await Promise.all(Object.values(input.bindings).map((id) => requireOwn(ctx, id)));
  return checkNeeds(ctx, needs, input.bindings);
}

/** The same for needs at hand and accounts known to be the workspace's own. Each object is asked for once. */
export async function checkNeeds(ctx: Ctx, needs: Template['needs'], bindings: Readonly<Record<string, string>>): Promise<NeedCheck[]> {
  const asked = new Map<string, Promise<readonly RecordField[] | WeftError>>();
  const look = async (connectionId: string, object: string): Promise<readonly RecordField[] | WeftError> => {
    try {
      return await ctx.worker.fields({ workspaceId: ctx.actor.workspaceId, connectionId, object });
    } catch (error) {
      return toWeftError(error);
    }
  };
  const fieldsOf = (connectionId: string, object: string): Promise<readonly RecordField[] | WeftError> => {
    const key = `${connectionId} ${object}`;
    const known = asked.get(key) ?? look(connectionId, object);
    asked.set(key, known);
    return known;
  };
  return Promise.all(
    needs.flatMap(({ slot, fields }) =>
      fields.map(async (field): Promise<NeedCheck> => {
        const connectionId = bindings[slot];
        if (connectionId === undefined) return { ...field, slot, state: 'unknown', message: 'No account is chosen yet.' };
        const found = await fieldsOf(connectionId, field.object);
        return { ...field, slot, ...judge(field, found) };
      }),
    ),
  );
}

/** Refuses to go on while a field is missing without which every run would fail. An account that cannot be asked is no reason. */
export async function requireNeeds(
  ctx: Ctx,
  input: { readonly name: string; readonly needs: Template['needs']; readonly bindings: Readonly<Record<string, string>> },
): Promise<void> {
  const checks = await checkNeeds(ctx, input.needs, input.bindings);
  const lacking = checks.filter(({ state, isOptional }) => (state === 'missing' || state === 'wrong') && isOptional !== true);
  if (lacking.length === 0) return;
  throw new WeftError({
    class: 'invalid',
    code: 'fields_missing',
    message: `“${input.name}” cannot be turned on yet: ${lacking.map(({ message }) => message).join(' ')}`,
    issues: lacking.map(({ slot, object, name, message }) => ({ path: `needs.${slot}.${object}.${name}`, message: message ?? '' })),
  });
}

function judge(wanted: NeededField, found: readonly RecordField[] | WeftError): Pick<NeedCheck, 'state' | 'message'> {
  if (isWeftError(found)) return { state: 'unknown', message: `The account could not be asked: ${found.message}` };
  const title = wanted.title ?? wanted.name;
  const field = found.find(({ name }) => name.toLowerCase() === wanted.name.toLowerCase());
  if (!field)
    return {
      state: 'missing',
      message: `${wanted.object} has no field “${title}” that this account may see. Create it as ${wanted.type}, and let the account’s user read and edit it.`,
    };
  const type = typeOf(wanted.type);
  if (type !== undefined && !type.includes(field.type))
    return {
      state: 'wrong',
      message: `“${title}” of ${wanted.object} is of another type (${field.type}). ${wanted.type} is needed.`,
    };
  if (wanted.isExternalId === true && field.externalId !== true)
    return { state: 'wrong', message: `“${title}” of ${wanted.object} is there, but no External ID. Mark it as one in its definition.` };
  return { state: 'there' };
}

/** What an administrator's type is called when an account describes its fields. */
const TYPES: Readonly<Record<string, readonly RecordField['type'][]>> = {
  Text: ['text', 'longText'],
  Number: ['number'],
  Currency: ['number'],
  Checkbox: ['boolean'],
  Date: ['date'],
  'Date/Time': ['dateTime'],
};

function typeOf(wanted: string): readonly RecordField['type'][] | undefined {
  return TYPES[wanted.replace(/\(.*$/, '').trim()];
}
