/** For tests of connectors: benches, the rules of the kit, the contract every connector keeps, and nasty values. */
export { anyInputCases } from './testing/any-input-cases.ts';
export { createTestBench, leakedSecrets } from './testing/bench.ts';
export type { BenchCall, BenchHook, TestBench, TestBenchOptions } from './testing/bench.ts';
export { checkConnector } from './testing/check-connector.ts';
export { contractCases } from './testing/contract-cases.ts';
export type {
  ActionContract,
  Contract,
  ContractAccount,
  ContractCase,
  Input,
  ListContract,
  PollContract,
  PushContract,
  Refusal,
  RequestMatch,
  ServerAnswer,
  ServerFault,
} from './testing/contract.ts';
export { NASTY_DATES, NASTY_NAMES, NASTY_TEXTS } from './testing/nasty-values.ts';
export type { NastyDate } from './testing/nasty-values.ts';
export { schemaCases } from './testing/schema-cases.ts';
export { startStub } from './testing/stub-server.ts';
export type { Stub, StubOptions, StubRequest } from './testing/stub-server.ts';
export { valueCases } from './testing/value-cases.ts';
export type { ValueContract, ValueContracts, ValuePlace } from './testing/value-cases.ts';
