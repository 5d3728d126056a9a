// What the pending changesets make of the packages: `node tooling/next-release.mjs` prints it, and
// fails where it is more than the project is ready for.
import { fileURLToPath } from 'node:url'
import plans from '@changesets/get-release-plan'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The release of 1.0.0 is decided here, not by a word in a changeset. */
const HIGHEST_MAJOR = 0

/** The release that is due in the workspace at `folder`: `{ releases, changesets }`. */
export async function nextRelease(folder = root) {
  const { releases, changesets } = await plans(folder)
  return { releases: releases.filter(({ type }) => type !== 'none'), changesets }
}

/** Why the release is refused, one sentence each. */
export function releaseFaults({ releases, changesets }) {
  const tooHigh = releases.filter(
    ({ newVersion }) => Number.parseInt(newVersion, 10) > HIGHEST_MAJOR,
  )
  if (tooHigh.length === 0) return []
  const breaking = changesets.filter((one) => one.releases.some(({ type }) => type === 'major'))
  const files = breaking.map(({ id }) => `.changeset/${id}.md`)
  return [
    `${tooHigh.map(({ name, newVersion }) => `${name}@${newVersion}`).join(', ')} would be released; ` +
      `expected ${HIGHEST_MAJOR}.x. While it is 0.x, a change that breaks is "minor", not "major": ` +
      `${files.join(', ') || 'no changeset says "major", so see .changeset/config.json'}.`,
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const release = await nextRelease()
  for (const { name, oldVersion, newVersion } of release.releases) {
    console.log(`${name}: ${oldVersion} -> ${newVersion}`)
  }
  if (release.releases.length === 0) console.log('No changeset is pending.')
  const faults = releaseFaults(release)
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
