/** The fields of ConnectWise's objects for mapping. Lengths and obligations: vendor OpenAPI 2025.1. */
import type { CallContext, RecordField } from '@weft/connector-kit';
import type { CustomField } from './custom-fields.ts';
import { searchedField } from './field-values.ts';
import { customFieldDefinitions, customFieldOptions } from './lookups.ts';
import { objectInfo, type ObjectId } from './objects.ts';

type Type = RecordField['type'];

function field(
  name: string,
  label: string,
  options: { type?: Type; max?: number; required?: boolean; readOnly?: boolean; help?: string } = {},
): RecordField {
  const { type = 'text', max, required = false, readOnly, help } = options;
  return {
    name,
    label,
    type,
    required,
    ...(max === undefined ? {} : { maxLength: max }),
    ...(readOnly === true ? { readOnly } : {}),
    ...(help === undefined ? {} : { help }),
  };
}

const ADDRESS = [
  field('addressLine1', 'Address line 1', { max: 50 }),
  field('addressLine2', 'Address line 2', { max: 50 }),
  field('city', 'City', { max: 50 }),
  field('state', 'State', { max: 50 }),
  field('zip', 'Postal code', { max: 12 }),
  field('country.name', 'Country', { type: 'reference' }),
];

const STAMPS = [
  field('id', 'Id', { type: 'number', readOnly: true }),
  field('_info.lastUpdated', 'Last updated', { type: 'dateTime', readOnly: true }),
  field('_info.updatedBy', 'Updated by', { readOnly: true }),
];

