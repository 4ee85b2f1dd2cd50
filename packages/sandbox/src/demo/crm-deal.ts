import type { Fields, SalesforceStore } from '../salesforce/store.ts';
import { money, textOf, type RecordView } from './view-model.ts';

/** What belongs to a deal alone: the products on it, and the stages it went through. */
export function relatedOfDeal(store: SalesforceStore, deal: Fields): RecordView['related'] {
  const link = `opportunities/${deal.Id}`;
  const of = (object: string) => store.where(object, { field: 'OpportunityId', value: deal.Id });
  const nameOf = (object: string, id: unknown) => (typeof id === 'string' ? textOf(store.get(object, id)?.['Name']) : '');
  const people = of('OpportunityContactRole');
  return [
    {
      title: 'People',
      rows: people.map((role) => ({
        link: `contacts/${textOf(role['ContactId'])}`,
        text: nameOf('Contact', role['ContactId']),
        sub: `${textOf(role['Role'])}${role['IsPrimary'] === true ? ' · primary' : ''}`,
      })),
    },
    {
      title: 'Products',
      rows: of('OpportunityLineItem').map((item) => ({
        link,
        text: nameOf('Product2', item['Product2Id']) || textOf(item['Name']),
        sub: `${textOf(item['Quantity'])} × ${money(item['UnitPrice'])} = ${money(item['TotalPrice'])}`,
      })),
    },
    {
      title: 'Stage history',
      rows: of('OpportunityHistory')
        .toReversed()
        .slice(0, 8)
        .map((entry) => ({
          link,
          text: textOf(entry['StageName']),
          sub: [money(entry['Amount']), textOf(entry['CreatedDate']).slice(0, 10), nameOf('User', entry['CreatedById'])]
            .filter(Boolean)
            .join(' · '),
        })),
    },
  ];
}
