import { expect, test } from 'vitest';
import { aboutOf, endOf, factText, neighbourOf, stepFrom, whoDecides } from './review-words.ts';

test('a question is told by its customer where there is one', () => {
  expect(aboutOf({ businessKey: 'Acme', workflowName: 'Quotes' })).toBe('Acme · Quotes');
  expect(aboutOf({ businessKey: null, workflowName: 'Quotes' })).toBe('Quotes');
});

test('how it ended', () => {
  const decision = { choice: 'approved', label: 'Approve', comment: null, by: 'Ada', at: '' };
  expect(endOf({ status: 'decided', decision })).toBe('Ada decided: Approve');
  expect(endOf({ status: 'expired', decision: null })).toBe('Nobody decided in time');
  expect(endOf({ status: 'closed', decision: null })).toBe('The run ended before anybody decided');
  expect(['operator', 'builder', 'admin'].map(whoDecides)).toEqual(['operators and above', 'builders and admins', 'admins only']);
});

test('when one leaves the list the next one follows, at the end the one before', () => {
  expect(['a', 'b', 'c'].map((id) => neighbourOf(['a', 'b', 'c'], id))).toEqual(['b', 'c', 'b']);
  expect([neighbourOf(['a'], 'a'), neighbourOf(['a', 'b'], 'gone'), neighbourOf([], 'a')]).toEqual([undefined, 'a', undefined]);
});

test('J and K stop at the ends', () => {
  const ids = ['a', 'b'];
  expect([stepFrom(ids, 'a', 1), stepFrom(ids, 'b', 1), stepFrom(ids, 'a', -1)]).toEqual(['b', 'b', 'a']);
  expect([stepFrom(ids, undefined, 1), stepFrom([], undefined, 1)]).toEqual(['a', undefined]);
});

test('only web addresses become links', () => {
  expect(factText('https://acme.example/1')).toEqual({ text: 'https://acme.example/1', link: 'https://acme.example/1' });
  expect(factText('javascript:alert(1)')).toEqual({ text: 'javascript:alert(1)' });
  expect([factText(null).text, factText(0).text, factText(true).text]).toEqual(['—', '0', 'Yes']);
  expect(factText({ a: 1 })).toEqual({ text: '{\n  "a": 1\n}', isBlock: true });
});
