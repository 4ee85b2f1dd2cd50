import { defineConfig } from 'vitest/config';

/** `npm run conformance` wants to know what each test got from the vendors' stand-in. */
const setupFiles = process.env['WEFT_CONFORMANCE'] ? ['scripts/conformance-got.ts'] : [];

// Three projects: what needs nothing, what needs PostgreSQL, Redis or the sandbox, and what needs the whole product
// and a browser. scripts/run-tests.ts starts what the last two need and passes the addresses on.
export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'faults/src/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/*.integration.test.ts', '**/*.contract.test.ts'],
          testTimeout: 20_000,
          setupFiles,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['packages/*/{src,test}/**/*.{integration,contract}.test.ts', 'apps/*/{src,test}/**/*.integration.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          setupFiles,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/journeys/**/*.spec.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
