/** The table of node kinds. A new kind is a file beside this one and a line here; the compiler lists the rest. */
import type { Catalog } from '../catalog.ts';
import type { NodeKind, WorkflowNode } from '../document.ts';
import { branchShape } from './branch.ts';
import { callShape } from './call.ts';
import { connectorShape } from './connector.ts';
import type { KindShape, NodeFinding, Port, Resolved } from './kind.ts';
import { loopShape } from './loop.ts';
import { mapShape } from './map.ts';
import { respondShape } from './respond.ts';
import { reviewShape } from './review.ts';
import { scriptShape } from './script.ts';
import { stopShape } from './stop.ts';
import { triggerShape } from './trigger.ts';
import { waitShape } from './wait.ts';

type Shapes = { readonly [Kind in NodeKind]: KindShape<Extract<WorkflowNode, { kind: Kind }>> };

const NODE_KINDS = {
  trigger: triggerShape,
  connector: connectorShape,
  map: mapShape,
  branch: branchShape,
  loop: loopShape,
  stop: stopShape,
  wait: waitShape,
  review: reviewShape,
  call: callShape,
  script: scriptShape,
  respond: respondShape,
} satisfies Shapes;

function shapeOf(node: WorkflowNode): KindShape<WorkflowNode> {
  // The table pairs each kind with its own shape; TypeScript cannot follow that through a look-up.
  return NODE_KINDS[node.kind] as unknown as KindShape<WorkflowNode>;
}

/** The ways out of a node, in the order in which they are drawn. */
export function portsOf(node: WorkflowNode): readonly Port[] {
  return shapeOf(node).ports(node);
}

/** What people read on the canvas: the title somebody gave, else one made from kind and operation. */
export function titleOf(node: WorkflowNode, catalog: Catalog): string {
  return node.title || shapeOf(node).title(node, catalog);
}

/** One line under the title: what it does and where. */
export function summaryOf(node: WorkflowNode, catalog: Catalog): string {
  return shapeOf(node).summary(node, catalog);
}

/** Everything in a node that holds expressions. */
export function resolvedOf(node: WorkflowNode): readonly Resolved[] {
  return shapeOf(node).resolved(node);
}

/** Rules of its kind that a node breaks. */
export function findingsOf(node: WorkflowNode): readonly NodeFinding[] {
  return shapeOf(node).check(node);
}
