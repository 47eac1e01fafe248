import { afterAll } from 'vitest';
import { endServed } from './served-process.ts';

// Runs for every test file, though files share what they import.
afterAll(endServed);
