/**
 * The form field model: what a property of an operation looks like to a person. JSON only, so that connectors
 * from an OpenAPI document, an MCP server or a foreign package can describe theirs the same way.
 */

/** One value of a drop-down. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** Some values of a drop-down, and where the rest begins: absent on the last page. */
export interface ChoicePage {
  readonly choices: readonly Choice[];
  readonly next?: string;
}

export type PropertyKind =
  | 'text'
  | 'longText'
  | 'number'
  | 'boolean'
  | 'dateTime'
  | 'select'
  | 'multiSelect'
  | 'list'
  | 'keyValue'
  /** A table: rows of a few columns each, such as conditions. */
  | 'rows'
  | 'record'
  | 'json'
  | 'secret'
  | 'query';

/** One column of a `rows` property; its `name` is a member of each row. */
export interface RowColumn {
  readonly name: string;
  readonly label: string;
  /**
   * A `path` is a name of a field that is meant as it stands: no data is mapped into it. A `field` is such a name too, chosen
   * from those of the account (the property's `remote: 'fields'`).
   */
  readonly kind: 'text' | 'path' | 'field' | 'select';
  readonly placeholder?: string;
  /** What a new row begins with. */
  readonly initial?: string;
  readonly choices?: readonly Choice[];
  /** Of no use to a row in which another column, a select, has one of these values. */
  readonly hiddenWhen?: { readonly column: string; readonly is: readonly string[] };
}

/** One input of an operation. Its `name` is a key of the operation's Zod input schema. */
export interface PropertyInfo {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly required: boolean;
  readonly kind: PropertyKind;
  readonly placeholder?: string;
  readonly initial?: unknown;
  readonly maxLength?: number;
  readonly choices?: readonly Choice[];
  /** Of a select: its choices are a list that every Weft has. */
  readonly list?: 'timeZones';
  /** Of a `rows` property. */
  readonly columns?: readonly RowColumn[];
  readonly remote?: {
    readonly what: 'choices' | 'fields';
    readonly dependsOn: readonly string[];
    readonly search?: boolean;
    /** For `fields`: the vendor's object, when the operation always means the same one. */
    readonly object?: string;
  };
  readonly advanced?: boolean;
  /**
   * Only of use while another property, a select, has one of these values: the form hides it otherwise. Such a
   * property is never required and has no initial value; its operation says when it is missing.
   */
  readonly shownWhen?: { readonly property: string; readonly is: readonly string[] };
}

/** One field of a vendor's object, as the connected account describes it. */
export interface RecordField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'longText' | 'number' | 'boolean' | 'date' | 'dateTime' | 'select' | 'reference' | 'object' | 'list';
  readonly required: boolean;
  readonly readOnly?: boolean;
  readonly custom?: boolean;
  /** Records can be found by it when they are written. */
  readonly externalId?: boolean;
  readonly maxLength?: number;
  readonly choices?: readonly Choice[];
  /** Only the choices are taken; without it they are suggestions. */
  readonly restricted?: boolean;
  /** Its values are looked up in the account as somebody types: the connector's `fieldValues`. */
  readonly searched?: boolean;
  /** Fields of the record on which the values of a searched one hang. */
  readonly dependsOn?: readonly string[];
  /** The objects a reference may point to. */
  readonly references?: readonly string[];
  readonly help?: string;
}
