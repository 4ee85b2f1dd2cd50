import { fields, type Field } from './fields.ts';

/**
 * The emulated ConnectWise objects. Tables, because the vendor's API is one grammar over many objects: everything
 * that differs between them is data in tables/, except the few rules in rules/.
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
  /** `type` of callbacks about it. */
  callbackType?: string;
  isReadOnly?: boolean;
  /** Methods that the vendor does not have here. */
  refuses?: ('POST' | 'DELETE')[];
  /** Object whose numbers it shares. */
  idsOf?: string;
}

/** Whether and how time, expenses or products are billed. */
export const BILLING = 'Billable|DoNotBill|NoCharge|NoDefault';
export const BILLING_METHOD = 'ActualRates|FixedFee|NotToExceed|OverrideRate';

/** An object from its table of fields; every object has an id. */
export function entity(name: string, definition: Omit<Entity, 'name' | 'fields'> & { table: string }): Entity {
  const { table, ...rest } = definition;
  return { name, ...rest, fields: fields(`id~:int ${table}`) };
}
