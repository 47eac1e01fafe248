import { type IdPrefix, prefixOf } from '../kernel/ids.ts';
import { refuse } from '../kernel/problems.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

/** Anything with a global id. */
interface Node {
  readonly id: string;
}

/** The type of each kind of node, and the loader that gives only what the caller may see. */
const KINDS = {
  org: { typename: 'Organization', loader: 'organization' },
  usr: { typename: 'User', loader: 'user' },
  key: { typename: 'ApiKey', loader: 'apiKey' },
  log: { typename: 'AuditLog', loader: 'auditLog' },
  team: { typename: 'Team', loader: 'team' },
  res: { typename: 'Resource', loader: 'resource' },
  inv: { typename: 'Invitation', loader: 'invitation' },
  ofr: { typename: 'OwnershipOffer', loader: 'ownershipOffer' },
  hold: { typename: 'LegalHold', loader: 'legalHold' },
} as const satisfies Record<IdPrefix, { typename: string; loader: keyof Context['load'] }>;

/** The interface of everything with a global id (Relay specification). */
export const NodeInterface = builder.interfaceRef<Node>('Node').implement({
  description: 'Anything with a global id; its first letters name its kind.',
  resolveType: ({ id }) => {
    const prefix = prefixOf(id);
    return prefix && KINDS[prefix].typename;
  },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Global and for ever.' }) }),
});

const LARGEST_NODES = 100;

const idProblem = (id: string): string | null =>
  prefixOf(id) ? null : `Not an id: it looks like org_01h455vb4pex5vsknk084sn02q.`;

function loadNode(id: string, { load }: Context): Promise<Node | null> {
  const prefix = prefixOf(id);
  return prefix ? load[KINDS[prefix].loader].load(id as never) : Promise.resolve(null);
}

function loadNodes(ids: readonly string[], context: Context): Promise<(Node | null)[]> {
  refuse(
    ['ids', ids.length > LARGEST_NODES ? `Give at most ${LARGEST_NODES} ids.` : null],
    ...ids.map((id, index) => [['ids', String(index)], idProblem(id)] as const),
  );
  return Promise.all(ids.map((id) => loadNode(id, context)));
}

builder.queryFields((t) => ({
  node: t.field({
    type: NodeInterface,
    nullable: true,
    description: 'Anything by its id; null when it does not exist or is not yours.',
    args: { id: t.arg.id({ required: true, description: 'Any id that this API gave out.' }) },
    resolve: (_root, { id }, context) => {
      refuse(['id', idProblem(id)]);
      return loadNode(id, context);
    },
  }),
  nodes: t.field({
    type: [NodeInterface],
    nullable: { list: false, items: true },
    description:
      'Several things by their ids, in their order; null in the place of each that is not yours.',
    args: { ids: t.arg.idList({ required: true, description: 'At most 100 ids.' }) },
    resolve: (_root, { ids }, context) => loadNodes(ids, context),
  }),
}));
