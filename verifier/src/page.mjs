import { Refusal } from './findings.mjs';
import { keysOf } from './note.mjs';
import { packIn, pageHasher } from './page-platform.mjs';
import { reportLines } from './report.mjs';
import { verify } from './verify.mjs';

const element = (id) => document.getElementById(id);
const [button, drop, input, bar] = ['verify', 'drop', 'files', 'progress'].map(element);
let files = [];

function take(list, hint) {
  files = [...list];
  button.disabled = files.length === 0;
  drop.querySelector('span').textContent = hint;
}

function show(verdict, lines) {
  const [first, ...others] = lines;
  element('verdict').textContent = first;
  element('report').textContent = others.join('\n');
  element('result').dataset.verdict = verdict;
  element('result').hidden = false;
}

/** Lets the browser draw, at most so often that it does not hold up the work. */
let drawnAt = 0;
function progress(done, whole) {
  bar.value = whole === 0 ? 1 : done / whole;
}

/** Reading goes on in tasks of its own, so that the bar moves. */
async function* withPauses(chunks) {
  for await (const chunk of chunks) {
    yield chunk;
    if (performance.now() - drawnAt < 50) continue;
    await new Promise((resolve) => setTimeout(resolve));
    drawnAt = performance.now();
  }
}

async function openPack() {
  const pack = await packIn(files);
  return {
    ...pack,
    file: async (name) => {
      const file = await pack.file(name);
      return file && { size: file.size, open: () => withPauses(file.open()) };
    },
  };
}

async function run() {
  const previous = element('previous').value;
  const trusted = {
    keys: keysOf(pageHasher, element('keys').value),
    previous: previous.trim() === '' ? null : previous,
    organization: null,
  };
  const result = await verify(pageHasher, openPack, trusted, progress);
  show(result.verdict, reportLines(result));
}

input.addEventListener('change', () => take(input.files, ''));
drop.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  input.value = '';
  const names = [...event.dataTransfer.files].map(({ name }) => name);
  take(event.dataTransfer.files, names.join(', '));
});
button.addEventListener('click', async () => {
  button.disabled = true;
  bar.hidden = false;
  bar.value = 0;
  element('result').hidden = true;
  try {
    await run();
  } catch (error) {
    const verdict = error instanceof Refusal ? error.verdict : 'unusable';
    show(verdict, [`${verdict.toUpperCase()}: ${error.message}`]);
  }
  bar.hidden = true;
  button.disabled = false;
});
