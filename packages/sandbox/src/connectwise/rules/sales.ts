import { isoSeconds, refId } from '../store.ts';
import type { Rule } from './rule.ts';

const DAY_MS = 86_400_000;

/** Opportunity: first stage, default status, probability of its stage; a closing status closes it. */
export const opportunityRule: Rule = {
  beforeSave({ store, row }, { before, actor }) {
    const { values } = row;
    if (!before) {
      const stage = store
        .all('opportunityStage')
        .toSorted((a, b) => Number(a.values['sequenceNumber']) - Number(b.values['sequenceNumber']))[0];
      if (stage) values['stage'] ??= { id: stage.id };
      const status = store.find('opportunityStatus', (candidate) => candidate.values['defaultFlag'] === true);
      if (status) values['status'] ??= { id: status.id };
      values['expectedCloseDate'] ??= isoSeconds(store.clock() + 30 * DAY_MS);
      values['dateBecameLead'] ??= store.now();
      values['locationId'] ??= 2;
      values['businessUnitId'] ??= 10;
    }
    const stageId = refId(values['stage']);
    if (!before || refId(before.values['stage']) !== stageId) {
      const probability = store.get('opportunityStage', stageId ?? -1)?.values['probability'];
      const isSetByHand = refId(values['probability']) !== refId(before?.values['probability']);
      if (probability !== undefined && !isSetByHand) values['probability'] = probability;
      values['pipelineChangeDate'] = store.now();
    }
    const isClosed = store.get('opportunityStatus', refId(values['status']) ?? -1)?.values['closedFlag'] === true;
    if (!isClosed) {
      delete values['closedDate'];
      delete values['closedBy'];
    } else if (values['closedDate'] === undefined) {
      values['closedDate'] = store.now();
      const member = store.find('member', (candidate) => candidate.values['identifier'] === actor);
      if (member) values['closedBy'] = { id: member.id };
    }
  },
};
