/** The floors, lowest first: a file may import its own floor and those below it, never one above. */
const floors = [
  ['kernel', '^src/kernel/'],
  ['database', '^src/(database|generated|mail)/'],
  ['ledger', '^src/ledger/'],
  ['operations', '^src/features/[^/]+/(?!graphql[^/]*\\.ts$)'],
  ['toolkit', '^src/(graphql|http|graphiql|rest)/'],
  ['types', '^src/features/[^/]+/graphql[^/]*\\.ts$'],
  ['schema', '^src/(schema|server|heap|sweep|[a-z]+-sweep|mail-delivery|config[^/]*)\\.ts$'],
  ['process', '^src/(main\\.ts$|cli/)'],
];

module.exports = {
  forbidden: [
    ...floors.slice(0, -1).map(([name, path], index) => ({
      name: `floor-${name}`,
      comment: `${name} imports a floor above it`,
      severity: 'error',
      from: { path },
      to: { path: floors.slice(index + 1).map(([, above]) => above) },
    })),
    {
      name: 'every-file-has-a-floor',
      comment: 'a file that stands on no floor escapes every rule above',
      severity: 'error',
      from: { path: '^src/', pathNot: floors.map(([, path]) => path) },
      to: {},
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'kernel-is-pure',
      comment: 'only ids and nearest may use a library, each its own',
      severity: 'error',
      from: { path: '^src/kernel/' },
      to: {
        path: ['^src/(?!kernel/)', 'node_modules'],
        pathNot: 'node_modules/(typeid-js|fastest-levenshtein|canonicalize)/',
      },
    },
    {
      name: 'graphql-stays-upstairs',
      comment: 'operations, ledger and database know nothing of GraphQL',
      severity: 'error',
      from: {
        path: ['^src/(kernel|database|ledger)/', '^src/features/[^/]+/(?!graphql[^/]*\\.ts$)'],
      },
      to: {
        path: 'node_modules/(graphql|@pothos|graphql-yoga|graphql-scalars|@graphql-yoga|@escape\\.tech)/',
      },
    },
    {
      name: 'src-not-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples)/' },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'what runs in production must be installed there',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^(src|test)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/generated/' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    exclude: { path: '^src/generated/.*/(models|internal|browser|commonInputTypes|enums)' },
  },
};
