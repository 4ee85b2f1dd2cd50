/**
 * Switches for behaviour on which public sources disagree. The default is the reading with the better evidence;
 * connectors have to pass with each switch in both positions.
 */
export interface Quirks {
  /** ConnectWise: an unknown company at /login/companyinfo answers 404 instead of 200 `null`. */
  companyinfo404: boolean;
  /** ConnectWise: wrong keys answer 404 (seen on cloud) instead of 401. */
  badAuth404: boolean;
  /** ConnectWise: plain http is refused, as on the cloud hosts. */
  strictTls: boolean;
  /** ConnectWise: a PATCH of customFields clears the fields that the array leaves out. */
  customFieldsReplaceAll: boolean;
  /** ConnectWise: a PATCH on company or contact without a customFields op is refused. */
  patchNeedsCustomFields: boolean;
  /** ConnectWise: forward-only pages carry a `next` link even after the last row. */
  forwardOnlyLinkAlways: boolean;
  /** ConnectWise: forward-only together with orderBy is refused instead of ordered by id. */
  forwardOnlyRefusesOrderBy: boolean;
  /** ConnectWise: an unknown name in `fields` is refused (seen on some lists) instead of dropped. */
  unknownFieldsRefused: boolean;
  /** ConnectWise: how an unset reference is shown: left out, as `{}`, or holding only `_info`. All three were seen. */
  unsetReferences: 'absent' | 'empty' | 'info';
  /** ConnectWise: the callback key address wants Basic credentials. */
  callbackKeyNeedsAuth: boolean;
  /** ConnectWise: written into callbacks as key_url instead of our own, as a forger would. */
  callbackKeyUrl: string | undefined;
  /** ConnectWise: what happens to a callback's body after it was signed: nothing, one byte changed, or other spacing. */
  callbackTamper: 'none' | 'byte' | 'spacing';
  /** ConnectWise: each callback is posted twice with one MessageId. */
  callbackTwice: boolean;
  /** ConnectWise: a write is answered only after its callbacks were delivered. */
  callbackBeforeAnswer: boolean;
  /** ConnectWise: host written into Link headers instead of the one called. */
  linkHost: string | undefined;
  /** Salesforce: client credentials without a run-as user. */
  noRunAsUser: boolean;
  /** Salesforce: objects with an active duplicate rule (same Name, or same Email for people). */
  duplicateRuleObjects: string[];
  /** Salesforce: every call answers 401 although the token is fresh. */
  alwaysExpired: boolean;
  /** Salesforce: each refresh hands out a new refresh token and ends the old one. */
  refreshTokenRotation: boolean;
  /** Salesforce: the org has several currencies, and objects a CurrencyIsoCode. */
  isMultiCurrency: boolean;
  /** Salesforce: fields that were never created, or that the user may not see: `Account.CW_Company_Id__c`. */
  hiddenFields: string[];
  /** Salesforce: values an administrator took out of a picklist: `Case.Status.Working`. Records that have them keep them. */
  retiredPicklistValues: string[];
  /** Salesforce: objects the user may read but not write. */
  readOnlyObjects: string[];
  /** Salesforce: record id → how many writes to it, or to its children, still meet a lock. */
  lockedRecords: Record<string, number>;
  /** Salesforce: new records of an object go to this user unless the request switches assignment off. */
  assignmentRules: Record<string, string>;
  /** Salesforce: writes that leave a record for which `when` (a SOQL condition) holds are refused. */
  validationRules: { object: string; when: string; message: string; field?: string }[];
  /** Salesforce: how far, in ms, the stamps of new writes lie in the past, as in long transactions that commit late. */
  lateCommitMs: number;
  /** Salesforce: objects an administrator selected for change data capture. */
  changeEventObjects: string[];
  /** Salesforce: status polls that find a bulk job still in progress. */
  bulkPollsInProgress: number;
}

/** A fresh set of switches, all at their defaults. */
export function defaultQuirks(): Quirks {
  return {
    companyinfo404: false,
    badAuth404: false,
    strictTls: false,
    customFieldsReplaceAll: false,
    patchNeedsCustomFields: false,
    forwardOnlyLinkAlways: false,
    forwardOnlyRefusesOrderBy: false,
    unknownFieldsRefused: false,
    unsetReferences: 'absent',
    callbackKeyNeedsAuth: false,
    callbackKeyUrl: undefined,
    callbackTamper: 'none',
    callbackTwice: false,
    callbackBeforeAnswer: false,
    linkHost: undefined,
    noRunAsUser: false,
    duplicateRuleObjects: [],
    alwaysExpired: false,
    refreshTokenRotation: false,
    isMultiCurrency: false,
    hiddenFields: [],
    retiredPicklistValues: [],
    readOnlyObjects: [],
    lockedRecords: {},
    assignmentRules: {},
    validationRules: [],
    lateCommitMs: 0,
    changeEventObjects: ['Account', 'Contact', 'Opportunity', 'Lead', 'Case'],
    bulkPollsInProgress: 1,
  };
}
