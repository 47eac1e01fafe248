/** The documents GraphiQL opens with, in their order; each works as it stands. */
export const TABS: readonly { readonly query: string; readonly variables?: string }[] = [
  {
    query: `# Who am I, and where do I belong?
#
# Opened by the link that the server printed,
# this page is signed in already. Otherwise, or
# to be somebody else, write under Headers:
#   {"Authorization": "Bearer <token>"}
query WhoAmI {
  viewer {
    type
    user { id email name }
    organizations {
      totalCount
      nodes { id name slug viewerRole }
    }
  }
}
`,
  },
  {
    query: `# The newest entries of the current organization:
# the one chosen by the header X-Organization-Id,
# by your token, by selectOrganization, or the
# only one you belong to.
query RecentEntries {
  currentOrganization { id name }
  auditLogs(first: 20) {
    totalCount
    nodes {
      sequence
      createdAt
      scope
      action
      email
      details
      resourceType
      resourceUID
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# Entries that match: OR inside of a list, AND
# between the fields. "organization.*" is a prefix.
query Search($filter: AuditLogFilter) {
  auditLogs(filter: $filter, orderBy: { field: CREATED_AT, direction: DESC }, first: 20) {
    totalCount
    nodes {
      sequence
      createdAt
      scope
      action
      email
      details
      outcome
      changes { path from to }
      metadata
    }
  }
}
`,
    variables: `{
  "filter": {
    "scopes": ["PLATFORM", "DEPLOYMENT"],
    "actions": ["organization.*", "deployment.*"]
  }
}
`,
  },
  {
    query: `# Records what your product did. Sent twice with
# the same idempotencyKey, it is stored once.
mutation Record($input: RecordAuditLogsInput!) {
  recordAuditLogs(input: $input) {
    ... on RecordAuditLogsSuccess {
      recordedCount
      duplicateCount
      rejectedCount
      receipts {
        status
        auditLog { id sequence action createdAt }
        errors { path message }
      }
    }
    ... on Error { code message }
  }
}
`,
    variables: `{
  "input": {
    "events": [
      {
        "scope": "DEPLOYMENT",
        "action": "deployment.finished",
        "resourceType": "deployment",
        "resourceUID": "deploy-42",
        "details": "Deployed version 1.4.2 to production",
        "metadata": { "version": "1.4.2", "durationSeconds": 73 },
        "idempotencyKey": "deploy-42-finished"
      }
    ]
  }
}
`,
  },
  {
    query: `# Changes the current organization. Only what you
# give changes, and the change is in the log: run
# this, then look at RecentEntries again.
mutation Update($input: UpdateOrganizationInput!) {
  updateOrganization(input: $input) {
    ... on UpdateOrganizationSuccess {
      organization { id name version updatedAt settings { timezone retentionDays } }
    }
    ... on InvalidInputError { code message fields { path message } }
    ... on SlugTakenError { code message slug }
    ... on VersionConflictError { code message currentVersion }
  }
}
`,
    variables: `{
  "input": { "settings": { "timezone": "Europe/Zurich" } }
}
`,
  },
];
