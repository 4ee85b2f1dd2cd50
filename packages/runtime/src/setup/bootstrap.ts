/** What must exist before anybody comes: a workspace and, when the environment asks for it, an API token. */
import { newId } from '@weft/db';
import type { Database } from '@weft/db';
import type { Logger } from '../logger.ts';
import { hashToken } from './tokens.ts';

/** What {@link bootstrap} takes. `env` is read for `WEFT_API_TOKEN`. */
export interface BootstrapMeans {
  readonly db: Database;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Several web processes may start at once: the first makes the workspace, the others find it. */
const LOCK = 7_263_002;

/** Prepares the instance. The token is taken at first boot only: later ones are made in the settings. */
export async function bootstrap(means: BootstrapMeans): Promise<{ workspaceId: string }> {
  return means.db.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    const known = await tx.workspace.findFirst({ orderBy: { createdAt: 'asc' } });
    if (known) return { workspaceId: known.id };
    const workspace = await tx.workspace.create({ data: { id: newId(), name: 'Workspace' } });
    const token = means.env['WEFT_API_TOKEN'];
    if (token) {
      await tx.apiToken.create({
        data: { id: newId(), workspaceId: workspace.id, name: 'WEFT_API_TOKEN', tokenHash: hashToken(token), role: 'admin' },
      });
      means.log.info('The API token of WEFT_API_TOKEN was made.');
    }
    return { workspaceId: workspace.id };
  });
}
