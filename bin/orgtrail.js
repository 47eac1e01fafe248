#!/usr/bin/env node
import process from 'node:process';

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Orgtrail needs Node 24 and found ${process.version}: run it through npm (npm start), which brings its own; if it still says this, allow the install script of the package "node" and run npm ci again.\n`,
  );
  process.exit(1);
}
await import('../src/cli/program.ts');
