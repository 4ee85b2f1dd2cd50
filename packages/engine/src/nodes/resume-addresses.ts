/** Addresses of waits, for an operation that sends them: they are known before the waits are reached. */
import type { Execution } from '../execution.ts';
import type { Step } from '../step.ts';

/** The scope of a step, with the addresses that it names: `resume.<id>`. */
export async function withAddresses(execution: Execution, { frame, compiled, scope }: Step): Promise<Record<string, unknown>> {
  if (compiled.resumes.length === 0) return scope;
  const { program, host } = execution.options;
  const resume: Record<string, string> = {};
  for (const id of compiled.resumes) {
    const target = program.nodes.get(id)?.node;
    const prefix = target && prefixOf(frame.prefix, target.parent);
    if (!target || prefix === undefined || execution.isHaltedIn(frame)) continue;
    const kind = target.kind === 'review' ? 'review' : 'event';
    await execution.ledger.durable();
    resume[id] = await host.resumeAddress({ path: prefix + id, nodeId: id, kind });
  }
  return { ...scope, resume };
}

/** Put before the id of a node that stands further out: the prefix of the container of the loop `parent` around here. */
function prefixOf(prefix: string, parent: string | undefined): string | undefined {
  if (parent === undefined) return '';
  const parts = prefix.split(/(?<=\]\.)/);
  const at = parts.findLastIndex((part) => part.startsWith(`${parent}[`));
  return at === -1 ? undefined : parts.slice(0, at + 1).join('');
}
