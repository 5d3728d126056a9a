import { randomUUID } from 'node:crypto'
import { refuse, SDK_ERROR } from './errors.js'
import type { Fields } from './exchange.js'
import { Experiment, type MetricPoint } from './experiment.js'

/** Whom the server knows, and how slowly it shows what it knows. */
export interface StoreOptions {
  readonly apiKey: string
  readonly workspaces: readonly string[]
  /** Reads show writes only after this time (cometr sleeps 2 to 5 s between a write and a read). */
  readonly readLagMs: number
  /** Milliseconds between beats that clients are told; short, so that beats can be tested. */
  readonly beatMs: number
  readonly now: () => number
}

/** What the server remembers; tests read it directly. */
export class Store {
  readonly experiments: Experiment[] = []
  /** Values that are refused, as a real server may do for reasons of its own. */
  refuses: (point: MetricPoint) => boolean = () => false

  constructor(readonly options: StoreOptions) {}

  get now(): number {
    return this.options.now()
  }

  /** Whether a read may show something that was written at `at`. */
  isVisible({ at }: { readonly at: number }): boolean {
    return this.now - at >= this.options.readLagMs
  }

  /** The experiment that a request names. */
  find(key: unknown): Experiment {
    if (typeof key !== 'string' || key === '') {
      return refuse(400, SDK_ERROR.noExperimentKey, 'No experiment key was specified')
    }
    const found = this.experiments.find((one) => one.key === key && !one.deleted)
    return found ?? refuse(400, SDK_ERROR.nonExistingRun, `No experiment ${key}`)
  }

  /** A batch with a value that is refused is refused as a whole. */
  append(experiment: Experiment, points: readonly MetricPoint[]): void {
    if (points.some((point) => this.refuses(point))) refuse(400, 0, 'A value is not valid')
    experiment.points.push(...points)
  }

  /** @param key chosen by the client, or none: then the server picks one */
  create(fields: Fields, names: { workspace: string; project: string }, key?: string): Experiment {
    const { workspaces } = this.options
    const [workspace = workspaces[0], project] = [fields[names.workspace], fields[names.project]]
    if (typeof workspace !== 'string' || !workspaces.includes(workspace)) {
      return refuse(400, SDK_ERROR.nonExistingTeam, 'No such workspace')
    }
    if (typeof project !== 'string' || project === '') {
      return refuse(400, SDK_ERROR.noProjectName, 'No project name was specified')
    }
    if (project.length >= 100) {
      return refuse(400, SDK_ERROR.projectNameTooLong, 'The project name is too long')
    }
    if (key !== undefined && this.experiments.some((one) => one.key === key)) {
      return refuse(400, SDK_ERROR.experimentExists, `The experiment ${key} exists`)
    }
    const { experimentName } = fields
    const name = typeof experimentName === 'string' ? experimentName : 'silent_mouse_1234'
    const own = key ?? randomUUID().replaceAll('-', '')
    const made = new Experiment(own, name, workspace, project, this.now, this.now)
    this.experiments.push(made)
    return made
  }
}

/** The page of an experiment, as create answers it. */
export function linkOf({ workspace, project, key }: Experiment): string {
  return `https://www.comet.com/${workspace}/${project}/${key}`
}

/** An id that is the same for the same project. */
export function projectId({ workspace, project }: Experiment): string {
  return Buffer.from(`${workspace}/${project}`).toString('hex')
}
