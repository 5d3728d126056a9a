/** Activations of recurrent cells. Read by the AssemblyScript sources too. */
export enum CellActivation {
  linear = 0,
  tanh = 1,
  sigmoid = 2,
  hardSigmoid = 3,
  relu = 4,
}

/** What a launch of a recurrent layer has or does: bits of one integer. Read by the AssemblyScript sources too. */
export enum CellFlag {
  hasBias = 1,
  /** Initial states are given; else they are 0. */
  hasStates = 2,
  hasMask = 4,
  /** The steps go from the last time to the first. */
  goesBackwards = 8,
  /** The result has the output of every step, in order of the steps; else that of the last one. */
  givesSequence = 16,
  /** The result has the last cell state behind the outputs. */
  givesCell = 32,
}