const FIELDS: Readonly<Record<ObjectId, readonly RecordField[]>> = {
  company: [
    field('identifier', 'Identifier', { max: 25, required: true, help: 'Unique. Set once.' }),
    field('name', 'Name', { max: 50, required: true }),
    field('status.name', 'Status', { type: 'select' }),
    field('site.name', 'First site', { help: 'When creating: "Main".' }),
    ...ADDRESS,
    field('phoneNumber', 'Phone', { max: 30 }),
    field('faxNumber', 'Fax', { max: 30 }),
    field('website', 'Website', { max: 255 }),
    field('annualRevenue', 'Annual revenue', { type: 'number' }),
    field('numberOfEmployees', 'Employees', { type: 'number' }),
    field('accountNumber', 'Account number'),
    field('territory.name', 'Territory', { type: 'reference' }),
    field('market.name', 'Market', { type: 'reference' }),
    field('territoryManager.identifier', 'Territory manager', { type: 'reference' }),
    field('parentCompany.id', 'Parent company', { type: 'reference' }),
    field('leadFlag', 'Is a lead', { type: 'boolean' }),
    ...Array.from({ length: 10 }, (_unused, index) =>
      field(`userDefinedField${index + 1}`, `User-defined field ${index + 1}`, { max: 50 }),
    ),
    ...STAMPS,
  ],
  contact: [
    field('firstName', 'First name', { max: 30, required: true }),
    field('lastName', 'Last name', { max: 30 }),
    field('company.id', 'Company', { type: 'reference' }),
    field('title', 'Title', { max: 100 }),
    field('email', 'E-mail', { max: 250, help: 'Becomes the default e-mail item.' }),
    field('phone', 'Phone', { max: 250, help: 'Becomes the default phone item.' }),
    ...ADDRESS,
    field('department.name', 'Department', { type: 'reference' }),
    field('relationship.name', 'Relationship', { type: 'reference' }),
    field('inactiveFlag', 'Inactive', { type: 'boolean' }),
    field('defaultFlag', 'Primary contact', { type: 'boolean' }),
    ...STAMPS,
  ],
  ticket: [
    field('summary', 'Summary', { max: 100, required: true }),
    field('company.id', 'Company', { type: 'reference', required: true }),
    field('contact.id', 'Contact', { type: 'reference' }),
    field('board.name', 'Board', { type: 'select' }),
    field('status.name', 'Status', { type: 'select', help: 'Must be one of the ticket’s board.' }),
    field('priority.name', 'Priority', { type: 'select' }),
    field('type.name', 'Type', { type: 'reference' }),
    field('subType.name', 'Subtype', { type: 'reference' }),
    field('source.name', 'Source', { type: 'select' }),
    field('owner.identifier', 'Owner', { type: 'reference' }),
    field('initialDescription', 'Description', { type: 'longText', help: 'When creating only; later, add a note.' }),
    field('initialInternalAnalysis', 'Internal analysis', { type: 'longText', help: 'When creating only.' }),
    field('externalXRef', 'External reference', { max: 100 }),
    field('poNumber', 'PO number', { max: 50 }),
    field('contactName', 'Contact name', { max: 62 }),
    field('contactPhoneNumber', 'Contact phone', { max: 20 }),
    field('contactEmailAddress', 'Contact e-mail', { max: 250 }),
    field('requiredDate', 'Required by', { type: 'dateTime' }),
    field('budgetHours', 'Budget hours', { type: 'number' }),
    { ...field('severity', 'Severity', { type: 'select' }), choices: ['Low', 'Medium', 'High'].map((value) => ({ value, label: value })) },
    { ...field('impact', 'Impact', { type: 'select' }), choices: ['Low', 'Medium', 'High'].map((value) => ({ value, label: value })) },
    field('closedFlag', 'Closed', { type: 'boolean', readOnly: true }),
    field('closedDate', 'Closed at', { type: 'dateTime', readOnly: true }),
    ...STAMPS,
  ],
  agreement: [
    field('name', 'Name', { max: 100, required: true }),
    field('type.name', 'Type', { type: 'reference', required: true }),
    field('company.id', 'Company', { type: 'reference', required: true }),
    field('contact.id', 'Contact', { type: 'reference', required: true }),
    field('startDate', 'Start', { type: 'dateTime' }),
    field('endDate', 'End', { type: 'dateTime' }),
    field('noEndingDateFlag', 'Has no end', { type: 'boolean' }),
    field('cancelledFlag', 'Cancelled', { type: 'boolean' }),
    field('agreementStatus', 'Status', { type: 'select' }),
    field('billAmount', 'Bill amount', { type: 'number' }),
    ...STAMPS,
  ],
  invoice: [
    field('invoiceNumber', 'Invoice number', { max: 15 }),
    field('type', 'Type', { type: 'select', required: true }),
    field('company.id', 'Company', { type: 'reference', required: true }),
    field('status.name', 'Status', { type: 'reference' }),
    field('date', 'Date', { type: 'dateTime' }),
    field('dueDate', 'Due', { type: 'dateTime' }),
    field('total', 'Total', { type: 'number' }),
    field('payments', 'Payments', { type: 'number' }),
    field('credits', 'Credits', { type: 'number' }),
    field('balance', 'Balance', { type: 'number' }),
    ...STAMPS,
  ],
  project: [
    field('name', 'Name', { max: 100, required: true }),
    field('company.id', 'Company', { type: 'reference', required: true }),
    field('board.name', 'Project board', { type: 'select', required: true }),
    {
      ...field('billingMethod', 'Billing method', { type: 'select', required: true }),
      choices: ['ActualRates', 'FixedFee', 'NotToExceed', 'OverrideRate'].map((value) => ({ value, label: value })),
    },
    field('estimatedStart', 'Estimated start', { type: 'dateTime', required: true }),
    field('estimatedEnd', 'Estimated end', { type: 'dateTime', required: true }),
    field('status.name', 'Status', { type: 'reference' }),
    field('contact.id', 'Contact', { type: 'reference' }),
    field('manager.identifier', 'Manager', { type: 'reference' }),
    field('type.name', 'Type', { type: 'reference' }),
    field('description', 'Description', { type: 'longText' }),
    field('agreement.id', 'Agreement', { type: 'reference' }),
    field('percentComplete', 'Complete', { type: 'number' }),
    ...STAMPS,
  ],
  opportunity: [
    field('name', 'Name', { max: 100 }),
    field('company.id', 'Company', { type: 'reference' }),
    field('contact.id', 'Contact', { type: 'reference' }),
    field('stage.name', 'Stage', { type: 'reference' }),
    field('status.name', 'Status', { type: 'reference' }),
    field('expectedCloseDate', 'Expected close', { type: 'dateTime' }),
    ...STAMPS,
  ],
  configuration: [
    field('name', 'Name', { max: 100, required: true }),
    field('type.name', 'Type', { type: 'reference', required: true }),
    field('company.id', 'Company', { type: 'reference', required: true }),
    field('status.name', 'Status', { type: 'reference' }),
    field('contact.id', 'Contact', { type: 'reference' }),
    field('serialNumber', 'Serial number', { max: 250 }),
    field('modelNumber', 'Model number'),
    field('tagNumber', 'Tag number'),
    field('warrantyExpirationDate', 'Warranty ends', { type: 'dateTime' }),
    field('activeFlag', 'Active', { type: 'boolean' }),
    ...STAMPS,
  ],
  timeEntry: [
    field('chargeToId', 'Charged to (id)', { type: 'number' }),
    field('chargeToType', 'Charged to', { type: 'select' }),
    field('member.identifier', 'Member', { type: 'reference' }),
    field('timeStart', 'Start', { type: 'dateTime', required: true }),
    field('timeEnd', 'End', { type: 'dateTime' }),
    field('actualHours', 'Hours', { type: 'number' }),
    field('billableOption', 'Billable', { type: 'select' }),
    field('notes', 'Notes', { type: 'longText' }),
    ...STAMPS,
  ],
  member: [
    field('identifier', 'Identifier', { max: 15 }),
    field('firstName', 'First name'),
    field('lastName', 'Last name'),
    field('officeEmail', 'E-mail'),
    field('inactiveFlag', 'Inactive', { type: 'boolean' }),
    ...STAMPS,
  ],
  board: [field('name', 'Name', { max: 50 }), field('inactiveFlag', 'Inactive', { type: 'boolean' }), ...STAMPS],
  boardStatus: [
    field('name', 'Name', { max: 50 }),
    field('sortOrder', 'Order', { type: 'number' }),
    field('closedStatus', 'Closes the ticket', { type: 'boolean' }),
    field('defaultFlag', 'First status', { type: 'boolean' }),
    ...STAMPS,
  ],
  boardType: [field('name', 'Name', { max: 50 }), field('defaultFlag', 'Default', { type: 'boolean' }), ...STAMPS],
  priority: [field('name', 'Name', { max: 50 }), field('sortOrder', 'Order', { type: 'number' }), ...STAMPS],
  source: [field('name', 'Name', { max: 50 }), field('defaultFlag', 'Default', { type: 'boolean' }), ...STAMPS],
  communicationType: [
    field('description', 'Description', { max: 50 }),
    field('emailFlag', 'E-mail', { type: 'boolean' }),
    field('phoneFlag', 'Phone', { type: 'boolean' }),
    field('faxFlag', 'Fax', { type: 'boolean' }),
    field('defaultFlag', 'Default', { type: 'boolean' }),
    ...STAMPS,
  ],
  site: [field('name', 'Name', { max: 50 }), ...ADDRESS, field('phoneNumber', 'Phone', { max: 30 }), ...STAMPS],
  companyNote: [field('text', 'Text', { type: 'longText' }), ...STAMPS],
  contactNote: [field('text', 'Text', { type: 'longText' }), ...STAMPS],
  ticketNote: [
    field('text', 'Text', { type: 'longText' }),
    field('detailDescriptionFlag', 'Discussion', { type: 'boolean' }),
    field('internalAnalysisFlag', 'Internal', { type: 'boolean' }),
    field('resolutionFlag', 'Resolution', { type: 'boolean' }),
    field('dateCreated', 'Created', { type: 'dateTime' }),
    field('createdBy', 'Created by'),
    ...STAMPS,
  ],
  agreementAddition: [
    field('product.identifier', 'Product', { type: 'reference' }),
    field('description', 'Description'),
    field('quantity', 'Quantity', { type: 'number' }),
    field('unitPrice', 'Unit price', { type: 'number' }),
    field('extPrice', 'Price', { type: 'number' }),
    field('billCustomer', 'Billed', { type: 'select' }),
    field('effectiveDate', 'From', { type: 'dateTime' }),
    field('cancelledDate', 'Cancelled', { type: 'dateTime' }),
    ...STAMPS,
  ],
  invoicePayment: [
    field('type', 'Type'),
    field('amount', 'Amount', { type: 'number' }),
    field('invoiceBalance', 'Balance of the invoice', { type: 'number' }),
    field('paymentDate', 'Paid', { type: 'dateTime' }),
    field('appliedBy', 'Applied by'),
    ...STAMPS,
  ],
};

