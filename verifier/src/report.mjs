const VERDICTS = {
  sound: 'SOUND',
  tampered: 'TAMPERED',
  incomplete: 'INCOMPLETE',
  unusable: 'UNUSABLE',
};

const counted = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** What was found, as lines of text for people. */
export function reportLines({ verdict, firstBadSequence, findings, findingCount, facts }) {
  const lines = [`${VERDICTS[verdict]}: ${summary(verdict, firstBadSequence, facts)}`];
  for (const { sequence, message } of findings) {
    lines.push(sequence === null ? `- ${message}` : `- entry ${counted(sequence)}: ${message}`);
  }
  if (findingCount > findings.length) {
    lines.push(`- and ${counted(findingCount - findings.length)} more`);
  }
  return [...lines, ...factLines(facts)];
}

function summary(verdict, firstBadSequence, { kind }) {
  if (verdict === 'tampered') {
    return firstBadSequence === null
      ? 'this is not what the log holds.'
      : `the first bad entry is ${counted(firstBadSequence)}.`;
  }
  if (verdict === 'incomplete') return 'nothing was seen to be altered, but something is missing.';
  if (verdict === 'unusable') return 'nothing can be said for certain.';
  return kind === 'SELECTION'
    ? 'every entry here is in the log, in this order and as it was recorded.'
    : 'this is the whole log, every entry in its place and as it was recorded.';
}

function factLines(facts) {
  const lines = [];
  if (facts.origin !== undefined) {
    lines.push(`Log: ${facts.origin}`);
    lines.push(`Checkpoint: ${counted(facts.size)} entries, root ${facts.root}`);
  }
  for (const key of facts.signedBy ?? []) lines.push(`Signed by: ${key}`);
  if (facts.previousSize !== undefined) {
    lines.push(`Earlier checkpoint: ${counted(facts.previousSize)} entries`);
  }
  if (facts.entryCount !== undefined) lines.push(entriesLine(facts));
  if (facts.filter !== undefined && Object.keys(facts.filter).length > 0) {
    lines.push(`Filter, as the export tells it: ${JSON.stringify(facts.filter)}`);
    lines.push('That no other entry of the log matches the filter is not proved by this.');
  }
  return lines;
}

function entriesLine({ entryCount, prunedCount, withoutActor, withoutContent, withoutBody }) {
  const notes = [
    [prunedCount, 'more were removed by retention, only their leaves are here'],
    [withoutActor, 'no longer tell who acted'],
    [withoutBody, 'lost a part of their body to an erasure, only their leaves are proved'],
    [withoutContent, 'no longer tell what happened in detail'],
  ];
  const told = notes
    .filter(([count]) => count > 0)
    .map(([count, note]) => `; ${counted(count)} ${note}`);
  return `Entries: ${counted(entryCount)}${told.join('')}`;
}
