/** The page as one would write it by hand: one named statement for each shape of filter. */
export function pageQuery({ ledgerId, action, email, scope }) {
  const filters = Object.entries({ action, email, scope }).filter(([, value]) => value != null);
  const conditions = filters.map(([name], at) => ` AND "${name}" = $${at + 2}`);
  return {
    name: filters.map(([name]) => name).join('-') || 'plain',
    text: `SELECT "sequence", "scope", "action", "email", "resourceUID", "details", "createdAtMs" FROM "AuditLog" WHERE "ledgerId" = $1${conditions.join('')} ORDER BY "createdAtMs" DESC, "sequence" DESC LIMIT 50`,
    values: [ledgerId, ...filters.map(([, value]) => value)],
  };
}
