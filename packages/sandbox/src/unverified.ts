/** Behaviour nobody has yet compared with a real tenant; printed at start so that the sandbox is not taken for the vendor. */
export const UNVERIFIED: readonly string[] = [
  'ConnectWise: exact text of a 401, and whether cloud shows 401 or 404 for bad keys (quirks.badAuth404)',
  'ConnectWise: merge or replace of customFields in PATCH (quirks.customFieldsReplaceAll, quirks.patchNeedsCustomFields)',
  'ConnectWise: last page of forward-only, and orderBy together with it (quirks.forwardOnlyLinkAlways)',
  'ConnectWise: escape of a quote, operator precedence, NULL semantics and type errors in conditions',
  'ConnectWise: status of a malformed PATCH (400 here), of "in" within childConditions, of SSL is required (403 here)',
  'ConnectWise: moving a ticket to another board without a status takes that board’s default status',
  'ConnectWise: the first communication item of a kind becomes the default',
  'ConnectWise: 409 when deleting a company in use; its body',
  'ConnectWise: whether the callback key address needs credentials (quirks.callbackKeyNeedsAuth)',
  'ConnectWise: form of a callback address that does not end with "="',
  'Salesforce: status of updateOnly on a missing record, of more than 25 subrequests, of a batch size below 200',
  'Salesforce: wording of restricted-picklist, e-mail and JSON type errors; password grant refusal',
  'Salesforce: an update to equal values moves SystemModstamp',
  'Salesforce: external-id fields on Task (CW_Invoice_Key__c is a plain text field here)',
  'Salesforce: duplicateResut spelling in recent releases',
  'Not emulated: Bulk 2.0, streaming and change data capture, outbound messages, GROUP BY, TYPEOF, SOSL beyond FIND … RETURNING',
];
