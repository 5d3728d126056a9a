import { readFileSync, statSync } from 'node:fs'
import {
  hostname,
  machine,
  type as osType,
  platform,
  release,
  userInfo,
  version,
} from 'node:os'
import { dirname, join } from 'node:path'
import type { Extra } from './extra.js'

/** A script larger than this is a bundle rather than code that a person wrote. */
const LARGEST_SCRIPT = 2 ** 20

/** A script and its path; nothing if there is none that can be read. */
export function codeOf(script: string | undefined): Extra[] {
  if (script === undefined) return []
  try {
    if (statSync(script).size > LARGEST_SCRIPT) return []
    return [
      { endpoint: 'file-path', fields: { filePath: script } },
      { endpoint: 'code', fields: { code: readFileSync(script, 'utf8') } },
    ]
  } catch {
    return []
  }
}

/**
 * Machine, Node and the packages that the project depends on. No environment variable is read, and
 * no argument of the command line, which may be a key.
 */
export function environment(folder: string, script?: string): Extra[] {
  const packages = installedPackages(folder)
  const fields = {
    command: [process.execPath, ...(script === undefined ? [] : [script])],
    executable: process.execPath,
    hostname: hostname(),
    machine: machine(),
    os: `${osType()} ${release()}`,
    osRelease: release(),
    osType: platform(),
    pid: process.pid,
    processor: process.arch,
    user: userName(),
    logAdditionalSystemInfoList: [
      { key: 'node', value: process.version },
      { key: 'v8', value: process.versions.v8 },
      { key: 'os.version', value: version() },
    ],
    installedPackages: packages.map(
      ({ name, version: installed }) => `${name}==${installed}`,
    ),
  }
  const details: Extra = { endpoint: 'system-details', fields }
  if (packages.length === 0) return [details]
  return [details, { endpoint: 'dependencies', fields: { logDependencies: packages } }]
}

/** Packages that the nearest `package.json` names, with the versions that are installed. */
function installedPackages(folder: string): { name: string; version: string }[] {
  const manifest = nearest(folder, 'package.json')
  const names = ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(Object(manifest?.[kind])),
  )
  return [...new Set(names)].sort().flatMap((name) => {
    const found = nearest(folder, join('node_modules', name, 'package.json'))?.version
    return typeof found === 'string' ? [{ name, version: found }] : []
  })
}

function nearest(
  folder: string,
  path: string,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, path), 'utf8'))
  } catch {
    const parent = dirname(folder)
    return parent === folder ? undefined : nearest(parent, path)
  }
}

/** A container may run under a user that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
