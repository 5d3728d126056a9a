/**
 * Compares how specs went with the committed list of those that are known to fail. A name that
 * several specs share counts as failed where one of them fails.
 */
export function compare(results, groups) {
  const ran = results.filter(({ status }) => status === 'passed' || status === 'failed')
  const failing = new Map()
  for (const { name, status, why } of ran) if (status === 'failed') failing.set(name, why)
  const names = new Set(ran.map(({ name }) => name))
  const listed = new Set(groups.flatMap(({ specs }) => specs))
  return {
    ran: ran.length,
    held: ran.filter(({ status }) => status === 'passed').length,
    known: ran.filter(({ name, status }) => status === 'failed' && listed.has(name)).length,
    unexpected: [...failing].filter(([name]) => !listed.has(name)),
    mended: [...listed].filter((name) => names.has(name) && !failing.has(name)),
    unknown: [...listed].filter((name) => !names.has(name)),
  }
}

/** The list without the names that are no longer true of it, and without groups that become empty. */
export function pruned(groups, { mended, unknown }) {
  const gone = new Set([...mended, ...unknown])
  return groups
    .map(({ reason, specs }) => ({ reason, specs: specs.filter((name) => !gone.has(name)) }))
    .filter(({ specs }) => specs.length > 0)
}
