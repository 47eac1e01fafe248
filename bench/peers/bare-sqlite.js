/** The floor on SQLite: `node:http`, better-sqlite3, JSON.stringify; no authentication, no limits. */
import { createServer } from 'node:http';
import process from 'node:process';
import Sqlite from 'better-sqlite3';
import { pageQuery } from './page-query.js';

const database = new Sqlite(process.argv[2].replace(/^file:/, ''), { readonly: true });
const statements = new Map();

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { name, text, values } = pageQuery(JSON.parse(Buffer.concat(chunks)));
    const statement = statements.get(name) ?? database.prepare(text.replaceAll(/\$\d/g, '?'));
    statements.set(name, statement);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: statement.all(values) }));
  });
}).listen(0, '127.0.0.1', function () {
  process.send({ port: this.address().port });
});
