// Lets a child process import TypeScript, with the packages of this repository taken from source:
// node --conditions=@regimen/source --import <this file> script.ts
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { register } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) register(import.meta.url)

/** Each process would compile the same files again. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/source-loader', import.meta.url))
const loader = readFileSync(fileURLToPath(import.meta.url))

export async function resolve(specifier, context, next) {
  if (/^\.\.?\/.*\.js$/.test(specifier)) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
    if (existsSync(source)) return next(source.href, context)
  }
  return next(specifier, context)
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const sourcefile = fileURLToPath(url)
  const text = readFileSync(sourcefile, 'utf8')
  const hash = createHash('sha256').update(loader).update(url).update(text)
  const place = join(compiled, `${hash.digest('hex')}.mjs`)
  const source = existsSync(place) ? readFileSync(place) : await compile(text, sourcefile, place)
  return { format: 'module', source, shortCircuit: true }
}

async function compile(text, sourcefile, place) {
  // Loaded where there is something to compile only: it starts a process.
  const { transform } = await import('esbuild')
  const supported = { 'import-attributes': true }
  const options = { loader: 'ts', format: 'esm', target: 'es2022', sourcemap: 'inline', supported }
  const { code } = await transform(text, { ...options, sourcefile })
  mkdirSync(compiled, { recursive: true })
  const unfinished = `${place}.${process.pid}`
  writeFileSync(unfinished, code)
  renameSync(unfinished, place)
  return code
}
