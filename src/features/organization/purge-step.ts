import type { Transaction } from '../../database/database.ts';

/** What a step of a purge removed, and how many. */
export interface Removed {
  readonly removed: string;
  readonly count: number;
}

/** The rows of one kind that go with an organization: up to `limit` of them, counted or removed. */
interface Kind {
  readonly name: string;
  count(transaction: Transaction, organizationId: string, limit: number): Promise<number>;
  remove(transaction: Transaction, organizationId: string, limit: number): Promise<number>;
}

/**
 * In the order of their removal. Owners go first: from then on nobody sees what is left, and nobody
 * can restore a part of it.
 */
const KINDS: readonly Kind[] = [
  {
    name: 'owners',
    count: (transaction, organizationId, take) =>
      transaction.membership.count({ where: { organizationId, role: 'OWNER' }, take }),
    remove: async (transaction, organizationId) => {
      const where = { organizationId, role: 'OWNER' };
      return (await transaction.membership.deleteMany({ where })).count;
    },
  },
  {
    name: 'team members',
    count: (transaction, organizationId, take) =>
      transaction.teamMember.count({ where: { organizationId }, take }),
    remove: async (transaction, organizationId, take) => {
      const rows = await transaction.teamMember.findMany({
        where: { organizationId },
        orderBy: { teamId: 'asc' },
        take,
      });
      const [{ teamId } = { teamId: '' }] = rows;
      const userIds = rows.filter((row) => row.teamId === teamId).map(({ userId }) => userId);
      const where = { teamId, userId: { in: userIds } };
      return (await transaction.teamMember.deleteMany({ where })).count;
    },
  },
  {
    name: 'members',
    count: (transaction, organizationId, take) =>
      transaction.membership.count({ where: { organizationId }, take }),
    remove: async (transaction, organizationId, take) => {
      const rows = await transaction.membership.findMany({ where: { organizationId }, take });
      const where = { organizationId, userId: { in: rows.map(({ userId }) => userId) } };
      return (await transaction.membership.deleteMany({ where })).count;
    },
  },
  byId('teams', (transaction) => transaction.team),
  byId('invitations', (transaction) => transaction.invitation),
  byId('resources', (transaction) => transaction.resource),
  byId('API keys', (transaction) => transaction.apiKey),
];

/** What the tables of rows with an id of their own have in common. */
interface Table {
  count(query: { where: { organizationId: string }; take: number }): Promise<number>;
  findMany(query: {
    where: { organizationId: string };
    select: { id: true };
    take: number;
  }): Promise<readonly { readonly id: string }[]>;
  deleteMany(query: { where: { id: { in: string[] } } }): Promise<{ count: number }>;
}

function byId(name: string, tableOf: (transaction: Transaction) => Table): Kind {
  return {
    name,
    count: (transaction, organizationId, take) =>
      tableOf(transaction).count({ where: { organizationId }, take }),
    remove: async (transaction, organizationId, take) => {
      const table = tableOf(transaction);
      const rows = await table.findMany({
        where: { organizationId },
        select: { id: true },
        take,
      });
      return (await table.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })).count;
    },
  };
}

/**
 * Removes up to `limit` rows of the first kind that an organization still has; null, and nothing
 * removed, when all that is left is no more than `limit` rows and can go at once. All of the owners
 * go together.
 */
export async function removeSome(
  transaction: Transaction,
  organizationId: string,
  limit: number,
): Promise<Removed | null> {
  let leftCount = 0;
  let first: Kind | undefined;
  for (const kind of KINDS) {
    const count = await kind.count(transaction, organizationId, limit + 1);
    leftCount += count;
    first ??= count > 0 ? kind : undefined;
  }
  if (!first || leftCount <= limit) return null;
  return {
    removed: first.name,
    count: await first.remove(transaction, organizationId, limit),
  };
}
