'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { toast } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { downloadJson, fileNameFor } from './download.ts';

/** Everything one can do to a workflow from a list, each with its answer told. */
export function useWorkflowActs() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: trpc.workflows.list.queryKey() });
  const onError = (error: unknown): void => void toast.error(errorMessage(error));
  const exported = (id: string) => queryClient.fetchQuery({ ...trpc.workflows.export.queryOptions({ id }), staleTime: 0 });

  const enable = useMutation(trpc.workflows.setEnabled.mutationOptions({ onError, onSettled: refresh }));
  const create = useMutation(trpc.workflows.create.mutationOptions({ onError, onSettled: refresh }));
  const rename = useMutation(trpc.workflows.rename.mutationOptions({ onError, onSettled: refresh }));
  const remove = useMutation(trpc.workflows.delete.mutationOptions({ onError, onSettled: refresh }));
  const duplicate = useMutation({
    mutationFn: async ({ id, name }: { id: string; name: string }) =>
      create.mutateAsync({ name: `Copy of ${name}`.slice(0, 200), document: await exported(id) }),
    onSuccess: (made: { id: string }) => router.push(`/workflows/${made.id}`),
  });
  const save = useMutation({
    mutationFn: async ({ id, name }: { id: string; name: string }) => downloadJson(fileNameFor(name), await exported(id)),
    onError,
  });
  return { enable, create, rename, remove, duplicate, save };
}
