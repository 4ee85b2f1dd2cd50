/** Standard picklist values shared by several objects. */
export const INDUSTRIES = [
  'Agriculture',
  'Banking',
  'Biotechnology',
  'Construction',
  'Consulting',
  'Education',
  'Electronics',
  'Energy',
  'Engineering',
  'Finance',
  'Healthcare',
  'Hospitality',
  'Insurance',
  'Machinery',
  'Manufacturing',
  'Media',
  'Not For Profit',
  'Retail',
  'Shipping',
  'Technology',
  'Transportation',
  'Other',
];
/** What a customer may buy, several at a time. */
export const SERVICES = ['Managed IT', 'Security', 'Cloud', 'Backup', 'Telephony'];
export const LEAD_SOURCES = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];
/** Objects whose records are the values of a picklist, by their API name. */
export const VALUES_AS_RECORDS: Readonly<Record<string, { object: string; field: string }>> = {
  CaseStatus: { object: 'Case', field: 'Status' },
  LeadStatus: { object: 'Lead', field: 'Status' },
  OpportunityStage: { object: 'Opportunity', field: 'StageName' },
};
