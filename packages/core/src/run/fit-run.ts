import { type FitInput, FitState } from './fit-state.js'
import { RunSchedules } from './run-schedules.js'
import { StateKeeper } from './state-keeper.js'

/** A fit with its schedules and its state keeper. */
export class FitRun extends FitState {
  readonly schedules: RunSchedules
  readonly keeper: StateKeeper

  constructor(input: FitInput) {
    super(input)
    this.schedules = new RunSchedules(this)
    this.keeper = new StateKeeper(this, this.schedules)
  }
}
