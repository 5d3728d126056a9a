import { readFileSync } from 'node:fs'
import type { Options } from 'tsup'

interface Manifest {
  readonly exports: Record<string, string | { readonly '@regimen/source'?: string }>
  readonly bin?: Record<string, string>
}

/** The one set of build options: entries come from the manifest's `exports`, so that the two cannot disagree. */
export function library(extra: Options = {}): Options {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  const sources = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'object' && target['@regimen/source'] ? [target['@regimen/source']] : [],
  )
  const bins = Object.values(manifest.bin ?? {}).map((path) =>
    path.replace(/^(\.\/)?dist/, 'src').replace(/\.js$/, '.ts'),
  )
  const entries = [...sources, ...bins].map((path) => path.replace(/^\.\//, ''))
  return {
    entry: Object.fromEntries(
      entries.map((path) => [path.replace(/^src\//, '').replace(/\.ts$/, ''), path]),
    ),
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    external: [/^node:/, /^#/],
    dts: false,
    sourcemap: true,
    clean: false,
    splitting: true,
    silent: true,
    ...extra,
  }
}
