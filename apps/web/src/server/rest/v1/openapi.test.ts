import { expect, test, vi } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { ROUTES } from './routes.ts';

vi.mock('server-only', () => ({}));

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: object }>>;
}

const document = JSON.parse(JSON.stringify(openApiDocument('http://localhost:7263'))) as {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('every route is documented, once, under its own id', () => {
  const documented = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).toSorted();
  expect(documented).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(ROUTES.length);
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'http://localhost:7263/api/v1' }] });
});

test.each(operations)('$method $path declares its parameters, its body, its answer and its failures', ({ path, method, operation }) => {
  expect(operation.summary).not.toBe('');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  expect(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name, required }) => [name, required])).toEqual(
    inPath.map((name) => [name, true]),
  );
  const statuses = Object.keys(operation.responses);
  expect(statuses.filter((status) => status.startsWith('2'))).toHaveLength(1);
  expect(statuses).toEqual(
    expect.arrayContaining([
      '401',
      '403',
      '422',
      'default',
      ...(inPath.length > 0 ? ['404'] : []),
      ...(operation.requestBody ? ['400', '413'] : []),
    ]),
  );
  expect(method === 'get' && operation.requestBody !== undefined).toBe(false);
});

test('every reference leads somewhere in the document', () => {
  const references: string[] = [];
  JSON.stringify(document, (key, value: unknown) => (key === '$ref' ? (references.push(String(value)), value) : value));
  expect(references.length).toBeGreaterThan(0);
  for (const reference of new Set(references)) {
    const found = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
    expect({ reference, isFound: typeof found === 'object' && reference !== '#' }).toEqual({ reference, isFound: true });
  }
});

test('what an answer always holds is required, and what a request may leave out is not', () => {
  const install = document.paths['/templates/{templateId}/install']?.['post']?.requestBody?.content['application/json']?.schema;
  expect(install).toMatchObject({ required: ['bindings'], properties: { enable: { default: false } } });
  expect(document.paths['/runs']?.['get']?.parameters.map(({ name, required }) => [name, required])).toEqual([
    ['workflowId', false],
    ['status', false],
    ['search', false],
    ['before', false],
    ['limit', false],
  ]);
});
