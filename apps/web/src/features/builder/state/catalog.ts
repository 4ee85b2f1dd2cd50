/** The manifests the server gave, as the catalogue that validation and titles ask. */
import type { Catalog, ConnectorManifest } from '@weft/workflow';

export function makeCatalog(manifests: readonly ConnectorManifest[]): Catalog {
  const byId = new Map(manifests.map((manifest) => [manifest.id, manifest]));
  return { connector: (id) => byId.get(id), connectors: () => manifests };
}
