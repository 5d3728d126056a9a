// Lists pure rules without a test of their own name. Run as `node tooling/unmirrored.mjs`.
//
// A source file is a pure rule when it exports values and its imports, types aside, are pure rules
// too, JSON, or one of the libraries below; and when it neither waits nor reaches for the world outside.
// Its test has the same name: `src/floor/json.ts` has `test/floor/json.test.ts`, or a `json.test.ts`
// in another folder of `test`, which may be named `.system` or `.oracle`; a folder of rules may have
// one test of its name: `src/schedules/cosine.ts` has `test/schedules.test.ts`.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../packages', import.meta.url))

/** What a pure rule may import: core's floor, and a distance of words. */
const LIBRARIES = ['@regimen/core', 'leven']

const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const TEXTS = /'[^'\n]*'|"[^"\n]*"|`[^`]*`/g
const VALUE_IMPORTS = /^(?:import|export) (?!type\b)(?:[^'"]*? from )?'([^']+)'/gm
const VALUE_EXPORTS = /^export (?:function|const|class)/m
const WORLD = /\bawait\b|\basync\b|\bPromise\b|\bprocess\.|\bglobalThis\b|\bsetTimeout\b|\bfetch\(/

/** The files below a folder whose names end so, relative to it. */
function filesIn(folder, ending) {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return all.filter((path) => path.endsWith(ending))
}

/** Paths of the pure rules of a package, relative to its `src`. */
export function pureRules(name) {
  const source = join(packages, name, 'src')
  const codes = new Map(
    filesIn(source, '.ts').map((path) => [
      path,
      readFileSync(join(source, path), 'utf8').replace(COMMENTS, ''),
    ]),
  )
  const verdicts = new Map()

  function isPure(path) {
    if (!verdicts.has(path)) {
      verdicts.set(path, true)
      verdicts.set(path, judge(path))
    }
    return verdicts.get(path)
  }

  function judge(path) {
    const code = codes.get(path)
    if (code === undefined || WORLD.test(code.replace(TEXTS, ''))) return false
    const imports = [...code.matchAll(VALUE_IMPORTS)].map(([, from]) => from)
    return imports.every((from) => {
      if (!from.startsWith('.')) return LIBRARIES.includes(from)
      return from.endsWith('.json') || isPure(join(path, '..', from.replace(/\.js$/, '.ts')))
    })
  }

  return [...codes.keys()].filter((path) => VALUE_EXPORTS.test(codes.get(path)) && isPure(path))
}

/** Pure rules of all packages that have no test of their name, as `core/src/floor/json.ts`. */
export function unmirrored() {
  return readdirSync(packages).flatMap((name) => {
    const tests = filesIn(join(packages, name, 'test'), '.test.ts')
    const tested = new Set(
      tests.map((path) => basename(path).replace(/(\.system|\.oracle)?\.test\.ts$/, '')),
    )
    return pureRules(name)
      .filter(
        (path) =>
          !path
            .replace(/\.ts$/, '')
            .split('/')
            .some((part) => tested.has(part)),
      )
      .map((path) => `${name}/src/${path}`)
      .sort()
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of unmirrored()) console.log(path)
}
