import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeDocument } from '../../canvas/document/document.fixture.ts';
import { Autosave } from './autosave.ts';
import type { SaveOutcome, SaveState } from './autosave.ts';

const document = (name: string) => ({ ...makeDocument([], []), name });

function setup(answers: SaveOutcome[]) {
  const saved: [string, number][] = [];
  const states: SaveState['kind'][] = [];
  const autosave = new Autosave({
    revision: 1,
    delayMs: 600,
    retryMs: 4000,
    save: async (next, expected) => {
      saved.push([next.name, expected]);
      return answers.shift() ?? { revision: expected + 1 };
    },
    onState: (state) => states.push(state.kind),
  });
  return { autosave, saved, states };
}

describe('autosave', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('saves once after the last change, then on the new revision', async () => {
    const { autosave, saved, states } = setup([]);
    autosave.schedule(document('A'));
    await vi.advanceTimersByTimeAsync(400);
    autosave.schedule(document('Ac'));
    await vi.advanceTimersByTimeAsync(599);
    expect(saved).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(saved).toEqual([['Ac', 1]]);
    autosave.schedule(document('Acme'));
    await autosave.flush();
    expect(saved).toEqual([
      ['Ac', 1],
      ['Acme', 2],
    ]);
    expect(states.at(-1)).toBe('saved');
  });

  it('keeps what could not be saved and tries again', async () => {
    const { autosave, saved, states } = setup([{ failed: 'offline' }]);
    autosave.schedule(document('A'));
    await vi.advanceTimersByTimeAsync(600);
    expect(states.at(-1)).toBe('failed');
    await vi.advanceTimersByTimeAsync(4000);
    expect(saved).toEqual([
      ['A', 1],
      ['A', 1],
    ]);
    expect(states.at(-1)).toBe('saved');
  });

  it('stops at somebody else’s change until it is decided', async () => {
    const { autosave, saved, states } = setup([{ conflict: 'Ana saved' }]);
    autosave.schedule(document('A'));
    await vi.advanceTimersByTimeAsync(600);
    expect(states.at(-1)).toBe('conflict');
    autosave.schedule(document('B'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(saved).toHaveLength(1);
    autosave.resume(7, document('B'));
    await vi.advanceTimersByTimeAsync(600);
    expect(saved.at(-1)).toEqual(['B', 7]);
    expect(autosave.revision).toBe(8);
  });
});
