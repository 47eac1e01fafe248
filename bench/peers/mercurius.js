/** Mercurius with its JIT over node-postgres, the page written by hand. */
import process from 'node:process';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';
import { pageQuery } from './page-query.js';
import { TYPES } from './types.js';

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });
const app = Fastify();
await app.register(mercurius, {
  schema: TYPES,
  jit: 1,
  resolvers: {
    Query: { auditLogs: async (_, args) => (await pool.query(pageQuery(args))).rows },
  },
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
