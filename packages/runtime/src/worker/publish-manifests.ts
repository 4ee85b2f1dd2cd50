import { toManifest } from '@weft/connector-kit';
import type { ConnectorDefinition } from '@weft/connector-kit';
import type { Database } from '@weft/db';
import { toStorableJson } from '@weft/db';

/** Publishes what this worker's connectors offer: the web process reads it and never loads their code. */
export async function publishManifests(db: Database, connectors: readonly ConnectorDefinition[]): Promise<void> {
  const manifests = connectors.map(toManifest);
  await db.pool.query(
    `INSERT INTO connector(id, version, source, manifest)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[])
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, source = excluded.source, manifest = excluded.manifest, updated_at = now()
     WHERE connector.manifest IS DISTINCT FROM excluded.manifest`,
    [
      manifests.map((manifest) => manifest.id),
      manifests.map((manifest) => manifest.version),
      manifests.map((manifest) => manifest.source),
      manifests.map((manifest) => toStorableJson(manifest).text),
    ],
  );
}
