import { defineOperation, doNotRetry, isWeftError, optional } from '@weft/connector-kit';
import { z } from 'zod';
import { openConnectWise } from '../client.ts';
import { deletableChoices, isDeletable, objectInfo, pathOf } from '../objects.ts';
import { idInput, idProperty, objectInput, objectProperty, parentPropertyFor } from '../properties.ts';

export const deleteRecord = defineOperation({
  id: 'deleteRecord',
  kind: 'action',
  title: 'Delete a record',
  summary: 'Deletes a record for good. One that is gone already is no error.',
  needsConnection: true,
  safety: 'idempotent',
  properties: [
    { ...objectProperty, choices: deletableChoices },
    idProperty,
    parentPropertyFor(deletableChoices),
    {
      name: 'transferContactId',
      label: 'Give what it holds to contact',
      required: false,
      kind: 'text',
      advanced: true,
      help: 'For a contact: the id of the contact that takes over its tickets and activities.',
    },
  ],
  input: z.strictObject({ object: objectInput, id: idInput, parentId: optional(idInput), transferContactId: optional(idInput) }),
  output: { type: 'object', properties: { id: { type: 'integer' }, deleted: { type: 'boolean' } } },
  sample: { id: 411, deleted: true },
  async run(context, input) {
    const object = objectInfo(input.object);
    if (!isDeletable(object))
      throw doNotRetry(`${object.label} records cannot be deleted here; ConnectWise keeps its books and set-up tables.`, {
        code: 'object_not_deletable',
      });
    const transfer = object.id === 'contact' && input.transferContactId !== undefined ? { transferContactId: input.transferContactId } : {};
    try {
      await openConnectWise(context).delete(`${pathOf(object, input.parentId)}/${input.id}`, transfer);
      return { id: Number(input.id), deleted: true };
    } catch (error) {
      if (isWeftError(error) && error.class === 'notFound' && error.code === 'NotFound') return { id: Number(input.id), deleted: false };
      throw error;
    }
  },
});
