import { findObject, STAGES } from '../salesforce/schema/objects.ts';
import { salesforceTime, type Fields, type SalesforceStore } from '../salesforce/store.ts';

/** Puts one seed record in place with every field present; times are of creation and of last change. */
export function put(
  store: SalesforceStore,
  objectName: string,
  given: { values: Record<string, unknown>; at: number; changedAt?: number; by?: string },
): Fields {
  const object = findObject(objectName);
  if (!object) throw new Error(`No Salesforce object ${objectName}`);
  const record: Fields = { Id: store.newId(objectName) };
  for (const field of object.fields) if (field.name !== 'Id') record[field.name] = field.defaultValue ?? null;
  const by = given.by ?? record.Id;
  const changed = salesforceTime(given.changedAt ?? given.at);
  Object.assign(record, {
    IsDeleted: false,
    CreatedDate: salesforceTime(given.at),
    CreatedById: by,
    LastModifiedDate: changed,
    LastModifiedById: by,
    SystemModstamp: changed,
  });
  if (object.byName.has('ownerid')) record['OwnerId'] = by;
  Object.assign(record, given.values);
  if (object.byName.has('firstname')) record['Name'] = [record['FirstName'], record['LastName']].filter(Boolean).join(' ');
  const stage = objectName === 'Opportunity' ? STAGES[String(record['StageName'])] : undefined;
  if (stage)
    Object.assign(record, {
      Probability: stage.probability,
      IsClosed: stage.isClosed,
      IsWon: stage.isWon,
      ForecastCategory: stage.forecast,
    });
  if (objectName === 'Case') record['IsClosed'] = record['Status'] === 'Closed';
  store.seed(objectName, record);
  return record;
}

/** The integration user and the people who own records. The integration user comes first. */
export function putUsers(store: SalesforceStore, now: number): { integration: Fields; people: Fields[] } {
  const at = now - 500 * 86_400_000;
  const user = (FirstName: string, LastName: string, Title: string) =>
    put(store, 'User', {
      at,
      values: {
        FirstName,
        LastName,
        Title,
        Username: `${FirstName.toLowerCase()}.${LastName.toLowerCase()}@brightdesk.example`,
        Email: `${FirstName.toLowerCase()}.${LastName.toLowerCase()}@brightdesk.example`,
        Alias: (FirstName.charAt(0) + LastName).toLowerCase().slice(0, 8),
        IsActive: true,
        UserType: 'Standard',
        TimeZoneSidKey: 'America/New_York',
        LocaleSidKey: 'en_US',
      },
    });
  const integration = user('Weft', 'Integration', 'Integration user');
  return {
    integration,
    people: [
      user('Alex', 'Morgan', 'Account executive'),
      user('Dana', 'Whitfield', 'Account executive'),
      user('Ravi', 'Menon', 'Sales manager'),
      user('Ingrid', 'Solberg', 'Account executive'),
    ],
  };
}
