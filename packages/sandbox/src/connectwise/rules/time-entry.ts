import type { Row, Store } from '../store.ts';
import type { Rule } from './rule.ts';

const HOUR_MS = 3_600_000;
const CHARGED: Record<string, { entity: string; member: string }> = {
  ServiceTicket: { entity: 'ticket', member: 'ticket' },
  ProjectTicket: { entity: 'projectTicket', member: 'ticket' },
};

/** Time entry: charged to a ticket that exists, hours from start and end, and the ticket's hours follow. */
export const timeEntryRule: Rule = {
  beforeSave({ store, row, errors }, { before, actor }) {
    const { values } = row;
    const refuse = (field: string, code: string, message: string) => errors.push({ code, message, resource: 'timeEntry', field });
    if ((values['chargeToId'] === undefined) !== (values['chargeToType'] === undefined)) {
      const missing = values['chargeToId'] === undefined ? 'chargeToId' : 'chargeToType';
      refuse(missing, 'MissingRequiredField', `The ${missing} field is required.`);
    }
    const charged = chargedRow(store, row);
    if (CHARGED[String(values['chargeToType'])] && values['chargeToId'] !== undefined && !charged)
      refuse('chargeToId', 'NotFound', `Ticket ${String(values['chargeToId'])} not found`);
    if (charged) {
      if (values['chargeToType'] === 'ServiceTicket') values['ticket'] = { id: charged.id };
      else values['project'] = charged.values['project'];
      values['company'] ??= charged.values['company'];
      if (charged.values['agreement'] !== undefined) values['agreement'] ??= charged.values['agreement'];
    }
    const start = Date.parse(String(values['timeStart']));
    const end = Date.parse(String(values['timeEnd']));
    if (end < start) refuse('timeEnd', 'InvalidField', 'The timeEnd field must be after timeStart.');
    const isMoved = !before || ['timeStart', 'timeEnd', 'hoursDeduct'].some((name) => before.values[name] !== values[name]);
    if (end >= start && isMoved && (before || values['actualHours'] === undefined))
      values['actualHours'] = Math.round(((end - start) / HOUR_MS - Number(values['hoursDeduct'] ?? 0)) * 100) / 100;
    if (before) return;
    const member = store.find('member', (candidate) => candidate.values['identifier'] === actor);
    if (member) values['member'] ??= { id: member.id };
    values['billableOption'] ??= 'Billable';
    values['status'] = 'Open';
    values['enteredBy'] = actor;
    values['dateEntered'] = store.now();
    for (const flag of ['addToDetailDescriptionFlag', 'addToInternalAnalysisFlag', 'addToResolutionFlag']) values[flag] ??= false;
  },
  afterSave({ store, row }, { before, actor }) {
    addHours(store, row, { hours: Number(row.values['actualHours'] ?? 0) - Number(before?.values['actualHours'] ?? 0), actor });
  },
  beforeDelete({ store, row }) {
    addHours(store, row, { hours: -Number(row.values['actualHours'] ?? 0), actor: row.info.updatedBy });
  },
};

function chargedRow(store: Store, row: Row): Row | undefined {
  const target = CHARGED[String(row.values['chargeToType'])];
  return target && store.get(target.entity, Number(row.values['chargeToId']));
}

function addHours(store: Store, row: Row, by: { hours: number; actor: string }): void {
  const target = CHARGED[String(row.values['chargeToType'])];
  const charged = chargedRow(store, row);
  if (!target || !charged || by.hours === 0) return;
  const hours = Math.round((Number(charged.values['actualHours'] ?? 0) + by.hours) * 100) / 100;
  store.commit(target.entity, { ...charged, values: { ...charged.values, actualHours: hours } }, { actor: by.actor });
}
