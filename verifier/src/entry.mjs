/**
 * What is wrong with an entry taken by itself, or null: its body gives its leaf, and what it
 * discloses is what it committed to.
 * @param {object} hasher
 * @param {Uint8Array} bytes the block that it stands in
 * @param {object} line an EntryLine, as `lineAt` gives it
 * @param {string} organization whose log it has to be in, as JSON text
 */
export function entryProblem(hasher, bytes, line, organization) {
  const { actorStart, contentStart } = line;
  if (line.organization !== organization) return 'it is of another organization';
  if (hasher.hashLeaf(bytes, line.bodyStart, line.bodyEnd) !== line.leaf) {
    return 'its fields do not give its leaf';
  }
  const isActor =
    actorStart === null ||
    hasher.hashSalted(bytes, line.actorSaltStart, actorStart, line.actorEnd) ===
      line.actorCommitment;
  if (!isActor) return 'who acted is not what the entry committed to';
  const isContent =
    contentStart === null ||
    hasher.hashSalted(bytes, line.contentSaltStart, contentStart, line.contentEnd) ===
      line.contentCommitment;
  return isContent ? null : 'what happened is not what the entry committed to';
}
