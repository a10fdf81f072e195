const common = {
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'require', 'default'] },
  transform: {
    '^.+\\.ts$|/otlp-exporter-base/.+\\.js$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // The exporter of traces calls import(), which runs here only once it is made a require().
  transformIgnorePatterns: ['/node_modules/(?!.*/otlp-exporter-base/)'],
};

/** `services` needs a Postgres, which it starts itself; `e2e` starts the built programs, so build first. */
export default {
  projects: [
    {
      ...common,
      displayName: 'services',
      testMatch: ['<rootDir>/*/test/**/*.test.ts'],
      globalSetup: '<rootDir>/stack/src/jest-postgres-setup.ts',
      globalTeardown: '<rootDir>/stack/src/jest-postgres-teardown.ts',
    },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/e2e/**/*.test.ts'] },
  ],
  testTimeout: 30_000,
};
