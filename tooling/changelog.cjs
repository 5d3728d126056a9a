// How changesets become entries of a CHANGELOG.md. All packages have one version, so that "Updated
// dependencies" says nothing: it is left out.

/** A changeset as an item of a list: its further lines indented, empty ones left empty. */
async function getReleaseLine({ summary }) {
  const [first, ...others] = summary.trim().split('\n')
  return [`- ${first}`, ...others.map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
}

async function getDependencyReleaseLine() {
  return ''
}

module.exports = { getReleaseLine, getDependencyReleaseLine }
