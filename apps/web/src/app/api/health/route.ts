export const dynamic = 'force-dynamic';

/** The process lives. Asks nobody. */
export function GET(): Response {
  return Response.json({ status: 'ok' });
}