const CUSTOM_TYPES: Readonly<Record<string, Type>> = {
  TextArea: 'longText',
  Currency: 'number',
  Number: 'number',
  Percent: 'number',
  Date: 'date',
  Checkbox: 'boolean',
};

/** The member name by which a custom field is mapped: `SF Id` → `customFields.SF_Id`. */
export function customFieldName(caption: string): string {
  const word = caption
    .trim()
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return `customFields.${/^[A-Za-z_]/.test(word) ? word : `_${word}`}`;
}

function customField(definition: CustomField, options: readonly string[]): RecordField {
  const choices = options.map((value) => ({ value, label: value }));
  return {
    name: customFieldName(definition.caption),
    label: definition.caption,
    type: choices.length > 0 ? 'select' : (CUSTOM_TYPES[definition.type ?? ''] ?? 'text'),
    required: false,
    custom: true,
    ...(choices.length > 0 ? { choices, restricted: true } : {}),
  };
}

/** The fields of an object: the known ones, with what the account lists for them, and its custom fields. */
export async function connectwiseFields(context: CallContext, objectId: string): Promise<readonly RecordField[]> {
  const object = objectInfo(objectId);
  const known = FIELDS[object.id as ObjectId].map((one) => ({
    ...one,
    ...(one.readOnly === true ? {} : searchedField(object.id, one.name)),
  }));
  // What belongs to another record has no list of its own from which its custom fields could be read.
  if (object.parent !== undefined) return known;
  const definitions = await customFieldDefinitions(context, object);
  const hasLists = definitions.some(({ entryMethod }) => entryMethod === 'List' || entryMethod === 'Option');
  const options = hasLists ? await customFieldOptions(context) : new Map<number, readonly string[]>();
  return [...known, ...definitions.map((definition) => customField(definition, options.get(definition.id) ?? []))];
}
