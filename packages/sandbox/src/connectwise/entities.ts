import { fields, type Field } from './fields.ts';

/**
 * The emulated ConnectWise objects. One table, because the vendor's API is one grammar over many objects: everything
 * that differs between them is data here, except the few rules in rules/.
 * Field names, required marks and lengths: vendor OpenAPI 2025.1.
 */
export interface Entity {
  name: string;
  /** Path below apis/3.0; `:id` stands for the parent's id. */
  path: string;
  /** Name of the model class in the vendor's messages. */
  typeName: string;
  /** `resource` in validation errors. */
  resource: string;
  /** Subject of "… 5 not found". */
  label: string;
  fields: Record<string, Field>;
  parent?: { entity: string; field: string };
  /** podId written into customFields items; its presence means that the object has custom fields. */
  customFieldPod?: string;
  /** Members of a reference to this object, after id and name. */
  referenceMembers?: string[];
  /** Member that serves as `name` in references. */
  nameField?: string;
  /** Names usable in conditions that no record shows. */
  conditionOnly?: string[];
  /** `type` of callbacks about it. */
  callbackType?: string;
  isReadOnly?: boolean;
}

const userDefined = Array.from({ length: 10 }, (_, index) => `userDefinedField${index + 1}:string(50)`).join(' ');

function entity(name: string, definition: Omit<Entity, 'name' | 'fields'> & { table: string }): Entity {
  const { table, ...rest } = definition;
  return { name, ...rest, fields: fields(`id~:int ${table}`) };
}

