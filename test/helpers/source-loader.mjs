// Lets a child process import TypeScript, with the packages of this repository taken from source:
// node --conditions=@regimen/source --import <this file> script.ts
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { transform } from 'esbuild'

if (isMainThread) register(import.meta.url)

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
  const source = await readFile(sourcefile, 'utf8')
  const supported = { 'import-attributes': true }
  const options = { loader: 'ts', format: 'esm', target: 'es2022', sourcemap: 'inline', supported }
  const { code } = await transform(source, { ...options, sourcefile })
  return { format: 'module', source: code, shortCircuit: true }
}
