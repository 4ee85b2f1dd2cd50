'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../../../trpc/client.tsx';
import { applyEdits } from './answers.ts';
import type { Answers } from './answers.ts';

/**
 * Installs a template with its answers and gives the ids of its workflows. Changed expressions are put into the drafts
 * before anything is turned on. `onInstalled` is told as soon as the workflows exist: a later try goes on with them.
 */
export function useInstall(templateId: string, onInstalled: (ids: readonly string[]) => void) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ answers, enable }: { answers: Answers; enable: boolean }): Promise<readonly string[]> => {
      const hasEdits = Object.keys(answers.edits).length > 0;
      const ids = answers.installed ?? (await installed(answers, enable && !hasEdits));
      if (!answers.installed) onInstalled(ids);
      for (const [index, id] of ids.entries()) {
        if (hasEdits) await edit(id, index, answers);
        if (enable && (hasEdits || answers.installed)) await client.workflows.setEnabled.mutate({ id, enabled: true });
      }
      return ids;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.workflows.list.queryKey() }),
  });

  async function installed(answers: Answers, enable: boolean): Promise<readonly string[]> {
    const { bindings, config, name } = answers;
    const made = await client.templates.install.mutate({
      templateId,
      bindings: { ...bindings },
      config: { ...config },
      name: name.trim(),
      enable,
    });
    return made.workflowIds;
  }

  async function edit(id: string, index: number, answers: Answers): Promise<void> {
    const workflow = await client.workflows.get.query({ id });
    const document = applyEdits(workflow.draft, index, answers.edits);
    await client.workflows.saveDraft.mutate({ id, document, expectedRevision: workflow.revision });
    await client.workflows.publish.mutate({ id });
  }
}