const ALL: Entity[] = [
  entity('company', {
    path: 'company/companies',
    typeName: 'Company',
    resource: 'company',
    label: 'Company',
    customFieldPod: 'company_overview',
    referenceMembers: ['identifier'],
    callbackType: 'company',
    table: `identifier!:string(30) name!:string(50) status:@companyStatus addressLine1:string(50) addressLine2:string(50)
      city:string(50) state:string(50) zip:string(12) country:@country phoneNumber:string(30) faxNumber:string(30)
      website:string(255) territory:@ market:@ accountNumber:string(100) defaultContact:@contact dateAcquired:date
      parentCompany:@company annualRevenue:number numberOfEmployees:int yearEstablished:int revenueYear:int timeZoneSetup:@
      leadSource:string(50) leadFlag:bool unsubscribeFlag:bool ${userDefined} taxIdentifier:string(50) taxCode:@
      billingTerms:@ billToCompany:@company billingSite:@ billingContact:@contact invoiceToEmailAddress:string(250)
      deletedFlag:bool dateDeleted~:date deletedBy~:string currency:@ territoryManager:@member isVendorFlag:bool
      types:[]types site:@companySite integratorTags:[]strings mobileGuid~:string`,
  }),
  entity('companyStatus', {
    path: 'company/companies/statuses',
    typeName: 'CompanyStatus',
    resource: 'companyStatus',
    label: 'Company Status',
    table: 'name!:string(50) defaultFlag:bool inactiveFlag:bool notifyFlag:bool',
  }),
  entity('companyType', {
    path: 'company/companies/types',
    typeName: 'CompanyType',
    resource: 'companyType',
    label: 'Company Type',
    table: 'name!:string(50) defaultFlag:bool vendorFlag:bool',
  }),
  entity('companyNote', {
    path: 'company/companies/:id/notes',
    typeName: 'CompanyNote',
    resource: 'companyNote',
    label: 'Company Note',
    parent: { entity: 'company', field: 'company' },
    table: 'text!:string type:@ flagged:bool enteredBy~:string company~:@company',
  }),
  entity('companySite', {
    path: 'company/companies/:id/sites',
    typeName: 'CompanySite',
    resource: 'companySite',
    label: 'Company Site',
    parent: { entity: 'company', field: 'company' },
    table: `name!:string(50) addressLine1:string(50) addressLine2:string(50) city:string(50) zip:string(12) country:@country
      phoneNumber:string(30) faxNumber:string(30) primaryAddressFlag:bool inactiveFlag:bool company~:@company`,
  }),
  entity('companyTypeAssociation', {
    path: 'company/companies/:id/typeAssociations',
    typeName: 'CompanyTypeAssociation',
    resource: 'companyTypeAssociation',
    label: 'Company Type Association',
    parent: { entity: 'company', field: 'company' },
    table: 'type!:@companyType company~:@company',
  }),
  entity('contact', {
    path: 'company/contacts',
    typeName: 'Contact',
    resource: 'contact',
    label: 'Contact',
    customFieldPod: 'contact_overview',
    callbackType: 'contact',
    table: `firstName!:string(30) lastName:string(30) company:@company site:@companySite addressLine1:string(50)
      addressLine2:string(50) city:string(50) state:string(50) zip:string(12) country:@country relationship:@ department:@
      inactiveFlag:bool managerContact:@contact title:string(100) nickName:string(30) unsubscribeFlag:bool gender:string(10)
      birthDay:date mobileGuid~:string defaultPhoneType~:string defaultPhoneNbr~:string defaultPhoneExtension~:string
      defaultBillingFlag:bool defaultFlag:bool marriedFlag:bool childrenFlag:bool disablePortalLoginFlag:bool ${userDefined}
      companyLocation:@ communicationItems:[]items types:[]types integratorTags:[]strings ignoreDuplicates+:bool`,
  }),
  entity('contactCommunication', {
    path: 'company/contacts/:id/communications',
    typeName: 'ContactCommunication',
    resource: 'contactCommunication',
    label: 'Contact Communication',
    parent: { entity: 'contact', field: 'contactId' },
    table: `contactId~:int type!:@communicationType value!:string(250) extension:string(15) defaultFlag:bool
      communicationType~:string domain~:string`,
  }),
  entity('contactNote', {
    path: 'company/contacts/:id/notes',
    typeName: 'ContactNote',
    resource: 'contactNote',
    label: 'Contact Note',
    parent: { entity: 'contact', field: 'contactId' },
    table: 'contactId~:int text!:string type:@ flagged:bool enteredBy~:string',
  }),
  entity('contactType', {
    path: 'company/contacts/types',
    typeName: 'ContactType',
    resource: 'contactType',
    label: 'Contact Type',
    nameField: 'description',
    table: 'description!:string(50) defaultFlag:bool',
  }),
  entity('communicationType', {
    path: 'company/communicationTypes',
    typeName: 'CommunicationType',
    resource: 'communicationType',
    label: 'Communication Type',
    nameField: 'description',
    table: 'description!:string(50) phoneFlag:bool faxFlag:bool emailFlag:bool defaultFlag:bool',
  }),
  entity('country', {
    path: 'company/countries',
    typeName: 'Country',
    resource: 'country',
    label: 'Country',
    referenceMembers: ['identifier'],
    table: 'name!:string(50) identifier:string(3) defaultFlag:bool',
  }),
  entity('board', {
    path: 'service/boards',
    typeName: 'Board',
    resource: 'board',
    label: 'Service Board',
    table: 'name!:string(50) location!:@ department!:@ inactiveFlag:bool projectFlag:bool billTime:string serviceManagerMember:@member',
  }),
  entity('boardStatus', {
    path: 'service/boards/:id/statuses',
    typeName: 'BoardStatus',
    resource: 'boardStatus',
    label: 'Service Status',
    parent: { entity: 'board', field: 'board' },
    table: `name!:string(50) board~:@board sortOrder:int displayOnBoard:bool inactive:bool closedStatus:bool
      timeEntryNotAllowed:bool defaultFlag:bool escalationStatus:NotResponded|Responded|ResolutionPlan|Resolved|NoEscalation
      customerPortalDescription:string(500) customerPortalFlag:bool`,
  }),
  entity('boardType', {
    path: 'service/boards/:id/types',
    typeName: 'BoardType',
    resource: 'boardType',
    label: 'Service Type',
    parent: { entity: 'board', field: 'board' },
    table: 'name!:string(50) category:Reactive|Proactive defaultFlag:bool inactiveFlag:bool board~:@board',
  }),
  entity('priority', {
    path: 'service/priorities',
    typeName: 'Priority',
    resource: 'priority',
    label: 'Priority',
    table: 'name!:string(50) color!:string sortOrder:int defaultFlag:bool level:string urgencySortOrder:string',
  }),
  entity('source', {
    path: 'service/sources',
    typeName: 'Source',
    resource: 'source',
    label: 'Service Source',
    table: 'name!:string(50) defaultFlag:bool',
  }),
  entity('ticket', {
    path: 'service/tickets',
    typeName: 'Ticket',
    resource: 'ticket',
    label: 'Ticket',
    nameField: 'summary',
    customFieldPod: 'ticket_overview',
    callbackType: 'ticket',
    conditionOnly: ['configuration/id', 'configuration/name'],
    table: `summary!:string(100) recordType:ServiceTicket|ProjectTicket|ProjectIssue board:@board status:@boardStatus
      company!:@company site:@companySite siteName:string(50) addressLine1:string(50) city:string(50) zip:string(12)
      contact:@contact contactName:string(62) contactPhoneNumber:string(20) contactPhoneExtension:string(15)
      contactEmailAddress:string(250) type:@boardType subType:@ item:@ team:@ owner:@member priority:@priority
      serviceLocation:@ source:@source requiredDate:date budgetHours:number opportunity:@ agreement:@agreement
      severity:Low|Medium|High impact:Low|Medium|High externalXRef:string(100) poNumber:string(50)
      customerUpdatedFlag:bool automaticEmailContactFlag:bool automaticEmailResourceFlag:bool automaticEmailCcFlag:bool
      automaticEmailCc:string(1000) initialDescription+:string initialInternalAnalysis+:string initialResolution+:string
      processNotifications+:bool skipCallback+:bool closedDate~:string closedBy~:string closedFlag~:bool actualHours~:number
      approved:bool dateResolved~:string dateResponded~:string isInSla~:bool slaStatus~:string resources~:string
      parentTicketId:int hasChildTicket~:bool escalationLevel~:int escalationStartDateUTC~:string location:@ department:@
      mergedParentTicket~:@ticket integratorTags:[]strings currency:@ estimatedStartDate:date duration:int mobileGuid~:string`,
  }),
  entity('ticketNote', {
    path: 'service/tickets/:id/notes',
    typeName: 'ServiceNote',
    resource: 'serviceNote',
    label: 'Service Note',
    parent: { entity: 'ticket', field: 'ticketId' },
    table: `ticketId~:int text!:string detailDescriptionFlag:bool internalAnalysisFlag:bool resolutionFlag:bool issueFlag:bool
      member:@member contact:@contact customerUpdatedFlag:bool processNotifications+:bool dateCreated~:date createdBy~:string
      internalFlag:bool externalFlag:bool`,
  }),
  entity('project', {
    path: 'project/projects',
    typeName: 'Project',
    resource: 'project',
    label: 'Project',
    callbackType: 'project',
    table: `name!:string(100) company!:@company board!:@board billingMethod!:ActualRates|FixedFee|NotToExceed|OverrideRate
      estimatedStart!:date estimatedEnd!:date status:@ manager:@member contact:@contact type:@ description:string
      opportunity:@ agreement:@agreement percentComplete:number budgetHours:number customerPO:string(50) closedFlag:bool`,
  }),
  entity('agreement', {
    path: 'finance/agreements',
    typeName: 'Agreement',
    resource: 'agreement',
    label: 'Agreement',
    customFieldPod: 'agreement_overview',
    callbackType: 'agreement',
    table: `name!:string(100) type!:@ company!:@company contact!:@contact startDate:date endDate:date noEndingDateFlag:bool
      cancelledFlag:bool dateCancelled:date reasonCancelled:string(100) billAmount:number billingCycle:@ periodType:string
      applicationUnits:Amount|Hours|Incidents agreementStatus~:Active|Cancelled|Expired|Inactive parentAgreement:@agreement
      currency:@ opportunity:@`,
  }),
  entity('agreementAddition', {
    path: 'finance/agreements/:id/additions',
    typeName: 'Addition',
    resource: 'addition',
    label: 'Addition',
    parent: { entity: 'agreement', field: 'agreementId' },
    table: `agreementId~:int product!:@ billCustomer!:Billable|DoNotBill|NoCharge quantity:number unitPrice:number extPrice:number
      effectiveDate:date cancelledDate:date description:string agreementStatus:string`,
  }),
  entity('invoice', {
    path: 'finance/invoices',
    typeName: 'Invoice',
    resource: 'invoice',
    label: 'Invoice',
    callbackType: 'invoice',
    nameField: 'invoiceNumber',
    table: `invoiceNumber:string(15) type!:Agreement|CreditMemo|DownPayment|Miscellaneous|Progress|Standard status:@ company!:@company
      billToCompany:@company date:date dueDate:date subtotal:number salesTax:number total:number payments:number credits:number
      balance~:number currency:@ agreement:@agreement`,
  }),
  entity('member', {
    path: 'system/members',
    typeName: 'Member',
    resource: 'member',
    label: 'Member',
    referenceMembers: ['identifier'],
    isReadOnly: true,
    table: `identifier!:string(15) firstName!:string(30) lastName!:string(30) officeEmail:string(250) primaryEmail:string(250)
      inactiveFlag:bool licenseClass:string title:string`,
  }),
  entity('callback', {
    path: 'system/callbacks',
    typeName: 'CallbackEntry',
    resource: 'callbackEntry',
    label: 'Callback',
    table: `description:string(100) url!:string objectId!:int type!:string level!:string memberId~:int payloadVersion:string
      inactiveFlag:bool isSoapCallbackFlag:bool isSelfSuppressedFlag:bool connectWiseID~:string`,
  }),
  entity('userDefinedField', {
    path: 'system/userDefinedFields',
    typeName: 'UserDefinedField',
    resource: 'userDefinedField',
    label: 'User Defined Field',
    table: `podId!:int caption!:string(25) sequenceNumber!:int screenId:string(25) screenDescription:string helpText:string(1000)
      fieldTypeIdentifier!:string numberDecimals:int entryTypeIdentifier:string requiredFlag:bool displayOnScreenFlag:bool
      readOnlyFlag:bool listViewFlag:bool options:[]json dateCreated:date`,
  }),
];

/** Every emulated object by name. */
export const ENTITIES: ReadonlyMap<string, Entity> = new Map(ALL.map((item) => [item.name, item]));

/** The object of that name; names come from our own tables, so a miss is a bug. */
export function entityOf(name: string): Entity {
  const found = ENTITIES.get(name);
  if (!found) throw new Error(`No ConnectWise entity ${name}`);
  return found;
}
