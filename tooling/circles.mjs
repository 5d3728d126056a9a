// Prints the circles of imports inside each package, types counted: the files that reach each other,
// and the imports among them that are not only types. Until none is left in core.
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import config from '../.dependency-cruiser.cjs'

const options = { ...config.options, includeOnly: '^packages/[^/]+/src/' }
const { output } = await cruise(['packages'], options, options.enhancedResolveOptions, {
  tsConfig: extractTSConfig('tsconfig.json'),
})
const imports = new Map(output.modules.map(({ source, dependencies }) => [source, dependencies]))
const reaches = new Map([...imports.keys()].map((file) => [file, reachable(file)]))
const groups = new Map()
for (const file of imports.keys()) {
  if (!reaches.get(file).has(file)) continue
  const group = [...reaches.get(file)].filter((other) => reaches.get(other)?.has(file)).sort()
  groups.set(group.join(), group)
}

for (const group of groups.values()) {
  console.log(`\n${group[0].split('/')[1]}: ${group.length} files import each other`)
  for (const file of group) {
    const within = imports.get(file).filter(({ resolved }) => group.includes(resolved))
    const names = within.map(({ resolved, dependencyTypes }) =>
      dependencyTypes.includes('type-only') ? `${short(resolved)} (type)` : short(resolved),
    )
    console.log(`  ${short(file)} > ${names.join(', ')}`)
  }
}
console.log(`\n${groups.size} groups of files import each other in circles, types counted`)

function reachable(file) {
  const found = new Set()
  const pending = [file]
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const { resolved } of imports.get(next) ?? []) {
      if (!found.has(resolved)) pending.push(resolved)
      found.add(resolved)
    }
  }
  return found
}

function short(path) {
  return path.replace(/^packages\/[^/]+\/src\//, '')
}
