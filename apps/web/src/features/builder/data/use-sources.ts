'use client';
/** The data panel's sources for one node. */
import { findOperation, titleOf } from '@weft/workflow';
import { useMemo } from 'react';
import { find } from '../../canvas/document/wiring.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument } from '../state/use-draft.tsx';
import type { DataSource } from './data-tree.ts';
import { earlierNodes, loopsOf } from './sources.ts';

export function useSources(nodeId: string): DataSource[] {
  const { catalog, samples } = useBuilder();
  const document = useDocument();
  return useMemo(() => {
    const { scope } = samples;
    const loops = loopsOf(document, nodeId);
    const [loop] = loops;
    const sources: DataSource[] = [];
    const loopNode = loop === undefined ? undefined : find(document, loop);
    if (loop !== undefined && loopNode !== undefined)
      sources.push({ root: 'item', title: `Item of ${titleOf(loopNode, catalog)}`, nodeId: loop, value: scope.items[loop] });
    // A branch says little to map from: what it chose stands last.
    const earlier = earlierNodes(document, nodeId);
    for (const { node } of [
      ...earlier.filter((one) => one.node.kind !== 'branch'),
      ...earlier.filter((one) => one.node.kind === 'branch'),
    ]) {
      if (node.kind === 'stop' || loops.includes(node.id)) continue;
      const schema =
        node.kind === 'connector' || node.kind === 'trigger' ? findOperation(catalog, node.connector, node.operation)?.output : undefined;
      const value = node.kind === 'trigger' ? scope.trigger : scope.steps[node.id];
      sources.push({
        root: node.kind === 'trigger' ? 'trigger' : `steps.${node.id}`,
        title: titleOf(node, catalog),
        nodeId: node.id,
        value,
        ...(schema === undefined ? {} : { schema }),
      });
    }
    const resume = scope.resume ?? {};
    if (find(document, nodeId)?.kind === 'connector' && Object.keys(resume).length > 0)
      sources.push({ root: 'resume', title: 'Addresses of waits and questions', value: resume });
    if (Object.keys(document.config).length > 0) sources.push({ root: 'config', title: 'Settings of this workflow', value: scope.config });
    return sources;
  }, [catalog, samples, document, nodeId]);
}
