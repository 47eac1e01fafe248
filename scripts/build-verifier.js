/**
 * Makes the two verifiers, each one file that needs nothing else, out of verifier/src. `--check`
 * only says whether they are up to date.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const FOLDER = path.resolve(import.meta.dirname, '../verifier');
const SOURCES = path.join(FOLDER, 'src');

/** One module of its own and those it needs, as one module. */
function bundled(entry) {
  const builtins = new Set();
  const parts = [];
  const seen = new Set();
  const add = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = readFileSync(path.join(SOURCES, name), 'utf8');
    const body = text.replaceAll(IMPORT, (statement, from) => {
      if (from.startsWith('./')) add(from.slice(2));
      else builtins.add(statement.trim());
      return '';
    });
    parts.push(
      `// ${name}\n\n${body
        .replace(/^#!.*\n/, '')
        .replaceAll(/^export /gm, '')
        .trim()}\n`,
    );
  };
  add(entry);
  refuseCollisions(parts);
  return [[...builtins].sort().join('\n'), ...parts].filter((part) => part !== '').join('\n');
}

const IMPORT = /^import [^;]*? from '([^']+)';\n/gm;

/** Two modules must not have a name in common at their top, since they become one. */
function refuseCollisions(parts) {
  const names = new Set();
  for (const part of parts) {
    for (const [, name] of part.matchAll(/^(?:async )?(?:const|let|class|function\*?) (\w+)/gm)) {
      if (names.has(name)) throw new Error(`Two modules of the verifier have a ${name}.`);
      names.add(name);
    }
  }
}

const NOTICE =
  'Orgtrail offline verifier, Apache-2.0. Made by `npm run verifier:page` from verifier/src; do not edit.';

const script = () => `#!/usr/bin/env node\n// ${NOTICE}\n\n${bundled('main.mjs')}`;

function page() {
  const style = read('page.css');
  const code = `\n${bundled('page.mjs')}`;
  if (code.includes('</script')) throw new Error('The page cannot hold its own code.');
  const policy = [
    "default-src 'none'",
    `script-src '${integrity(code)}'`,
    `style-src '${integrity(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return read('page.html')
    .replace('{notice}', () => NOTICE)
    .replace('{policy}', () => policy)
    .replace('{style}', () => style)
    .replace('{code}', () => code);
}

const read = (name) => readFileSync(path.join(SOURCES, name), 'utf8');

const integrity = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const outputs = { 'orgtrail-verify.mjs': script(), 'orgtrail-verify.html': page() };

for (const [name, text] of Object.entries(outputs)) {
  const file = path.join(FOLDER, name);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`verifier/${name} is not up to date: npm run verifier:page\n`);
    process.exitCode = 1;
  }
}
