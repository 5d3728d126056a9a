/** A value of a metric, as it is kept. */
export interface Point {
  readonly key: string
  readonly value: number
  readonly timestamp: number
  readonly step: number
}

/** A run as the server keeps it. */
export interface FakeRun {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly startTime: number
  readonly artifactUri: string
  readonly tags: Map<string, string>
  readonly params: Map<string, string>
  readonly points: Map<string, Point>
  readonly artifacts: Map<string, Buffer>
  status: string
  endTime: number | undefined
  isDeleted: boolean
}

/** What the server says no with. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message)
  }
}

/** All that a tracking server keeps. */
export class Store {
  readonly experiments = new Map<string, { readonly name: string; isDeleted: boolean }>([
    ['0', { name: 'Default', isDeleted: false }],
  ])
  readonly runs = new Map<string, FakeRun>()
  /** Where artifacts of new runs are. */
  artifactRoot = 'mlflow-artifacts:/'
  /** Characters of a parameter, and whether more are cut without a word. */
  parameterLimit = 6000
  cutsParameters = false

  /** A run that may be changed. */
  active(id: string): FakeRun {
    const run = this.run(id)
    if (!run.isDeleted) return run
    throw new Refusal('INVALID_STATE', `The run ${id} must be in the 'active' state.`)
  }

  run(id: string): FakeRun {
    const run = this.runs.get(id)
    if (run) return run
    throw new Refusal('RESOURCE_DOES_NOT_EXIST', `Run with id=${id} not found`, 404)
  }
}
