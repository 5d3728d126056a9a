import type {
  RecordedStep,
  StepCompiler,
  StepInput,
  StepProgram,
  StepRunner,
} from '@regimen/core'

type Gradients = ReturnType<StepRunner>

/** Steps of one kind: recorded until two recordings agree, then replayed; or traced for ever. */
type Kind =
  | { readonly state: 'recording'; attempts: number; latest: RecordedStep | undefined }
  | { readonly state: 'replaying'; readonly program: StepProgram; sinceVerified: number }
  | { readonly state: 'traced' }

/** What happened to the steps of a fit. */
export interface CompileSummary {
  /** Steps that were replayed. */
  readonly replayed: number
  /** Steps that were run as they are. */
  readonly traced: number
  /** Programs that are ready. */
  readonly programs: readonly StepProgram[]
}

/** What a user should hear of. */
export interface CompileNotices {
  /** Steps of a kind are run as they are from now on, since … */
  traced(reason: string): void
  /** Replayed steps were found to differ from what they should have been. */
  differed(difference: string, steps: number): void
}

/** Recordings of a kind before it is given up. */
const MOST_ATTEMPTS = 4
/** Kinds of steps with a program at a time. */
const MOST_PROGRAMS = 8

/** Decides for each step whether it is recorded, replayed or run as it is. */
export class CompiledSteps {
  readonly #compiler: StepCompiler
  readonly #verifyEvery: number
  readonly #notices: CompileNotices
  readonly #kinds = new Map<string, Kind>()
  #replayed = 0
  #traced = 0
  #isFullSaid = false
  /** Forward passes of the current batch so far: a module may have several. */
  #passes = 0

  /** @param verifyEvery replayed steps of a kind from one comparison to the next; may be infinite */
  constructor(compiler: StepCompiler, verifyEvery: number, notices: CompileNotices) {
    this.#compiler = compiler
    this.#verifyEvery = verifyEvery
    this.#notices = notices
  }

  /** A batch begins. */
  beginBatch(): void {
    this.#passes = 0
  }

  /** Runs or replays a step. */
  run(step: StepInput, next: StepRunner): Gradients {
    const key = `${this.#passes++} ${this.#compiler.keyOf(step)}`
    const kind = this.#kinds.get(key) ?? this.#newKind(key)
    if (kind.state === 'replaying') return this.#replay(key, kind, step, next)
    this.#traced++
    if (kind.state === 'recording') return this.#record(key, kind, step, next)
    return next(step)
  }

  summary(): CompileSummary {
    const programs = [...this.#kinds.values()].flatMap((kind) =>
      kind.state === 'replaying' ? kind.program : [],
    )
    return { replayed: this.#replayed, traced: this.#traced, programs }
  }

  /** Frees all programs. */
  dispose(): void {
    for (const program of this.summary().programs) program.dispose()
    this.#kinds.clear()
  }

  #newKind(key: string): Kind {
    const isFull = this.#kinds.size >= MOST_PROGRAMS
    const kind: Kind = isFull
      ? { state: 'traced' }
      : { state: 'recording', attempts: 0, latest: undefined }
    if (!isFull) this.#kinds.set(key, kind)
    if (isFull && !this.#isFullSaid) {
      this.#isFullSaid = true
      this.#notices.traced(
        `the batches have more than ${MOST_PROGRAMS} shapes or values beside tensors`,
      )
    }
    return kind
  }

  #record(
    key: string,
    kind: Kind & { state: 'recording' },
    step: StepInput,
    next: StepRunner,
  ): Gradients {
    const recorded = this.#compiler.record(step, next)
    kind.attempts++
    const { problem } = recorded
    const difference = kind.latest && recorded.differenceFrom(kind.latest)
    const isLast = kind.attempts >= (problem === undefined ? MOST_ATTEMPTS : 2)
    if (problem === undefined && kind.latest && difference === undefined) {
      this.#compile(key, recorded)
    } else if (isLast) {
      this.#trace(key, problem ?? difference ?? 'no two steps were alike')
    } else {
      kind.latest = problem === undefined ? recorded : undefined
    }
    return recorded.gradients
  }

  #compile(key: string, recorded: RecordedStep): void {
    try {
      const program = recorded.compile()
      this.#kinds.set(key, {
        state: 'replaying',
        program,
        sinceVerified: Number.POSITIVE_INFINITY,
      })
    } catch (thrown) {
      this.#trace(key, thrown instanceof Error ? thrown.message : String(thrown))
    }
  }

  #replay(
    key: string,
    kind: Kind & { state: 'replaying' },
    step: StepInput,
    next: StepRunner,
  ): Gradients {
    const { program, sinceVerified } = kind
    if (sinceVerified >= this.#verifyEvery) {
      const verified = program.verify(step, next)
      if (verified === undefined) return this.#restart(key, program, step, next)
      const { gradients, difference } = verified
      this.#traced++
      kind.sinceVerified = 0
      if (difference !== undefined) {
        program.dispose()
        this.#kinds.set(key, { state: 'traced' })
        if (Number.isFinite(sinceVerified)) {
          this.#notices.differed(difference, sinceVerified)
        } else this.#notices.traced(`a replay gives other bits for ${difference}`)
      }
      return gradients
    }
    const gradients = program.replay(step)
    if (gradients !== undefined) {
      kind.sinceVerified++
      this.#replayed++
      return gradients
    }
    return this.#restart(key, program, step, next)
  }

  /** A tensor that a program used is gone: the kind is recorded anew from its next step on. */
  #restart(
    key: string,
    program: StepProgram,
    step: StepInput,
    next: StepRunner,
  ): Gradients {
    program.dispose()
    this.#kinds.delete(key)
    this.#traced++
    return next(step)
  }

  #trace(key: string, reason: string): void {
    this.#kinds.set(key, { state: 'traced' })
    this.#notices.traced(reason)
  }
}
