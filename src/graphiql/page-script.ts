/**
 * Runs first in the page. Takes a token from the address's fragment, which browsers never send to a
 * server, keeps it for this tab alone, clears the address, and adds it to requests to this server
 * that bring no Authorization header of their own.
 *
 * It also defines `reopened`: GraphiQL adds an empty tab at each reload unless it is told which of
 * the stored tabs was open.
 */
export const PAGE_SCRIPT = `
(() => {
  const found = /^#token=([\\w.~+/=-]+)$/.exec(location.hash);
  if (found) {
    sessionStorage.setItem('orgtrail.token', found[1]);
    history.replaceState(null, '', location.pathname + location.search);
  }
  const token = sessionStorage.getItem('orgtrail.token');
  if (!token) return;
  const plainFetch = window.fetch;
  window.fetch = (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input, location.href);
    if (address.origin !== location.origin) return plainFetch(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    if (!headers.has('authorization')) headers.set('authorization', 'Bearer ' + token);
    return plainFetch(input, { ...init, headers });
  };
})();
function reopened(options) {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    const shared = new URL(location.href).searchParams.get('query');
    const tab = shared === null ? tabs[activeTabIndex] : tabs.find(({ query }) => query === shared);
    return tab ? { ...options, query: tab.query ?? '', variables: tab.variables ?? '' } : options;
  } catch {
    return options;
  }
}
`;

/**
 * Keeps tabs where they stand: GraphiQL leaves them an offset from the moment they were added, and
 * applies it when a tab gets the focus, so that it jumps away beneath a first click.
 */
export const PAGE_STYLE = '.graphiql-tab { transform: none !important; }';
