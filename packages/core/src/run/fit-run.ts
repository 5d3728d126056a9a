import { type FitParts, FitState } from './fit-state.js'
import { RunSchedules } from './run-schedules.js'
import { StateKeeper } from './state-keeper.js'

/** A fit with its schedules and with what knows of which moment a snapshot can be taken. */
export class FitRun extends FitState {
  readonly schedules: RunSchedules
  readonly keeper: StateKeeper

  constructor(parts: FitParts) {
    super(parts)
    this.schedules = new RunSchedules(this)
    this.keeper = new StateKeeper(this, this.schedules)
  }
}
