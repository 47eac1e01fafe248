import { isId } from '../../kernel/ids.ts';
import {
  type Page,
  type PageArguments,
  type PageLimit,
  pageOf,
  readPaging,
} from '../../kernel/paging.ts';

/**
 * A page of members, by the ids of their accounts, which also are the cursors.
 * @throws InvalidInputError a page argument breaks a rule
 */
export function membersAt<Member extends { readonly userId: string }>(
  limited: PageLimit,
  members: readonly Member[],
  paging: PageArguments,
): Page<Member> {
  const range = readPaging(limited, paging, (cursor) => (isId('usr', cursor) ? cursor : null));
  const { after, before, backward, limit } = range;
  const between = members.filter(
    ({ userId }) => (!after || userId > after) && (!before || userId < before),
  );
  const inReadingOrder = backward ? between.toReversed() : between;
  return pageOf(range, inReadingOrder.slice(0, limit + 1));
}
