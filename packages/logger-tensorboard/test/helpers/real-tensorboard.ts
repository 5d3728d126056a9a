import { type ChildProcess, spawn } from 'node:child_process'

/** The real TensorBoard on loopback. */
export class TensorBoard {
  readonly #process: ChildProcess
  readonly #url: Promise<string>

  constructor(python: string, logdir: string) {
    const options = ['--logdir', logdir, '--host', '127.0.0.1', '--port', '0']
    this.#process = spawn(python, ['-m', 'tensorboard.main', ...options, '--reload_interval', '1'])
    this.#url = new Promise((resolve, reject) => {
      let output = ''
      this.#process.stderr?.on('data', (chunk: Buffer) => {
        output += chunk
        const [url] = /http:\/\/[\w.:]+\d+/.exec(output) ?? []
        if (url) resolve(url)
      })
      this.#process.on('exit', (code) => reject(new Error(`exit ${code}: ${output}`)))
    })
    this.#url.catch(() => undefined)
  }

  /** The answer to a request. */
  async ask(path: string, body?: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    const request = body ? { method: 'POST', body: JSON.stringify(body), headers } : {}
    const response = await fetch(`${await this.#url}/data/${path}`, request)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }

  /** The answer as Json. */
  async json<T>(path: string, body?: object): Promise<T> {
    return (await this.ask(path, body)).json() as Promise<T>
  }

  /** Asks until TensorBoard has read what is asked for: it reads in the background. */
  async until<T>(path: string, isThere: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await this.json<T>(path).catch(() => undefined)
      if (answer !== undefined && isThere(answer)) return answer
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  stop(): void {
    this.#process.kill()
  }
}
