/** Set-up tables that several operations need, kept for a while per connection. */
import { isWeftError, type CallContext } from '@weft/connector-kit';
import { connectionOf, openConnectWise, type CwRecord } from './client.ts';
import { customFieldsOf, type CustomField } from './custom-fields.ts';
import type { ObjectInfo } from './objects.ts';

/** Administrators add fields and boards while people build workflows. */
const KEEP_MS = 60_000;

/** Asks once per minute and connection, however many calls want it. */
export async function kept<T>(context: CallContext, key: string, ask: () => Promise<T>): Promise<T> {
  const { session, refreshOnce } = connectionOf(context);
  const entry = session.get(key) as { value: T; until: number } | undefined;
  if (entry !== undefined && entry.until > context.now()) return entry.value;
  return refreshOnce(key, async () => {
    const value = await ask();
    // An empty answer says that something is not set up yet: it is asked for again.
    if (Array.isArray(value) && value.length === 0) return value;
    session.set(key, { value, until: context.now() + KEEP_MS });
    return value;
  });
}

interface CommunicationType extends CwRecord {
  readonly description?: string;
  readonly phoneFlag?: boolean;
  readonly faxFlag?: boolean;
  readonly emailFlag?: boolean;
  readonly defaultFlag?: boolean;
}

/** The tenant's type for e-mail, phone or fax: the default one of that kind. Their ids differ from tenant to tenant. */
export async function communicationType(context: CallContext, kind: 'email' | 'phone' | 'fax'): Promise<{ id: number } | undefined> {
  const types = await kept(context, 'communicationTypes', () =>
    openConnectWise(context).page('/company/communicationTypes', {}, { pageSize: 1000 }),
  );
  const ofKind = (types as readonly CommunicationType[]).filter((type) => type[`${kind}Flag`] === true);
  const found = ofKind.find((type) => type.defaultFlag === true) ?? ofKind[0];
  return found === undefined ? undefined : { id: found.id };
}

/** The definitions of an object's custom fields: every record lists them all. Empty when there is no record yet. */
export function customFieldDefinitions(context: CallContext, object: ObjectInfo): Promise<readonly CustomField[]> {
  return kept(context, `customFields:${object.id}`, async () => {
    const [first] = await openConnectWise(context).page(object.path, { orderBy: 'id desc' }, { pageSize: 1 });
    return first === undefined ? [] : customFieldsOf(first).map(({ value: _value, ...definition }) => definition);
  });
}

interface OptionDefinition extends CwRecord {
  readonly options?: readonly { readonly optionValue?: string; readonly inactiveFlag?: boolean; readonly sortOrder?: number }[];
}

/** What custom fields of the kind "list" may hold, by id of the field. None where the API member may not read set-up tables. */
export function customFieldOptions(context: CallContext): Promise<ReadonlyMap<number, readonly string[]>> {
  return kept(context, 'customFieldOptions', async () => {
    const definitions = await openConnectWise(context)
      .page('/system/userDefinedFields', {}, { pageSize: 1000 })
      .catch((error: unknown) => {
        if (isWeftError(error) && (error.class === 'auth' || error.class === 'notFound')) return [];
        throw error;
      });
    return new Map(
      (definitions as readonly OptionDefinition[]).map(({ id, options = [] }) => [
        id,
        options
          .filter(({ inactiveFlag }) => inactiveFlag !== true)
          .toSorted((a, b) => (a.sortOrder ?? 0) - (b.sortOrder ?? 0))
          .flatMap(({ optionValue }) => (optionValue === undefined || optionValue === '' ? [] : [optionValue])),
      ]),
    );
  });
}
