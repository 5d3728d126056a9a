// A registry that holds a part of the public one may lack packages that only other systems install. npm and
// pnpm pass over them; Yarn classic and Deno stop. An empty package in their place, marked for the system
// that they are for, is never installed here.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OPTIONAL = { 'napi-windows-process-start-time': { version: '0.1.0', os: ['win32'] } }

/** Publishes an empty package for each that the registry behind this one lacks. @returns their names */
export async function publishMissing(registry, base, upstream) {
  const missing = []
  for (const [name, rest] of Object.entries(OPTIONAL)) {
    const { status } = await fetch(new URL(name, upstream))
    if (status !== 404) continue
    const folder = join(base, 'missing', name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, ...rest }))
    await registry.publish(folder)
    missing.push(name)
  }
  return missing
}
