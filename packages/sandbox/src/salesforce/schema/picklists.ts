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
