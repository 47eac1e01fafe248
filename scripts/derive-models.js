/** The models for Postgres, from those for SQLite: another provider and client folder, and no Pothos. */
export function postgresqlModels(sqliteModels) {
  const derived = replaceOnce(
    replaceOnce(
      replaceOnce(sqliteModels, /provider = "sqlite"/, 'provider = "postgresql"'),
      /"\.\.\/src\/generated\/sqlite"/,
      '"../src/generated/postgresql"',
    ),
    /generator pothos \{[^}]*\}\n+/,
    '',
  );
  return `/// Derived from schema.prisma by \`npm run generate\`; edit that one.\n${replaceOnce(derived, /^\/\/\/ The models, once\..*\n/, '')}`;
}

function replaceOnce(text, pattern, replacement) {
  if (!pattern.test(text)) {
    throw new Error(
      `prisma/schema.prisma no longer has ${pattern}: mend scripts/derive-models.js.`,
    );
  }
  return text.replace(pattern, replacement);
}
