import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isOwnOrigin } from './origin.ts';

beforeEach(() => void vi.stubEnv('WEFT_PUBLIC_URL', 'https://weft.example.com'));
afterEach(() => void vi.unstubAllEnvs());

it.each([
  ['https://weft.example.com', 'weft.example.com', true],
  ['http://localhost:7263', 'localhost:7263', true],
  ['http://127.0.0.1:7263', '127.0.0.1:7263', true],
  ['http://192.168.1.4:7263', '192.168.1.4:7263', true],
  ['http://[::1]:7263', '[::1]:7263', true],
  ['http://localhost:9999', 'localhost:7263', false],
  ['http://rebound.example:7263', 'rebound.example:7263', false],
  ['http://weft.example.com', 'weft.example.com', false],
  ['null', 'localhost:7263', false],
  [null, 'localhost:7263', false],
])('origin %s asked at %s: %s', (origin, host, expected) => expect(isOwnOrigin(origin, host)).toBe(expected));
