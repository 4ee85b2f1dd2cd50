/** Two systems that are kept the same, both ways: what comes back as our own write is left alone. */
import { exactly, told } from '../figures.ts';
import { openTwoSides } from '../support/two-sides.ts';
import type { FaultTest } from '../test.ts';

const ROUNDS = 3;
/** Several polls of each side. */
const QUIET_MS = 3000;

export const echoes: readonly FaultTest[] = [
  {
    id: 'R-41b',
    isOnlyLong: true,
    title: 'changes on both sides of a two-way sync, round after round, with its worker killed in each',
    within: 90,
    run: async (bench) => {
      await using sides = await openTwoSides(bench);
      let worker = await sides.startWorker();
      const { id: accountId } = await sides.crm('POST', 'sobjects/Account', { Name: 'Cedar Ridge Faults', Phone: '5035550100' });
      await sides.quiet(QUIET_MS);
      const linkedTo = async (): Promise<string> =>
        String((await sides.crm('GET', `sobjects/Account/${String(accountId)}`))['CW_Company_Id__c']);
      const companyId = await linkedTo();
      const company = `company/companies/${companyId}`;
      const perRound: { readonly company: number; readonly account: number }[] = [];
      const differing: string[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const before = sides.writes().length;
        const [phone, city] = [`503555010${round}`, `Town ${round}`];
        await sides.crm('PATCH', `sobjects/Account/${String(accountId)}`, { Phone: phone });
        await worker.kill();
        worker = await sides.startWorker();
        await sides.quiet(QUIET_MS);
        await sides.psa('PATCH', company, [{ op: 'replace', path: 'city', value: city }]);
        await sides.quiet(QUIET_MS);
        const [here, there] = [await sides.crm('GET', `sobjects/Account/${String(accountId)}`), await sides.psa('GET', company)];
        if (here['Phone'] !== phone || there['phoneNumber'] !== phone || here['BillingCity'] !== city || there['city'] !== city)
          differing.push(String(round));
        const made = sides.writes().slice(before);
        perRound.push({
          company: made.filter((line) => line.includes('/companies/')).length,
          account: made.filter((line) => line.includes('/Account/')).length,
        });
      }
      const { rows } = await bench.db.pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM run_history WHERE status NOT IN ('succeeded', 'skipped')`,
      );
      const same = (await sides.psa(
        'GET',
        `company/companies?conditions=${encodeURIComponent('name like "Cedar Ridge Faults%"')}`,
      )) as unknown as readonly unknown[];
      return [
        exactly('rounds after which the two differ', differing.length, 0),
        // One of a person and one of ours. Beside those the account notes on which side it was changed last.
        exactly('rounds with another number of writes to the company than two', perRound.filter((round) => round.company !== 2).length, 0),
        exactly('rounds with more writes to the account than three', perRound.filter((round) => round.account > 3).length, 0),
        exactly('companies made for one account', same.length, 1),
        exactly('runs that did not succeed', rows[0]?.count ?? -1, 0),
        told('writes to company and account in each round', perRound.map((round) => `${round.company} and ${round.account}`).join(', ')),
      ];
    },
  },
];
