/**
 * What validation and the builder know about connectors: pure JSON, made from the connectors by whoever has
 * them. Connectors from an OpenAPI document, an MCP server or a foreign package give the same shape.
 */
import type { JsonValue } from './document.ts';

/** Where a connector comes from. */
export type ConnectorSource = 'native' | 'openapi' | 'mcp' | 'package';

/** One input of an operation, from which a form field is made. */
export interface Property {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly required: boolean;
  readonly kind:
    | 'text'
    | 'longText'
    | 'number'
    | 'boolean'
    | 'dateTime'
    | 'select'
    | 'multiSelect'
    | 'list'
    | 'keyValue'
    /** A table: rows of a few columns each (`columns`). */
    | 'rows'
    /** An object whose fields come from the account (`remote: 'fields'`). */
    | 'record'
    | 'json'
    | 'secret'
    /** Text in the vendor's query language. */
    | 'query';
  readonly placeholder?: string;
  readonly initial?: JsonValue;
  readonly maxLength?: number;
  readonly choices?: readonly Choice[];
  /** Of a select: its choices are a list that every Weft has. */
  readonly list?: 'timeZones';
  /** Of a `rows` property. */
  readonly columns?: readonly RowColumn[];
  /** Choices or fields are asked of the connected account, given the values named in `dependsOn`. */
  readonly remote?: {
    readonly what: 'choices' | 'fields';
    readonly dependsOn: readonly string[];
    readonly search?: boolean;
    /** For `fields`: the vendor's object, when the operation always means the same one. */
    readonly object?: string;
  };
  /** Shown only under "More fields" until it has a value. */
  readonly advanced?: boolean;
  /** Only of use while another property, a select, has one of these values: the form hides it otherwise. */
  readonly shownWhen?: { readonly property: string; readonly is: readonly string[] };
}

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
  /** Its values are looked up in the account as one types. */
  readonly searched?: boolean;
  /** Fields of the record on which the values of a searched one hang. */
  readonly dependsOn?: readonly string[];
  readonly help?: string;
}

/** A JSON Schema, as much as the data panel needs. */
export type JsonSchema = { readonly [key: string]: unknown };

/** One thing a connector can do, or one trigger it offers. */
export interface OperationInfo {
  readonly id: string;
  readonly kind: 'action' | 'trigger';
  readonly title: string;
  /** One line: what it does. */
  readonly summary: string;
  readonly needsConnection: boolean;
  /** `read` never changes anything at the vendor. */
  readonly access: 'read' | 'write' | 'none';
  readonly properties: readonly Property[];
  readonly output?: JsonSchema;
  /** An example of the output, shown before anything ran. */
  readonly sample?: JsonValue;
  /** A loop can go through all of its items, page by page; `without`: properties that mean nothing then. */
  readonly paged?: { readonly without: readonly string[] };
  readonly trigger?: { readonly mode: 'poll' | 'webhook' | 'push' | 'schedule' | 'manual' | 'call' | 'failure' };
}

/** A field of the form by which an account is connected. */
export interface AuthField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'secret' | 'select';
  readonly required: boolean;
  readonly help?: string;
  readonly placeholder?: string;
  readonly initial?: string;
  readonly choices?: readonly Choice[];
}

/** One way to authorise an account. */
export interface AuthScheme {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly AuthField[];
  /** Filling in the form is not enough: a person signs in at the vendor's page afterwards. */
  readonly signIn?: 'browser';
}

/** Everything the editor and the database know about one connector. */
export interface ConnectorManifest {
  readonly id: string;
  readonly version: string;
  readonly source: ConnectorSource;
  readonly title: string;
  readonly summary: string;
  /** Short glyph text and tile colour; drawn by the UI. */
  readonly icon: { readonly glyph: string; readonly color: string };
  readonly category: 'crm' | 'psa' | 'core' | 'web' | 'other';
  readonly auth: readonly AuthScheme[];
  readonly operations: readonly OperationInfo[];
}

/** Looks connectors up. Implemented outside; this package only asks. */
export interface Catalog {
  connector(id: string): ConnectorManifest | undefined;
  connectors(): readonly ConnectorManifest[];
}

/** The operation of a connector, or undefined. */
export function findOperation(catalog: Catalog, connector: string, operation: string): OperationInfo | undefined {
  return catalog.connector(connector)?.operations.find((candidate) => candidate.id === operation);
}
