import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What no attack may get: it stands in the environment and in the options of loggers. */
export const KEY = 'the-key-of-the-victim'

/** A folder from somebody else, in which everything that runs or leaks leaves a trace. */
export interface Scene {
  /** The project. Everything hostile is below it or beside it. */
  readonly root: string
  /** A folder beside the project that nothing may read from or change. */
  readonly outside: string
  /** Code that leaves a trace when it runs. */
  readonly evil: string
  /** Address of the attacker's server. */
  readonly url: string
  /** Writes files, by their paths below the project. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void
  /** What ran, what was changed outside, what the server was sent. */
  traces(): string[]
  close(): void
}

/** An attack: what the folder holds, and what the victim does with it. */
export interface Attack {
  readonly name: string
  /** What the victim is told: the code or a part of the text. Absent where nobody needs telling. */
  readonly refusal?: RegExp
  /** Prepares the folder. */
  readonly arrange: (scene: Scene) => void | Promise<void>
  /** Uses it. */
  readonly act: (scene: Scene) => unknown
}

const PRECIOUS = 'precious.safetensors'
const TRACE = '__regimenHostileTrace'

/** Makes a scene. The caller closes it. */
export async function openScene(): Promise<Scene> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-hostile-')))
  const [root, outside] = [join(base, 'project'), join(base, 'outside')]
  const canary = join(base, 'code-ran')
  mkdirSync(root)
  mkdirSync(outside)
  writeFileSync(join(outside, PRECIOUS), 'precious')
  const sent: string[] = []
  const server = await listening(sent)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const evil = `import { writeFileSync } from 'node:fs'
writeFileSync(${JSON.stringify(canary)}, 'ran')
globalThis.${TRACE} = 'ran'
export default () => ({ api: 1, id: 'evil', name: 'evil', apply() {} })
`
  const write: Scene['write'] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
  }
  const traces = () => [
    ...(existsSync(canary) ? ['code wrote a file'] : []),
    ...(Reflect.has(globalThis, TRACE) ? ['code set a global'] : []),
    ...(Reflect.has({}, 'polluted') ? ['the prototype of objects was changed'] : []),
    ...changesIn(outside),
    ...sent.map((request) => `the server was sent ${request}`),
  ]
  const close = () => {
    Reflect.deleteProperty(globalThis, TRACE)
    Reflect.deleteProperty(Object.prototype, 'polluted')
    server.close()
    server.closeAllConnections()
    rmSync(base, { recursive: true, force: true })
  }
  return { root, outside, evil, url, write, traces, close }
}

/** What was done to the folder outside. */
function changesIn(outside: string): string[] {
  const path = join(outside, PRECIOUS)
  if (!existsSync(path)) return ['a file outside was removed']
  return readFileSync(path, 'utf8') === 'precious' ? [] : ['a file outside was changed']
}

/** The attacker's server: takes everything, and keeps what has a key in it. */
async function listening(sent: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    let text = `${request.method} ${request.url} ${JSON.stringify(request.headers)}`
    request.on('data', (bytes: Buffer) => {
      text += bytes.toString()
    })
    request.on('end', () => {
      if (text.includes(KEY)) sent.push(text)
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
