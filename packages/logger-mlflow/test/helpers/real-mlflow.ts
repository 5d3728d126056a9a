import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** MLflow's own server on loopback, with a database and artifacts of its own. */
export class RealMlflow {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#process = child
  }

  /** Starts it in an empty folder. Resolves once it answers; rejects if it ends before. */
  static async start(python: string, folder: string): Promise<RealMlflow> {
    const port = await freePort()
    const store = ['--backend-store-uri', 'sqlite:///mlflow.db']
    const place = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1']
    const files = ['--artifacts-destination', './artifacts']
    const args = ['-m', 'mlflow', 'server', ...place, ...store, ...files]
    const child = spawn(python, args, { cwd: folder, detached: true })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk
      })
    }
    const server = new RealMlflow(`http://127.0.0.1:${port}`, child)
    while (!(await server.#answers())) {
      if (child.exitCode !== null) throw new Error(`MLflow ended: ${output}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return server
  }

  /** Ends it and the processes that it started. */
  stop(): void {
    if (this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL')
  }

  async #answers(): Promise<boolean> {
    const path = '/api/2.0/mlflow/experiments/get-by-name?experiment_name=Default'
    return fetch(`${this.url}${path}`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
