/** The schema of the peers whose resolvers are written by hand. */
export const TYPES = /* GraphQL */ `
  type AuditLog {
    sequence: String!
    scope: String!
    action: String!
    email: String
    resourceUID: String
    details: String
    createdAtMs: String!
  }
  type Query {
    auditLogs(ledgerId: Int!, action: String, email: String, scope: String): [AuditLog!]!
  }
`;
