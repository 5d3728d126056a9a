import type { Fields } from './exchange.js'

/** One value of a metric, as it was posted. */
export interface MetricPoint {
  readonly name: string
  /** A text: values are read back as texts (cometr test-experiment-methods.R). */
  readonly value: string
  readonly step: number | undefined
  readonly epoch: number | undefined
  readonly context: string | undefined
  readonly timestamp: number | undefined
  readonly at: number
}

/** A parameter or an "other": the last one of a name counts. */
export interface NamedValue {
  readonly name: string
  readonly value: string
  readonly context: string | undefined
  readonly at: number
}

/** An uploaded file with the query of its upload. */
export interface Asset {
  readonly assetId: string
  readonly fileName: string
  readonly type: string
  readonly bytes: Buffer
  readonly sha256: string
  readonly metadata: string | undefined
  readonly query: Readonly<Record<string, string>>
  readonly at: number
}

/** How an experiment ended, or that it lives. */
export interface Status {
  readonly isAlive: boolean
  readonly error: string | undefined
  readonly hasCrashed: boolean
}

/** All that is known of an experiment. Metrics are only ever appended. */
export class Experiment {
  readonly points: MetricPoint[] = []
  readonly parameters: NamedValue[] = []
  readonly others: NamedValue[] = []
  readonly assets: Asset[] = []
  readonly tags = new Set<string>()
  readonly statuses: Status[] = []
  readonly systemMetrics: Record<'cpu' | 'gpu' | 'ram' | 'load', Fields[]> = {
    cpu: [],
    gpu: [],
    ram: [],
    load: [],
  }
  html = ''
  graph = ''
  code = ''
  filePath = ''
  output = ''
  gitPatch: Buffer | undefined
  gitMetadata: Fields | undefined
  systemDetails: Fields | undefined
  dependencies: readonly unknown[] = []
  beats = 0
  archived = false
  deleted = false
  endTimeMillis: number | undefined

  constructor(
    readonly key: string,
    readonly givenName: string,
    readonly workspace: string,
    readonly project: string,
    public startTimeMillis: number,
    /** When it came to be, by the server's clock. */
    readonly at: number,
  ) {}

  /** The display name is the "other" called Name (Comet REST v2 docs, write endpoints). */
  get name(): string {
    return this.other('Name') ?? this.givenName
  }

  other(name: string): string | undefined {
    return this.others.findLast((one) => one.name === name)?.value
  }

  parameter(name: string): string | undefined {
    return this.parameters.findLast((one) => one.name === name)?.value
  }

  /** The values of a metric in the order in which they came. */
  series(name: string): MetricPoint[] {
    return this.points.filter((point) => point.name === name)
  }

  get status(): Status | undefined {
    return this.statuses.at(-1)
  }
}
