import type { ReadyConfig } from '../config-development.ts';

/** Whom the token that development mode prints speaks for. */
export const DEVELOPMENT_EMAIL = 'ada@example.com';

/** What development mode prints when it is ready: a link that is signed in, a token, a command. */
export const developmentMessage = (
  url: string,
  token: string,
  { graphiql }: ReadyConfig,
): string => `
Orgtrail is ready at ${url}

  Development mode: no authentication is configured, so the server made its own secret in the
  data folder and signs tokens with it. Set JWT_SECRET or JWT_JWKS_URL for anything but trying out.
${graphiql ? `\n  Open   ${url}/graphql#token=${token}\n` : ''}
  Token  ${token}
         (${DEVELOPMENT_EMAIL}, 8 hours; others: npm run token -- --email grace@example.com)

  curl ${url}/graphql -H 'Content-Type: application/json' \\
    -H 'Authorization: Bearer ${token}' \\
    -d '{"query":"{ viewer { user { email } } }"}'

`;
