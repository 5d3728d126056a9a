// Starts a registry on loopback and publishes to it. Package managers are sent there by variables of
// the environment and by a file of settings in a temporary folder; those of the machine stay as they are.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const server = fileURLToPath(new URL('serve.mjs', import.meta.url))

/** Where this machine takes packages from. */
export async function upstreamRegistry() {
  const { stdout } = await run('npm', ['config', 'get', 'registry'], { shell: isWindows() })
  return stdout.trim()
}

/** Why the packages of others cannot be had; undefined if they can. */
export async function whyNoUpstream(upstream) {
  try {
    const answer = await fetch(new URL('tapable', upstream), {
      signal: AbortSignal.timeout(20_000),
    })
    await answer.arrayBuffer()
    return answer.ok ? undefined : `the registry of this machine answered ${answer.status}`
  } catch (error) {
    return `the registry of this machine cannot be reached: ${error.cause?.code ?? error.message}`
  }
}

/** A registry that lives in the folder `base`: `{ url, env, publish, close }`. */
export async function startRegistry(base, upstream) {
  const storage = join(base, 'registry')
  mkdirSync(storage, { recursive: true })
  const child = spawn(process.execPath, [server, storage, upstream], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const url = await firstLine(child)
  const env = environment(base, url)
  return {
    url,
    env,
    /** Publishes a tarball or a folder; provenance needs a build service to vouch for it. */
    publish: (path, ...args) =>
      run('npm', ['publish', path, '--provenance=false', ...args], {
        cwd: base,
        env,
        shell: isWindows(),
      }),
    close: () => child.stdin.end(),
  }
}

/** Publishes several, two at a time. */
export async function publishAll(registry, paths) {
  const waiting = [...paths]
  const worker = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      await registry.publish(path)
    }
  }
  await Promise.all([worker(), worker()])
}

async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('http://')) return line
  }
  throw new Error(`the registry ended with ${child.exitCode} before it answered`)
}

function environment(base, url) {
  const settings = join(base, 'npmrc')
  const lines = [`registry=${url}`, `${url.slice(5)}:_authToken=loopback`, 'audit=false']
  writeFileSync(settings, `${[...lines, 'fund=false', 'update-notifier=false'].join('\n')}\n`)
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$|NODE_PATH$)/i.test(name),
  )
  return {
    ...Object.fromEntries(inherited),
    NO_COLOR: '1',
    npm_config_userconfig: settings,
    npm_config_registry: url,
    ...caches(base),
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    YARN_NPM_REGISTRY_SERVER: url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    BUN_CONFIG_REGISTRY: url,
    NPM_CONFIG_REGISTRY: url,
  }
}

/**
 * Caches of their own for those that find a package again by name and version, or by the host of a
 * registry: what was published here before, on another port, is something else.
 */
function caches(base) {
  const folder = join(base, 'caches')
  return {
    YARN_CACHE_FOLDER: join(folder, 'yarn'),
    YARN_GLOBAL_FOLDER: join(folder, 'yarn-global'),
    BUN_INSTALL_CACHE_DIR: join(folder, 'bun'),
    DENO_DIR: join(folder, 'deno'),
  }
}

function isWindows() {
  return process.platform === 'win32'
}
