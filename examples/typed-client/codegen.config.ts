import type { CodegenConfig } from '@graphql-codegen/cli';

/** `npm run codegen` writes generated/ from the schema and the documents in this folder. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['examples/typed-client/documents.ts'],
  generates: {
    'examples/typed-client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        // A scalar that is not listed here is an error, not `any`.
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          EmailAddress: 'string',
          IP: 'string',
          JSON: 'unknown',
          JSONObject: 'Record<string, unknown>',
          SafeInt: 'number',
        },
      },
    },
  },
};

export default config;
