import { expect, it } from 'vitest';
import { fileNameFor } from './download.ts';

it.each([
  ['Closed Won → company and ticket', 'closed-won-company-and-ticket.json'],
  ['Zürich: Fälle', 'zurich-falle.json'],
  ['→', 'workflow.json'],
])('%s is saved as %s', (name, file) => expect(fileNameFor(name)).toBe(file));
