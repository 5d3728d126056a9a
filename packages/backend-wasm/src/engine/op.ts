/**
 * The operations of the kernels module by number: the first word of a launch. Read by the AssemblyScript
 * sources and by TypeScript, so that the two cannot disagree. Numbers of a group stay in its range.
 */
export enum Op {
  // matrices: 1 to 31
  product = 1,
  integerProduct = 2,
  packFilter = 3,
  convolve = 4,
  filterGradient = 5,
  winogradPanels = 6,
  winograd = 7,
  winogradGradient = 8,
  winogradFilter = 9,

  // elementwise: 32 to 127
  unary = 32,
  binary = 33,
  binaryRows = 34,
  chain = 35,
  select = 36,
  selectRows = 37,
  fill = 38,
  range = 39,

  // movement: 128 to 159
  move = 128,
  transpose = 129,
  gather = 130,
  oneHot = 131,
  segmentSum = 132,
  cumulativeSum = 133,

  // reductions, normalization, cross entropy: 160 to 191
  sum = 160,
  addParts = 161,
  floatMax = 162,
  floatMin = 163,
  floatProduct = 164,
  intMax = 165,
  intMin = 166,
  intProduct = 167,
  intSum = 168,
  all = 169,
  any = 170,
  floatArgMax = 171,
  floatArgMin = 172,
  intArgMax = 173,
  intArgMin = 174,
  softmax = 175,
  batchNorm = 176,
  floatCumulativeProduct = 177,
  intCumulativeProduct = 178,
  localResponse = 179,
  localResponseGradient = 180,

  // windows: pooling and depthwise convolution: 192 to 223
  depthwise = 192,
  depthwiseInput = 193,
  depthwiseFilter = 194,
  largestOfWindows = 208,
  meanOfWindows = 209,
  largestOfWindowsGradient = 210,
  meanOfWindowsGradient = 211,
  resize = 212,
  resizeGradient = 213,

  // recurrent cells: 224 to 239
  recurrentPanels = 224,
  lstm = 225,
  lstmGradient = 226,
  gru = 227,
  gruGradient = 228,

  // random numbers: 240 to 247
  randomSeed = 240,
  randomDropout = 241,
  randomNormal = 242,

  // optimizers: 248 to 271
  sgdStep = 248,
  momentumStep = 249,
  adamStep = 250,
  amsGradStep = 251,
  rmsPropStep = 252,
  rmsPropMomentumStep = 253,
  rmsPropCenteredStep = 254,
  rmsPropCenteredMomentumStep = 255,
  adagradStep = 256,
  lionStep = 257,
  lambMoments = 258,
  lambDirection = 259,
}
