import type { Config } from 'jest';

// Node 24 strips the types itself, so nothing is transformed (docs/dependencies.md).
const config: Config = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  globalSetup: '<rootDir>/test/workflow/support/globalSetup.ts',
  coverageProvider: 'v8',
  // Half of the time of a test is waiting; the default leaves one of two cores idle.
  maxWorkers: '100%',
  // Modules of a test file are not given back (ESM in vm contexts): a worker that grows is replaced.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 180_000,
};

export default config;
