/** Stage → probability, closed, won, forecast category: the defaults of a new org. */
export const STAGES: Readonly<Record<string, { probability: number; isClosed: boolean; isWon: boolean; forecast: string }>> = {
  Prospecting: { probability: 10, isClosed: false, isWon: false, forecast: 'Pipeline' },
  Qualification: { probability: 10, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Needs Analysis': { probability: 20, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Value Proposition': { probability: 50, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Id. Decision Makers': { probability: 60, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Perception Analysis': { probability: 70, isClosed: false, isWon: false, forecast: 'Pipeline' },
  'Proposal/Price Quote': { probability: 75, isClosed: false, isWon: false, forecast: 'BestCase' },
  'Negotiation/Review': { probability: 90, isClosed: false, isWon: false, forecast: 'BestCase' },
  'Closed Won': { probability: 100, isClosed: true, isWon: true, forecast: 'Closed' },
  'Closed Lost': { probability: 0, isClosed: true, isWon: false, forecast: 'Omitted' },
};
/** Statuses of cases that end them. */
export const CLOSED_CASE_STATUSES: readonly string[] = ['Closed'];
