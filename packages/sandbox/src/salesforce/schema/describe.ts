import type { Json } from '../../http.ts';
import type { SalesforceField } from './fields.ts';
import { isDeletable, nameFieldOf, type SalesforceObject } from './object.ts';
import { isAggregatable, isFilterable, isGroupable, isSortable } from './traits.ts';

/** The short form used in the list of all objects. */
export function describeShort(object: SalesforceObject, versionPath: string): Json {
  const own = `${versionPath}/sobjects/${object.name}`;
  return {
    name: object.name,
    label: object.label,
    labelPlural: object.labelPlural,
    keyPrefix: object.keyPrefix,
    custom: object.name.endsWith('__c'),
    customSetting: false,
    activateable: false,
    createable: !object.isReadOnly,
    deletable: isDeletable(object),
    updateable: !object.isReadOnly,
    queryable: true,
    retrieveable: true,
    searchable: true,
    replicateable: true,
    undeletable: isDeletable(object),
    mergeable: ['Account', 'Contact', 'Lead'].includes(object.name),
    triggerable: true,
    layoutable: true,
    feedEnabled: true,
    hasSubtypes: false,
    deprecatedAndHidden: false,
    urls: { sobject: own, describe: `${own}/describe`, rowTemplate: `${own}/{ID}` },
  };
}

/** The full description with fields and child relationships. */
export function describeFull(object: SalesforceObject, versionPath: string): Json {
  const childRelationships = object.schema.objects.flatMap((child) =>
    child.fields
      .filter((field) => field.childRelationship && field.referenceTo.includes(object.name))
      .map((field) => ({
        childSObject: child.name,
        field: field.name,
        relationshipName: field.childRelationship,
        cascadeDelete: false,
        deprecatedAndHidden: false,
        restrictedDelete: false,
      })),
  );
  return {
    ...describeShort(object, versionPath),
    fields: object.fields.map((field) => describeField(field, object)),
    childRelationships,
    recordTypeInfos: [],
  };
}

const SOAP_TYPES: Partial<Record<SalesforceField['type'], string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  address: 'urn:address',
};

function describeField(field: SalesforceField, object: SalesforceObject): Json {
  return {
    name: field.name,
    label: field.label,
    type: field.type,
    soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
    length: field.length,
    byteLength: field.length * 3,
    precision: ['double', 'currency', 'percent'].includes(field.type) ? 18 : field.type === 'multipicklist' ? 4 : 0,
    scale: ['double', 'currency', 'percent'].includes(field.type) ? 2 : 0,
    digits: field.type === 'int' ? 8 : 0,
    nillable: field.isNillable,
    createable: field.isCreateable,
    updateable: field.isUpdateable,
    defaultedOnCreate: field.isDefaultedOnCreate,
    custom: field.name.endsWith('__c'),
    externalId: field.isExternalId,
    unique: field.isUnique,
    idLookup: field.isIdLookup,
    caseSensitive: false,
    calculated: false,
    autoNumber: field.name === 'CaseNumber',
    nameField: field.name === nameFieldOf(object),
    filterable: isFilterable(field),
    sortable: isSortable(field),
    groupable: isGroupable(field),
    aggregatable: isAggregatable(field),
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName,
    polymorphicForeignKey: field.referenceTo.length > 1,
    namePointing: field.referenceTo.length > 1,
    compoundFieldName: compoundOf(field, object),
    picklistValues: field.picklist.map((value) => ({
      value,
      label: value,
      active: true,
      defaultValue: field.defaultValue === value,
      validFor: null,
    })),
    restrictedPicklist: field.isRestricted,
    dependentPicklist: false,
    controllerName: null,
    defaultValue: field.type === 'boolean' ? (field.defaultValue ?? false) : null,
    inlineHelpText: null,
    permissionable: field.isNillable,
    deprecatedAndHidden: false,
  };
}

/** The compound field a part belongs to: a person's name, an address. */
function compoundOf(field: SalesforceField, object: SalesforceObject): string | null {
  if (/^(FirstName|LastName)$/.test(field.name) && object.byName.has('name')) return 'Name';
  const address = /^(.*?)(?:Street|City|State|PostalCode|Country)$/.exec(field.name)?.[1];
  return address !== undefined && object.byName.has(`${address.toLowerCase()}address`) ? `${address}Address` : null;
}
