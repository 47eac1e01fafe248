/** Apollo Server over Prisma with its Postgres adapter. */
import process from 'node:process';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../src/generated/postgresql/client.ts';
import { TYPES } from './types.js';

const adapter = new PrismaPg({ connectionString: process.argv[2], max: 10 });
const prisma = new PrismaClient({ adapter });
const server = new ApolloServer({
  typeDefs: TYPES,
  resolvers: {
    Query: {
      auditLogs: async (_, { ledgerId, action, email, scope }) => {
        const rows = await prisma.auditLog.findMany({
          where: { ledgerId, action, email, scope },
          orderBy: [{ createdAtMs: 'desc' }, { sequence: 'desc' }],
          take: 50,
          select: {
            ...{ sequence: true, scope: true, action: true, email: true },
            ...{ resourceUID: true, details: true, createdAtMs: true },
          },
        });
        return rows.map(({ sequence, createdAtMs, ...row }) => ({
          ...row,
          sequence: String(sequence),
          createdAtMs: String(createdAtMs),
        }));
      },
    },
  },
});
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
process.send({ port: Number(new URL(url).port) });
