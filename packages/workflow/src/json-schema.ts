/** The published JSON Schema of documents, for editors and other people's programs. */
import { z } from 'zod';
import { workflowSchema } from './document.ts';

/** JSON Schema (2020-12) of `weft/workflow@1`, as a person may write it: members with defaults may be left out. */
export function workflowJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(workflowSchema, { io: 'input', reused: 'ref' }),
    $id: 'urn:weft:workflow:1',
    title: 'Weft workflow',
  };
}
