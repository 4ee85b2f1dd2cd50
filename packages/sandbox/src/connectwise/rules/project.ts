import { refId } from '../store.ts';
import type { Rule } from './rule.ts';
import { settleStatus } from './board-status.ts';

/** Project: default status and type, an end not before the start, closed as its status says. */
export const projectRule: Rule = {
  beforeSave({ store, row, errors }, { before }) {
    const { values } = row;
    if (Date.parse(String(values['estimatedEnd'])) < Date.parse(String(values['estimatedStart']))) {
      errors.push({
        code: 'InvalidField',
        message: 'The estimatedEnd field must not be before estimatedStart.',
        resource: 'project',
        field: 'estimatedEnd',
      });
    }
    if (!before) {
      for (const [list, member] of [
        ['projectStatus', 'status'],
        ['projectType', 'type'],
      ] as const) {
        const first = store.find(list, (candidate) => candidate.values['defaultFlag'] === true);
        if (first) values[member] ??= { id: first.id };
      }
      values['percentComplete'] ??= 0;
      values['actualHours'] ??= 0;
      values['billingRateType'] ??= 'WorkRole';
      values['budgetAnalysis'] ??= 'ActualHours';
      for (const name of ['billTime', 'billExpenses', 'billProducts']) values[name] ??= 'Billable';
    }
    const status = store.get('projectStatus', refId(values['status']) ?? -1);
    if (status) values['closedFlag'] = status.values['closedFlag'] === true;
  },
};

/** Project ticket: company and board are the project's; the status is checked against the board. */
export const projectTicketRule: Rule = {
  beforeSave(write, { before, actor }) {
    const { store, row } = write;
    const project = store.get('project', refId(row.values['project']) ?? -1);
    if (project) {
      row.values['company'] = project.values['company'];
      row.values['board'] ??= project.values['board'];
    }
    const priority = store.find('priority', (candidate) => candidate.values['defaultFlag'] === true);
    if (!before && priority) row.values['priority'] ??= { id: priority.id };
    settleStatus(write, before);
    const isClosed = store.get('boardStatus', refId(row.values['status']) ?? -1)?.values['closedStatus'] === true;
    if (isClosed && row.values['closedFlag'] !== true) {
      row.values['closedDate'] = store.now();
      row.values['closedBy'] = actor;
    }
    if (!isClosed) for (const field of ['closedDate', 'closedBy']) delete row.values[field];
    row.values['closedFlag'] = isClosed;
  },
};
