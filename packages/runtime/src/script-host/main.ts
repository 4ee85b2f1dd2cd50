/**
 * A process that runs scripts and does nothing else: it is started without environment, holds no secret, and is killed when
 * a script takes too long.
 */
import { openBox } from './box.ts';
import type { ScriptAnswer, ScriptTask } from './protocol.ts';

const box = await openBox();
process.on('message', (task: ScriptTask) => {
  process.send?.(box.run(task) satisfies ScriptAnswer);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
