import type { Row, Store } from './store.ts';

/** A field whose value depends on the clock as well as on the record, worked out whenever it is read. */
type Compute = (store: Store, row: Row) => unknown;

/** Such fields, by object. */
export const COMPUTED: Readonly<Record<string, Readonly<Record<string, Compute>>>> = {
  agreement: { agreementStatus: (store, row) => agreementStatus(row, store.clock()) },
  agreementAddition: { agreementStatus: additionStatus },
};

/** An agreement runs out by itself on its last day. */
export function agreementStatus({ values }: Row, now: number): 'Cancelled' | 'Expired' | 'Active' {
  if (values['cancelledFlag'] === true) return 'Cancelled';
  const end = values['endDate'];
  const isPast = typeof end === 'string' && values['noEndingDateFlag'] !== true && Date.parse(end) < now;
  return isPast ? 'Expired' : 'Active';
}

/** An addition goes with its agreement unless it was cancelled itself. */
function additionStatus(store: Store, { values }: Row): string {
  const cancelled = values['cancelledDate'];
  if (typeof cancelled === 'string' && Date.parse(cancelled) <= store.clock()) return 'Cancelled';
  const agreement = store.get('agreement', Number(values['agreementId']));
  return agreement ? agreementStatus(agreement, store.clock()) : 'Active';
}
