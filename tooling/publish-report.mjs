// What `npm run release:dry` prints, made from what it found.
import { textTable } from '@regimen/core'

const columns = [
  { head: 'package', align: 'left' },
  { head: 'version', align: 'left' },
  { head: 'files', align: 'right' },
  { head: 'packed', align: 'right' },
  { head: 'unpacked', align: 'right' },
  { head: 'wrong', align: 'right' },
  { head: 'peers (?: optional)', align: 'left' },
]

/**
 * The lines of the table, and below it every fault in full. A package is `{ name, version, files,
 * packed, unpacked, peers, optionalPeers, faults }`, its sizes in bytes.
 */
export function publishReport(packages, faultsOfAll = []) {
  const rows = packages.map((one) => [
    one.name,
    one.version,
    String(one.files),
    kilobytes(one.packed),
    kilobytes(one.unpacked),
    one.faults.length === 0 ? '-' : String(one.faults.length),
    peersOf(one),
  ])
  const table = textTable(columns, rows, {
    width: Number.POSITIVE_INFINITY,
    widthOf: (text) => text.length,
  })
  const faults = [
    ...packages.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
    ...faultsOfAll,
  ]
  return [...table, '', ...faults, verdict(packages, faults.length)]
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}

function peersOf({ peers, optionalPeers }) {
  const texts = Object.entries(peers).map(([name, range]) => {
    const mark = optionalPeers.includes(name) ? '?' : ''
    return `${name.replace('@tensorflow/', '')}${mark} ${range}`
  })
  return texts.sort().join(', ') || '-'
}

function verdict(packages, faults) {
  const packed = packages.reduce((sum, one) => sum + one.packed, 0)
  const all = `${packages.length} packages, ${kilobytes(packed)} packed`
  if (faults === 0) return `${all}: ready to be published.`
  return `${all}: not to be published, ${faults} ${faults === 1 ? 'fault' : 'faults'}.`
}
