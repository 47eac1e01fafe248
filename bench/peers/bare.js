/** The floor: `node:http`, one prepared statement, JSON.stringify; no authentication, no limits. */
import { createServer } from 'node:http';
import process from 'node:process';
import pg from 'pg';
import { pageQuery } from './page-query.js';

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const { rows } = await pool.query(pageQuery(JSON.parse(Buffer.concat(chunks))));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: rows }));
  });
}).listen(0, '127.0.0.1', function () {
  process.send({ port: this.address().port });
});
